// The admin API as the console uses it. Times are RFC 3339 text with milliseconds.

export type Time = string;
export type Role = "viewer" | "operator" | "administrator";
export type SourceKind = "web" | "mobile" | "server";
export type Region = "us" | "eu" | "au";
export type Mode = "live" | "shadow";
export type Outcome = "pending" | "delivered" | "skipped" | "dead";
export type ManagedBy = "console" | "config";

/** What every refused request says: what happened and what to do. */
export interface Problem { code: string; message: string; what_to_do: string; field?: string | null }
export interface Items<T> { items: T[] }
export interface Page<T> { items: T[]; next: string | null }

export interface Setup { needs_administrator: boolean; version: string; signed_in: boolean }
export interface Me {
  name: string;
  role: Role;
  kind: "person" | "token";
  session?: { idle_expires_at: Time; expires_at: Time } | null;
}
export interface Person { name: string; role: Role; disabled: boolean; created_at: Time; last_login_at: Time | null }
export interface ApiToken {
  id: string;
  name: string;
  role: Role;
  created_at: Time;
  created_by: string;
  last_used_at: Time | null;
  expires_at: Time | null;
}
export interface AuditEntry {
  id: number;
  at: Time;
  who: string;
  action: string;
  subject: string;
  detail: Record<string, unknown>;
  address: string | null;
}

export interface Source {
  name: string;
  kind: SourceKind;
  enabled: boolean;
  rate_limit: string | null;
  managed_by: ManagedBy;
  write_key?: string;
  old_key_until: Time | null;
  destinations: string[];
  created_at: Time | null;
  last_event_at: Time | null;
  events_accepted: number;
  events_rejected: number;
  requests: Record<string, number>;
}

export interface ConsentManagement { provider: string; resolution_strategy: "and" | "or"; consents: string[] }
export interface ConsentRules { one_trust: string[]; ketch: string[]; management: ConsentManagement[] }
export interface Consent { web?: ConsentRules; mobile?: ConsentRules; server?: ConsentRules }
export interface DeliveryInput {
  profile?: "native" | "rudderstack";
  concurrency?: number;
  unknown_user_wait?: string;
  known_user_max_age?: string;
  last_surveyed?: "event-time" | "on-create" | "off";
  response_created_at?: "document" | "event-time";
  retry_first?: string;
  retry_max?: string;
  give_up_lane_after?: string;
}
export interface DestinationInput {
  name: string;
  username: string;
  password: string;
  account_token: string;
  /** An empty text: as the account token says. */
  region?: Region | "" | null;
  /** An empty text: the region's. */
  base_url?: string | null;
  sources: string[];
  mode?: Mode;
  consent?: Consent;
  delivery?: DeliveryInput;
}
export type DestinationState = "running" | "shadow" | "paused" | "halted" | "removed";
export interface Standing {
  state: DestinationState;
  reason: string | null;
  accepted: number;
  skipped: number;
  delivered: number;
  pending: number;
  dead: number;
  imbalance: number;
  skipped_by: Record<string, number>;
  calls: number;
  calls_saved: number;
  saved_by: { known: number; merged: number; unchanged: number };
  in_flight: number;
  lanes: number;
  budget: { limit: number; remaining: number; resets_at: Time } | null;
  oldest_pending_at: Time | null;
  clear_at: Time | null;
}
export interface Destination {
  name: string;
  managed_by: ManagedBy;
  mode: Mode;
  username: string;
  region: Region;
  region_from: "account_token" | "setting" | "default";
  base_url: string | null;
  account_token_hint: string;
  sources: string[];
  consent: Consent;
  delivery: Required<DeliveryInput>;
  created_at: Time | null;
  standing: Standing;
}
export interface TestInput {
  name?: string;
  username?: string;
  password?: string;
  account_token?: string;
  region?: Region | null;
  base_url?: string | null;
}
export interface TestResult { ok: boolean; region: Region; base_url: string; problem?: Problem | null; took_ms: number }

export interface Status {
  accepted: number;
  skipped: number;
  delivered: number;
  pending: number;
  dead: number;
  imbalance: number;
  settled: boolean;
  skipped_by: Record<string, number>;
  destinations: (Standing & { name: string })[];
  journal: { healthy: boolean; reason: string | null };
  version: string;
  waiting_for_first_event: boolean;
}
export interface Series {
  from: Time;
  to: Time;
  step_seconds: number;
  at: number[];
  accepted: (number | null)[];
  delivered: (number | null)[];
  skipped: (number | null)[];
  dead: (number | null)[];
  pending: (number | null)[];
  calls: (number | null)[];
  calls_saved: (number | null)[];
  calls_allowed: (number | null)[];
  oldest_pending_s: (number | null)[];
}

export interface Fate { destination: string; outcome: Outcome; code: string | null; dead_letter: number | null }
export interface EventItem {
  id: string;
  received_at: Time;
  source: string;
  type: string;
  name: string | null;
  message_id: string;
  user: string | null;
  requeued: boolean;
  fates: Fate[];
}
export interface EventPage extends Page<EventItem> { indexed: boolean; behind: number }
export interface Attempt {
  id: number;
  destination: string;
  call: string;
  method: string;
  target: string;
  request: string;
  status: number | null;
  reply: string;
  result: string;
  started_at: Time;
  took_ms: number;
  event_count: number;
}
export interface Explanation {
  outcome: "plan" | "skipped" | "refused";
  intent: string | null;
  code: string | null;
  reason: string | null;
  fields: { name: string; value: unknown; from: string; rule: string }[];
  notes: string[];
  calls: { kind: string; when: string }[];
  cost: string;
}
export interface EventStory extends EventItem {
  event: unknown;
  raw: string;
  request_ip: string | null;
  attempts: Attempt[];
  plans: { destination: string; explanation: Explanation }[];
  original: { event: string; code: string; reason: string; edited_by: string | null; at: Time } | null;
  related: EventItem[];
}
export interface Explained {
  items: { profile: "native" | "rudderstack"; explanation: Explanation }[];
  differences: { rule: string; text: string }[];
}

export interface EndUserHit { destination: string; external_id: string; end_user_id: string | null }
export interface Answer {
  id: number;
  event: string;
  destination: string;
  kind: "response" | "decline";
  score: number | null;
  text: string | null;
  external_id: string | null;
  email: string | null;
  end_user_id: string;
  answered_at: Time | null;
  delivered_at: Time;
}
export interface EndUser {
  destination: string;
  external_id: string;
  known: null | {
    end_user_id: string;
    email: string | null;
    phone_number: string | null;
    last_surveyed: number | null;
    external_created_at: number | null;
    properties: Record<string, unknown>;
    read_at: Time;
  };
  lane: null | { attempts: number; retry_at: Time; wait_until: Time | null; failing_s: number; head: string };
  events: EventItem[];
  answers: Answer[];
}
export interface Asked { found: boolean; end_user: unknown; problem: Problem | null; calls: number }

export interface DeadLetter {
  id: number;
  code: string;
  reason: string;
  message_id: string;
  type: string;
  user: string | null;
  destination: string;
  source: string;
  received_at: Time;
  died_at: Time;
  event?: string;
}
export interface Group {
  destination: string;
  code: string;
  count: number;
  users: number;
  first: Time;
  last: Time;
  sample: DeadLetter | null;
  title: string;
  means: string;
  what_to_do: string;
}
export interface Selection { ids?: number[]; code?: string; destination?: string; user?: string; all?: boolean }
export interface Count { count: number }

export interface Feedback {
  from: Time;
  to: Time;
  responses: number;
  declines: number;
  scores: number[];
  other_scores: number;
  promoters: number;
  passives: number;
  detractors: number;
  nps: number | null;
  series: {
    at: number[];
    responses: number[];
    declines: number[];
    promoters: number[];
    passives: number[];
    detractors: number[];
    nps: (number | null)[];
  };
}

export type AlertKind = "halted" | "dead_letters" | "oldest_pending" | "disk";
export interface AlertInput {
  name: string;
  kind: AlertKind;
  destination?: string | null;
  code?: string | null;
  above?: number | null;
  older_than?: string | null;
  webhook: string;
  enabled?: boolean;
}
export interface Alert {
  name: string;
  kind: AlertKind;
  destination: string | null;
  code: string | null;
  above: number | null;
  older_than: string | null;
  webhook_hint: string;
  enabled: boolean;
  state: "ok" | "firing" | "unknown";
  since: Time | null;
  last_sent_at: Time | null;
  last_problem: string | null;
}
export interface Firing { name: string; since: Time; text: string }
export interface Alerts { items: Alert[]; firing: Firing[] }

// Filters, as query parameters.
interface Paging { after?: string; limit?: number }
interface Range { from?: Time; to?: Time }
export interface EventFilter extends Paging, Range {
  source?: string;
  destination?: string;
  user?: string;
  message_id?: string;
  type?: string;
  outcome?: Outcome;
  code?: string;
}
export interface DeadLetterFilter extends Paging, Range {
  code?: string;
  destination?: string;
  source?: string;
  user?: string;
  message_id?: string;
}
export interface AnswerFilter extends Paging, Range {
  destination?: string;
  kind?: "response" | "decline";
  with_text?: boolean;
  user?: string;
}
export interface AuditFilter extends Paging, Range { who?: string; action?: string }
export interface SeriesFilter extends Range { destination?: string; points?: number }
export interface LiveFilter { source?: string; destination?: string; outcome?: Outcome; type?: string }
export interface ExplainInput { event: string; source_kind?: SourceKind; destination?: string }
export interface SourceInput { name: string; kind: SourceKind; rate_limit?: string | null }
/** An empty rate limit ends it. */
export interface SourceChange { enabled?: boolean; rate_limit?: string; kind?: SourceKind }
export interface PersonInput { name: string; role: Role; password: string }
export interface PersonChange { role?: Role; disabled?: boolean; password?: string }
export interface TokenInput { name: string; role: Role; expires_at?: Time | null }

// The paths, in the form that openapi-typescript makes and openapi-fetch takes.
interface Json<T> { content: { "application/json": T } }
interface Read<R, P = object> { parameters: P; responses: { 200: Json<R> } }
interface Write<R, B, P = object> { parameters: P; requestBody: Json<B>; responses: { 200: Json<R> } }
interface Query<Q> { query?: Q }
interface Named { path: { name: string } }
interface Numbered { path: { id: number } }
interface ById { path: { id: string } }
interface OneUser { path: { destination: string; external_id: string } }
type Nothing = undefined;

export interface paths {
  "/setup": { get: Read<Setup>; post: Write<Me, { token: string; name: string; password: string }> };
  "/session": { post: Write<Me, { name: string; password: string }>; delete: Read<Nothing> };
  "/me": { get: Read<Me> };
  "/me/password": { put: Write<Nothing, { current: string; new: string }> };
  "/people": { get: Read<Items<Person>>; post: Write<Person, PersonInput> };
  "/people/{name}": { put: Write<Person, PersonChange, Named>; delete: Read<Nothing, Named> };
  "/tokens": { get: Read<Items<ApiToken>>; post: Write<ApiToken & { token: string }, TokenInput> };
  "/tokens/{id}": { delete: Read<Nothing, ById> };
  "/audit": { get: Read<Page<AuditEntry>, Query<AuditFilter>> };
  "/sources": { get: Read<Items<Source>>; post: Write<Source, SourceInput> };
  "/sources/{name}": { get: Read<Source, Named>; put: Write<Source, SourceChange, Named>; delete: Read<Nothing, Named> };
  "/sources/{name}/rotate": { post: Write<Source, { overlap_hours: number }, Named> };
  "/destinations": { get: Read<Items<Destination>>; post: Write<Destination, DestinationInput> };
  "/destinations/{name}": {
    get: Read<Destination, Named>;
    put: Write<Destination, Partial<DestinationInput>, Named>;
    delete: Read<{ discarded: number; kept: number }, Named & { query: { backlog: "keep" | "discard" } }>;
  };
  "/destinations/{name}/pause": { post: Read<Destination, Named> };
  "/destinations/{name}/resume": { post: Read<Destination, Named> };
  "/connection-test": { post: Write<TestResult, TestInput> };
  "/status": { get: Read<Status> };
  "/series": { get: Read<Series, Query<SeriesFilter>> };
  "/events": { get: Read<EventPage, Query<EventFilter>> };
  "/events/{id}": { get: Read<EventStory, ById> };
  "/events/{id}/replay": { post: Write<{ id: string }, { destination: string }, ById> };
  "/end-users": { get: Read<Items<EndUserHit>, { query: { user: string } }> };
  "/end-users/{destination}/{external_id}": { get: Read<EndUser, OneUser> };
  "/end-users/{destination}/{external_id}/ask": { post: Read<Asked, OneUser> };
  "/dead-letters": { get: Read<Page<DeadLetter>, Query<DeadLetterFilter>> };
  "/dead-letters/groups": { get: Read<Items<Group>, Query<DeadLetterFilter>> };
  "/dead-letters/{id}": { get: Read<DeadLetter, Numbered> };
  "/dead-letters/count": { post: Write<Count, Selection> };
  "/dead-letters/requeue": { post: Write<Count, Selection> };
  "/dead-letters/discard": { post: Write<Count, Selection> };
  "/dead-letters/{id}/edit": { post: Write<{ id: string }, { event: string }, Numbered> };
  "/feedback": { get: Read<Feedback, Query<SeriesFilter>> };
  "/feedback/answers": { get: Read<Page<Answer>, Query<AnswerFilter>> };
  "/explain": { post: Write<Explained, ExplainInput> };
  "/alerts": { get: Read<Alerts>; post: Write<Alert, AlertInput> };
  "/alerts/{name}": { put: Write<Alert, Partial<AlertInput>, Named>; delete: Read<Nothing, Named> };
  "/alerts/{name}/test": { post: Read<{ ok: boolean; problem: Problem | null }, Named> };
}
