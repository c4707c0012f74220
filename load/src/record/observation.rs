//! What one client saw or did at one moment.

use std::borrow::Cow;

use domain::UserId;
use serde::{Deserialize, Serialize};

use super::{Digest, Event, Kind};

/// One line of a record. The lines of one connection stand in the order of what happened; those of different ones need
/// not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation<'a> {
    /// The client, numbered by the run.
    pub client: u32,
    /// Which of the client's connections, counted up.
    pub conn: u32,
    /// When, in nanoseconds on the one monotonic clock of the run: of a thing done no later than its first byte left, of a
    /// thing seen no earlier than its last byte came. What is concluded from real time rests on that.
    pub at: u64,
    /// What.
    #[serde(borrow)]
    pub saw: Saw<'a>,
}

/// What a client can see or do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Saw<'a> {
    /// It is about to ask for a socket: a connection's first observation.
    Opened {
        /// The room's name.
        #[serde(borrow)]
        room: Cow<'a, str>,
        /// Who it comes as; none: a guest.
        #[serde(skip_serializing_if = "Option::is_none")]
        user: Option<UserId>,
        /// Which sign-in its token belongs to, numbered by the run.
        session: u64,
        /// From where on it resumes.
        #[serde(skip_serializing_if = "Option::is_none")]
        since: Option<u64>,
        /// The epoch in which `since` counts.
        #[serde(borrow, skip_serializing_if = "Option::is_none")]
        epoch: Option<Cow<'a, str>>,
    },
    /// The room's greeting.
    Hello {
        /// Which telling of the room's log its numbers belong to.
        #[serde(borrow)]
        epoch: Cow<'a, str>,
        /// The room's newest event.
        seq: u64,
        /// Whether everything after `since` follows.
        recovered: bool,
    },
    /// It is about to send a durable command.
    Sent {
        /// Its name for it.
        #[serde(borrow)]
        cid: Cow<'a, str>,
        /// What kind of event it asks for.
        kind: Kind,
        /// The message that is to be edited, deleted or reacted to; none for a new one.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<u64>,
        /// The text, trimmed as the server will, or the reaction; none for a deletion.
        #[serde(skip_serializing_if = "Option::is_none")]
        said: Option<Digest>,
    },
    /// What it sent is stored.
    Acked {
        /// Its name for it.
        #[serde(borrow)]
        cid: Cow<'a, str>,
        /// The message's id.
        id: u64,
        /// The event's place.
        seq: u64,
        /// Whether it had been stored before.
        dup: bool,
    },
    /// An event came, live or replayed.
    Delivered(#[serde(borrow)] Event<'a>),
    /// It is about to ask for a page of history.
    Asked {
        /// Its number for the request.
        rid: u64,
        /// Messages before this one.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<u64>,
        /// Messages after this one.
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<u64>,
    },
    /// A page of history came.
    Page {
        /// Which request it answers.
        #[serde(skip_serializing_if = "Option::is_none")]
        rid: Option<u64>,
        /// The messages, oldest first.
        #[serde(borrow)]
        messages: Vec<Event<'a>>,
        /// Whether there are more in the direction asked for.
        more: bool,
    },
    /// An `error` frame came.
    Refused {
        /// Its code.
        #[serde(borrow)]
        code: Cow<'a, str>,
        /// What it speaks of.
        #[serde(borrow, skip_serializing_if = "Option::is_none")]
        cid: Option<Cow<'a, str>>,
    },
    /// Nobody sends any more, and the client has waited as long as anything could take to arrive: what it hasn't got by
    /// now, it was never sent.
    Rested,
    /// The connection is over.
    Closed {
        /// The close frame's code; none: it broke off.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
    },
    /// A request that ends a sign-in was answered: from now on nothing may reach its sockets.
    Ended {
        /// Which sign-in.
        session: u64,
    },
}
