// What the browser sent to whom, kept as method, path and status: never a body or a header, which hold the
// write key and the visitor's e-mail.

/** Watches every request of a page. */
export class Traffic {
  #requests = [];
  #waiting = [];
  #owned;

  /** `context` tells of requests. `owned`: the origins the page may talk to; anything else counts as foreign. */
  constructor(context, owned) {
    this.#owned = owned;
    context.on("request", (request) => this.#seen(request));
    context.on("response", (response) => this.#answered(response.request(), response.status()));
    context.on("requestfailed", (request) => this.#answered(request, request.failure()?.errorText ?? "failed"));
  }

  #seen(request) {
    const url = new URL(request.url());
    if (url.protocol === "data:") return;
    this.#requests.push({ request, origin: url.origin, method: request.method(), path: url.pathname, status: null });
    this.#wake();
  }

  #answered(request, status) {
    const entry = this.#requests.find((entry) => entry.request === request);
    // A reply that CORS hides from the page is first answered, then failed: what the page saw comes last.
    if (entry) entry.status = status;
    this.#wake();
  }

  #wake() {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Settles when a request with this method and path was answered, or failed. */
  async until(method, path) {
    const answered = () =>
      this.#requests.some((entry) => entry.method === method && entry.path === path && entry.status !== null);
    while (!answered()) await new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Every request of the page, without the site's own files. */
  summary(site) {
    return this.#requests
      .filter((entry) => entry.origin !== site)
      .map(({ method, path, status }) => ({ method, path, status }));
  }

  /** The origins that the page should never have talked to. */
  foreign() {
    return [...new Set(this.#requests.map((entry) => entry.origin))].filter((origin) => !this.#owned.includes(origin));
  }
}
