//! Reading rooms' logs.
//!
//! Two readers, for two questions. [`after`] gives what happened, event by event, to whoever follows a log. [`page`] gives
//! what was said, as it reads now and with the reactions to it, to whoever looks back; what happened to a message is in
//! the message then, not beside it.

mod after;
mod page;
mod places;
mod row;

use domain::{Cid, Emoji, RoomId, Seq, Timestamp, UserId, Username};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::StoreError;
use crate::entity::{event, room};

pub use self::after::{EVENT_BYTES, after};
pub use self::page::{Page, Range, Tally, page};

/// One event of an ordinary room, as it reads now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place in the room's log.
    pub seq: Seq,
    /// When it was stored.
    pub ts: Timestamp,
    /// Who did it; none when nobody did or they are gone.
    pub author: Option<Author>,
    /// The sender's name for it.
    pub cid: Option<Cid>,
    /// What happened.
    pub happening: Happening,
}

/// Who did something, by the name they go by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub username: Username,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// Somebody said something.
    Message {
        /// Its text as it reads now. None: it is deleted.
        body: Option<String>,
        /// The message it answers.
        reply_to: Option<Seq>,
        /// When its text was last changed.
        edited: Option<Timestamp>,
    },
    /// A message got another text.
    Edited {
        /// The message.
        id: Seq,
        /// The message's text as it reads now, which may be a later edit's. None: it is deleted since.
        body: Option<String>,
    },
    /// A message was deleted.
    Deleted {
        /// The message.
        id: Seq,
    },
    /// Somebody reacted to a message, or took a reaction back.
    Reaction {
        /// The message.
        id: Seq,
        /// What with.
        emoji: Emoji,
        /// Whether the reaction stood from then on.
        on: bool,
    },
}

impl Event {
    /// The message that this is, or is about.
    #[must_use]
    pub const fn message(&self) -> Seq {
        match self.happening {
            Happening::Message { .. } => self.seq,
            Happening::Edited { id, .. }
            | Happening::Deleted { id }
            | Happening::Reaction { id, .. } => id,
        }
    }
}

/// The place of the newest event of `room`; [`Seq::ZERO`] when there is none, or no such room.
pub async fn head(conn: &impl ConnectionTrait, room: RoomId) -> Result<Seq, StoreError> {
    let newest: Option<i64> = event::Entity::find()
        .select_only()
        .column(event::Column::Seq)
        .filter(event::Column::Room.eq(room.get()))
        .order_by_desc(event::Column::Seq)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(newest.map_or(Seq::ZERO, Seq::from_i64))
}

/// The newest place of `room` whose event was removed by retention: everything up to it is gone, everything after it is
/// there. [`Seq::ZERO`] when nothing was removed, or there is no such room.
pub async fn floor(conn: &impl ConnectionTrait, room: RoomId) -> Result<Seq, StoreError> {
    let floor: Option<i64> = room::Entity::find_by_id(room.get())
        .select_only()
        .column(room::Column::Floor)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(floor.map_or(Seq::ZERO, Seq::from_i64))
}
