// The entries of a list to choose from. Pure.

/** The names, after one that stands for all of them; one that is chosen but not among them stays to be seen. */
export function choices(names: readonly string[], any: string, chosen: string): { value: string; label: string }[] {
  const all = chosen && !names.includes(chosen) ? [...names, chosen] : names;
  return [{ value: "", label: any }, ...all.map((name) => ({ value: name, label: name }))];
}
