//! Rooms.

use domain::{RoomId, RoomName, Timestamp, UserId, Visibility};
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
        })
    }
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
    };
    Ok((room, true))
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
