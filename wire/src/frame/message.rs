//! What somebody said.

use domain::{Seq, Timestamp, UserId};
use serde::Serialize;

/// A person, as frames name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Author<'a> {
    /// Their id.
    pub id: UserId,
    /// Their present name.
    pub username: &'a str,
}

/// A message: broadcast when it is stored, and again in a catch-up or a `history` answer, then as it reads now.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "message")]
pub struct Message<'a> {
    /// Its place in the room's log.
    pub seq: Seq,
    /// The message's own id: the place of its creation, which is `seq` again.
    pub id: Seq,
    /// The sender's name for it, by which the sender knows it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cid: Option<&'a str>,
    /// Who said it; `null` for people who are gone.
    pub user: Option<Author<'a>>,
    /// What was said; empty for a message that is deleted.
    pub message: &'a str,
    /// The message it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// When its text was last changed: milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited: Option<Timestamp>,
    /// Whether it is deleted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// How people react to it; told in `history` alone, since everywhere else the reactions follow as events.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub reactions: &'a [Tally<'a>],
    /// When it was stored: milliseconds since 1970.
    pub ts: Timestamp,
}

/// How many people react to a message with one emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Tally<'a> {
    /// The emoji.
    pub emoji: &'a str,
    /// How many people.
    pub count: u64,
    /// Whether the one who asks is among them.
    pub mine: bool,
}
