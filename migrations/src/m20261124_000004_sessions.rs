//! Sessions.

pub(crate) const DDL: &str = "
CREATE TABLE sessions (
    id              TEXT NOT NULL PRIMARY KEY,
    person          INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    generation      INTEGER NOT NULL,
    used_generation INTEGER NOT NULL,
    rotated_at      INTEGER NOT NULL,
    kid             TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    last_used_at    INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    ended_at        INTEGER,
    address         TEXT,
    user_agent      TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_person ON sessions (person);
CREATE INDEX sessions_expiring ON sessions (expires_at);
";
