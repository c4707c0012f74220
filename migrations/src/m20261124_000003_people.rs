//! People, what they tell about themselves, and names that are kept from being taken.

pub(crate) const DDL: &str = "
CREATE TABLE people (
    id            INTEGER PRIMARY KEY,
    username      TEXT NOT NULL,
    username_key  TEXT NOT NULL UNIQUE,
    email         TEXT NOT NULL,
    email_key     TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    first_name    TEXT NOT NULL DEFAULT '',
    last_name     TEXT NOT NULL DEFAULT '',
    role          TEXT,
    is_admin      INTEGER NOT NULL DEFAULT 0,
    verified_at   INTEGER,
    disabled_at   INTEGER,
    last_login_at INTEGER,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX people_unverified ON people (created_at) WHERE verified_at IS NULL AND disabled_at IS NULL;

CREATE TABLE profiles (
    person       INTEGER PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    company_name TEXT NOT NULL DEFAULT '',
    website      TEXT NOT NULL DEFAULT '',
    description  TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE reserved_usernames (
    username_key TEXT NOT NULL PRIMARY KEY,
    until        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX reserved_usernames_until ON reserved_usernames (until);
";
