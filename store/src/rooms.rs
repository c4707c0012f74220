//! Rooms.

use std::time::Duration;

use domain::{RoomId, RoomName, Timestamp, UserId, Visibility};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

use crate::entity::room::{self, Column, Entity};
use crate::row::{count, room_id, unreadable, user_id};
use crate::{StoreError, WriteTransaction};

const FIRST_GENERATION: u32 = 1;

/// A room as it is stored. The system room is none of these: it has no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its key.
    pub id: RoomId,
    /// Its name.
    pub name: RoomName,
    /// Who may see and write it.
    pub visibility: Visibility,
    /// Which telling of its log this is: the second half of its epoch.
    pub generation: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it, by asking for it or by entering it first.
    pub created_by: Option<UserId>,
    /// How long it keeps its events, where it doesn't go by the default of the configuration.
    pub retention: Retention,
}

/// How long a room keeps its events ([`crate::sweep::retention_slice`]). Zero is no limit. None is what the default of the
/// configuration says, and no limit in that default itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// How old an event may get; kept in milliseconds.
    pub age: Option<Duration>,
    /// How many events there may be, of every kind.
    pub count: Option<u64>,
}

impl Retention {
    /// What holds for a room with these settings where `default` is the configuration's. None in it is no limit.
    #[must_use]
    pub fn or(self, default: Self) -> Self {
        let age = self.age.or(default.age).filter(|age| !age.is_zero());
        let count = self.count.or(default.count).filter(|count| *count > 0);
        Self { age, count }
    }
}

impl TryFrom<room::Model> for Room {
    type Error = StoreError;

    fn try_from(row: room::Model) -> Result<Self, StoreError> {
        let name = row.name.as_deref().and_then(|name| name.parse().ok());
        let visibility = Visibility::from_code(row.visibility);
        Ok(Self {
            id: room_id(row.id),
            name: name.ok_or_else(|| unreadable("room name", &row.name))?,
            visibility: visibility.ok_or_else(|| unreadable("visibility", row.visibility))?,
            generation: count(row.generation)?,
            created_at: Timestamp::from_millis(row.created_at),
            created_by: row.created_by.map(user_id).transpose()?,
            retention: retention(row.retention_age, row.retention_count),
        })
    }
}

/// From the columns; what is negative there, nobody here wrote, and is no limit.
pub(crate) fn retention(age: Option<i64>, count: Option<i64>) -> Retention {
    let positive = |value: i64| u64::try_from(value).unwrap_or(0);
    Retention {
        age: age.map(|millis| Duration::from_millis(positive(millis))),
        count: count.map(positive),
    }
}

/// The room with this key; none for the system room.
pub async fn find(conn: &impl ConnectionTrait, id: RoomId) -> Result<Option<Room>, StoreError> {
    let row = Entity::find_by_id(id.get()).filter(Column::Name.is_not_null()).one(conn).await?;
    row.map(Room::try_from).transpose()
}

/// The room of this name.
pub async fn find_by_name(
    conn: &impl ConnectionTrait,
    name: &RoomName,
) -> Result<Option<Room>, StoreError> {
    let row = Entity::find().filter(Column::Name.eq(name.as_str())).one(conn).await?;
    row.map(Room::try_from).transpose()
}

/// Makes the room `name`, open to every account, unless there is one of that name: the room, and whether it is new.
pub async fn create(
    tx: &WriteTransaction,
    name: &RoomName,
    created_by: Option<UserId>,
    now: Timestamp,
) -> Result<(Room, bool), StoreError> {
    if let Some(room) = find_by_name(tx, name).await? {
        return Ok((room, false));
    }
    let visibility = Visibility::Open;
    let row = room::ActiveModel {
        name: Set(Some(name.as_str().to_owned())),
        visibility: Set(visibility.code()),
        generation: Set(FIRST_GENERATION.into()),
        created_at: Set(now.millis()),
        created_by: Set(created_by.map(UserId::get)),
        ..Default::default()
    };
    let inserted = Entity::insert(row).exec(tx).await?;
    let room = Room {
        id: room_id(inserted.last_insert_id),
        name: name.clone(),
        visibility,
        generation: FIRST_GENERATION,
        created_at: now,
        created_by,
        retention: Retention::default(),
    };
    Ok((room, true))
}

/// Says how long the room `id` keeps its events from now on. What is over goes when the sweeper next comes by; what is
/// gone doesn't come back.
pub async fn set_retention(
    tx: &WriteTransaction,
    id: RoomId,
    retention: Retention,
) -> Result<(), StoreError> {
    let age = retention.age.map(|age| i64::try_from(age.as_millis()).unwrap_or(i64::MAX));
    let count = retention.count.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    Entity::update_many()
        .col_expr(Column::RetentionAge, Expr::value(age))
        .col_expr(Column::RetentionCount, Expr::value(count))
        .filter(Column::Id.eq(id.get()))
        .exec(tx)
        .await?;
    Ok(())
}

/// At most `limit` rooms in the order of their names, those after `after`.
pub async fn list(
    conn: &impl ConnectionTrait,
    after: Option<&RoomName>,
    limit: u32,
) -> Result<Vec<Room>, StoreError> {
    let rows = Entity::find()
        // The system room has no name, and NULL is greater than nothing.
        .filter(Column::Name.gt(after.map_or("", RoomName::as_str)))
        .order_by_asc(Column::Name)
        .limit(u64::from(limit))
        .all(conn)
        .await?;
    rows.into_iter().map(Room::try_from).collect()
}
