//! How long rooms keep their events.

pub(crate) const DDL: &str = "
ALTER TABLE rooms ADD COLUMN floor INTEGER NOT NULL DEFAULT 0; -- the newest seq that was removed; 0: none was
-- NULL: as the configuration says; 0: no limit.
ALTER TABLE rooms ADD COLUMN retention_age INTEGER;   -- milliseconds
ALTER TABLE rooms ADD COLUMN retention_count INTEGER; -- events
";
