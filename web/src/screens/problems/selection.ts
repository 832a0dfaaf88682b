// Which dead letters of a page are chosen. Pure.

/**
 * The choice after a press on the box of a row. With shift, all rows between it and the row that was pressed before get the
 * same state.
 */
export function press(ids: readonly number[], chosen: ReadonlySet<number>, id: number, before: number | null, shift: boolean): Set<number> {
  const next = new Set(chosen);
  const on = !chosen.has(id);
  const [from, to] = [before === null ? -1 : ids.indexOf(before), ids.indexOf(id)];
  const touched = shift && from >= 0 && to >= 0 ? ids.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
  for (const one of touched) {
    if (on) next.add(one);
    else next.delete(one);
  }
  return next;
}

/** What of a choice is still on the page: a reload may have taken some away. */
export function still(ids: readonly number[], chosen: ReadonlySet<number>): Set<number> {
  return new Set(ids.filter((id) => chosen.has(id)));
}

/** The state of the box that stands for all of a page. */
export function whole(ids: readonly number[], chosen: ReadonlySet<number>): "all" | "some" | "none" {
  const many = ids.filter((id) => chosen.has(id)).length;
  return many === 0 ? "none" : many === ids.length ? "all" : "some";
}
