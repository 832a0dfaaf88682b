//! How the tables came to be, step by step.

/// Each step brings the tables from the format before it to its own; the file's `user_version` is the number of steps
/// it has seen. A step is never changed once released: add another.
pub(super) const STEPS: &[&str] = &[FIRST, SECOND, THIRD, FOURTH];

pub(super) const FIRST: &str = "
CREATE TABLE sources (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL
) STRICT;
CREATE TABLE destinations (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, cursor INTEGER NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0, halted TEXT,
    calls INTEGER NOT NULL DEFAULT 0, calls_saved INTEGER NOT NULL DEFAULT 0, budget TEXT
) STRICT;
CREATE TABLE routes (
    route INTEGER NOT NULL, destination INTEGER NOT NULL, PRIMARY KEY (route, destination)
) STRICT, WITHOUT ROWID;
CREATE TABLE requests (
    number INTEGER PRIMARY KEY, route INTEGER NOT NULL, events INTEGER NOT NULL,
    open INTEGER NOT NULL, bytes INTEGER NOT NULL, received_at INTEGER NOT NULL
) STRICT;
CREATE TABLE bodies (
    number INTEGER PRIMARY KEY, source INTEGER NOT NULL, kind TEXT, request_id BLOB NOT NULL, request_ip TEXT,
    first_index INTEGER NOT NULL, requeued INTEGER NOT NULL, rejected TEXT, body BLOB NOT NULL
) STRICT;
CREATE TABLE fates (
    destination INTEGER NOT NULL, request INTEGER NOT NULL, decided INTEGER NOT NULL, fates BLOB NOT NULL,
    PRIMARY KEY (destination, request)
) STRICT, WITHOUT ROWID;
CREATE TABLE seen (
    destination INTEGER NOT NULL, source INTEGER NOT NULL, hash BLOB NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (destination, source, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_by_time ON seen (at);
CREATE TABLE links (
    destination INTEGER NOT NULL, external_id TEXT NOT NULL, end_user_id TEXT NOT NULL,
    PRIMARY KEY (destination, external_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE users (
    destination INTEGER NOT NULL, end_user_id TEXT NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (destination, end_user_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE lanes (
    destination INTEGER NOT NULL, lane TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (destination, lane)
) STRICT, WITHOUT ROWID;
CREATE TABLE in_flight (
    destination INTEGER NOT NULL, lane TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (destination, lane)
) STRICT, WITHOUT ROWID;
CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT, destination INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL,
    message_id TEXT NOT NULL, type TEXT NOT NULL, user TEXT, died_at INTEGER NOT NULL,
    request INTEGER NOT NULL, event_index INTEGER NOT NULL,
    source INTEGER NOT NULL, kind TEXT, request_id BLOB NOT NULL, request_ip TEXT,
    first_index INTEGER NOT NULL, received_at INTEGER NOT NULL, event TEXT NOT NULL
) STRICT;
CREATE INDEX dead_letters_by_code ON dead_letters (destination, code);
CREATE TABLE ledger (
    destination INTEGER NOT NULL, what TEXT NOT NULL, events INTEGER NOT NULL, PRIMARY KEY (destination, what)
) STRICT, WITHOUT ROWID;
CREATE TABLE probe (id INTEGER PRIMARY KEY, filler BLOB NOT NULL) STRICT;
";

/// Settings, the story of each event, survey answers, samples; and why calls were saved.
const SECOND: &str = "
ALTER TABLE destinations RENAME COLUMN calls_saved TO saved_known;
ALTER TABLE destinations ADD COLUMN saved_merged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE destinations ADD COLUMN saved_unchanged INTEGER NOT NULL DEFAULT 0;
CREATE TABLE documents (
    kind TEXT NOT NULL, key TEXT NOT NULL, record TEXT NOT NULL, changed_at INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, detail TEXT NOT NULL, address TEXT
) STRICT;
CREATE INDEX audit_by_time ON audit (at);
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, destination INTEGER NOT NULL, events TEXT NOT NULL,
    event_count INTEGER NOT NULL, kept INTEGER NOT NULL, call TEXT NOT NULL, method TEXT NOT NULL,
    target TEXT NOT NULL, request TEXT NOT NULL, status INTEGER, reply TEXT NOT NULL, result TEXT NOT NULL,
    started_at INTEGER NOT NULL, took_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE attempt_events (
    request INTEGER NOT NULL, event_index INTEGER NOT NULL, destination INTEGER NOT NULL, attempt INTEGER NOT NULL,
    PRIMARY KEY (request, event_index, destination, attempt)
) STRICT, WITHOUT ROWID;
CREATE TABLE originals (
    request INTEGER PRIMARY KEY, dead_letter INTEGER NOT NULL, event TEXT NOT NULL, code TEXT NOT NULL,
    reason TEXT NOT NULL, died_at INTEGER NOT NULL, edited_at INTEGER NOT NULL
) STRICT;
CREATE TABLE answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, destination INTEGER NOT NULL, request INTEGER NOT NULL,
    event_index INTEGER NOT NULL, kind TEXT NOT NULL, score INTEGER, text TEXT, external_id TEXT, email TEXT,
    end_user_id TEXT NOT NULL, answered_at INTEGER, delivered_at INTEGER NOT NULL
) STRICT;
CREATE INDEX answers_by_time ON answers (delivered_at, destination, kind, score);
CREATE INDEX answers_by_external_id ON answers (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX answers_by_email ON answers (email) WHERE email IS NOT NULL;
CREATE INDEX answers_by_end_user ON answers (end_user_id);
CREATE TABLE samples (
    at INTEGER NOT NULL, destination INTEGER NOT NULL, accepted INTEGER NOT NULL, delivered INTEGER NOT NULL,
    skipped INTEGER NOT NULL, dead INTEGER NOT NULL, pending INTEGER NOT NULL, calls INTEGER NOT NULL,
    calls_saved INTEGER NOT NULL, oldest_pending_ms INTEGER NOT NULL, calls_allowed INTEGER NOT NULL,
    state TEXT NOT NULL, PRIMARY KEY (at, destination)
) STRICT, WITHOUT ROWID;
CREATE INDEX dead_letters_by_event ON dead_letters (request, event_index, destination);
CREATE INDEX dead_letters_by_user ON dead_letters (user) WHERE user IS NOT NULL;
CREATE INDEX dead_letters_by_message ON dead_letters (message_id);
CREATE INDEX dead_letters_by_group ON dead_letters (destination, code, user, died_at, source);
CREATE INDEX dead_letters_by_place ON dead_letters (code, request, event_index);
";

/// Bodies and events compressed (`length` is that of the text), and a checksum for each row that is delivered from or
/// believed. Rows of before have neither: their texts are as they came, and nothing tells whether they are still so.
const THIRD: &str = "
ALTER TABLE bodies ADD COLUMN length INTEGER;
ALTER TABLE bodies ADD COLUMN sum INTEGER;
ALTER TABLE dead_letters ADD COLUMN packed BLOB;
ALTER TABLE dead_letters ADD COLUMN length INTEGER;
ALTER TABLE dead_letters ADD COLUMN sum INTEGER;
ALTER TABLE originals ADD COLUMN packed BLOB;
ALTER TABLE originals ADD COLUMN length INTEGER;
ALTER TABLE originals ADD COLUMN sum INTEGER;
ALTER TABLE fates ADD COLUMN sum INTEGER;
ALTER TABLE links ADD COLUMN sum INTEGER;
ALTER TABLE users ADD COLUMN sum INTEGER;
ALTER TABLE lanes ADD COLUMN sum INTEGER;
ALTER TABLE in_flight ADD COLUMN sum INTEGER;
ALTER TABLE documents ADD COLUMN sum INTEGER;
";

/// Conflicts about e-mails and phone numbers.
const FOURTH: &str = "
CREATE TABLE conflicts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, destination INTEGER NOT NULL, lane TEXT NOT NULL, field TEXT NOT NULL,
    open INTEGER NOT NULL, last_at INTEGER NOT NULL, record TEXT NOT NULL, sum INTEGER NOT NULL,
    UNIQUE (destination, lane, field)
) STRICT;
CREATE INDEX conflicts_open ON conflicts (destination, field) WHERE open;
CREATE INDEX conflicts_by_time ON conflicts (last_at);
";
