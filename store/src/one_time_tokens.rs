//! One-time tokens: what the links in letters carry. The database holds a token's digest, never the token.

use std::fmt;

use domain::{Email, Entropy, Timestamp, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Set,
};

use crate::entity::one_time_token::{self, Column, Entity};
use crate::row::{millis, time, unreadable, user_id};
use crate::{StoreError, WriteTransaction};

/// The row a token is made from: a positive integer below 2^53, drawn before the row is stored, because the token's
/// digest is in the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenId(i64);

impl TokenId {
    /// A fresh id.
    #[must_use]
    pub fn random(entropy: &dyn Entropy) -> Self {
        Self(UserId::random(entropy).get())
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    pub(crate) const fn stored(value: i64) -> Self {
        Self(value)
    }
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Purpose {
    /// To verify an address.
    Activation = 1,
    /// To set a password.
    PasswordReset = 2,
}

impl Purpose {
    /// As the database holds it.
    #[must_use]
    pub const fn code(self) -> i32 {
        self as i32
    }

    const fn from_code(code: i32) -> Option<Self> {
        match code {
            1 => Some(Self::Activation),
            2 => Some(Self::PasswordReset),
            _ => None,
        }
    }
}

/// A one-time token as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeToken {
    /// Its row.
    pub id: TokenId,
    /// What it is for.
    pub purpose: Purpose,
    /// Whom it is for.
    pub person: UserId,
    /// The address it is bound to: good only while it is the person's.
    pub address: Email,
    /// What makes it different from every other token of the same key.
    pub nonce: [u8; 16],
    /// Its SHA-256.
    pub digest: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is no good.
    pub expires_at: Timestamp,
    /// When it was used, if it was.
    pub used_at: Option<Timestamp>,
}

/// Without nonce and digest, from which and the mail key the token follows.
impl fmt::Debug for OneTimeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTimeToken")
            .field("id", &self.id)
            .field("purpose", &self.purpose)
            .field("person", &self.person)
            .field("expires_at", &self.expires_at)
            .field("used_at", &self.used_at)
            .finish_non_exhaustive()
    }
}

impl TryFrom<one_time_token::Model> for OneTimeToken {
    type Error = StoreError;

    fn try_from(row: one_time_token::Model) -> Result<Self, StoreError> {
        let bytes = || unreadable("one-time token", row.id);
        Ok(Self {
            id: TokenId(row.id),
            purpose: Purpose::from_code(row.purpose)
                .ok_or_else(|| unreadable("purpose", row.purpose))?,
            person: user_id(row.person)?,
            address: Email::stored(&row.address),
            nonce: row.nonce.as_slice().try_into().map_err(|_| bytes())?,
            digest: row.digest.as_slice().try_into().map_err(|_| bytes())?,
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: Timestamp::from_millis(row.expires_at),
            used_at: time(row.used_at),
        })
    }
}

/// Stores a token as it is given.
pub async fn insert(tx: &WriteTransaction, token: &OneTimeToken) -> Result<(), StoreError> {
    let row = one_time_token::ActiveModel {
        id: Set(token.id.get()),
        purpose: Set(token.purpose.code()),
        person: Set(token.person.get()),
        address: Set(token.address.as_str().to_owned()),
        nonce: Set(token.nonce.to_vec()),
        digest: Set(token.digest.to_vec()),
        created_at: Set(token.created_at.millis()),
        expires_at: Set(token.expires_at.millis()),
        used_at: Set(millis(token.used_at)),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The token in this row.
pub async fn find(
    conn: &impl ConnectionTrait,
    id: TokenId,
) -> Result<Option<OneTimeToken>, StoreError> {
    let row = Entity::find_by_id(id.get()).one(conn).await?;
    row.map(OneTimeToken::try_from).transpose()
}

/// The token with this SHA-256, used or expired or not.
pub async fn find_by_digest(
    conn: &impl ConnectionTrait,
    digest: &[u8; 32],
) -> Result<Option<OneTimeToken>, StoreError> {
    let row = Entity::find().filter(Column::Digest.eq(digest.to_vec())).one(conn).await?;
    row.map(OneTimeToken::try_from).transpose()
}

/// Uses a token. Whether it was unused.
pub async fn mark_used(
    tx: &WriteTransaction,
    id: TokenId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(at.millis()))
        .filter(Column::Id.eq(id.get()))
        .filter(Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(used.rows_affected > 0)
}

/// How many tokens for this purpose a person has that are unused and good at `now`.
pub async fn count_live(
    conn: &impl ConnectionTrait,
    person: UserId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let live = Entity::find()
        .filter(unused(person, purpose))
        .filter(Column::ExpiresAt.gt(now.millis()))
        .count(conn);
    Ok(live.await?)
}

/// Throws away every unused token for this purpose of a person: none of them is good any more. How many there were.
pub async fn revoke(
    tx: &WriteTransaction,
    person: UserId,
    purpose: Purpose,
) -> Result<u64, StoreError> {
    let gone = Entity::delete_many().filter(unused(person, purpose)).exec(tx).await?;
    Ok(gone.rows_affected)
}

fn unused(person: UserId, purpose: Purpose) -> Condition {
    Condition::all()
        .add(Column::Person.eq(person.get()))
        .add(Column::Purpose.eq(purpose.code()))
        .add(Column::UsedAt.is_null())
}
