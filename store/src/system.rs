//! Reading the system room: who was signed out, disabled, changed.

use domain::{EventKind, RoomId, Seq, SessionId, Standing, Timestamp, UserId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::append::Detail;
use crate::entity::event::{self, Column, Entity};
use crate::row::unreadable;
use crate::{Change, StoreError, log};

/// One event of the system room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SystemEvent {
    /// Its place in the system room's log.
    pub seq: Seq,
    /// When it was stored.
    pub ts: Timestamp,
    /// What happened.
    pub what: SystemChange,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemChange {
    /// A session ended.
    SessionEnded {
        /// The session.
        session: SessionId,
        /// Whose it was.
        user: UserId,
    },
    /// A person was disabled or enabled, or their name or role changed.
    PersonChanged {
        /// The person.
        user: UserId,
        /// Their standing after the change.
        standing: Standing,
    },
    /// The signing keys changed.
    KeysChanged,
}

impl From<SystemChange> for Change {
    fn from(what: SystemChange) -> Self {
        match what {
            SystemChange::SessionEnded { session, user } => Self::SessionEnded { session, user },
            SystemChange::PersonChanged { user, standing } => {
                Self::PersonChanged { user, standing }
            }
            SystemChange::KeysChanged => Self::KeysChanged,
        }
    }
}

impl TryFrom<event::Model> for SystemEvent {
    type Error = StoreError;

    fn try_from(row: event::Model) -> Result<Self, StoreError> {
        let detail = Detail::from_json(row.detail.as_deref());
        let kind = EventKind::from_code(row.kind);
        let what = kind.zip(detail).and_then(|(kind, detail)| detail.change(kind));
        Ok(Self {
            seq: Seq::from_i64(row.seq),
            ts: Timestamp::from_millis(row.ts),
            what: what.ok_or_else(|| unreadable("system event", row.seq))?,
        })
    }
}

/// The place of the newest event of the system room, whoever appended it.
pub async fn head(conn: &impl ConnectionTrait) -> Result<Seq, StoreError> {
    log::head(conn, RoomId::SYSTEM).await
}

/// At most `limit` events after the place `since`, oldest first. Fewer than `limit`: there were no more.
pub async fn after(
    conn: &impl ConnectionTrait,
    since: Seq,
    limit: u32,
) -> Result<Vec<SystemEvent>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Room.eq(RoomId::SYSTEM.get()))
        .filter(Column::Seq.gt(since.as_i64()))
        .order_by_asc(Column::Seq)
        .limit(u64::from(limit))
        .all(conn)
        .await?;
    rows.into_iter().map(SystemEvent::try_from).collect()
}

/// The place before the first event that is stored at `from` or later (the head, when there is none): read
/// [`after`] it and nothing of that time is missed, even if the clock was set back in between. It goes through the whole
/// system room, which [`crate::sweep`] keeps short.
pub async fn place_before(conn: &impl ConnectionTrait, from: Timestamp) -> Result<Seq, StoreError> {
    let first: Option<i64> = Entity::find()
        .select_only()
        .column(Column::Seq)
        .filter(Column::Room.eq(RoomId::SYSTEM.get()))
        .filter(Column::Ts.gte(from.millis()))
        .order_by_asc(Column::Seq)
        .into_tuple()
        .one(conn)
        .await?;
    match first {
        Some(seq) => Ok(Seq::from_i64(seq - 1)),
        None => head(conn).await,
    }
}
