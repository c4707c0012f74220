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

/// A message: broadcast when it is stored, and again in a catch-up or a `history` answer.
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
    /// What was said.
    pub message: &'a str,
    /// The message it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// When it was stored: milliseconds since 1970.
    pub ts: Timestamp,
}
