//! From an event's row to what happened.

use domain::{Cid, EventKind, RoomId, Seq, Timestamp, Username};
use sea_orm::sea_query::{Alias, Expr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationTrait, Select,
};

use super::{Author, Event, Happening};
use crate::StoreError;
use crate::append::Detail;
use crate::entity::event::{self, Column};
use crate::entity::person;
use crate::row::{time, unreadable, user_id};

/// An event's row, with its author's name and the text of the message that it is about.
#[derive(FromQueryResult)]
pub(super) struct Row {
    seq: i64,
    kind: i32,
    author: Option<i64>,
    username: Option<String>,
    cid: Option<String>,
    body: Option<String>,
    reply_to: Option<i64>,
    edited_at: Option<i64>,
    target: Option<i64>,
    current: Option<String>,
    detail: Option<String>,
    ts: i64,
}

/// The events of `room`, to be read with [`read`].
pub(super) fn rows(room: RoomId) -> Select<event::Entity> {
    let about = Alias::new("about");
    event::Entity::find()
        .select_only()
        .columns([Column::Seq, Column::Kind, Column::Author, Column::Cid, Column::Body])
        .columns([Column::ReplyTo, Column::EditedAt, Column::Target, Column::Detail, Column::Ts])
        .column(person::Column::Username)
        .column_as(Expr::col((about.clone(), Column::Body)), "current")
        .join(JoinType::LeftJoin, event::Relation::Author.def())
        .join_as(JoinType::LeftJoin, event::Relation::Target.def(), about)
        .filter(Column::Room.eq(room.get()))
}

/// Reads what was selected from [`rows`].
pub(super) async fn read(
    conn: &impl ConnectionTrait,
    rows: Select<event::Entity>,
) -> Result<Vec<Event>, StoreError> {
    let rows = rows.into_model::<Row>().all(conn).await?;
    rows.into_iter().map(Event::try_from).collect()
}

impl TryFrom<Row> for Event {
    type Error = StoreError;

    fn try_from(mut row: Row) -> Result<Self, StoreError> {
        let cid = |text: String| Cid::parse(&text).map_err(|_| unreadable("cid", text));
        Ok(Self {
            seq: Seq::from_i64(row.seq),
            ts: Timestamp::from_millis(row.ts),
            author: row.take_author()?,
            cid: row.cid.take().map(cid).transpose()?,
            happening: row.happening()?,
        })
    }
}

impl Row {
    fn take_author(&mut self) -> Result<Option<Author>, StoreError> {
        match (self.author, self.username.take()) {
            (Some(id), Some(name)) => {
                Ok(Some(Author { id: user_id(id)?, username: Username::stored(&name) }))
            }
            _ => Ok(None),
        }
    }

    fn happening(self) -> Result<Happening, StoreError> {
        let of_nothing = || unreadable("event without what it is about", self.seq);
        let target = || self.target.map(Seq::from_i64).ok_or_else(of_nothing);
        Ok(match EventKind::from_code(self.kind) {
            Some(EventKind::Message) => Happening::Message {
                body: self.body,
                reply_to: self.reply_to.map(Seq::from_i64),
                edited: time(self.edited_at),
            },
            Some(EventKind::Edited) => Happening::Edited { id: target()?, body: self.current },
            Some(EventKind::Deleted) => Happening::Deleted { id: target()? },
            Some(EventKind::Reaction) => {
                let detail = Detail::from_json(self.detail.as_deref());
                let reaction = detail.and_then(Detail::reaction);
                let (emoji, on) =
                    reaction.ok_or_else(|| unreadable("reaction", self.detail.as_deref()))?;
                Happening::Reaction { id: target()?, emoji, on }
            }
            Some(EventKind::SessionEnded | EventKind::PersonChanged | EventKind::KeysChanged)
            | None => return Err(unreadable("kind of event", self.kind)),
        })
    }
}
