//! One-time tokens, and the letters that carry them.

pub(crate) const DDL: &str = "
CREATE TABLE one_time_tokens (
    id         INTEGER PRIMARY KEY,
    purpose    INTEGER NOT NULL,
    person     INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    address    TEXT NOT NULL,
    nonce      BLOB NOT NULL,
    digest     BLOB NOT NULL UNIQUE, -- the token itself is nowhere
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;

CREATE INDEX one_time_tokens_of_person ON one_time_tokens (person, purpose);
CREATE INDEX one_time_tokens_expiring ON one_time_tokens (expires_at);

CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- a letter's Message-ID must never name another
    template   TEXT NOT NULL,
    person     INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    token      INTEGER REFERENCES one_time_tokens (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    sent_at    INTEGER,
    parked_at  INTEGER
) STRICT;

CREATE INDEX outbox_due ON outbox (due_at) WHERE sent_at IS NULL AND parked_at IS NULL;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_of_person ON outbox (person);
CREATE INDEX outbox_of_token ON outbox (token);
";
