//! What happens to what was said.

use domain::{Seq, Timestamp};
use serde::Serialize;

use super::{Author, Message};

/// An event of a room's log: numbered, broadcast when it is stored, and replayed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Event<'a> {
    /// Somebody said something.
    Message(Message<'a>),
    /// Its author gave a message another text.
    Edited(Edited<'a>),
    /// A message was deleted.
    Deleted(Deleted<'a>),
    /// Somebody reacted to a message, or took a reaction back.
    Reaction(Reaction<'a>),
}

/// A message got another text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "edited")]
pub struct Edited<'a> {
    /// The change's own place in the room's log.
    pub seq: Seq,
    /// The message.
    pub id: Seq,
    /// The sender's name for the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cid: Option<&'a str>,
    /// Who did it; `null` for people who are gone.
    pub user: Option<Author<'a>>,
    /// The message's text as it reads now, which may be a later change's; empty when it is deleted since.
    pub message: &'a str,
    /// Whether the message is deleted since.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// When the change was stored: milliseconds since 1970.
    pub ts: Timestamp,
}

/// A message was deleted.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "deleted")]
pub struct Deleted<'a> {
    /// The deletion's own place in the room's log.
    pub seq: Seq,
    /// The message.
    pub id: Seq,
    /// The sender's name for the deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cid: Option<&'a str>,
    /// Who did it; `null` for people who are gone.
    pub user: Option<Author<'a>>,
    /// When it was stored: milliseconds since 1970.
    pub ts: Timestamp,
}

/// Somebody reacted to a message, or took a reaction back.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "reaction")]
pub struct Reaction<'a> {
    /// The reaction's own place in the room's log.
    pub seq: Seq,
    /// The message.
    pub id: Seq,
    /// The sender's name for the reaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cid: Option<&'a str>,
    /// Who did it; `null` for people who are gone.
    pub user: Option<Author<'a>>,
    /// What with.
    pub emoji: &'a str,
    /// Whether it stands from now on; false: it is taken back.
    pub on: bool,
    /// When it was stored: milliseconds since 1970.
    pub ts: Timestamp,
}
