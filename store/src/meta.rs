//! Facts about the store itself.

use domain::{Entropy, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, Set};

use crate::entity::meta;
use crate::{StoreError, WriteTransaction};

const INCARNATION: &str = "incarnation";
const CHECKED_AT: &str = "checked_at";

/// What this telling of the store goes by, drawn now if it is new.
pub(crate) async fn incarnation(
    tx: &WriteTransaction,
    entropy: &dyn Entropy,
) -> Result<u32, StoreError> {
    if let Some(row) = meta::Entity::find_by_id(INCARNATION).one(tx).await? {
        return row
            .value
            .parse()
            .map_err(|_| StoreError::Unreadable(format!("the incarnation {:?}", row.value)));
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
