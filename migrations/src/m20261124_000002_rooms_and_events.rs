//! Rooms, and the log of what happened in each.

pub(crate) const DDL: &str = "
CREATE TABLE rooms (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- a deleted room's number must not come back: logs are keyed by it
    name       TEXT UNIQUE,                       -- NULL for the system room alone
    visibility INTEGER NOT NULL,
    generation INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,                  -- times are milliseconds since 1970
    created_by INTEGER
) STRICT;

-- The system room, number 1: private, and without a name that anybody could ask for.
INSERT INTO rooms (id, name, visibility, created_at) VALUES (1, NULL, 3, 0);

-- No foreign keys: events outlive their authors, and the writer knows the rooms.
CREATE TABLE events (
    room     INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    kind     INTEGER NOT NULL,
    author   INTEGER,
    cid      TEXT,
    body     TEXT,    -- of a message: what was said, here and nowhere else
    reply_to INTEGER, -- the seq of the message that is answered
    detail   TEXT,    -- of other kinds: what happened, as JSON
    ts       INTEGER NOT NULL,
    UNIQUE (room, seq)
) STRICT;

-- The cid comes first: time-ordered ones then all land on the same few pages.
CREATE UNIQUE INDEX events_by_cid ON events (cid, author, room) WHERE cid IS NOT NULL;
";
