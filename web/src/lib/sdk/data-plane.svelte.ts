// The public address of this server, as SDKs see it. The console cannot know it (a proxy may stand before it), so a person can
// correct it; the browser keeps it.

const KEY = "rapport.data-plane";

function first(): string {
  try {
    const stored = localStorage.getItem(KEY);
    if (stored) return stored;
  } catch {
    // A browser that keeps nothing begins with the guess.
  }
  return `http://${location.hostname || "127.0.0.1"}:8080`;
}

let url = $state(first());

export const dataPlane = {
  get url() {
    return url;
  },
  set url(next: string) {
    url = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // As above.
    }
  },
  /** As it goes into a snippet. */
  get clean() {
    return url.trim().replace(/\/+$/, "");
  },
};
