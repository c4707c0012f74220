//! What a room's log is made of.

/// The kind of one event. The number is what the database holds: never reuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum EventKind {
    /// A person said something. Its row is the one place where the text lives.
    Message = 1,
    /// Its author gave a message another text, which stands in the message's row.
    Edited = 2,
    /// A message was deleted: its row holds no text any more.
    Deleted = 3,
    /// A person reacted to a message, or took a reaction back.
    Reaction = 4,
    /// In the system room: a session ended.
    SessionEnded = 32,
    /// In the system room: a person was disabled or enabled, or their name or role changed.
    PersonChanged = 33,
    /// In the system room: the signing keys changed.
    KeysChanged = 34,
}

impl EventKind {
    /// As the database holds it.
    #[must_use]
    pub const fn code(self) -> i32 {
        self as i32
    }

    /// The kind with this number, if there is one.
    #[must_use]
    pub const fn from_code(code: i32) -> Option<Self> {
        match code {
            1 => Some(Self::Message),
            2 => Some(Self::Edited),
            3 => Some(Self::Deleted),
            4 => Some(Self::Reaction),
            32 => Some(Self::SessionEnded),
            33 => Some(Self::PersonChanged),
            34 => Some(Self::KeysChanged),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_from_its_number() {
        for code in 0..=255 {
            if let Some(kind) = EventKind::from_code(code) {
                assert_eq!(kind.code(), code);
            }
        }
        assert_eq!(EventKind::from_code(EventKind::Message.code()), Some(EventKind::Message));
        assert_eq!(EventKind::from_code(0), None);
    }
}
