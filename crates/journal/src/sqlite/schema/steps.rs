//! How the tables came to be, step by step.

/// Each step brings the tables from the format before it to its own; the file's `user_version` is the number of steps
/// it has seen. A step is never changed once released: add another.
pub(super) const STEPS: &[&str] = &[FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH, EIGHTH];

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

/// Answers as InMoment counts them (`answers.rs` has the rule and says what each column is). Those of before are gone through
/// in the order in which they were kept, those of each end user after each other.
const FIFTH: &str = "
ALTER TABLE answers ADD COLUMN given_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE answers ADD COLUMN kept_as INTEGER NOT NULL DEFAULT 0;
ALTER TABLE answers ADD COLUMN began_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE answers ADD COLUMN nth INTEGER NOT NULL DEFAULT 0;
ALTER TABLE answers ADD COLUMN replaced_by INTEGER;
ALTER TABLE answers ADD COLUMN class INTEGER NOT NULL DEFAULT 0;
ALTER TABLE answers ADD COLUMN said INTEGER NOT NULL DEFAULT 0;
CREATE TEMP TABLE walked (
    n INTEGER PRIMARY KEY, id INTEGER NOT NULL, who INTEGER NOT NULL, given_at INTEGER NOT NULL
);
INSERT INTO walked
SELECT row_number() OVER each, id, dense_rank() OVER alike,
    ifnull(min(max(answered_at, -377705023201), 253402207200) * 1000, delivered_at)
FROM answers
WINDOW alike AS (ORDER BY destination, kind, end_user_id), each AS (ORDER BY destination, kind, end_user_id, id);
CREATE TEMP TABLE told (
    id INTEGER PRIMARY KEY, given_at INTEGER NOT NULL, kept_as INTEGER NOT NULL, began_at INTEGER NOT NULL
);
INSERT INTO told
WITH RECURSIVE walk (n, id, who, given_at, kept_as, began_at, last, last_began_at) AS (
    SELECT n, id, who, given_at, id, given_at, id, given_at FROM walked WHERE n = 1
    UNION ALL
    SELECT next.n, next.id, next.who, next.given_at,
        iif(next.who = walk.who AND abs(next.given_at - last_began_at) < 86400000, last, next.id),
        iif(next.who = walk.who AND abs(next.given_at - last_began_at) < 86400000, last_began_at, next.given_at),
        iif(next.who = walk.who AND next.given_at - last_began_at < 86400000, last, next.id),
        iif(next.who = walk.who AND next.given_at - last_began_at < 86400000, last_began_at, next.given_at)
    FROM walk JOIN walked AS next ON next.n = walk.n + 1
)
SELECT id, given_at, kept_as, began_at FROM walk;
UPDATE answers SET given_at = ranked.given_at, kept_as = ranked.kept_as, began_at = ranked.began_at,
    nth = ranked.nth, replaced_by = ranked.next, said = ifnull(text <> '', 0),
    class = CASE WHEN kind = 'decline' THEN 12 WHEN score BETWEEN 0 AND 10 THEN score ELSE 11 END
FROM (
    SELECT *, row_number() OVER alike AS nth, lead(id) OVER alike AS next FROM told
    WINDOW alike AS (PARTITION BY kept_as ORDER BY id)
) AS ranked WHERE ranked.id = answers.id;
DROP TABLE told;
DROP TABLE walked;
DROP INDEX answers_by_time;
CREATE INDEX answers_by_delivery ON answers (delivered_at);
CREATE INDEX answers_by_time ON answers (given_at, id, destination, class, replaced_by, said);
CREATE INDEX answers_by_kept_as ON answers (kept_as);
CREATE INDEX answers_that_count ON answers (end_user_id, destination, kind, began_at) WHERE replaced_by IS NULL;
";

/// What each source takes of the disk, and a checksum for each row that says where events go and how far they are. Rows of
/// before get theirs when the journal is opened.
const SIXTH: &str = "
ALTER TABLE requests ADD COLUMN source INTEGER NOT NULL DEFAULT 0;
UPDATE requests SET source = ifnull((SELECT source FROM bodies WHERE bodies.number = requests.number), 0);
CREATE TABLE stored (source INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, sum INTEGER) STRICT;
INSERT INTO stored (source, bytes)
    SELECT source, sum(bytes) FROM (
        SELECT source, bytes + 256 AS bytes FROM requests
        UNION ALL SELECT source, octet_length(event) + ifnull(octet_length(packed), 0) + 256 FROM dead_letters
    ) GROUP BY source;
ALTER TABLE sources ADD COLUMN sum INTEGER;
ALTER TABLE destinations ADD COLUMN sum INTEGER;
ALTER TABLE routes ADD COLUMN sum INTEGER;
ALTER TABLE ledger ADD COLUMN sum INTEGER;
";

/// A commit of many events writes fewer pages. Rows of `seen` lie in the order in which they were written, as does their index by time:
/// only the index by key has them at random places. The index of dead letters by message id has the end of each id alone.
const SEVENTH: &str = "
DROP INDEX seen_by_time;
ALTER TABLE seen RENAME TO seen_by_key;
CREATE TABLE seen (
    destination INTEGER NOT NULL, source INTEGER NOT NULL, hash BLOB NOT NULL, at INTEGER NOT NULL,
    UNIQUE (destination, source, hash)
) STRICT;
INSERT INTO seen (destination, source, hash, at) SELECT destination, source, hash, at FROM seen_by_key ORDER BY at;
DROP TABLE seen_by_key;
CREATE INDEX seen_by_time ON seen (at);
DROP INDEX dead_letters_by_message;
CREATE INDEX dead_letters_by_message ON dead_letters (substr(message_id, -8));
";

/// How far a journal has applied the log that several machines share, and who leads; no row of one that stands alone.
const EIGHTH: &str = "
CREATE TABLE replica (
    id INTEGER PRIMARY KEY CHECK (id = 1), shard INTEGER NOT NULL, next INTEGER NOT NULL,
    epoch INTEGER NOT NULL, leader TEXT NOT NULL, sum INTEGER
) STRICT;
";
