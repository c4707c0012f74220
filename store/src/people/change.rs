//! Changing people.

use domain::{Role, Timestamp, UserId};
use sea_orm::sea_query::{Expr, IntoCondition};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};

use crate::entity::person::{Column, Entity};
use crate::row::millis;
use crate::{StoreError, WriteTransaction};

/// Says that their address was verified at `at`. Whether that was news.
pub async fn set_verified(
    tx: &WriteTransaction,
    id: UserId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    set(tx, id, Column::VerifiedAt, at.millis(), Column::VerifiedAt.is_null()).await
}

/// Shuts their account at a moment, or opens it again (none). Whether that changed anything: shutting a shut one doesn't.
/// Ending their sessions is the caller's.
pub async fn set_disabled(
    tx: &WriteTransaction,
    id: UserId,
    at: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let column = Column::DisabledAt;
    let other = if at.is_some() { column.is_null() } else { column.is_not_null() };
    set(tx, id, column, millis(at), other).await
}

/// Gives them another password hash. Whether there is such a person.
pub async fn set_password_hash(
    tx: &WriteTransaction,
    id: UserId,
    hash: &SecretString,
) -> Result<bool, StoreError> {
    set(tx, id, Column::PasswordHash, hash.expose_secret(), always()).await
}

/// Says what they represent. Whether that changed anything.
pub async fn set_role(
    tx: &WriteTransaction,
    id: UserId,
    role: Option<Role>,
) -> Result<bool, StoreError> {
    let role = role.map(Role::as_str);
    let other = match role {
        Some(role) => Condition::any().add(Column::Role.is_null()).add(Column::Role.ne(role)),
        None => Condition::all().add(Column::Role.is_not_null()),
    };
    set(tx, id, Column::Role, role, other).await
}

/// Makes them an administrator, or no longer one. Whether that changed anything.
pub async fn set_admin(
    tx: &WriteTransaction,
    id: UserId,
    is_admin: bool,
) -> Result<bool, StoreError> {
    set(tx, id, Column::IsAdmin, is_admin, Column::IsAdmin.ne(is_admin)).await
}

/// Says that they signed in at `at`.
pub async fn touch_login(
    tx: &WriteTransaction,
    id: UserId,
    at: Timestamp,
) -> Result<(), StoreError> {
    set(tx, id, Column::LastLoginAt, at.millis(), always()).await.map(drop)
}

fn always() -> Condition {
    Condition::all()
}

/// Sets one column of one person, where `condition` holds. Whether it did.
async fn set(
    tx: &WriteTransaction,
    id: UserId,
    column: Column,
    value: impl Into<sea_orm::Value>,
    condition: impl IntoCondition,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(column, Expr::value(value))
        .filter(Column::Id.eq(id.get()))
        .filter(condition)
        .exec(tx)
        .await?;
    Ok(changed.rows_affected > 0)
}
