// Routing by the part of the address behind "#": a path, then a query. The address has everything that a view shows
// (filters, page, open item, tab, range), so that back, forward, reload and a copied address all lead to the same view.

import { href, parse, samePart, type Place, type Query } from "./address.ts";

export { href, match, path, type Query } from "./address.ts";

let place = $state.raw<Place>(parse(location.hash));

/** Is asked before a person leaves the part of the view that is open, with the address where they want to go. */
type Guard = (to: string) => void;
let guard: Guard | null = null;

// The entries of the browser's history are numbered, so that a step which is not taken can be undone in its direction.
const numberOf = (state: unknown) => (state as { number?: number } | null)?.number;
let number = numberOf(history.state) ?? 0;
history.replaceState({ number }, "");

// The browser has gone to another address: by a link, by the back button, or because a person typed it.
window.addEventListener("hashchange", () => {
  const hash = location.hash;
  const known = numberOf(history.state);
  const steps = known === undefined ? 1 : known - number;
  if (guard && steps !== 0 && !samePart(place, parse(hash))) {
    history.go(-steps);
    guard(hash);
    return;
  }
  number += steps;
  if (known === undefined) history.replaceState({ number }, "");
  place = parse(hash);
});

/**
 * Keeps the person at the open part of the view: a link or the back button does not leave it, and `ask` is called with the
 * address instead. Returns a function that ends this. Navigation by the program itself is not stopped.
 */
export function hold(ask: Guard): () => void {
  guard = ask;
  return () => {
    if (guard === ask) guard = null;
  };
}

export const router = {
  get path() {
    return place.path;
  },
  get query() {
    return place.query;
  },
  /** One query parameter, "" when it is not there. */
  param(name: string): string {
    return place.query.get(name) ?? "";
  },
  /** The whole address, to come back to. */
  get here(): string {
    return href(place.path, place.query);
  },
};

/** Goes to a view. `replace` leaves no step behind for the back button. */
export function go(to: string, query: Query | URLSearchParams = {}, options: { replace?: boolean } = {}) {
  follow(href(to, query), options);
}

export function follow(hash: string, options: { replace?: boolean } = {}) {
  if (!options.replace) number += 1;
  if (options.replace) history.replaceState({ number }, "", hash);
  else history.pushState({ number }, "", hash);
  place = parse(hash);
}

/** Changes some query parameters of the view that is open; null takes one away. */
export function setQuery(changes: Query, options: { replace?: boolean } = {}) {
  const query = new URLSearchParams(place.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "" || value === false) query.delete(name);
    else query.set(name, String(value));
  }
  go(place.path, query, options);
}

/** The address of this view with some query parameters changed. */
export function withQuery(changes: Query): string {
  const query = new URLSearchParams(place.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "" || value === false) query.delete(name);
    else query.set(name, String(value));
  }
  return href(place.path, query);
}
