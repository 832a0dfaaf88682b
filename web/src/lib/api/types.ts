// The admin API's shapes by the names that the screens use. They are made from its description (schema.ts); only what
// the description cannot say is said here. Times are RFC 3339 text with milliseconds.
import type { components, operations } from "./schema.ts";

type Schemas = components["schemas"];
type Query<Name extends keyof operations> = NonNullable<operations[Name]["parameters"]["query"]>;

export type Time = string;

/** What every refused request says: what happened and what to do. */
export type Problem = Schemas["Problem"];

export type Role = Schemas["Role"];
export type Setup = Schemas["Setup"];
export type Me = Schemas["Me"];
export type Person = Schemas["Person"];
export type PersonInput = Schemas["NewPerson"];
export type PersonChange = Schemas["PersonChange"];
export type ApiToken = Schemas["ApiToken"];
export type TokenInput = Schemas["NewToken"];
export type AuditEntry = Schemas["AuditEntry"];
export type AuditFilter = Query<"list_audit">;

export type ManagedBy = Schemas["ManagedBy"];
export type SourceKind = Schemas["SourceKind"];
export type Source = Schemas["Source"];
export type SourceInput = Schemas["SourceForm"];
/** An empty rate limit ends it. */
export type SourceChange = Schemas["SourceChange"];

export type Region = Schemas["Region"];
export type Mode = Schemas["Mode"];
export type Consent = Schemas["Consent"];
export type ConsentRules = Schemas["ConsentRules"];
export type ConsentManagement = Schemas["ConsentProvider"];
export type Delivery = Schemas["Delivery"];
export type DeliveryInput = Schemas["DeliveryForm"];
/** A new destination, or what changes of one. An empty region or address: as the account token says. */
export type DestinationInput = Schemas["DestinationForm"];
export type Destination = Schemas["Destination"];
export type Standing = Schemas["Standing"];
export type DestinationState = Standing["state"];
export type Backlog = Query<"remove_destination">["backlog"];
export type TestResult = Schemas["TestResult"];

export type Status = Schemas["Status"];
export type Series = Schemas["Series"];
export type SeriesFilter = Query<"series">;

export type Outcome = Schemas["Outcome"];
export type Fate = Schemas["Fate"];
export type EventItem = Schemas["EventItem"];
export type EventPage = Schemas["EventPage"];
export type EventFilter = Query<"list_events">;
export type EventStory = Schemas["EventStory"];
export type Attempt = Schemas["Attempt"];

export type Explanation = Schemas["Explanation"];
export type Explained = Schemas["Explained"];
export type ExplainInput = Schemas["Question"];

export type EndUserHit = Schemas["EndUserHit"];
export type EndUser = Schemas["EndUser"];
export type Asked = Schemas["Asked"];

export type DeadLetter = Schemas["DeadLetter"];
export type DeadLetterFilter = Query<"list_dead_letters">;
export type Group = Schemas["DeadLetterGroup"];
export type ServerPart = Schemas["ServerPart"];
export type Conflict = Schemas["Conflict"];
export type ConflictAction = Schemas["ConflictAction"];
export type ConflictFilter = Query<"list_conflicts">;
export type GroupFilter = Query<"group_dead_letters">;
export type Selection = Schemas["Selection"];
export type NamesFilter = Query<"name_dead_letters">;

export type Rule = Schemas["Rule"];
export type RuleInput = Schemas["RuleForm"];
/** What a rule is about; null is whatever. */
export type RuleScope = { event: string | null; source: string | null };
export type RulePreview = Schemas["RulePreview"];

export type Feedback = Schemas["Feedback"];
export type FeedbackFilter = Query<"feedback">;
export type Answer = Schemas["Answer"];
export type AnswerFilter = Query<"list_answers">;

export type AlertKind = Schemas["AlertKind"];
export type AlertInput = Schemas["AlertForm"];
export type Alert = Schemas["Alert"];
export type Alerts = Schemas["Alerts"];
