// Addresses of views: a path, then a query, behind "#". Pure.

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface Place {
  path: string;
  query: URLSearchParams;
}

/** Reads "#/events?user=ada". */
export function parse(hash: string): Place {
  const text = hash.replace(/^#/, "");
  const cut = text.indexOf("?");
  const path = cut < 0 ? text : text.slice(0, cut);
  return {
    path: path.startsWith("/") ? path : "/",
    query: new URLSearchParams(cut < 0 ? "" : text.slice(cut + 1)),
  };
}

/** Whether two addresses lead to the same part of a view: the same path and the same `tab`. */
export function samePart(one: Place, other: Place): boolean {
  return one.path === other.path && one.query.get("tab") === other.query.get("tab");
}

/** Puts path segments together, each escaped: `path("settings", "sources", name)`. */
export function path(...segments: string[]): string {
  return "/" + segments.map(encodeURIComponent).join("/");
}

/** The address of a view. Empty values are left out. */
export function href(to: string, query: Query | URLSearchParams = {}): string {
  const entries = query instanceof URLSearchParams ? [...query] : Object.entries(query);
  const kept = entries.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  const text = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
  return `#${to}${text ? `?${text}` : ""}`;
}

/** Whether a path fits a pattern such as "/settings/sources/:name", and what stands in its places. */
export function match(pattern: string, at: string): Record<string, string> | null {
  const want = pattern.split("/");
  const have = at.replace(/(.)\/$/, "$1").split("/");
  if (want.length !== have.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of want.entries()) {
    const text = have[index] ?? "";
    if (part.startsWith(":")) {
      if (text === "") return null;
      try {
        found[part.slice(1)] = decodeURIComponent(text);
      } catch {
        return null;
      }
    } else if (part !== text) return null;
  }
  return found;
}
