//! Facts about the store itself.

use domain::{Entropy, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, Set};

use crate::entity::meta;
use crate::row::unreadable;
use crate::{StoreError, WriteTransaction};

const INCARNATION: &str = "incarnation";
const CHECKED_AT: &str = "checked_at";

/// What this telling of the store goes by, if it has been drawn.
pub(crate) async fn incarnation(conn: &impl ConnectionTrait) -> Result<Option<u32>, StoreError> {
    let row = meta::Entity::find_by_id(INCARNATION).one(conn).await?;
    let read = |row: meta::Model| row.value.parse().map_err(|_| unreadable(INCARNATION, row.value));
    row.map(read).transpose()
}

/// Draws what this telling of the store goes by, unless somebody has by now.
pub(crate) async fn draw_incarnation(
    tx: &WriteTransaction,
    entropy: &dyn Entropy,
) -> Result<u32, StoreError> {
    if let Some(drawn) = incarnation(tx).await? {
        return Ok(drawn);
    }
    let drawn = u32::from_le_bytes(entropy.bytes());
    set(tx, INCARNATION, drawn.to_string()).await?;
    Ok(drawn)
}

/// Writes something of no consequence.
pub(crate) async fn touch(tx: &WriteTransaction, now: Timestamp) -> Result<(), StoreError> {
    set(tx, CHECKED_AT, now.to_string()).await
}

async fn set(tx: &WriteTransaction, name: &str, value: String) -> Result<(), StoreError> {
    let row = meta::ActiveModel { name: Set(name.to_owned()), value: Set(value) };
    let mut replace = OnConflict::column(meta::Column::Name);
    replace.update_column(meta::Column::Value);
    meta::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}
