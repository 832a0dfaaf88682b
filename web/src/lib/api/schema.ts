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
        /** Changes an alert; what is left out stays. */
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
        /** Tells the webhook now that this is a test. */
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
        /** Who did what, newest first. */
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
        /** Conflicts, the newest first. */
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
        /** Settles a conflict, or tries to: what comes of it is seen in the conflict itself, which is gone once the person has the field. */
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
         * Asks InMoment for a token with a login, and sends nothing else. The login of a destination that there is (`name`) is
         *     taken where the form leaves it out.
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
        /** Dead letters, oldest first. */
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
        /** How many dead letters a selection takes; changes nothing. */
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
        /** Gives dead letters up: they count as skipped, `discarded`. */
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
        /** What the events among dead letters are called (`event` of a track). */
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
        /** Dead letters by destination and code. */
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
        /** Tries dead letters again: each enters the log anew. */
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
        /** One dead letter with its whole event. */
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
        /** Corrects a dead letter and tries it again: the edited text enters the log anew. */
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
        /** All destinations, the configuration file's first. */
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
        /** One destination. */
        get: operations["show_destination"];
        /** Changes a destination; what is left out stays. It goes on with what it had pending. */
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
        /** Lets no further call out; events are still accepted and wait. */
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
        /** What a rule would do; changes nothing. */
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
        /** Removes a rule: from now on its events are delivered again. What was skipped stays skipped, and can be replayed. */
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
        /** What is known of an end user, what waits for it, what it did and what it answered. */
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
        /** Asks InMoment what it holds of an end user, by external id, then by its own. */
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
        /** Events, newest first. */
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
        /** One event, whole, with all that happened to it. */
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
        /** Plans a stored event again, as a new event for one destination; its message id does not stop it. */
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
        /** What would become of an event, in both profiles. */
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
        /** Survey answers, counted. */
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
        /** Survey answers, the last given first. */
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
         * Events as they arrive (`received`, with an event's item), outcomes as they become durable (`outcome`), what was left
         *     out (`gap`), and a `ping` every 15 s.
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
        /** Who asks. */
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
        /** Changes the own password. All other sessions of the person end. */
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
        /** People, by name. */
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
        /** Changes a person. With a new password, or disabled, all their sessions end. */
        put: operations["change_person"];
        post?: never;
        /** Removes a person. All their sessions end; the tokens they made stay. */
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
        /** How it went, over time. */
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
        /** Signs a person in: the answer sets the session's cookie. */
        post: operations["sign_in"];
        /** Signs out. With a token there is no session to end, and nothing is done. */
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
        /** Is there anybody who can sign in, and has this browser done so? */
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
        /** All sources, the configuration file's first. */
        get: operations["list_sources"];
        put?: never;
        /** Makes a source; the answer has its write key, once. */
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
        /** One source. */
        get: operations["show_source"];
        /** Changes a source. */
        put: operations["change_source"];
        post?: never;
        /**
         * Removes a source: requests with its write keys are turned away from now on. What it sent is kept and delivered. Rules about it
         *     are removed with it.
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
        /** Gives a source another write key; the answer has it, once. The one it had works on for a while. */
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
        /** Every event's fate counted, and what each destination is doing. */
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
        /** API tokens, in no order that means anything. */
        get: operations["list_tokens"];
        put?: never;
        /** Makes an API token. The answer is the only one that shows it. */
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
        /** Removes an API token: it opens nothing from then on. */
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
             * @description see `AlertForm`; nothing where it means nothing
             */
            above: number | null;
            code: string | null;
            destination: string | null;
            enabled: boolean;
            kind: components["schemas"]["AlertKind"];
            /** @description why it could not be told; it is tried again */
            last_problem: string | null;
            last_sent_at: string | null;
            name: string;
            older_than: string | null;
            /** @description since when it fires */
            since: string | null;
            /**
             * @description `unknown` while it is off
             * @enum {string}
             */
            state: "ok" | "firing" | "unknown";
            /** @description the host of its address */
            webhook_hint: string;
        };
        /** @description A new alert, or what shall change of one: what is left out stays. */
        AlertForm: {
            /**
             * Format: int32
             * @description `dead_letters`: how many are too many (0: any is). `disk`: how many percent left are too few
             * @default null
             */
            above?: number | null;
            /**
             * @description dead letters of one code alone; an empty text: all of them
             * @default null
             */
            code?: string | null;
            /**
             * @description one destination alone; an empty text: all of them
             * @default null
             */
            destination?: string | null;
            /**
             * @description a disabled alert tells nothing
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
             * @description `oldest_pending`, `failing` (5 min when absent): as in `30 min`
             * @default null
             */
            older_than?: string | null;
            /**
             * @description where it is told: an `https` address that takes Slack's JSON (`{"text":…}`); never given back
             * @default null
             */
            webhook?: string | null;
        };
        /**
         * @description What an alert watches.
         * @enum {string}
         */
        AlertKind: "halted" | "failing" | "stuck" | "broken" | "dead_letters" | "oldest_pending" | "disk";
        /** @description Whether it could be told. */
        AlertTest: {
            ok: boolean;
            problem: components["schemas"]["Problem"] | null;
        };
        /** @description All alerts. */
        Alerts: {
            /** @description those that fire, and what they say now */
            firing: components["schemas"]["Firing"][];
            items: components["schemas"]["Alert"][];
        };
        /** @description A survey answer that InMoment has. */
        Answer: {
            /** @description when it was given: the one time an answer goes by. Where its event says nothing, when InMoment took it */
            answered_at: string;
            /** @description whether InMoment counts it: `false` when a later answer of the end user took its place */
            counts: boolean;
            /** @description when InMoment took it */
            delivered_at: string;
            destination: string;
            email: string | null;
            end_user_id: string;
            /** @description the event that carried it; it may be gone by now */
            event: string;
            external_id: string | null;
            /** Format: int64 */
            id: number;
            kind: components["schemas"]["AnswerKind"];
            /**
             * Format: int64
             * @description the id of the next answer that took its place
             */
            replaced_by: number | null;
            /**
             * Format: int32
             * @description how many answers of the same end user within 24 hours it took the place of
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
            /** @description to be given as `after` for the next page; null on the last */
            next: string | null;
        };
        /** @description What a program uses the API with. */
        ApiToken: {
            created_at: string;
            /** @description a person, or another token */
            created_by: string;
            expires_at: string | null;
            id: string;
            last_used_at: string | null;
            name: string;
            role: components["schemas"]["Role"];
        };
        /** @description What InMoment says. */
        Asked: {
            /**
             * Format: int32
             * @description calls it took
             */
            calls: number;
            /** @description as InMoment has it; null when it does not */
            end_user: unknown;
            /** @description InMoment knows the end user */
            found: boolean;
            problem: components["schemas"]["Problem"] | null;
        };
        /** @description A call to InMoment that was made. */
        Attempt: {
            call: string;
            destination: string;
            /**
             * Format: int64
             * @description of how many events it was made for
             */
            event_count: number;
            /** Format: int64 */
            id: number;
            method: string;
            reply: string;
            /** @description the form, secrets masked */
            request: string;
            /** @description `ok`, or what went wrong, in one word */
            result: string;
            started_at: string;
            /**
             * Format: int32
             * @description null when there was no reply
             */
            status: number | null;
            /** @description path and query */
            target: string;
            /** Format: int32 */
            took_ms: number;
        };
        /** @description Who did what. */
        AuditEntry: {
            /** @description a stable word */
            action: string;
            /** @description from where */
            address: string | null;
            at: string;
            /** @description more about it */
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
            /** @description to be given as `after` for the next page; null on the last */
            next: string | null;
        };
        /** @description What InMoment still allows. */
        Budget: {
            /** Format: int32 */
            limit: number;
            /** Format: int32 */
            remaining: number;
            resets_at: string;
        };
        /** @description In one profile. */
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
        /** @description How the configuration was last read. */
        ConfigurationReading: {
            /** @description when the one in force was read */
            applied_at: string | null;
            /** @description keys with another value than the one in force, which the next start takes */
            needs_restart: string[];
            refused: components["schemas"]["RefusedConfiguration"] | null;
        };
        /** @description An end user who was delivered without a field, for InMoment holds its value for another end user. */
        Conflict: {
            destination: string;
            dismissed: boolean;
            /** @description the last event that was delivered without it, or died of it */
            event: string;
            /** @description why the last attempt to settle it failed (docs/errors.md) */
            failure: string | null;
            field: components["schemas"]["ConflictField"];
            /** @description who holds it */
            holder: components["schemas"]["ConflictParty"];
            /** Format: int64 */
            id: number;
            last: string;
            /** @description what the person had there and let go of, for others want it; null while there is no such exchange */
            let_go: string | null;
            /** @description who goes without it */
            person: components["schemas"]["ConflictParty"];
            settlement: components["schemas"]["ConflictSettlement"] | null;
            since: string;
            /**
             * Format: int64
             * @description events it happened to
             */
            times: number;
            /** @description what the person should have there */
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
            /** @description to be given as `before` for the next page; null on the last */
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
        /** @description One provider's consents. Answers leave nothing out. */
        ConsentProvider: {
            /** @description the consent ids this destination needs */
            consents?: string[];
            /** @description `oneTrust`, `ketch`, `iubenda`, `custom` */
            provider: string;
            /** @description `and` or `or`; looked at for `custom` */
            resolution_strategy?: string;
        };
        /** @description Which consents must not have been denied. Answers leave nothing out; of a form, what is left out is empty. */
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
             * @description the highest number among them: in the selection it leaves out what is given up after it was counted
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
             * @description of how many end users
             */
            users: number;
            what_to_do: string;
        };
        /** @description A page of dead letters. */
        DeadLetterPage: {
            items: components["schemas"]["DeadLetter"][];
            /** @description to be given as `after` for the next page; null on the last */
            next: string | null;
        };
        /** @description How events are delivered: every key, defaults filled in. */
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
        /** @description How events are delivered, over the defaults. */
        DeliveryForm: {
            /**
             * Format: int32
             * @description calls under way at once, 1 to 1000
             * @default null
             */
            concurrency?: number | null;
            /**
             * @description an end user whose events alone fail this long is given up, as in `24 h`
             * @default null
             */
            give_up_lane_after?: string | null;
            /**
             * @description how long what InMoment said of an end user counts as true, as in `1 h`
             * @default null
             */
            known_user_max_age?: string | null;
            /** @default null */
            last_surveyed?: components["schemas"]["LastSurveyed"] | null;
            /** @default null */
            null_traits?: components["schemas"]["NullTraits"] | null;
            /**
             * @description texts that count as no id, in any letter case; at most 100 of at most 200 characters. An empty list: every text is an id
             * @default null
             */
            placeholder_ids?: string[] | null;
            /** @default null */
            profile?: components["schemas"]["Profile"] | null;
            /** @default null */
            response_created_at?: components["schemas"]["ResponseCreatedAt"] | null;
            /**
             * @description wait after the first failure, as in `1 s`
             * @default null
             */
            retry_first?: string | null;
            /**
             * @description the longest wait, as in `5 min`
             * @default null
             */
            retry_max?: string | null;
            /**
             * @description how long a survey answer waits for an end user InMoment does not know yet, as in `5 min`
             * @default null
             */
            unknown_user_wait?: string | null;
        };
        /** @description A destination: its settings without its secrets, and what it is doing. */
        Destination: {
            /** @description the first and last characters */
            account_token_hint: string;
            /** @description overrides the region's address */
            base_url: string | null;
            consent: components["schemas"]["Consent"];
            created_at: string | null;
            delivery: components["schemas"]["Delivery"];
            managed_by: components["schemas"]["ManagedBy"];
            mode: components["schemas"]["Mode"];
            name: string;
            region: components["schemas"]["Region"];
            /**
             * @description what says so
             * @enum {string}
             */
            region_from: "account_token" | "setting";
            /** @description which events it skips by their names */
            rules: components["schemas"]["Rule"][];
            /** @description whose events it gets */
            sources: string[];
            standing: components["schemas"]["Standing"];
            /** @description the e-mail of the InMoment login */
            username: string;
        };
        /** @description A new destination, or what shall change of one: what is left out stays (or has its default). */
        DestinationForm: {
            /**
             * @description InMoment shows it under Settings, Your Account; never given back
             * @default null
             */
            account_token?: string | null;
            /**
             * @description `true`: an address with `http` at another machine is meant as it is. The login and the end users' data can then be
             *     read by everybody on the way
             * @default null
             */
            allow_plain_http?: boolean | null;
            /**
             * @description overrides the region's address; an empty text: the region's
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
             * @description its password; never given back
             * @default null
             */
            password?: string | null;
            /**
             * @description `us`, `eu`, `au`; an empty text: by the account token
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
            /** @description what it answered, newest first */
            answers: components["schemas"]["Answer"][];
            destination: string;
            /** @description events with its id, newest first */
            events: components["schemas"]["EventItem"][];
            external_id: string;
            known: components["schemas"]["KnownEndUser"] | null;
            lane: components["schemas"]["Lane"] | null;
        };
        /** @description An end user at a destination. */
        EndUserHit: {
            destination: string;
            /** @description InMoment's, once known */
            end_user_id: string | null;
            /** @description InMoment's own id where no other is known */
            external_id: string;
        };
        /** @description Whom it may be. */
        EndUserHits: {
            items: components["schemas"]["EndUserHit"][];
        };
        /** @description A new event in the log. */
        Entered: {
            /** @description its id */
            id: string;
        };
        /** @description A stored event. */
        EventItem: {
            /** @description one for each destination it was routed to */
            fates: components["schemas"]["Fate"][];
            /** @description `REQUEST.INDEX` */
            id: string;
            message_id: string;
            /** @description a track's name */
            name: string | null;
            received_at: string;
            /** @description it is an event tried again */
            requeued: boolean;
            source: string;
            /** @description empty when it has none */
            type: string;
            /** @description `userId`, `anonymousId` or e-mail, the first there is */
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
            /** @description the 50 most frequent, those first */
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
             * @description requests that cannot be found yet
             */
            behind: number;
            /** @description all stored events can be found */
            indexed: boolean;
            /** @description may be few, or none, while there is a next page: much had to be looked through */
            items: components["schemas"]["EventItem"][];
            /** @description to be given as `after` for the next page; null on the last */
            next: string | null;
        };
        /** @description One event, whole, with all that happened to it. */
        EventStory: components["schemas"]["EventItem"] & {
            /** @description the calls made for it, oldest first */
            attempts: components["schemas"]["Attempt"][];
            /**
             * @description the e-mail or phone number that it was delivered without, or died of, because InMoment holds it for somebody else; while the
             *     conflict lasts
             */
            conflicts: components["schemas"]["Conflict"][];
            /** @description its JSON; a text when it cannot be read */
            event: unknown;
            /** @description another event of its source has its message id and says something else: each was treated as an event of its own */
            message_id_reused: boolean;
            original: components["schemas"]["Original"] | null;
            /** @description how each destination it went to maps it, by its settings of today */
            plans: components["schemas"]["DestinationPlan"][];
            /** @description its text, byte for byte */
            raw: string;
            /** @description other events with its message id, newest first */
            related: components["schemas"]["EventItem"][];
            request_ip: string | null;
            /** @description what it waits for at each destination where calls for its end user failed, or InMoment does not know it */
            waits: components["schemas"]["EventWait"][];
        };
        /** @description Why a pending event is not tried at once. */
        EventWait: {
            destination: string;
            lane: components["schemas"]["Lane"];
        };
        /** @description What would become of it. */
        Explained: {
            /** @description where the profiles differ about it, rule by rule */
            differences: components["schemas"]["ProfileDifference"][];
            /** @description one for each profile */
            items: components["schemas"]["ByProfile"][];
        };
        /** @description One of InMoment's fields. */
        ExplainedField: {
            /** @description the path in the event that fed it; empty when none did */
            from: string;
            /** @description InMoment's name of it */
            name: string;
            /** @description the rule that applied */
            rule: string;
            /** @description as it is sent; null when it is not */
            value: unknown;
        };
        /** @description What becomes of an event, and why. */
        Explanation: {
            /** @description the calls it may take */
            calls: components["schemas"]["PlannedCall"][];
            /** @description why it is not delivered, as a stable word */
            code: string | null;
            /** @description what it costs in calls, in words */
            cost: string;
            /** @description every field that was looked at, in InMoment's order */
            fields: components["schemas"]["ExplainedField"][];
            /** @description `UpsertEndUser`, `CreateResponse` or `CreateDecline` */
            intent: string | null;
            /** @description what was decided about the event as a whole, and warnings */
            notes: string[];
            /**
             * @description sent, skipped, or a dead letter
             * @enum {string}
             */
            outcome: "plan" | "skipped" | "refused";
            /** @description why it is not delivered, in words */
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
         * @description Survey answers given in a span of time, counted as InMoment counts them: of one end user's responses (or declines) within
         *     24 hours the last. `sent` has what was sent to it, those that a later one took the place of among them. The sums are
         *     those of the series.
         */
        Feedback: {
            /** Format: int64 */
            declines: number;
            /**
             * Format: int64
             * @description 0 to 6
             */
            detractors: number;
            /** @description exactly what was asked for */
            from: string;
            /**
             * Format: double
             * @description per cent promoters less per cent detractors, to one decimal; null without scores
             */
            nps: number | null;
            /**
             * Format: int64
             * @description responses without a score from 0 to 10
             */
            other_scores: number;
            /**
             * Format: int64
             * @description 7 and 8
             */
            passives: number;
            /**
             * Format: int64
             * @description 9 and 10
             */
            promoters: number;
            /** Format: int64 */
            responses: number;
            /** @description how often each score from 0 to 10 was given */
            scores: number[];
            sent: components["schemas"]["FeedbackSent"];
            series: components["schemas"]["FeedbackSeries"];
            to: string;
            /** @description whose days, weeks and months the series has */
            tz: string;
        };
        /** @description All answers that were sent to InMoment. */
        FeedbackSent: {
            /** Format: int64 */
            declines: number;
            /**
             * Format: double
             * @description what the score would be if each of them counted; null without scores
             */
            nps: number | null;
            /** Format: int64 */
            responses: number;
        };
        /** @description The same by spans of time as the calendar of the time zone has them: a day has 23 or 25 hours where clocks are changed. */
        FeedbackSeries: {
            /** @description when each begins, UNIX seconds. The first begins where the whole does, and the last ends where it ends */
            at: number[];
            declines: number[];
            detractors: number[];
            nps: (number | null)[];
            passives: number[];
            promoters: number[];
            responses: number[];
            /** @description all responses and declines that were sent */
            sent: number[];
            /** @description what a span is, such as `day`, `6 hours` or `week`, which begins on Monday */
            step: string;
        };
        /** @description An alert that fires. */
        Firing: {
            name: string;
            since: string;
            /** @description what is wrong */
            text: string;
        };
        /** @description Who is to become the first administrator. */
        FirstAdministrator: {
            name: string;
            /** Format: password */
            password: string;
            /** @description of the link that the server printed when it started */
            token: string;
        };
        /** @description Groups by destination and code. */
        Groups: {
            items: components["schemas"]["DeadLetterGroup"][];
        };
        /** @description Can events be stored, and what is wrong although they can? */
        Health: {
            /** @description why not, as a stable word (docs/errors.md) */
            code: string | null;
            healthy: boolean;
            reason: string | null;
            /** @description what should be seen to; events are stored and delivered meanwhile, unless a warning says otherwise */
            warnings: components["schemas"]["StorageWarning"][];
        };
        /** @description How long the key it has now goes on working. */
        KeyRotation: {
            /**
             * Format: int32
             * @description 0 to 720; 0 ends it at once
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
            /** @description the event that waits first */
            head: string;
            next_try: string;
            /**
             * Format: int32
             * @description that failed in a row
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
        /** @description A new one, with the token itself: it is shown this once. */
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
        /** @description Who asks. */
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
        /** @description Somebody new. */
        NewPerson: {
            name: string;
            /** Format: password */
            password: string;
            role: components["schemas"]["Role"];
        };
        /** @description What a new one is to be. */
        NewToken: {
            /**
             * Format: date-time
             * @description never, when absent
             */
            expires_at?: string | null;
            name: string;
            role: components["schemas"]["Role"];
        };
        /**
         * @description What a null among an event's traits means.
         * @enum {string}
         */
        NullTraits: "ignore" | "clear";
        /** @description An event as it was before it was edited. */
        Original: {
            at: string;
            /** @description why it was given up */
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
         * @description How a part is.
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
        /** @description Somebody who can sign in. */
        Person: {
            created_at: string;
            disabled: boolean;
            last_login_at: string | null;
            name: string;
            role: components["schemas"]["Role"];
        };
        /** @description What is to be different. */
        PersonChange: {
            disabled?: boolean | null;
            /** Format: password */
            password?: string | null;
            role?: components["schemas"]["Role"] | null;
        };
        /** @description Everybody who can sign in. */
        PersonList: {
            items: components["schemas"]["Person"][];
        };
        /** @description A call that may be made. */
        PlannedCall: {
            kind: string;
            /** @description in which case */
            when: string;
        };
        /** @description Why something could not be done. */
        Problem: {
            /** @description a stable word (docs/errors.md) */
            code: string;
            /** @description the parameter it is about */
            field?: string | null;
            /** @description what happened, and what it means for the data */
            message: string;
            /** @description what to do */
            what_to_do: string;
        };
        /**
         * @description Which reading of the documents applies.
         * @enum {string}
         */
        Profile: "native" | "rudderstack";
        /** @description One rule by which the profiles differ. */
        ProfileDifference: {
            /** @description what differs */
            fields: components["schemas"]["DifferingField"][];
            rule: string;
            /** @description what each profile does, and what that means for the event */
            text: string;
        };
        /** @description An event to be explained. */
        Question: {
            /** @description a destination whose settings apply; the defaults when absent */
            destination?: string | null;
            /** @description the event's JSON text */
            event: string;
            /** @description the name of the source it comes from, for rules; null: of none in particular */
            source?: string | null;
            source_kind?: components["schemas"]["SourceKind"] | null;
        };
        /** @description Why a configuration was not taken. */
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
             * @description given up: skipped, `discarded`
             */
            discarded: number;
            /**
             * Format: int64
             * @description kept, pending; a destination of the same name would deliver them
             */
            kept: number;
        };
        /** @description Where to. */
        Replay: {
            destination: string;
        };
        /**
         * @description What dates a survey answer.
         * @enum {string}
         */
        ResponseCreatedAt: "document" | "event-time";
        /**
         * @description Each may do all that the one before it may.
         * @enum {string}
         */
        Role: "viewer" | "operator" | "administrator";
        /** @description A rule: events of this name are skipped, of this source, or of this name and source. */
        Rule: {
            /** @description null for one of the configuration file */
            created_at: string | null;
            /** @description the `event` of the tracks; spaces around it and letter case do not matter. Null: events of any name, and those without one */
            event: string | null;
            managed_by: components["schemas"]["ManagedBy"];
            name: string;
            /** @description the name of the source that the events came from; null: of any */
            source: string | null;
        };
        /** @description A new rule: events of this name are skipped, of this source, or of this name and source; one of the two must be given. */
        RuleForm: {
            /** @description the `event` of the tracks; spaces around it and letter case do not matter. Null: events of any name, and those without one */
            event?: string | null;
            /** @description 1 to 64 letters, digits, dashes, dots and underscores */
            name: string;
            /** @description the name of the source that the events came from; null: of any */
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
             * @description how many dead letters were looked at, of the source where one is given: 20,000 at most
             */
            dead_letters_looked_at: number;
            /** @description their numbers, for `requeue_dead_letters`: the first 10,000 */
            ids: number[];
            lately: components["schemas"]["RulePreviewLately"];
            /** @description the rule that skips these events already */
            skipped_by: string | null;
        };
        /**
         * @description What became of such events among the newest that went to the destination (tracks, where a name is given; of the source, where one
         *     is given). Those that were delivered would have been skipped.
         */
        RulePreviewLately: {
            /** Format: int64 */
            dead: number;
            /** Format: int64 */
            delivered: number;
            /**
             * Format: int64
             * @description how many were looked at, of any name: 1,000 at most
             */
            looked_at: number;
            /** Format: int64 */
            pending: number;
            /** Format: int64 */
            skipped: number;
        };
        /** @description Which events a rule would skip: of a name, of a source, or both. */
        RuleScope: {
            /** @description the `event` of the tracks; spaces around it and letter case do not matter. Null: events of any name, and those without one */
            event?: string | null;
            /** @description the name of the source that the events came from; null: of any */
            source?: string | null;
        };
        /** @description Calls that were not needed, by the reason why. */
        SavedBy: {
            /**
             * Format: int64
             * @description the end user was known
             */
            known: number;
            /**
             * Format: int64
             * @description identifies that waited together became one
             */
            merged: number;
            /**
             * Format: int64
             * @description InMoment held all of it already
             */
            unchanged: number;
        };
        /** @description Which dead letters: those that fit everything that is said. Something must be said; `all` says that every one is meant. */
        Selection: {
            all?: boolean;
            code?: string | null;
            destination?: string | null;
            /**
             * Format: date-time
             * @description given up at this time or later
             */
            from?: string | null;
            /** @description these alone; excludes `code` and `all` */
            ids?: number[] | null;
            message_id?: string | null;
            source?: string | null;
            /**
             * Format: date-time
             * @description given up before this time
             */
            to?: string | null;
            /**
             * Format: int64
             * @description none with a higher number: as counted before, so that none is taken that was given up since
             */
            up_to?: number | null;
            /** @description external id or end-user id, exactly */
            user?: string | null;
        };
        /** @description Counts by spans of time of one length. What nobody sampled is null. */
        Series: {
            /** @description taken in */
            accepted: (number | null)[];
            /** @description when each bucket begins, UNIX seconds */
            at: number[];
            /** @description made to InMoment */
            calls: (number | null)[];
            /** @description that InMoment allowed */
            calls_allowed: (number | null)[];
            /** @description not needed */
            calls_saved: (number | null)[];
            /** @description given up, less what was requeued or discarded; never below 0 */
            dead: (number | null)[];
            delivered: (number | null)[];
            from: string;
            /** @description age of the oldest pending event at the end of the bucket */
            oldest_pending_s: (number | null)[];
            /** @description at the end of the bucket */
            pending: (number | null)[];
            skipped: (number | null)[];
            /**
             * Format: int64
             * @description a bucket's length
             */
            step_seconds: number;
            to: string;
        };
        /** @description A part of the server: a task or thread that runs as long as the server, or as long as what it serves. */
        ServerPart: {
            /** @description how it ended the last time; null if it never has */
            last_words: string | null;
            name: string;
            /**
             * Format: int64
             * @description how often parts of this name have ended unasked and started again, since the server started
             */
            restarts: number;
            /** @description since when it has been so */
            since: string;
            state: components["schemas"]["PartState"];
        };
        /** @description How long a session lasts. */
        SessionTimes: {
            /** @description whatever happens */
            expires_at: string;
            /** @description unless it is used before */
            idle_expires_at: string;
        };
        /** @description What a browser must know before it signs in. */
        Setup: {
            /** @description nobody can sign in yet */
            needs_administrator: boolean;
            /** @description this browser has a session */
            signed_in: boolean;
            version: string;
        };
        /** @description Who wants to sign in. */
        SignIn: {
            name: string;
            /** Format: password */
            password: string;
        };
        /** @description A source, and what came of it since the server started. */
        Source: {
            created_at: string | null;
            /** @description the destinations that get its events */
            destinations: string[];
            /** @description how much of the disk it may take, as in `10 GiB`, `50%` or `off`; null: what `gateway.source_disk` says */
            disk: string | null;
            /**
             * Format: int64
             * @description what they may take, in bytes; null: as much as there is
             */
            disk_bytes: number | null;
            /** @description they have taken it, and its events are answered 429 */
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
            /** @description the key it had before works until then */
            old_key_until: string | null;
            /** @description as in `1000/min` */
            rate_limit: string | null;
            /** @description since the server started, by the status they were answered with */
            requests: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description what its stored requests and dead letters take of the disk, in bytes
             */
            stored_bytes: number;
            /** @description shown once: when it was made */
            write_key?: string | null;
        };
        /** @description What shall change; what is left out stays. */
        SourceChange: {
            /** @description as in `10 GiB`, `50%` or `off`; an empty text leaves it to `gateway.source_disk` */
            disk?: string | null;
            enabled?: boolean | null;
            kind?: components["schemas"]["SourceKind"] | null;
            /** @description as in `1000/min`; an empty text ends the limit */
            rate_limit?: string | null;
        };
        /** @description A new source. */
        SourceForm: {
            /** @description how much of the disk it may take, as in `10 GiB`, `50%` or `off`; when absent, what `gateway.source_disk` says */
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
        /** @description What one destination is doing. */
        Standing: {
            /** Format: int64 */
            accepted: number;
            budget: components["schemas"]["Budget"] | null;
            /** Format: int64 */
            calls: number;
            /** Format: int64 */
            calls_saved: number;
            /** @description when the last call may go out that the pending events take, if they take as many as the last ones */
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
             * @description of those delivered and dead, how many had the message id of another event with other content
             */
            message_ids_reused: number;
            name: string;
            /** @description when the oldest pending event was received */
            oldest_pending_at: string | null;
            /** Format: int64 */
            pending: number;
            /** @description in a sentence, why nothing goes out */
            reason: string | null;
            /** @description why calls were not needed */
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
            state: "running" | "waiting_for_limit" | "failing" | "halted" | "paused" | "shadow" | "stuck" | "broken" | "removed";
            trouble: components["schemas"]["Trouble"] | null;
        };
        /** @description All counts and all destinations. */
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
             * @description accepted less all others: 0, or a bug
             */
            imbalance: number;
            journal: components["schemas"]["Health"];
            /**
             * Format: int64
             * @description of those delivered and dead, how many had the message id of another event with other content
             */
            message_ids_reused: number;
            /** @description the parts of the server, in the order in which they began */
            parts: components["schemas"]["ServerPart"][];
            /** Format: int64 */
            pending: number;
            /** @description nothing is pending */
            settled: boolean;
            /** Format: int64 */
            skipped: number;
            skipped_by: {
                [key: string]: number;
            };
            version: string;
            /** @description nothing was ever accepted */
            waiting_for_first_event: boolean;
        };
        /** @description Something that should be seen to. */
        StorageWarning: {
            /** @description what it is about: a source, tables, for how long */
            about: string;
            /** @description a stable word (docs/errors.md) */
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
        /** @description What came of asking. */
        TestResult: {
            /** @description where it was asked */
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
        /** @description Why nothing goes out. */
        Trouble: {
            /** @description a stable word (docs/errors.md) */
            code: string;
            /** @description what the code says happened */
            happened: string;
            /** @description what was last said about it */
            last_words: string;
            /** @description what it means for the data */
            means: string;
            /** @description when a call is tried next; null where nothing is tried until somebody acts */
            next_try: string | null;
            /** @description when it began; of what began before the last start, the time of that start */
            since: string;
            /**
             * Format: int32
             * @description how often a call was tried since then
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
                /** @description by this person or token */
                who?: string;
                /** @description with this action */
                action?: string;
                /** @description at this time or later */
                from?: string;
                /** @description before this time */
                to?: string;
                /** @description `next` of the page before */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
                /** @description this one alone */
                id?: string;
                /** @description dismissed ones too */
                dismissed?: boolean;
                /** @description `next` of the page before */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
                /** @description external id or end-user id, exactly */
                user?: string;
                message_id?: string;
                /** @description given up at this time or later */
                from?: string;
                /** @description given up before this time */
                to?: string;
                /** @description `next` of the page before */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
                /** @description external id or end-user id, exactly */
                user?: string;
                message_id?: string;
                /** @description given up at this time or later */
                from?: string;
                /** @description given up before this time */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
                /** @description `keep`: they wait for a destination of this name; `discard`: they are given up */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
                /** @description or InMoment's own id */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
                /** @description received at this time or later */
                from?: string;
                /** @description received before this time */
                to?: string;
                source?: string;
                /** @description routed to this destination */
                destination?: string;
                /** @description `userId`, `anonymousId` or e-mail, exactly */
                user?: string;
                message_id?: string;
                /** @description `identify`, `track`, `page`, `screen`, `group`, `alias` or `merge` */
                type?: "identify" | "track" | "page" | "screen" | "group" | "alias" | "merge";
                /** @description `pending`, `delivered`, `skipped` or `dead` */
                outcome?: components["schemas"]["Outcome"];
                /** @description skipped for this reason, or kept as a dead letter with this code */
                code?: string;
                /** @description `next` of the page before */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
                /** @description given at this time or later; 30 days before `to` when absent */
                from?: string;
                /** @description given before this time; now when absent */
                to?: string;
                /** @description at most so many spans; 1 to 600, 60 when absent */
                points?: number;
                /** @description whose days, weeks and months they are: the IANA name of a time zone, such as `Europe/Berlin`; `UTC` when absent */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
                /** @description given at this time or later */
                from?: string;
                /** @description given before this time */
                to?: string;
                kind?: components["schemas"]["AnswerKind"];
                /** @description only those in which something was said */
                with_text?: boolean;
                /** @description external id, e-mail or end-user id, exactly */
                user?: string;
                /** @description `true`: only those that InMoment counts; `false`: only those that a later one took the place of */
                counts?: boolean;
                /**
                 * @description the id of an answer: only those that are one with it at InMoment. It is among them, with those it took the place of and
                 *     those that took its place
                 */
                one_with?: number;
                /** @description `next` of the page before */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
                /** @description goes on after this message */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
                /** @description of this destination alone; the sum of all when absent */
                destination?: string;
                /** @description an hour before `to` when absent */
                from?: string;
                /** @description now when absent */
                to?: string;
                /** @description at most so many buckets; 1 to 600, 120 when absent */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
                /** @description `settled`: answers when nothing is pending, or time is up */
                wait?: "settled";
                /** @description at most, and when absent, 60,000 */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
            /** @description It cannot be done as it was asked for. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot do it now. */
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
