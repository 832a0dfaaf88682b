// Made by `npm run generate` from crates/console/openapi.json. Do not edit.

export interface paths {
    "/api/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All alerts. */
        get: operations["list_alerts"];
        put?: never;
        /** Makes an alert. */
        post: operations["create_alert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes an alert. What the form leaves out keeps its value. */
        put: operations["change_alert"];
        post?: never;
        /** Removes an alert. */
        delete: operations["remove_alert"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a test message to the webhook now. */
        post: operations["test_alert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the entries of the audit, the newest first. */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists conflicts, the newest first. */
        get: operations["list_conflicts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conflicts/{id}/settle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Settles a conflict, or tries to. The conflict itself shows the result; it is gone once the person has the field. */
        post: operations["settle_conflict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connection-test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks InMoment for a token with a login, and sends nothing else. If the form leaves the login out, the login of the
         *     existing destination `name` is used.
         */
        post: operations["test_connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists dead letters, the oldest first. */
        get: operations["list_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Counts the dead letters that a selection takes; changes nothing. */
        post: operations["count_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Discards dead letters: they count as skipped, for the reason `discarded`. */
        post: operations["discard_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/event-names": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the names of the events among dead letters (`event` of a track). */
        get: operations["name_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts dead letters by destination and code. */
        get: operations["group_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/requeue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Requeues dead letters: each enters the log again as a new event. */
        post: operations["requeue_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one dead letter with its whole event. */
        get: operations["show_dead_letter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}/edit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Corrects a dead letter and requeues it: the edited text enters the log as a new event. */
        post: operations["edit_dead_letter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/destinations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists all destinations, the configuration file's first. */
        get: operations["list_destinations"];
        put?: never;
        /** Makes a destination, and starts to deliver to it. */
        post: operations["create_destination"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/destinations/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one destination. */
        get: operations["show_destination"];
        /**
         * Changes a destination. What the form leaves out keeps its value. Its pending events are delivered with the new
         *     settings.
         */
        put: operations["change_destination"];
        post?: never;
        /** Removes a destination: nothing is sent to it any more, and new events do not go there. */
        delete: operations["remove_destination"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/destinations/{name}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pauses a destination: no further call is sent; events are still accepted and wait. */
        post: operations["pause_destination"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/destinations/{name}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a pause; a halted destination tries its login at once. */
        post: operations["resume_destination"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/destinations/{name}/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a rule: from now on the destination skips its events. Dead letters stay until they are requeued; then they are
         *     skipped, too.
         */
        post: operations["create_rule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/destinations/{name}/rules/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Shows what a rule would do; changes nothing. */
        post: operations["preview_rule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/destinations/{name}/rules/{rule}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes a rule: from now on its events are delivered again. Events that were skipped stay skipped, and can be
         *     replayed.
         */
        delete: operations["remove_rule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/end-users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finds end users by external id, e-mail or end-user id. */
        get: operations["find_end_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/end-users/{destination}/{external_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an end user: what InMoment was last known to hold, the events that wait, and the newest events and answers. */
        get: operations["show_end_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/end-users/{destination}/{external_id}/ask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks InMoment what it holds of an end user, by the external id, then by InMoment's own id. */
        post: operations["ask_for_end_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists stored events, the newest first. */
        get: operations["list_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one event with its whole text and history. */
        get: operations["show_event"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replays a stored event as a new event for one destination. Deduplication by message id does not apply to it. */
        post: operations["replay_event"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Explains what would become of an event, in both profiles. */
        post: operations["explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts survey answers. */
        get: operations["feedback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feedback/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists survey answers, the last given first. */
        get: operations["list_answers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Streams events as they arrive (`received`, with an event's item), outcomes as they become durable (`outcome`),
         *     notices that messages were left out (`gap`), and a `ping` every 15 s.
         */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller. */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes the caller's password. All other sessions of the person end. */
        put: operations["change_own_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists people by name. */
        get: operations["list_people"];
        put?: never;
        /** Makes a person. */
        post: operations["create_person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes a person. If the password is changed or the person is disabled, all their sessions end. */
        put: operations["change_person"];
        post?: never;
        /** Removes a person. All their sessions end; the tokens that they made stay valid. */
        delete: operations["remove_person"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows counts and levels over time. */
        get: operations["series"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs a person in. The answer sets the session's cookie. */
        post: operations["sign_in"];
        /** Signs the caller out. For a token, which has no session, this does nothing. */
        delete: operations["sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says whether the first administrator has to be made, and whether this browser has a session. */
        get: operations["setup"];
        put?: never;
        /** Makes the first administrator and signs them in. */
        post: operations["create_first_administrator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists all sources, the configuration file's first. */
        get: operations["list_sources"];
        put?: never;
        /** Makes a source. Only this answer shows its write key. */
        post: operations["create_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one source. */
        get: operations["show_source"];
        /** Changes a source. */
        put: operations["change_source"];
        post?: never;
        /**
         * Removes a source: requests with its write keys are refused from now on. Events that it sent are kept and delivered.
         *     Rules about it are removed, too.
         */
        delete: operations["remove_source"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{name}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a source a new write key, which only this answer shows. The present key works on for the overlap. */
        post: operations["rotate_write_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the counts of all events by fate, and the state of each destination. */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists API tokens, in no particular order. */
        get: operations["list_tokens"];
        put?: never;
        /** Makes an API token. Only this answer shows its secret text. */
        post: operations["create_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes an API token: it is not accepted from then on. */
        delete: operations["remove_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An alert, without its webhook's address. */
        Alert: {
            /**
             * Format: int32
             * @description see `AlertForm`; null where this kind of alert does not use it
             */
            above: number | null;
            code: string | null;
            destination: string | null;
            enabled: boolean;
            kind: components["schemas"]["AlertKind"];
            /** @description why its last message could not be sent; it is tried again */
            last_problem: string | null;
            last_sent_at: string | null;
            name: string;
            older_than: string | null;
            /** @description when it began to fire */
            since: string | null;
            /**
             * @description `unknown` while it is off
             * @enum {string}
             */
            state: "ok" | "firing" | "unknown";
            /** @description the host of the webhook's address */
            webhook_hint: string;
        };
        /** @description A new alert, or the changes of one; in a change, what the form leaves out keeps its value. */
        AlertForm: {
            /**
             * Format: int32
             * @description the threshold. `dead_letters`: it fires above this number (0: at the first one). `disk`: it fires below this
             *     percentage of free space
             * @default null
             */
            above?: number | null;
            /**
             * @description the alert counts only dead letters with this code; an empty text: all codes
             * @default null
             */
            code?: string | null;
            /**
             * @description the alert concerns only this destination; an empty text: all destinations
             * @default null
             */
            destination?: string | null;
            /**
             * @description a disabled alert sends nothing
             * @default null
             */
            enabled?: boolean | null;
            /** @default null */
            kind?: components["schemas"]["AlertKind"] | null;
            /**
             * @description 1 to 64 letters, digits, dashes, dots and underscores
             * @default null
             */
            name?: string | null;
            /**
             * @description for `oldest_pending` and `failing`: the duration after which it fires, as in `30 min`; 5 min when absent for
             *     `failing`
             * @default null
             */
            older_than?: string | null;
            /**
             * @description where messages are sent: an `https` address that takes Slack's JSON (`{"text":…}`); no answer contains it
             * @default null
             */
            webhook?: string | null;
        };
        /**
         * @description What an alert watches.
         * @enum {string}
         */
        AlertKind: "halted" | "failing" | "stuck" | "broken" | "dead_letters" | "oldest_pending" | "disk";
        /** @description Whether the webhook took the test message. */
        AlertTest: {
            ok: boolean;
            problem: components["schemas"]["Problem"] | null;
        };
        /** @description All alerts. */
        Alerts: {
            /** @description the alerts that fire now, each with its present message */
            firing: components["schemas"]["Firing"][];
            items: components["schemas"]["Alert"][];
        };
        /** @description A survey answer that InMoment has. */
        Answer: {
            /** @description when the answer was given, which dates it everywhere. If its event does not say so: when InMoment accepted it */
            answered_at: string;
            /** @description whether InMoment counts the answer: `false` when a later answer of the end user replaced it */
            counts: boolean;
            /** @description when InMoment accepted the answer */
            delivered_at: string;
            destination: string;
            email: string | null;
            end_user_id: string;
            /** @description the id of the event that carried the answer; the event may have been removed */
            event: string;
            external_id: string | null;
            /** Format: int64 */
            id: number;
            kind: components["schemas"]["AnswerKind"];
            /**
             * Format: int64
             * @description the id of the next answer, which replaced this one
             */
            replaced_by: number | null;
            /**
             * Format: int32
             * @description how many earlier answers of the end user, within 24 hours, this answer replaced
             */
            replaces: number;
            /** Format: int32 */
            score: number | null;
            text: string | null;
        };
        /**
         * @description The kind of an answer.
         * @enum {string}
         */
        AnswerKind: "response" | "decline";
        /** @description A page of answers. */
        AnswerPage: {
            items: components["schemas"]["Answer"][];
            /** @description the value of `after` for the next page; null on the last page */
            next: string | null;
        };
        /** @description An API token, with which a program uses the API. */
        ApiToken: {
            created_at: string;
            /** @description the person or token that made it */
            created_by: string;
            expires_at: string | null;
            id: string;
            last_used_at: string | null;
            name: string;
            role: components["schemas"]["Role"];
        };
        /** @description What InMoment holds of an end user. */
        Asked: {
            /**
             * Format: int32
             * @description how many calls were made
             */
            calls: number;
            /** @description the end user as InMoment's API returned it; null when InMoment has none */
            end_user: unknown;
            /** @description whether InMoment knows the end user */
            found: boolean;
            problem: components["schemas"]["Problem"] | null;
        };
        /** @description A call to InMoment that was made. */
        Attempt: {
            call: string;
            destination: string;
            /**
             * Format: int64
             * @description number of events that the call was made for
             */
            event_count: number;
            /** Format: int64 */
            id: number;
            method: string;
            reply: string;
            /** @description the form that was sent, with secrets masked */
            request: string;
            /** @description `ok`, or what went wrong, in one word */
            result: string;
            started_at: string;
            /**
             * Format: int32
             * @description the reply's status; null when there was no reply
             */
            status: number | null;
            /** @description path and query of the request */
            target: string;
            /** Format: int32 */
            took_ms: number;
        };
        /** @description An entry of the audit: who did what. */
        AuditEntry: {
            /** @description what was done, as a stable word */
            action: string;
            /** @description the address that the request came from */
            address: string | null;
            at: string;
            /** @description details of the action, without secrets */
            detail: {
                [key: string]: unknown;
            };
            /** Format: int64 */
            id: number;
            /** @description what it was done to */
            subject: string;
            /** @description a person, `token NAME`, `admin token`, or `not signed in` */
            who: string;
        };
        /** @description A page of the audit. */
        AuditPage: {
            items: components["schemas"]["AuditEntry"][];
            /** @description the value of `after` for the next page; null on the last page */
            next: string | null;
        };
        /** @description The calls that InMoment still allows. */
        Budget: {
            /** Format: int32 */
            limit: number;
            /** Format: int32 */
            remaining: number;
            resets_at: string;
        };
        /** @description An explanation in one profile. */
        ByProfile: {
            explanation: components["schemas"]["Explanation"];
            /** @description `native` or `rudderstack` */
            profile: components["schemas"]["Profile"];
        };
        /**
         * @description A person or a program.
         * @enum {string}
         */
        CallerKind: "person" | "token";
        /** @description The last reading of the configuration. */
        ConfigurationReading: {
            /** @description when the configuration in force was read */
            applied_at: string | null;
            /** @description keys whose new value takes effect at the next start */
            needs_restart: string[];
            refused: components["schemas"]["RefusedConfiguration"] | null;
        };
        /** @description An end user who was delivered without a field, because InMoment holds its value for another end user. */
        Conflict: {
            destination: string;
            dismissed: boolean;
            /** @description the last event that was delivered without the field, or became a dead letter because of it */
            event: string;
            /** @description why the last attempt to settle it failed (docs/errors.md) */
            failure: string | null;
            field: components["schemas"]["ConflictField"];
            /** @description the end user for whom InMoment holds the value */
            holder: components["schemas"]["ConflictParty"];
            /** Format: int64 */
            id: number;
            last: string;
            /**
             * @description the value that the person had in the field and gave up because others want it; null when there is no such
             *     exchange
             */
            let_go: string | null;
            /** @description the end user who was delivered without the field */
            person: components["schemas"]["ConflictParty"];
            settlement: components["schemas"]["ConflictSettlement"] | null;
            since: string;
            /**
             * Format: int64
             * @description number of events that met this conflict
             */
            times: number;
            /** @description the value that the person should have in the field */
            value: string;
        };
        /**
         * @description What shall be done about a conflict.
         * @enum {string}
         */
        ConflictAction: "try_again" | "adopt" | "dismiss";
        /**
         * @description The field that two people cannot both have.
         * @enum {string}
         */
        ConflictField: "email" | "phone_number";
        /** @description How a conflict shall be settled. */
        ConflictOrder: {
            action: components["schemas"]["ConflictAction"];
        };
        /** @description A page of conflicts. */
        ConflictPage: {
            items: components["schemas"]["Conflict"][];
            /** @description the value of `before` for the next page; null on the last page */
            next: string | null;
        };
        /** @description An end user of InMoment, as far as it is known. */
        ConflictParty: {
            end_user_id: string | null;
            external_id: string | null;
        };
        /**
         * @description What is being done about a conflict.
         * @enum {string}
         */
        ConflictSettlement: "try_again" | "let_go" | "give_back" | "adopt";
        /** @description Consent settings by kind of source. */
        Consent: {
            /** @default null */
            mobile?: components["schemas"]["ConsentRules"] | null;
            /** @default null */
            server?: components["schemas"]["ConsentRules"] | null;
            /** @default null */
            web?: components["schemas"]["ConsentRules"] | null;
        };
        /** @description The consents of one provider. Answers contain every member. */
        ConsentProvider: {
            /** @description the consent ids that this destination needs */
            consents?: string[];
            /** @description the provider: `oneTrust`, `ketch`, `iubenda` or `custom` */
            provider: string;
            /** @description `and` or `or`; used for the provider `custom` only */
            resolution_strategy?: string;
        };
        /** @description The consents that must not have been denied. Answers contain every list; a list that a form leaves out is empty. */
        ConsentRules: {
            /**
             * @description legacy Ketch purposes
             * @default []
             */
            ketch?: string[];
            /**
             * @description the generic consent management
             * @default []
             */
            management?: components["schemas"]["ConsentProvider"][];
            /**
             * @description legacy OneTrust cookie categories
             * @default []
             */
            one_trust?: string[];
        };
        /** @description An event given up, kept with its reason. */
        DeadLetter: {
            code: string;
            destination: string;
            died_at: string;
            /** @description the event's own text; left out in lists */
            event?: string | null;
            /** Format: int64 */
            id: number;
            message_id: string;
            reason: string;
            received_at: string;
            source: string;
            type: string;
            user: string | null;
        };
        /** @description How many dead letters a selection takes. */
        DeadLetterCount: {
            /** Format: int64 */
            count: number;
            /**
             * Format: int64
             * @description the highest number among them; given in a selection, it excludes dead letters that were given up after the count
             */
            up_to: number | null;
        };
        /** @description The dead letters of one destination that have one code. */
        DeadLetterGroup: {
            code: string;
            /** Format: int64 */
            count: number;
            destination: string;
            /** @description when the first was given up */
            first: string;
            /** @description when the last was given up */
            last: string;
            /** @description what it means for the data */
            means: string;
            sample: components["schemas"]["DeadLetter"] | null;
            /** @description what happened */
            title: string;
            /**
             * Format: int64
             * @description number of end users whom the dead letters concern
             */
            users: number;
            what_to_do: string;
        };
        /** @description A page of dead letters. */
        DeadLetterPage: {
            items: components["schemas"]["DeadLetter"][];
            /** @description the value of `after` for the next page; null on the last page */
            next: string | null;
        };
        /** @description The delivery settings: every key, with defaults filled in. */
        Delivery: {
            /** Format: int32 */
            concurrency: number;
            give_up_lane_after: string;
            known_user_max_age: string;
            last_surveyed: components["schemas"]["LastSurveyed"];
            null_traits: components["schemas"]["NullTraits"];
            /** @description texts that count as no id, in any letter case */
            placeholder_ids: string[];
            profile: components["schemas"]["Profile"];
            response_created_at: components["schemas"]["ResponseCreatedAt"];
            retry_first: string;
            retry_max: string;
            unknown_user_wait: string;
        };
        /** @description The delivery settings that differ from the defaults. */
        DeliveryForm: {
            /**
             * Format: int32
             * @description the largest number of calls under way at once, 1 to 1000
             * @default null
             */
            concurrency?: number | null;
            /**
             * @description how long the events of one end user may fail, while others succeed, before they become dead letters, as in `24
             *     h`
             * @default null
             */
            give_up_lane_after?: string | null;
            /**
             * @description how long data that InMoment returned about an end user counts as current, as in `1 h`
             * @default null
             */
            known_user_max_age?: string | null;
            /** @default null */
            last_surveyed?: components["schemas"]["LastSurveyed"] | null;
            /** @default null */
            null_traits?: components["schemas"]["NullTraits"] | null;
            /**
             * @description texts that do not count as an id, in any letter case; at most 100 of at most 200 characters. With an empty list
             *     every text counts as an id
             * @default null
             */
            placeholder_ids?: string[] | null;
            /** @default null */
            profile?: components["schemas"]["Profile"] | null;
            /** @default null */
            response_created_at?: components["schemas"]["ResponseCreatedAt"] | null;
            /**
             * @description the wait after the first failure, as in `1 s`
             * @default null
             */
            retry_first?: string | null;
            /**
             * @description the longest wait between two tries, as in `5 min`
             * @default null
             */
            retry_max?: string | null;
            /**
             * @description how long a survey answer waits for an end user whom InMoment does not know yet, as in `5 min`
             * @default null
             */
            unknown_user_wait?: string | null;
        };
        /** @description A destination: its settings without its secrets, and what it is doing. */
        Destination: {
            /** @description the first and last characters of the account token */
            account_token_hint: string;
            /** @description an address that is used in place of the region's */
            base_url: string | null;
            consent: components["schemas"]["Consent"];
            created_at: string | null;
            delivery: components["schemas"]["Delivery"];
            managed_by: components["schemas"]["ManagedBy"];
            mode: components["schemas"]["Mode"];
            name: string;
            region: components["schemas"]["Region"];
            /**
             * @description how the region was found
             * @enum {string}
             */
            region_from: "account_token" | "setting";
            /** @description the rules by which it skips events */
            rules: components["schemas"]["Rule"][];
            /** @description the sources whose events it gets */
            sources: string[];
            standing: components["schemas"]["Standing"];
            /** @description the e-mail of the InMoment login */
            username: string;
        };
        /**
         * @description A new destination, or the changes of one. What the form leaves out keeps its value (of a new destination: has its
         *     default).
         */
        DestinationForm: {
            /**
             * @description the account token, which InMoment shows under Settings, Your Account; no answer contains it
             * @default null
             */
            account_token?: string | null;
            /**
             * @description `true` allows an address with `http` at another machine. Everybody on the way can then read the login and the
             *     end users' data
             * @default null
             */
            allow_plain_http?: boolean | null;
            /**
             * @description an address that is used in place of the region's; an empty text: the region's
             * @default null
             */
            base_url?: string | null;
            /** @default null */
            consent?: components["schemas"]["Consent"] | null;
            /** @default null */
            delivery?: components["schemas"]["DeliveryForm"] | null;
            /** @default null */
            mode?: components["schemas"]["Mode"] | null;
            /**
             * @description 1 to 64 letters, digits, dashes, dots and underscores
             * @default null
             */
            name?: string | null;
            /**
             * @description the password of the InMoment login; no answer contains it
             * @default null
             */
            password?: string | null;
            /**
             * @description the region: `us`, `eu` or `au`; an empty text: the account token's prefix decides
             * @default null
             */
            region?: string | null;
            /**
             * @description the names of the sources whose events it gets
             * @default null
             */
            sources?: string[] | null;
            /**
             * @description the e-mail of the InMoment login
             * @default null
             */
            username?: string | null;
        };
        DestinationPlan: {
            destination: string;
            explanation: components["schemas"]["Explanation"];
        };
        /** @description All destinations. */
        Destinations: {
            items: components["schemas"]["Destination"][];
        };
        /** @description A field that the profiles send differently. */
        DifferingField: {
            field: string;
            native: unknown;
            rudderstack: unknown;
        };
        /** @description The corrected event. */
        Edit: {
            /** @description JSON text */
            event: string;
        };
        /** @description An end user at a destination. */
        EndUser: {
            /** @description survey answers of this end user, the newest first */
            answers: components["schemas"]["Answer"][];
            destination: string;
            /** @description events with this end user's id, the newest first */
            events: components["schemas"]["EventItem"][];
            external_id: string;
            known: components["schemas"]["KnownEndUser"] | null;
            lane: components["schemas"]["Lane"] | null;
        };
        /** @description An end user at a destination. */
        EndUserHit: {
            destination: string;
            /** @description InMoment's id, once it is known */
            end_user_id: string | null;
            /** @description the external id, or InMoment's own id where no external id is known */
            external_id: string;
        };
        /** @description The end users who match. */
        EndUserHits: {
            items: components["schemas"]["EndUserHit"][];
        };
        /** @description A new event in the log. */
        Entered: {
            /** @description the id of the new event */
            id: string;
        };
        /** @description A stored event. */
        EventItem: {
            /** @description one fate for each destination that the event was routed to */
            fates: components["schemas"]["Fate"][];
            /** @description `REQUEST.INDEX` */
            id: string;
            message_id: string;
            /** @description a track's name */
            name: string | null;
            received_at: string;
            /** @description whether it is a requeued, edited or replayed event */
            requeued: boolean;
            source: string;
            /** @description the event's type; empty when it has none */
            type: string;
            /** @description the first of `userId`, `anonymousId` and e-mail that the event has */
            user: string | null;
        };
        /** @description How many dead letters have an event of this name. */
        EventName: {
            /** Format: int64 */
            count: number;
            name: string;
        };
        /** @description The names of events among dead letters. */
        EventNames: {
            /** @description the 50 most frequent names, the most frequent first */
            items: components["schemas"]["EventName"][];
            /**
             * Format: int64
             * @description how many dead letters were looked at: 20,000 at most
             */
            looked_at: number;
            /**
             * Format: int64
             * @description how many dead letters have an event without a name, such as an identify
             */
            unnamed: number;
        };
        /** @description A page of events. */
        EventPage: {
            /**
             * Format: int64
             * @description number of requests that the search index does not hold yet
             */
            behind: number;
            /** @description whether the search index holds all stored events */
            indexed: boolean;
            /** @description may be few or empty although there is a next page, because the search for one page is bounded */
            items: components["schemas"]["EventItem"][];
            /** @description the value of `after` for the next page; null on the last page */
            next: string | null;
        };
        /** @description Shows one event with its whole text and history. */
        EventStory: components["schemas"]["EventItem"] & {
            /** @description the calls made for the event, the oldest first */
            attempts: components["schemas"]["Attempt"][];
            /**
             * @description open conflicts of the event: the e-mail or phone number that it was delivered without, or became a dead letter
             *     because of, since InMoment holds it for another end user
             */
            conflicts: components["schemas"]["Conflict"][];
            /** @description the event as JSON; as a text when it cannot be parsed */
            event: unknown;
            /**
             * @description whether another event of the same source has the same message id and other content; each was treated as an event
             *     of its own
             */
            message_id_reused: boolean;
            original: components["schemas"]["Original"] | null;
            /** @description for each destination that the event was routed to, its mapping by the present settings */
            plans: components["schemas"]["DestinationPlan"][];
            /** @description the event's text, byte for byte */
            raw: string;
            /** @description other events with the same message id, the newest first */
            related: components["schemas"]["EventItem"][];
            request_ip: string | null;
            /**
             * @description why the event waits, for each destination where calls for its end user failed or InMoment does not know the end
             *     user
             */
            waits: components["schemas"]["EventWait"][];
        };
        /** @description Why a pending event is not tried at once. */
        EventWait: {
            destination: string;
            lane: components["schemas"]["Lane"];
        };
        /** @description What would become of the event. */
        Explained: {
            /** @description the rules by which the profiles treat the event differently */
            differences: components["schemas"]["ProfileDifference"][];
            /** @description one explanation for each profile */
            items: components["schemas"]["ByProfile"][];
        };
        /** @description One of InMoment's fields. */
        ExplainedField: {
            /** @description the path in the event that the value came from; empty when it came from none */
            from: string;
            /** @description InMoment's name of the field */
            name: string;
            /** @description the rule of the mapping that applied */
            rule: string;
            /** @description the value that is sent; null when none is */
            value: unknown;
        };
        /** @description What would become of an event, and why. */
        Explanation: {
            /** @description the calls that delivery may take */
            calls: components["schemas"]["PlannedCall"][];
            /** @description why the event is not delivered, as a stable word */
            code: string | null;
            /** @description the number of calls that delivery takes, in words */
            cost: string;
            /** @description every field that the mapping considered, in InMoment's order */
            fields: components["schemas"]["ExplainedField"][];
            /** @description `UpsertEndUser`, `CreateResponse` or `CreateDecline` */
            intent: string | null;
            /** @description decisions about the event as a whole, and warnings */
            notes: string[];
            /**
             * @description whether the event is sent, skipped, or becomes a dead letter
             * @enum {string}
             */
            outcome: "plan" | "skipped" | "refused";
            /** @description why the event is not delivered, in words */
            reason: string | null;
        };
        /** @description What became of an event at a destination. */
        Fate: {
            /** @description why it was skipped, or the dead letter's code */
            code: string | null;
            /**
             * Format: int64
             * @description the dead letter's number, while it is kept
             */
            dead_letter: number | null;
            destination: string;
            outcome: components["schemas"]["Outcome"];
        };
        /**
         * @description Survey answers given in a span of time, counted as InMoment counts them: of one end user's responses (or declines)
         *     within 24 hours only the last one counts. `sent` counts all that were sent, including those that a later one
         *     replaced. Each number is the sum of the series.
         */
        Feedback: {
            /** Format: int64 */
            declines: number;
            /**
             * Format: int64
             * @description responses with a score from 0 to 6
             */
            detractors: number;
            /** @description exactly the requested time */
            from: string;
            /**
             * Format: double
             * @description Net Promoter Score: the percentage of promoters less that of detractors, to one decimal; null without scores
             */
            nps: number | null;
            /**
             * Format: int64
             * @description responses without a score from 0 to 10
             */
            other_scores: number;
            /**
             * Format: int64
             * @description responses with a score of 7 or 8
             */
            passives: number;
            /**
             * Format: int64
             * @description responses with a score of 9 or 10
             */
            promoters: number;
            /** Format: int64 */
            responses: number;
            /** @description how often each score from 0 to 10 was given */
            scores: number[];
            sent: components["schemas"]["FeedbackSent"];
            series: components["schemas"]["FeedbackSeries"];
            to: string;
            /** @description the time zone of the series' days, weeks and months */
            tz: string;
        };
        /** @description All answers that were sent to InMoment. */
        FeedbackSent: {
            /** Format: int64 */
            declines: number;
            /**
             * Format: double
             * @description the Net Promoter Score if every answer counted; null without scores
             */
            nps: number | null;
            /** Format: int64 */
            responses: number;
        };
        /** @description The counts by spans of time in the calendar of the time zone: a day has 23 or 25 hours where clocks are changed. */
        FeedbackSeries: {
            /** @description when each span begins, UNIX seconds. The first span begins at `from`, and the last one ends at `to` */
            at: number[];
            declines: number[];
            detractors: number[];
            nps: (number | null)[];
            passives: number[];
            promoters: number[];
            responses: number[];
            /** @description all responses and declines that were sent */
            sent: number[];
            /** @description the length of a span, such as `day`, `6 hours` or `week`, which begins on Monday */
            step: string;
        };
        /** @description An alert that fires. */
        Firing: {
            name: string;
            since: string;
            /** @description what is wrong */
            text: string;
        };
        /** @description The first administrator's name and password. */
        FirstAdministrator: {
            name: string;
            /** Format: password */
            password: string;
            /** @description the token of the link that the server printed when it started */
            token: string;
        };
        /** @description All groups; each is the dead letters of one destination with one code. */
        Groups: {
            items: components["schemas"]["DeadLetterGroup"][];
        };
        /** @description Whether events can be stored, and warnings about the storage. */
        Health: {
            /** @description why events cannot be stored, as a code of docs/errors.md; null if they can */
            code: string | null;
            healthy: boolean;
            reason: string | null;
            /** @description problems that need attention; events are stored and delivered meanwhile, unless a warning says otherwise */
            warnings: components["schemas"]["StorageWarning"][];
        };
        /** @description How long the present write key goes on working. */
        KeyRotation: {
            /**
             * Format: int32
             * @description hours, 0 to 720; with 0 the present key stops working at once
             */
            overlap_hours: number;
        };
        /** @description What InMoment was last known to hold. */
        KnownEndUser: {
            email: string | null;
            end_user_id: string;
            /**
             * Format: int64
             * @description UNIX seconds
             */
            external_created_at: number | null;
            /**
             * Format: int64
             * @description UNIX seconds
             */
            last_surveyed: number | null;
            phone_number: string | null;
            properties: {
                [key: string]: unknown;
            };
            /** @description when InMoment said so */
            read_at: string;
        };
        /** @description Events that wait because calls failed, or because InMoment does not know the end user. */
        Lane: {
            /** Format: int64 */
            failing_s: number;
            /** @description the id of the first waiting event */
            head: string;
            next_try: string;
            /**
             * Format: int32
             * @description how many calls failed in a row
             */
            tries: number;
            /** @description when waiting for the end user to become known ends */
            wait_until: string | null;
        };
        /**
         * @description When an identify sets `last_surveyed`.
         * @enum {string}
         */
        LastSurveyed: "event-time" | "on-create" | "off";
        /** @description A new API token with its secret text, which only this answer shows. */
        MadeToken: {
            created_at: string;
            created_by: string;
            expires_at: string | null;
            id: string;
            last_used_at: string | null;
            name: string;
            role: components["schemas"]["Role"];
            token: string;
        };
        /**
         * @description Who manages an entry.
         * @enum {string}
         */
        ManagedBy: "console" | "config";
        /** @description The caller. */
        Me: {
            kind: components["schemas"]["CallerKind"];
            name: string;
            role: components["schemas"]["Role"];
            session: components["schemas"]["SessionTimes"] | null;
        };
        /**
         * @description Whether events are sent.
         * @enum {string}
         */
        Mode: "live" | "shadow";
        /** @description A new person. */
        NewPerson: {
            name: string;
            /** Format: password */
            password: string;
            role: components["schemas"]["Role"];
        };
        /** @description The properties of a new API token. */
        NewToken: {
            /**
             * Format: date-time
             * @description when the token expires; never when absent
             */
            expires_at?: string | null;
            name: string;
            role: components["schemas"]["Role"];
        };
        /**
         * @description The meaning of a null among an event's traits.
         * @enum {string}
         */
        NullTraits: "ignore" | "clear";
        /** @description An event as it was before it was edited. */
        Original: {
            at: string;
            /** @description the code of the dead letter */
            code: string;
            edited_by: string | null;
            event: string;
            reason: string;
        };
        /**
         * @description What became of an event.
         * @enum {string}
         */
        Outcome: "pending" | "delivered" | "skipped" | "dead";
        /**
         * @description The state of a part.
         * @enum {string}
         */
        PartState: "running" | "restarting" | "stopping" | "down";
        /** @description A new password. */
        PasswordChange: {
            /** Format: password */
            current: string;
            /** Format: password */
            new: string;
        };
        /** @description A person who can sign in. */
        Person: {
            created_at: string;
            disabled: boolean;
            last_login_at: string | null;
            name: string;
            role: components["schemas"]["Role"];
        };
        /** @description The changes of a person. What the form leaves out keeps its value. */
        PersonChange: {
            disabled?: boolean | null;
            /** Format: password */
            password?: string | null;
            role?: components["schemas"]["Role"] | null;
        };
        /** @description All people who can sign in. */
        PersonList: {
            items: components["schemas"]["Person"][];
        };
        /** @description A call that may be made. */
        PlannedCall: {
            kind: string;
            /** @description the condition under which the call is made */
            when: string;
        };
        /** @description Why something could not be done. */
        Problem: {
            /** @description the error's code (docs/errors.md) */
            code: string;
            /** @description the parameter or member that is wrong */
            field?: string | null;
            /** @description what happened, and what it means for the data */
            message: string;
            /** @description what to do */
            what_to_do: string;
        };
        /**
         * @description The mapping profile.
         * @enum {string}
         */
        Profile: "native" | "rudderstack";
        /** @description One rule by which the profiles differ. */
        ProfileDifference: {
            /** @description the fields that differ */
            fields: components["schemas"]["DifferingField"][];
            rule: string;
            /** @description what each profile does, and what that means for the event */
            text: string;
        };
        /** @description An event to be explained. */
        Question: {
            /** @description the destination whose settings apply; when absent, the defaults apply */
            destination?: string | null;
            /** @description the event's JSON text */
            event: string;
            /** @description the name of the source that the event comes from, for rules; null: no particular source */
            source?: string | null;
            source_kind?: components["schemas"]["SourceKind"] | null;
        };
        /** @description Why a configuration was refused. */
        RefusedConfiguration: {
            at: string;
            /** @description a stable word (docs/errors.md) */
            code: string;
            reason: string;
        };
        /**
         * @description Where an InMoment account lives.
         * @enum {string}
         */
        Region: "us" | "eu" | "au";
        /** @description What became of the events that were not delivered. */
        RemovedDestination: {
            /**
             * Format: int64
             * @description number of events that were discarded: they count as skipped, for the reason `discarded`
             */
            discarded: number;
            /**
             * Format: int64
             * @description number of events that stay pending; a new destination of the same name would deliver them
             */
            kept: number;
        };
        /** @description Where an event is replayed to. */
        Replay: {
            destination: string;
        };
        /**
         * @description The source of a survey answer's date.
         * @enum {string}
         */
        ResponseCreatedAt: "document" | "event-time";
        /**
         * @description A role. Each role may do everything that the one before it may.
         * @enum {string}
         */
        Role: "viewer" | "operator" | "administrator";
        /** @description A rule: events of this name, of this source, or of both are skipped. */
        Rule: {
            /** @description null for a rule of the configuration file */
            created_at: string | null;
            /**
             * @description the `event` of the tracks; spaces around it and letter case do not matter. Null: events of any name, and events
             *     without a name
             */
            event: string | null;
            managed_by: components["schemas"]["ManagedBy"];
            name: string;
            /** @description the name of the source that the events came from; null: any source */
            source: string | null;
        };
        /** @description A new rule: events of this name, of this source, or of both are skipped. One of the two must be given. */
        RuleForm: {
            /**
             * @description the `event` of the tracks; spaces around it and letter case do not matter. Null: events of any name, and events
             *     without a name
             */
            event?: string | null;
            /** @description 1 to 64 letters, digits, dashes, dots and underscores */
            name: string;
            /** @description the name of the source that the events came from; null: any source */
            source?: string | null;
        };
        /** @description What a rule would do. */
        RulePreview: {
            /**
             * Format: int64
             * @description how many dead letters of the destination have such an event: they would be skipped when they are requeued
             */
            dead_letters: number;
            /**
             * Format: int64
             * @description how many dead letters were looked at (only those of the source, if one is given): 20,000 at most
             */
            dead_letters_looked_at: number;
            /** @description their numbers, for `requeue_dead_letters`: the first 10,000 */
            ids: number[];
            lately: components["schemas"]["RulePreviewLately"];
            /** @description the rule that skips these events already */
            skipped_by: string | null;
        };
        /**
         * @description The outcomes of matching events among the newest that went to the destination (only tracks if a name is given, only
         *     those of the source if one is given). The rule would have skipped the delivered ones.
         */
        RulePreviewLately: {
            /** Format: int64 */
            dead: number;
            /** Format: int64 */
            delivered: number;
            /**
             * Format: int64
             * @description how many events of any name were looked at: 1,000 at most
             */
            looked_at: number;
            /** Format: int64 */
            pending: number;
            /** Format: int64 */
            skipped: number;
        };
        /** @description The events that a rule would skip: those of a name, of a source, or of both. */
        RuleScope: {
            /**
             * @description the `event` of the tracks; spaces around it and letter case do not matter. Null: events of any name, and events
             *     without a name
             */
            event?: string | null;
            /** @description the name of the source that the events came from; null: any source */
            source?: string | null;
        };
        /** @description Calls that were not needed, by the reason why. */
        SavedBy: {
            /**
             * Format: int64
             * @description the end user was known, so no look-up was made
             */
            known: number;
            /**
             * Format: int64
             * @description identifies that waited together became one call
             */
            merged: number;
            /**
             * Format: int64
             * @description InMoment already held all values
             */
            unchanged: number;
        };
        /**
         * @description A selection of dead letters: those that match every member that is given. At least one must be given; `all` selects
         *     every dead letter.
         */
        Selection: {
            all?: boolean;
            code?: string | null;
            destination?: string | null;
            /**
             * Format: date-time
             * @description only those that became dead letters at this time or later
             */
            from?: string | null;
            /** @description only the dead letters with these numbers; cannot be combined with `code` or `all` */
            ids?: number[] | null;
            message_id?: string | null;
            source?: string | null;
            /**
             * Format: date-time
             * @description only those that became dead letters before this time
             */
            to?: string | null;
            /**
             * Format: int64
             * @description only dead letters up to this number: with `up_to` of a count, none is taken that was given up after the count
             */
            up_to?: number | null;
            /** @description only those of the end user with exactly this id (external or end-user id) */
            user?: string | null;
        };
        /** @description Counts in buckets of one length. A bucket without samples has nulls. */
        Series: {
            /** @description events accepted */
            accepted: (number | null)[];
            /** @description when each bucket begins, UNIX seconds */
            at: number[];
            /** @description calls made to InMoment */
            calls: (number | null)[];
            /** @description calls that InMoment allowed */
            calls_allowed: (number | null)[];
            /** @description calls that were not needed */
            calls_saved: (number | null)[];
            /** @description events that became dead letters, less those that were requeued or discarded; never below 0 */
            dead: (number | null)[];
            delivered: (number | null)[];
            from: string;
            /** @description age of the oldest pending event at the end of the bucket */
            oldest_pending_s: (number | null)[];
            /** @description pending events at the end of the bucket */
            pending: (number | null)[];
            skipped: (number | null)[];
            /**
             * Format: int64
             * @description a bucket's length
             */
            step_seconds: number;
            to: string;
        };
        /**
         * @description A part of the server: a task or thread that runs as long as the server, or as long as the port or delivery that it
         *     belongs to.
         */
        ServerPart: {
            /** @description the error with which it ended last; null if it never has */
            last_words: string | null;
            name: string;
            /**
             * Format: int64
             * @description how often parts of this name have failed and started again since the server started
             */
            restarts: number;
            /** @description when this state began */
            since: string;
            state: components["schemas"]["PartState"];
        };
        /** @description How long a session lasts. */
        SessionTimes: {
            /** @description when the session ends in any case */
            expires_at: string;
            /** @description when the session ends if it is not used */
            idle_expires_at: string;
        };
        /** @description The state that a browser needs before it can sign in. */
        Setup: {
            /** @description whether the first administrator has to be made */
            needs_administrator: boolean;
            /** @description whether this browser has a session */
            signed_in: boolean;
            version: string;
        };
        /** @description The name and password of a person who signs in. */
        SignIn: {
            name: string;
            /** Format: password */
            password: string;
        };
        /** @description A source, and its traffic since the server started. */
        Source: {
            created_at: string | null;
            /** @description the destinations that get its events */
            destinations: string[];
            /** @description how much of the disk it may take, as in `10 GiB`, `50%` or `off`; null: `gateway.source_disk` applies */
            disk: string | null;
            /**
             * Format: int64
             * @description bytes that they may take; null: no limit
             */
            disk_bytes: number | null;
            /** @description whether the limit is reached, so that its requests are answered 429 */
            disk_is_full: boolean;
            enabled: boolean;
            /**
             * Format: int64
             * @description since the server started
             */
            events_accepted: number;
            /**
             * Format: int64
             * @description since the server started: events rejected as not usable
             */
            events_rejected: number;
            /** @description `web`, `mobile` or `server` */
            kind: components["schemas"]["SourceKind"];
            /** @description since the server started */
            last_event_at: string | null;
            managed_by: components["schemas"]["ManagedBy"];
            name: string;
            /** @description until when the replaced write key works */
            old_key_until: string | null;
            /** @description as in `1000/min` */
            rate_limit: string | null;
            /** @description since the server started, by the status they were answered with */
            requests: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description bytes that its stored requests and dead letters take on the disk
             */
            stored_bytes: number;
            /** @description the write key; shown only in the answer that made it */
            write_key?: string | null;
        };
        /** @description The changes of a source. What the form leaves out keeps its value. */
        SourceChange: {
            /** @description as in `10 GiB`, `50%` or `off`; an empty text: `gateway.source_disk` applies */
            disk?: string | null;
            enabled?: boolean | null;
            kind?: components["schemas"]["SourceKind"] | null;
            /** @description as in `1000/min`; an empty text ends the limit */
            rate_limit?: string | null;
        };
        /** @description A new source. */
        SourceForm: {
            /** @description how much of the disk it may take, as in `10 GiB`, `50%` or `off`; when absent, `gateway.source_disk` applies */
            disk?: string | null;
            /** @description where it runs: `web`, `mobile` or `server` */
            kind: components["schemas"]["SourceKind"];
            /** @description 1 to 64 letters, digits, dashes, dots and underscores */
            name: string;
            /** @description as in `1000/min` */
            rate_limit?: string | null;
        };
        /**
         * @description Where a source runs.
         * @enum {string}
         */
        SourceKind: "web" | "mobile" | "server";
        /** @description All sources. */
        Sources: {
            items: components["schemas"]["Source"][];
        };
        /** @description The state of one destination. */
        Standing: {
            /** Format: int64 */
            accepted: number;
            budget: components["schemas"]["Budget"] | null;
            /** Format: int64 */
            calls: number;
            /** Format: int64 */
            calls_saved: number;
            /** @description when the last call for the pending events may be sent, if they take as many calls as the events before them */
            clear_at: string | null;
            /** Format: int64 */
            dead: number;
            /** Format: int64 */
            delivered: number;
            /** Format: int64 */
            imbalance: number;
            in_flight: number;
            lanes: number;
            /**
             * Format: int64
             * @description how many delivered or dead events had the message id of another event with different content
             */
            message_ids_reused: number;
            name: string;
            /** @description when the oldest pending event was received */
            oldest_pending_at: string | null;
            /** Format: int64 */
            pending: number;
            /** @description why no calls are sent, in a sentence */
            reason: string | null;
            /** @description calls that were not needed, by reason */
            saved_by: components["schemas"]["SavedBy"];
            /** Format: int64 */
            skipped: number;
            skipped_by: {
                [key: string]: number;
            };
            /**
             * @description `removed`: no longer configured, its events are kept
             * @enum {string}
             */
            state: "running" | "waiting_for_limit" | "failing" | "halted" | "paused" | "shadow" | "stuck" | "broken" | "elsewhere" | "removed";
            trouble: components["schemas"]["Trouble"] | null;
        };
        /** @description The counts of all events, and the state of all destinations. */
        Status: {
            /** Format: int64 */
            accepted: number;
            configuration: components["schemas"]["ConfigurationReading"];
            /** Format: int64 */
            dead: number;
            /** Format: int64 */
            delivered: number;
            destinations: components["schemas"]["Standing"][];
            /**
             * Format: int64
             * @description accepted events less those of all other counts; any value but 0 is a bug
             */
            imbalance: number;
            journal: components["schemas"]["Health"];
            /**
             * Format: int64
             * @description how many delivered or dead events had the message id of another event with different content
             */
            message_ids_reused: number;
            /** @description the parts of the server, in the order in which they started */
            parts: components["schemas"]["ServerPart"][];
            /** Format: int64 */
            pending: number;
            /** @description whether no event is pending */
            settled: boolean;
            /** Format: int64 */
            skipped: number;
            skipped_by: {
                [key: string]: number;
            };
            version: string;
            /** @description whether no event was ever accepted */
            waiting_for_first_event: boolean;
        };
        /** @description A problem that needs attention. */
        StorageWarning: {
            /** @description details, such as the source, the tables or the duration */
            about: string;
            /** @description a code of docs/errors.md */
            code: string;
            /** @description what it means for the data */
            means: string;
            what_to_do: string;
        };
        /** @description How many dead letters were taken. */
        Taken: {
            /** Format: int64 */
            count: number;
        };
        /** @description The result of a connection test. */
        TestResult: {
            /** @description the address that was asked */
            base_url: string;
            /** @description InMoment gave a token */
            ok: boolean;
            problem: components["schemas"]["Problem"] | null;
            region: components["schemas"]["Region"];
            /** Format: int64 */
            took_ms: number;
        };
        /** @description All API tokens. */
        TokenList: {
            items: components["schemas"]["ApiToken"][];
        };
        /** @description Why a destination sends no calls. */
        Trouble: {
            /** @description a code of docs/errors.md */
            code: string;
            /** @description what happened, by the code */
            happened: string;
            /** @description the last error in words */
            last_words: string;
            /** @description what it means for the data */
            means: string;
            /** @description when a call is tried next; null if no call is tried until a person acts */
            next_try: string | null;
            /** @description when the trouble began; if that was before the last start, the time of the start */
            since: string;
            /**
             * Format: int32
             * @description how often a call was tried since the trouble began
             */
            tries: number;
            what_to_do: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_alerts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alerts"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_alert: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertForm"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_alert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertForm"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_alert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test_alert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertTest"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_audit: {
        parameters: {
            query?: {
                /** @description only entries of this person or token */
                who?: string;
                /** @description only entries with this action */
                action?: string;
                /** @description only entries made at this time or later */
                from?: string;
                /** @description only entries made before this time */
                to?: string;
                /** @description the value of `next` on the page before */
                after?: string;
                /** @description 1 to 1000; 100 when absent */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_conflicts: {
        parameters: {
            query?: {
                destination?: string;
                /** @description only the conflict with this number */
                id?: string;
                /** @description whether dismissed conflicts are listed as well */
                dismissed?: boolean;
                /** @description the value of `next` on the page before */
                before?: string;
                /** @description 1 to 1000; 100 when absent */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConflictPage"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    settle_conflict: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConflictOrder"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test_connection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DestinationForm"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestResult"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dead_letters: {
        parameters: {
            query?: {
                code?: string;
                destination?: string;
                source?: string;
                /** @description only those of the end user with exactly this id (external or end-user id) */
                user?: string;
                message_id?: string;
                /** @description only those that became dead letters at this time or later */
                from?: string;
                /** @description only those that became dead letters before this time */
                to?: string;
                /** @description the value of `next` on the page before */
                after?: string;
                /** @description 1 to 1000; 100 when absent */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    count_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Selection"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterCount"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discard_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Selection"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Taken"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    name_dead_letters: {
        parameters: {
            query?: {
                destination?: string;
                code?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventNames"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    group_dead_letters: {
        parameters: {
            query?: {
                code?: string;
                destination?: string;
                source?: string;
                /** @description only those of the end user with exactly this external id or end-user id */
                user?: string;
                message_id?: string;
                /** @description only those given up at this time or later */
                from?: string;
                /** @description only those given up before this time */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Groups"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requeue_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Selection"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Taken"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    edit_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Edit"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entered"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_destinations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Destinations"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_destination: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DestinationForm"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Destination"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_destination: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Destination"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_destination: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DestinationForm"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Destination"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_destination: {
        parameters: {
            query: {
                /**
                 * @description what to do with pending events. `keep`: they wait for a new destination of this name; `discard`: they are
                 *     discarded
                 */
                backlog: "keep" | "discard";
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemovedDestination"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pause_destination: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Destination"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_destination: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Destination"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleForm"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleScope"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulePreview"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                /** @description its name */
                rule: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_end_users: {
        parameters: {
            query: {
                /** @description external id, e-mail or end-user id, exactly */
                user: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndUserHits"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_end_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                destination: string;
                /** @description the external id, or InMoment's own id */
                external_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndUser"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ask_for_end_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                destination: string;
                external_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asked"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_events: {
        parameters: {
            query?: {
                /** @description only events received at this time or later */
                from?: string;
                /** @description only events received before this time */
                to?: string;
                source?: string;
                /** @description only events routed to this destination */
                destination?: string;
                /** @description only events with exactly this `userId`, `anonymousId` or e-mail */
                user?: string;
                message_id?: string;
                /** @description `identify`, `track`, `page`, `screen`, `group`, `alias` or `merge` */
                type?: "identify" | "track" | "page" | "screen" | "group" | "alias" | "merge";
                /** @description `pending`, `delivered`, `skipped` or `dead` */
                outcome?: components["schemas"]["Outcome"];
                /** @description only events skipped for this reason, or dead with this code */
                code?: string;
                /** @description the value of `next` on the page before */
                after?: string;
                /** @description 1 to 1000; 100 when absent */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_event: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventStory"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay_event: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Replay"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entered"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Question"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explained"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    feedback: {
        parameters: {
            query?: {
                destination?: string;
                /** @description only answers given at this time or later; when absent, 30 days before `to` */
                from?: string;
                /** @description only answers given before this time; when absent, now */
                to?: string;
                /** @description the largest number of spans in the series; 1 to 600, 60 when absent */
                points?: number;
                /** @description the IANA name of the time zone in which days, weeks and months begin, such as `Europe/Berlin`; `UTC` when absent */
                tz?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feedback"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_answers: {
        parameters: {
            query?: {
                destination?: string;
                /** @description only answers given at this time or later */
                from?: string;
                /** @description only answers given before this time */
                to?: string;
                kind?: components["schemas"]["AnswerKind"];
                /** @description only answers that have a text */
                with_text?: boolean;
                /** @description only answers of the end user with exactly this external id, e-mail or end-user id */
                user?: string;
                /** @description `true`: only answers that InMoment counts; `false`: only answers that a later one replaced */
                counts?: boolean;
                /**
                 * @description the id of an answer: only this answer, those that it replaced and those that replaced it, which InMoment counts
                 *     as one
                 */
                one_with?: number;
                /** @description the value of `next` on the page before */
                after?: string;
                /** @description 1 to 1000; 100 when absent */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerPage"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: {
                source?: string;
                destination?: string;
                /** @description `pending` for events as they arrive, or `delivered`, `skipped` or `dead`; all when absent */
                outcome?: components["schemas"]["Outcome"];
                /** @description `identify`, `track`, `page`, `screen`, `group`, `alias` or `merge` */
                type?: "identify" | "track" | "page" | "screen" | "group" | "alias" | "merge";
            };
            header?: {
                /** @description the id of the last message that was read; the stream goes on after it */
                "last-event-id"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_own_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_people: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonList"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_person: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPerson"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    series: {
        parameters: {
            query?: {
                /** @description only the counts of this destination; when absent, the sums of all */
                destination?: string;
                /** @description the beginning of the span; when absent, an hour before `to` */
                from?: string;
                /** @description the end of the span; when absent, now */
                to?: string;
                /** @description the largest number of buckets; 1 to 600, 120 when absent */
                points?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Series"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Setup"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_first_administrator: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FirstAdministrator"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sources"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_source: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SourceForm"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SourceChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotate_write_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRotation"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: {
                /** @description `settled`: the request is answered when no event is pending, or after `timeout_ms` */
                wait?: "settled";
                /** @description the longest wait in ms; 60,000 at most and when absent */
                timeout_ms?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeToken"];
                };
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be carried out as it is. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot carry the request out now. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
