//! Reading rooms' logs.

use domain::{Cid, EventKind, RoomId, Seq, Timestamp, UserId, Username};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, Order, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait, Select,
};

use crate::StoreError;
use crate::entity::event::{self, Column};
use crate::entity::person;
use crate::row::{unreadable, user_id};

/// What stands around an event's text when it is sent, roughly, in bytes: [`after`] counts it.
pub const EVENT_BYTES: usize = 192;

/// How many events a catch-up reads at a time, before it knows how large they are.
const CHUNK: u64 = 128;

/// One event of an ordinary room, as it reads now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place in the room's log.
    pub seq: Seq,
    /// What it is.
    pub kind: EventKind,
    /// Who did it; none when nobody did or they are gone.
    pub author: Option<Author>,
    /// The sender's name for it.
    pub cid: Option<Cid>,
    /// The text of a message.
    pub body: Option<String>,
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// When it was stored.
    pub ts: Timestamp,
}

/// Who did something, by the name they go by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub username: Username,
}

/// Which part of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// The newest.
    Newest,
    /// The newest of those before this place.
    Before(Seq),
    /// The oldest of those after this place.
    After(Seq),
}

/// A piece of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The events, oldest first.
    pub events: Vec<Event>,
    /// Whether there are more in the direction that was asked for.
    pub more: bool,
}

/// An event's row, with its author's name.
#[derive(FromQueryResult)]
struct Row {
    seq: i64,
    kind: i32,
    author: Option<i64>,
    username: Option<String>,
    cid: Option<String>,
    body: Option<String>,
    reply_to: Option<i64>,
    ts: i64,
}

impl TryFrom<Row> for Event {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let cid = |text: String| Cid::parse(&text).map_err(|_| unreadable("cid", text));
        let author = match (row.author, row.username) {
            (Some(id), Some(name)) => {
                Some(Author { id: user_id(id)?, username: Username::stored(&name) })
            }
            _ => None,
        };
        Ok(Self {
            seq: Seq::from_i64(row.seq),
            kind: EventKind::from_code(row.kind)
                .ok_or_else(|| unreadable("kind of event", row.kind))?,
            author,
            cid: row.cid.map(cid).transpose()?,
            body: row.body,
            reply_to: row.reply_to.map(Seq::from_i64),
            ts: Timestamp::from_millis(row.ts),
        })
    }
}

/// The events of `room`, as [`Row`]s.
fn rows(room: RoomId) -> Select<event::Entity> {
    event::Entity::find()
        .select_only()
        .columns([Column::Seq, Column::Kind, Column::Author, Column::Cid])
        .columns([Column::Body, Column::ReplyTo, Column::Ts])
        .column(person::Column::Username)
        .join(JoinType::LeftJoin, event::Relation::Author.def())
        .filter(Column::Room.eq(room.get()))
}

async fn read(
    conn: &impl ConnectionTrait,
    rows: Select<event::Entity>,
    limit: u64,
) -> Result<Vec<Event>, StoreError> {
    let rows = rows.limit(limit).into_model::<Row>().all(conn).await?;
    rows.into_iter().map(Event::try_from).collect()
}

/// The place of the newest event of `room`; [`Seq::ZERO`] when there is none, or no such room.
pub async fn head(conn: &impl ConnectionTrait, room: RoomId) -> Result<Seq, StoreError> {
    let newest: Option<i64> = event::Entity::find()
        .select_only()
        .column(Column::Seq)
        .filter(Column::Room.eq(room.get()))
        .order_by_desc(Column::Seq)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(newest.map_or(Seq::ZERO, Seq::from_i64))
}

/// The events of `room` after `since` up to and with `upto`, oldest first, for a catch-up: as many as weigh no more than
/// `max_bytes`, and at least one if there is one. An event weighs its text and [`EVENT_BYTES`]. Ask again with the last
/// one's seq until it is `upto`, or nothing comes.
pub async fn after(
    conn: &impl ConnectionTrait,
    room: RoomId,
    since: Seq,
    upto: Seq,
    max_bytes: usize,
) -> Result<Vec<Event>, StoreError> {
    let mut events: Vec<Event> = Vec::new();
    let mut weight = 0_usize;
    loop {
        let last = events.last().map_or(since, |event| event.seq);
        let next = rows(room)
            .filter(Column::Seq.gt(last.as_i64()))
            .filter(Column::Seq.lte(upto.as_i64()))
            .order_by_asc(Column::Seq);
        let chunk = read(conn, next, CHUNK).await?;
        let is_last = u64::try_from(chunk.len()).unwrap_or(CHUNK) < CHUNK;
        for event in chunk {
            weight += EVENT_BYTES + event.body.as_ref().map_or(0, String::len);
            if weight > max_bytes && !events.is_empty() {
                return Ok(events);
            }
            events.push(event);
        }
        if is_last {
            return Ok(events);
        }
    }
}

/// At most `limit` events of `room`.
pub async fn page(
    conn: &impl ConnectionTrait,
    room: RoomId,
    range: Range,
    limit: u32,
) -> Result<Page, StoreError> {
    let (part, backwards) = match range {
        Range::Newest => (rows(room), true),
        Range::Before(seq) => (rows(room).filter(Column::Seq.lt(seq.as_i64())), true),
        Range::After(seq) => (rows(room).filter(Column::Seq.gt(seq.as_i64())), false),
    };
    let order = if backwards { Order::Desc } else { Order::Asc };
    // One more than was asked for tells whether there are more.
    let asked = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut events = read(conn, part.order_by(Column::Seq, order), u64::from(limit) + 1).await?;
    let more = events.len() > asked;
    events.truncate(asked);
    if backwards {
        events.reverse();
    }
    Ok(Page { events, more })
}
