// The start of the console, and which view is on screen: a state machine without a browser in it. `step` takes an
// event and returns the effects; `stageOf` says what to render. Pure.
import type { Problem } from "../lib/api/types.ts";

/** What the machine has to know of a view. */
export interface Route {
  /** It is shown without the sidebar, and before somebody is signed in. */
  bare?: boolean;
}

export interface Routes<R extends Route> {
  find(path: string): { screen: R; parts: Record<string, string> } | null;
  /** Where somebody goes who names no view. */
  home: string;
}

/** A view whose module is loaded. */
export interface Shown<R extends Route, V> {
  path: string;
  screen: R;
  parts: Record<string, string>;
  view: V;
}

export interface State<R extends Route, V> {
  /** What the server said of itself; null until it answered. */
  server: { version: string; needsAdministrator: boolean } | null;
  signedIn: boolean;
  /** The address: the path of the view, and all of it, to come back to. */
  path: string;
  here: string;
  /** The view on screen. It stays until the next one is loaded. */
  shown: Shown<R, V> | null;
  /** Why the server did not answer, or the view could not be loaded. */
  problem: Problem | null;
}

export type Input<V> =
  | { type: "begin" }
  | { type: "answered"; version: string; needsAdministrator: boolean; signedIn: boolean }
  /** The server did not answer, or a module could not be loaded; without a problem, the request was cancelled. */
  | { type: "failed"; problem: Problem | null }
  /** Somebody signed in or out, or another address was gone to. */
  | { type: "changed"; signedIn: boolean; path: string; here: string }
  | { type: "loaded"; path: string; view: V }
  | { type: "not_loaded"; path: string; problem: Problem | null };

export type Effect<R extends Route> =
  | { do: "ask" }
  /** Goes to another address, in the place of this one. */
  | { do: "go"; path: string; to: string | null }
  | { do: "load"; path: string; screen: R }
  /** Another view is about to be on screen. */
  | { do: "arrive" };

export function initial<R extends Route, V>(path: string, here: string): State<R, V> {
  return { server: null, signedIn: false, path, here, shown: null, problem: null };
}

type Next<R extends Route, V> = [State<R, V>, Effect<R>[]];

export function step<R extends Route, V>(state: State<R, V>, input: Input<V>, routes: Routes<R>): Next<R, V> {
  switch (input.type) {
    case "begin": {
      const next = { ...state, problem: null };
      return state.server ? lead(next, routes) : [next, [{ do: "ask" }]];
    }
    case "answered": {
      const { version, needsAdministrator, signedIn } = input;
      return lead({ ...state, server: { version, needsAdministrator }, signedIn, problem: null }, routes);
    }
    case "failed":
      return [{ ...state, problem: input.problem ?? state.problem }, []];
    case "changed": {
      const { signedIn, path, here } = input;
      const moved = path !== state.path;
      if (!state.server) return [{ ...state, signedIn, path, here }, []];
      return lead({ ...state, signedIn, path, here, problem: moved ? null : state.problem }, routes);
    }
    case "loaded": {
      // A person who has gone to another view meanwhile does not want to see it any more.
      const found = input.path === state.path ? routes.find(input.path) : null;
      if (!found) return [state, []];
      const arrives = state.shown?.path !== input.path;
      return [{ ...state, shown: { path: input.path, view: input.view, ...found }, problem: null }, arrives ? [{ do: "arrive" }] : []];
    }
    case "not_loaded":
      return input.path === state.path ? [{ ...state, problem: input.problem ?? state.problem }, []] : [state, []];
  }
}

/** Where the address leads, once the server has answered: elsewhere, or to a view that is to be loaded. */
function lead<R extends Route, V>(state: State<R, V>, routes: Routes<R>): Next<R, V> {
  const { server, signedIn, path } = state;
  if (!server) return [state, []];
  // A person who is signed in is an administrator, or was added by one.
  const next = signedIn && server.needsAdministrator ? { ...state, server: { ...server, needsAdministrator: false } } : state;
  const go = (to: string, back: string | null = null): Next<R, V> => [next, [{ do: "go", path: to, to: back }]];
  if (signedIn) {
    if (path === "/" || path === "/sign-in") return go(routes.home);
  } else if (server.needsAdministrator) {
    if (path !== "/start") return go("/start");
  } else if (path !== "/sign-in") {
    return go("/sign-in", path === "/" ? null : state.here);
  }
  const found = routes.find(path);
  if (!found || state.shown?.path === path || state.problem) return [next, []];
  return [next, [{ do: "load", path, screen: found.screen }]];
}

/** What is rendered: in which frame, and what. */
export interface Stage<R extends Route, V> {
  frame: "none" | "bare" | "shell";
  content: { is: "nothing" } | { is: "problem"; problem: Problem } | { is: "lost" } | { is: "view"; shown: Shown<R, V> };
}

export function stageOf<R extends Route, V>(state: State<R, V>, routes: Routes<R>): Stage<R, V> {
  const { server, signedIn, path, shown, problem } = state;
  const bare = !signedIn || shown?.screen.bare === true;
  const frame = server ? (bare ? "bare" : "shell") : problem ? "bare" : "none";
  if (problem) return { frame, content: { is: "problem", problem } };
  if (server && path !== "/" && !routes.find(path)) return { frame, content: { is: "lost" } };
  // Between two views, such as right after signing out, the view on screen may be one that the person may no longer see.
  const allowed = signedIn || shown?.screen.bare === true;
  return { frame, content: server && shown && allowed ? { is: "view", shown } : { is: "nothing" } };
}
