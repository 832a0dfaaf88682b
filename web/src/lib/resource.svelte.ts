// Data of the server that a view shows: they are loaded, loaded again when a value that they depend on changes, and kept on
// screen meanwhile.
import { untrack } from "svelte";
import { problemOf } from "./api/client.ts";
import type { Problem } from "./api/types.ts";

export interface Resource<T> {
  /** The last good answer; undefined before the first. */
  readonly data: T | undefined;
  /** What went wrong with the last try; null when it went well. */
  readonly problem: Problem | null;
  readonly loading: boolean;
  reload(): void;
  /** Puts something in the place of the last answer, such as what a change came back with. An older answer that is still on its way is dropped. */
  set(data: T): void;
}

export interface ResourceOptions {
  /** Load again after so many milliseconds, while the page is looked at. */
  every?: number | (() => number | null);
  /** Forget the last answer when what it depends on changes: for another item, not for another page of a list. */
  fresh?: boolean;
}

/**
 * To be called while a component is made. `load` runs at once and again whenever a value that it reads before its first
 * `await` changes; null means there is nothing to load.
 */
export function resource<T>(load: (signal: AbortSignal) => Promise<T> | null, options: ResourceOptions = {}): Resource<T> {
  let data = $state.raw<T | undefined>(undefined);
  let problem = $state.raw<Problem | null>(null);
  let loading = $state(true);
  let turn = $state(0);
  let asked = 0;
  let underWay: AbortController | undefined;

  $effect(() => {
    const again = turn !== asked;
    asked = turn;
    const controller = (underWay = new AbortController());
    const running = load(controller.signal);
    untrack(() => {
      if (options.fresh && !again) data = undefined;
      loading = running !== null;
      if (running === null) return;
      running.then(
        (answer) => {
          if (controller.signal.aborted) return;
          data = answer;
          problem = null;
          loading = false;
        },
        (thrown: unknown) => {
          if (controller.signal.aborted) return;
          problem = problemOf(thrown);
          loading = false;
        },
      );
    });
    return () => controller.abort();
  });

  $effect(() => {
    const every = typeof options.every === "function" ? options.every() : options.every;
    if (!every) return;
    const timer = setInterval(() => {
      if (!document.hidden && !untrack(() => loading)) turn += 1;
    }, every);
    return () => clearInterval(timer);
  });

  return {
    get data() {
      return data;
    },
    get problem() {
      return problem;
    },
    get loading() {
      return loading;
    },
    reload() {
      turn += 1;
    },
    set(next: T) {
      underWay?.abort();
      data = next;
      problem = null;
      loading = false;
    },
  };
}
