// Routing by the part of the address behind "#": a path, then a query. Whatever a view shows (filters, page, open item,
// tab, range) stands there, so that back, forward, reload and a copied address all lead to the same view.

import { href, parse, type Place, type Query } from "./address.ts";

export { href, match, path, type Query } from "./address.ts";

let place = $state.raw<Place>(parse(location.hash));
window.addEventListener("hashchange", () => (place = parse(location.hash)));

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
  if (options.replace) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
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
