// The public address of this server, as SDKs see it. The console cannot know it (a proxy may stand before it), so a person can
// correct it; the browser keeps it.

const KEY = "rapport.data-plane";

function first(): string {
  try {
    const stored = localStorage.getItem(KEY);
    if (stored) return stored;
  } catch {
    // A browser without storage begins with the guess.
  }
  return guess();
}

/** From where this page is, and the usual port. */
function guess(): string {
  return `http://${location.hostname || "127.0.0.1"}:8080`;
}

let url = $state(first());
let guessed = $state(url === guess());

export const dataPlane = {
  get url() {
    return url;
  },
  set url(next: string) {
    url = next;
    guessed = false;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // As above.
    }
  },
  /** Nobody has said it yet. */
  get guessed() {
    return guessed;
  },
  /** As it goes into a snippet. */
  get clean() {
    return url.trim().replace(/\/+$/, "");
  },
};
