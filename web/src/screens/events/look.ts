// For a page the server looks through a bounded part of the log. Of what is rare it may find none there and say where to
// go on. Pure.

/** So many parts are looked through before a person is asked whether to go on. */
export const PARTS = 20;

interface Page {
  items: readonly unknown[];
  next?: string | null;
}

/**
 * The first page that is not empty; else the last one that was looked at. `told` hears how many parts held nothing so
 * far. When `stop` says so, what was looked at last is the answer; when `signal` does, nobody waits for it any more.
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
