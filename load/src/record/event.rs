//! One event of a room's log, as somebody saw it.

use std::borrow::Cow;

use domain::UserId;
use serde::{Deserialize, Serialize};

use super::Digest;

/// What kind of event it is: the `type` of its frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Somebody said something.
    Message,
    /// Its author gave a message another text.
    Edited,
    /// A message was deleted.
    Deleted,
    /// Somebody reacted to a message, or took a reaction back.
    Reaction,
}

impl Kind {
    /// As frames and records write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Edited => "edited",
            Self::Deleted => "deleted",
            Self::Reaction => "reaction",
        }
    }
}

/// One event, whether delivered live, replayed, in a page of history or in the final log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event<'a> {
    /// Its place in the room's log.
    pub seq: u64,
    /// What kind it is.
    pub kind: Kind,
    /// The message it is, or is about.
    pub id: u64,
    /// Who did it; none for people who are gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<UserId>,
    /// Its author's name for it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub cid: Option<Cow<'a, str>>,
    /// The text as it was shown, or the reaction. None: a message that is shown as deleted, or a deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Digest>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_written_as_its_name() {
        for kind in [Kind::Message, Kind::Edited, Kind::Deleted, Kind::Reaction] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
