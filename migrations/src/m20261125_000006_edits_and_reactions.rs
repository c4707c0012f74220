//! Edits, deletions and reactions, and what keeps history quick in spite of them.

pub(crate) const DDL: &str = "
ALTER TABLE events ADD COLUMN target INTEGER;    -- the seq of the message that an edit, deletion or reaction is about
ALTER TABLE events ADD COLUMN edited_at INTEGER; -- of a message: when its text was last changed

-- Reactions as they stand now, of messages that stand.
CREATE TABLE reactions (
    room    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    person  INTEGER NOT NULL,
    emoji   TEXT NOT NULL,
    PRIMARY KEY (room, message, person, emoji)
) STRICT, WITHOUT ROWID;

-- How many people react to a message with one emoji: counted as it happens, so that reading costs the same however many
-- they are. Never zero.
CREATE TABLE tallies (
    room    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    emoji   TEXT NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (room, message, emoji)
) STRICT, WITHOUT ROWID;

-- Unbroken runs of events that are no messages: history, which shows messages alone, passes over each in one step. (An
-- index of the messages would do too, and cost every message another page; this costs only what is no message.)
CREATE TABLE asides (
    room  INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL,
    PRIMARY KEY (room, first)
) STRICT, WITHOUT ROWID;
";
