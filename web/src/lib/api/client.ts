// The one place that talks to the server. A screen calls `api`, and catches `ApiProblem`.
import createClient from "openapi-fetch";
import { session } from "../session.svelte.ts";
import type { LiveFilter } from "./live.ts";
import { ApiProblem } from "./problem.ts";
import type { paths } from "./schema.ts";
import type {
  AlertInput,
  AnswerFilter,
  AuditFilter,
  Backlog,
  ConflictAction,
  ConflictFilter,
  DeadLetterFilter,
  DestinationInput,
  EventFilter,
  ExplainInput,
  FeedbackFilter,
  NamesFilter,
  RuleInput,
  RuleScope,
  GroupFilter,
  PersonChange,
  PersonInput,
  Problem,
  Selection,
  SeriesFilter,
  SourceChange,
  SourceInput,
  TokenInput,
} from "./types.ts";

export { ApiProblem, problemOf } from "./problem.ts";

const UNREACHABLE: Problem = {
  code: "server_unreachable",
  message: "The server does not answer.",
  what_to_do: "Check that Rapport is running and that this machine can reach it, then try again. Nothing was changed.",
};

const UNINTELLIGIBLE: Problem = {
  code: "server_unintelligible",
  message: "The answer did not come from Rapport.",
  what_to_do: "Check the address, and any proxy between this browser and Rapport.",
};

async function codeOf(reply: Response): Promise<string | undefined> {
  try {
    return ((await reply.clone().json()) as Partial<Problem>).code;
  } catch {
    return undefined;
  }
}

/** Sends a request. One that finds its session expired waits until the person has signed in again, and is repeated. */
async function send(request: Request): Promise<Response> {
  const again = request.clone();
  let reply: Response;
  try {
    reply = await fetch(request);
  } catch (thrown) {
    if (request.signal.aborted) throw thrown;
    throw new ApiProblem(UNREACHABLE, 0);
  }
  if (reply.status === 401 && session.me !== null) {
    const code = await codeOf(reply);
    if ((code === "session_expired" || code === "unauthorized") && (await session.signInAgain())) return send(again);
  }
  return reply;
}

/** The paths as they are asked for: the server may stand below a proxy's path, which the base has. */
type Below = { [Path in keyof paths as Path extends `/api/v1${infer Rest}` ? Rest : never]: paths[Path] };

const client = createClient<Below>({
  baseUrl: new URL("api/v1", document.baseURI).href.replace(/\/$/, ""),
  credentials: "same-origin",
  // The server demands this header of every request that has a session's cookie and changes something.
  headers: { "X-Rapport-Csrf": "1" },
  fetch: send,
});

interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

async function take<T>(request: Promise<Reply<T>>): Promise<T> {
  let reply: Reply<T>;
  try {
    reply = await request;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw new ApiProblem(UNINTELLIGIBLE, 0);
    throw thrown;
  }
  if (reply.response.ok) return reply.data as T;
  const problem = reply.error as Partial<Problem> | undefined;
  if (typeof problem?.message !== "string") throw new ApiProblem(UNINTELLIGIBLE, reply.response.status);
  throw new ApiProblem({ code: "unknown", what_to_do: "", ...problem, message: problem.message }, reply.response.status);
}

type Signal = AbortSignal | undefined;
const at = <T extends object>(path: T) => ({ params: { path } });

export const api = {
  setup: (signal?: Signal) => take(client.GET("/setup", { signal })),
  setUp: (body: { token: string; name: string; password: string }) => take(client.POST("/setup", { body })),
  signIn: (body: { name: string; password: string }) => take(client.POST("/session", { body })),
  signOut: () => take(client.DELETE("/session")),
  me: (signal?: Signal) => take(client.GET("/me", { signal })),
  changePassword: (body: { current: string; new: string }) => take(client.PUT("/me/password", { body })),

  people: {
    list: (signal?: Signal) => take(client.GET("/people", { signal })),
    create: (body: PersonInput) => take(client.POST("/people", { body })),
    change: (name: string, body: PersonChange) => take(client.PUT("/people/{name}", { ...at({ name }), body })),
    remove: (name: string) => take(client.DELETE("/people/{name}", at({ name }))),
  },
  tokens: {
    list: (signal?: Signal) => take(client.GET("/tokens", { signal })),
    create: (body: TokenInput) => take(client.POST("/tokens", { body })),
    remove: (id: string) => take(client.DELETE("/tokens/{id}", at({ id }))),
  },
  audit: (query: AuditFilter, signal?: Signal) => take(client.GET("/audit", { params: { query }, signal })),

  sources: {
    list: (signal?: Signal) => take(client.GET("/sources", { signal })),
    get: (name: string, signal?: Signal) => take(client.GET("/sources/{name}", { ...at({ name }), signal })),
    create: (body: SourceInput) => take(client.POST("/sources", { body })),
    change: (name: string, body: SourceChange) => take(client.PUT("/sources/{name}", { ...at({ name }), body })),
    remove: (name: string) => take(client.DELETE("/sources/{name}", at({ name }))),
    rotate: (name: string, overlap_hours: number) =>
      take(client.POST("/sources/{name}/rotate", { ...at({ name }), body: { overlap_hours } })),
  },
  destinations: {
    list: (signal?: Signal) => take(client.GET("/destinations", { signal })),
    get: (name: string, signal?: Signal) => take(client.GET("/destinations/{name}", { ...at({ name }), signal })),
    create: (body: DestinationInput) => take(client.POST("/destinations", { body })),
    change: (name: string, body: DestinationInput) => take(client.PUT("/destinations/{name}", { ...at({ name }), body })),
    remove: (name: string, backlog: Backlog) =>
      take(client.DELETE("/destinations/{name}", { params: { path: { name }, query: { backlog } } })),
    pause: (name: string) => take(client.POST("/destinations/{name}/pause", at({ name }))),
    resume: (name: string) => take(client.POST("/destinations/{name}/resume", at({ name }))),
    test: (body: DestinationInput) => take(client.POST("/connection-test", { body })),
    addRule: (name: string, body: RuleInput) => take(client.POST("/destinations/{name}/rules", { ...at({ name }), body })),
    removeRule: (name: string, rule: string) => take(client.DELETE("/destinations/{name}/rules/{rule}", at({ name, rule }))),
    previewRule: (name: string, body: RuleScope) => take(client.POST("/destinations/{name}/rules/preview", { ...at({ name }), body })),
  },

  status: (signal?: Signal) => take(client.GET("/status", { signal })),
  series: (query: SeriesFilter, signal?: Signal) => take(client.GET("/series", { params: { query }, signal })),

  events: {
    list: (query: EventFilter, signal?: Signal) => take(client.GET("/events", { params: { query }, signal })),
    get: (id: string, signal?: Signal) => take(client.GET("/events/{id}", { ...at({ id }), signal })),
    replay: (id: string, destination: string) => take(client.POST("/events/{id}/replay", { ...at({ id }), body: { destination } })),
  },
  endUsers: {
    find: (user: string, signal?: Signal) => take(client.GET("/end-users", { params: { query: { user } }, signal })),
    get: (destination: string, external_id: string, signal?: Signal) =>
      take(client.GET("/end-users/{destination}/{external_id}", { ...at({ destination, external_id }), signal })),
    ask: (destination: string, external_id: string) =>
      take(client.POST("/end-users/{destination}/{external_id}/ask", at({ destination, external_id }))),
  },
  deadLetters: {
    groups: (query: GroupFilter, signal?: Signal) => take(client.GET("/dead-letters/groups", { params: { query }, signal })),
    list: (query: DeadLetterFilter, signal?: Signal) => take(client.GET("/dead-letters", { params: { query }, signal })),
    get: (id: number, signal?: Signal) => take(client.GET("/dead-letters/{id}", { ...at({ id }), signal })),
    names: (query: NamesFilter, signal?: Signal) => take(client.GET("/dead-letters/event-names", { params: { query }, signal })),
    count: (body: Selection) => take(client.POST("/dead-letters/count", { body })),
    requeue: (body: Selection) => take(client.POST("/dead-letters/requeue", { body })),
    discard: (body: Selection) => take(client.POST("/dead-letters/discard", { body })),
    edit: (id: number, event: string) => take(client.POST("/dead-letters/{id}/edit", { ...at({ id }), body: { event } })),
  },
  conflicts: {
    list: (query: ConflictFilter, signal?: Signal) => take(client.GET("/conflicts", { params: { query }, signal })),
    settle: (id: number, action: ConflictAction) => take(client.POST("/conflicts/{id}/settle", { ...at({ id }), body: { action } })),
  },
  feedback: {
    get: (query: FeedbackFilter, signal?: Signal) => take(client.GET("/feedback", { params: { query }, signal })),
    answers: (query: AnswerFilter, signal?: Signal) => take(client.GET("/feedback/answers", { params: { query }, signal })),
  },
  explain: (body: ExplainInput) => take(client.POST("/explain", { body })),
  alerts: {
    list: (signal?: Signal) => take(client.GET("/alerts", { signal })),
    create: (body: AlertInput) => take(client.POST("/alerts", { body })),
    change: (name: string, body: AlertInput) => take(client.PUT("/alerts/{name}", { ...at({ name }), body })),
    remove: (name: string) => take(client.DELETE("/alerts/{name}", at({ name }))),
    test: (name: string) => take(client.POST("/alerts/{name}/test", at({ name }))),
  },
  /** The address of the live stream, for an EventSource. */
  liveUrl(filter: LiveFilter): string {
    const url = new URL("api/v1/live", document.baseURI);
    for (const [name, value] of Object.entries(filter)) if (value) url.searchParams.set(name, value);
    return url.href;
  },
};
