//! Throwing away what nobody needs any more, a slice at a time: each slice is short, so that it never holds the write
//! connection for long. A slice that deleted as many rows as it might has more to do.

mod retention;

use domain::{RoomId, Timestamp};
use sea_orm::sea_query::IntoCondition;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::entity::{event, one_time_token, outbox, person, reserved_username, session};
use crate::{StoreError, WriteTransaction, system};

pub use self::retention::{Removed, retention_slice};

/// Deletes at most `limit` one-time tokens that are no good since before `before`. How many.
pub async fn one_time_tokens_slice(
    tx: &WriteTransaction,
    before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    use one_time_token::{Column, Entity};
    slice::<Entity>(tx, Column::Id, Column::ExpiresAt.lt(before.millis()), limit).await
}

/// Deletes at most `limit` sessions that could not be refreshed any more before `before`, ended or not. How many.
pub async fn sessions_slice(
    tx: &WriteTransaction,
    before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    use session::{Column, Entity};
    slice::<Entity>(tx, Column::Id, Column::ExpiresAt.lt(before.millis()), limit).await
}

/// Deletes at most `limit` people who were registered before `before` and never verified their address, with everything
/// of theirs. Disabled ones stay. How many.
pub async fn unverified_people_slice(
    tx: &WriteTransaction,
    before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    use person::{Column, Entity};
    let stale = Condition::all()
        .add(Column::VerifiedAt.is_null())
        .add(Column::DisabledAt.is_null())
        .add(Column::CreatedAt.lt(before.millis()));
    slice::<Entity>(tx, Column::Id, stale, limit).await
}

/// Deletes at most `limit` names that are reserved only until before `before`. How many.
pub async fn reserved_usernames_slice(
    tx: &WriteTransaction,
    before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    use reserved_username::{Column, Entity};
    slice::<Entity>(tx, Column::UsernameKey, Column::Until.lt(before.millis()), limit).await
}

/// Deletes at most `limit` letters that were sent before `before`. How many.
pub async fn sent_letters_slice(
    tx: &WriteTransaction,
    before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    use outbox::{Column, Entity};
    slice::<Entity>(tx, Column::Id, Column::SentAt.lt(before.millis()), limit).await
}

/// Deletes at most `limit` events of the system room from before `before`, never the newest one, from which the next
/// takes its number. How many. Keep at least what a start replays (24 h).
pub async fn system_events_slice(
    tx: &WriteTransaction,
    before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    use event::{Column, Entity};
    let newest = system::head(tx).await?;
    let in_room = || Condition::all().add(Column::Room.eq(RoomId::SYSTEM.get()));
    let stale = Entity::find()
        .select_only()
        .column(Column::Seq)
        .filter(in_room().add(Column::Ts.lt(before.millis())))
        .filter(Column::Seq.lt(newest.as_i64()))
        .limit(u64::from(limit))
        .into_query();
    let gone = Entity::delete_many()
        .filter(in_room().add(Column::Seq.in_subquery(stale)))
        .exec(tx)
        .await?;
    Ok(gone.rows_affected)
}

/// Deletes at most `limit` rows that are `stale`, told apart by `key`.
async fn slice<E: EntityTrait>(
    tx: &WriteTransaction,
    key: E::Column,
    stale: impl IntoCondition,
    limit: u32,
) -> Result<u64, StoreError> {
    let keys =
        E::find().select_only().column(key).filter(stale).limit(u64::from(limit)).into_query();
    let gone = E::delete_many().filter(key.in_subquery(keys)).exec(tx).await?;
    Ok(gone.rows_affected)
}
