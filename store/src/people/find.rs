//! Looking people up.

use domain::UserId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{PersonRow, Profile};
use crate::StoreError;
use crate::entity::{person, profile};

/// The person with this id.
pub async fn find(
    conn: &impl ConnectionTrait,
    id: UserId,
) -> Result<Option<PersonRow>, StoreError> {
    let row = person::Entity::find_by_id(id.get()).one(conn).await?;
    row.map(PersonRow::try_from).transpose()
}

/// The person with the address whose [`domain::Email::key`] is `key`.
pub async fn find_by_email_key(
    conn: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<PersonRow>, StoreError> {
    let row = person::Entity::find().filter(person::Column::EmailKey.eq(key)).one(conn).await?;
    row.map(PersonRow::try_from).transpose()
}

/// The person with the name whose [`domain::Username::key`] is `key`.
pub async fn find_by_username_key(
    conn: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<PersonRow>, StoreError> {
    let row = person::Entity::find().filter(person::Column::UsernameKey.eq(key)).one(conn).await?;
    row.map(PersonRow::try_from).transpose()
}

/// At most `limit` people in the order of their ids, those after `after`.
pub async fn list(
    conn: &impl ConnectionTrait,
    after: Option<UserId>,
    limit: u32,
) -> Result<Vec<PersonRow>, StoreError> {
    let rows = person::Entity::find()
        .filter(person::Column::Id.gt(after.map_or(0, UserId::get)))
        .order_by_asc(person::Column::Id)
        .limit(u64::from(limit))
        .all(conn)
        .await?;
    rows.into_iter().map(PersonRow::try_from).collect()
}

/// What they tell about themselves.
pub async fn profile(
    conn: &impl ConnectionTrait,
    id: UserId,
) -> Result<Option<Profile>, StoreError> {
    let row = profile::Entity::find_by_id(id.get()).one(conn).await?;
    Ok(row.map(Profile::from))
}
