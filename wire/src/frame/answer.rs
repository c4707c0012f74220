//! Answers to one client's requests.

use std::time::Duration;

use domain::{Cid, Seq};
use serde::{Serialize, Serializer};

use super::Message;
use crate::{CloseReason, ErrorCode, Rejected, Rid};

/// What was sent is stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "ack")]
pub struct Ack<'a> {
    /// The sender's name for it, or the one the server gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cid: Option<&'a str>,
    /// The message's id.
    pub id: Seq,
    /// Its place in the room's log.
    pub seq: Seq,
    /// Whether it had been stored before: this is the first ack again.
    pub dup: bool,
    /// The request's rid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rid: Option<&'a Rid>,
}

/// A page of the room's log.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "history")]
pub struct History<'a> {
    /// The messages, oldest first.
    pub messages: &'a [Message<'a>],
    /// Whether there are more in the direction asked for.
    pub more: bool,
    /// The room's newest event when this was read. Later ones aren't in here: a `reaction` behind it counts on top of the
    /// messages' `reactions`, one up to it is in them.
    pub as_of: Seq,
    /// The request's rid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rid: Option<&'a Rid>,
}

/// The answer to a `ping`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "pong")]
pub struct Pong<'a> {
    /// The request's rid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rid: Option<&'a Rid>,
}

/// A request that isn't done; the socket lives on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "error")]
pub struct Error<'a> {
    /// What is wrong, in words.
    pub error: &'a str,
    /// What is wrong, for programs.
    pub code: ErrorCode,
    /// The field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'a str>,
    /// When to try again, written in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_millis")]
    pub retry_after: Option<Duration>,
    /// The request's rid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rid: Option<&'a Rid>,
    /// The request's cid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cid: Option<&'a str>,
}

impl<'a> From<&'a Rejected> for Error<'a> {
    fn from(rejected: &'a Rejected) -> Self {
        Self {
            error: &rejected.words,
            code: rejected.code,
            field: rejected.field,
            retry_after: rejected.retry_after,
            rid: rejected.rid.as_ref(),
            cid: rejected.cid.as_ref().map(Cid::as_str),
        }
    }
}

/// The one frame a refused socket gets before it is closed. It has no `type`: the old server's had none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Why, in words.
    pub error: &'static str,
}

impl From<CloseReason> for Refusal {
    fn from(reason: CloseReason) -> Self {
        Self { error: reason.refusal() }
    }
}

#[expect(clippy::ref_option, reason = "serde hands a reference to the whole field")]
fn as_millis<S: Serializer>(wait: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    let millis = wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
    millis.serialize(serializer)
}
