// The server searches a bounded part of the log for each page. If matches are rare, the page may be empty and only say where
// the next one begins. Pure.

/** So many parts are looked through before a person is asked whether to go on. */
export const PARTS = 20;

interface Page {
  items: readonly unknown[];
  next?: string | null;
}

/**
 * The first page that is not empty, or else the last one. `told` is called with the number of empty parts so far. If `stop`
 * is aborted, the last page is the result; if `signal` is aborted, nobody waits for the result any more.
 */
export async function look<P extends Page>(
  ask: (after: string | undefined, signal: AbortSignal) => Promise<P>,
  after: string | undefined,
  told: (parts: number) => void,
  signal: AbortSignal,
  stop: AbortSignal,
): Promise<P> {
  let page = await ask(after, signal);
  const either = AbortSignal.any([signal, stop]);
  for (let parts = 1; parts < PARTS && page.items.length === 0 && page.next && !either.aborted; parts += 1) {
    told(parts);
    try {
      page = await ask(page.next, either);
    } catch (thrown) {
      if (stop.aborted && !signal.aborted) break;
      throw thrown;
    }
  }
  return page;
}
