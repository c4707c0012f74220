//! Letters on their way: which template goes to whom. What a letter says is made when it is sent.

use domain::{Timestamp, UserId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
};

use crate::entity::outbox::{self, Column, Entity};
use crate::one_time_tokens::TokenId;
use crate::row::{count, time, user_id};
use crate::{StoreError, WriteTransaction};

/// The row of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LetterId(i64);

impl LetterId {
    /// The row `value`, as the store gave it.
    #[must_use]
    pub const fn new(value: i64) -> Self {
        Self(value)
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// A letter that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// The name of its template.
    pub template: String,
    /// Whom it goes to, at the address stored for them.
    pub person: UserId,
    /// The token whose link it carries.
    pub token: Option<TokenId>,
    /// When it is asked for; it is due at once.
    pub created_at: Timestamp,
}

/// A letter as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its row.
    pub id: LetterId,
    /// The name of its template.
    pub template: String,
    /// Whom it goes to, at the address stored for them.
    pub person: UserId,
    /// The token whose link it carries; none when it carries none, or the token has been swept away.
    pub token: Option<TokenId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it is to be tried next.
    pub due_at: Timestamp,
    /// How often sending it has failed.
    pub attempts: u32,
    /// Why it failed last.
    pub last_error: Option<String>,
    /// When it was sent, if it was.
    pub sent_at: Option<Timestamp>,
    /// When it was given up, if it was.
    pub parked_at: Option<Timestamp>,
}

/// How many letters are where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Waiting to be sent, for the first time or again.
    pub pending: u64,
    /// Given up.
    pub parked: u64,
    /// When the longest-waiting of the pending was asked for.
    pub oldest_pending: Option<Timestamp>,
}

impl TryFrom<outbox::Model> for Letter {
    type Error = StoreError;

    fn try_from(row: outbox::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: LetterId(row.id),
            template: row.template,
            person: user_id(row.person)?,
            token: row.token.map(TokenId::stored),
            created_at: Timestamp::from_millis(row.created_at),
            due_at: Timestamp::from_millis(row.due_at),
            attempts: count(row.attempts)?,
            last_error: row.last_error,
            sent_at: time(row.sent_at),
            parked_at: time(row.parked_at),
        })
    }
}

/// Queues a letter, in the transaction of what it tells of.
pub async fn queue(tx: &WriteTransaction, letter: &NewLetter) -> Result<LetterId, StoreError> {
    let row = outbox::ActiveModel {
        template: Set(letter.template.clone()),
        person: Set(letter.person.get()),
        token: Set(letter.token.map(TokenId::get)),
        created_at: Set(letter.created_at.millis()),
        due_at: Set(letter.created_at.millis()),
        attempts: Set(0),
        ..Default::default()
    };
    let inserted = Entity::insert(row).exec(tx).await?;
    Ok(LetterId(inserted.last_insert_id))
}

/// At most `limit` letters that are due at `now`, the longest due first.
pub async fn due(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Letter>, StoreError> {
    let rows = Entity::find()
        .filter(pending())
        .filter(Column::DueAt.lte(now.millis()))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(u64::from(limit))
        .all(conn)
        .await?;
    rows.into_iter().map(Letter::try_from).collect()
}

/// How many letters were queued for a person after `since`, sent or given up or not.
pub async fn count_since(
    conn: &impl ConnectionTrait,
    person: UserId,
    since: Timestamp,
) -> Result<u64, StoreError> {
    let recent = Entity::find()
        .filter(Column::Person.eq(person.get()))
        .filter(Column::CreatedAt.gt(since.millis()))
        .count(conn);
    Ok(recent.await?)
}

/// When the next letter is due, whether or not that is past; none when none is waiting.
pub async fn next_due(conn: &impl ConnectionTrait) -> Result<Option<Timestamp>, StoreError> {
    earliest(conn, Column::DueAt).await
}

/// Says that a letter was sent at `at`.
pub async fn sent(tx: &WriteTransaction, id: LetterId, at: Timestamp) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::SentAt, Expr::value(at.millis()))
        .filter(Column::Id.eq(id.get()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Says that sending a letter failed, for the reason `error`, and that it is to be tried again at `at`.
pub async fn retry_at(
    tx: &WriteTransaction,
    id: LetterId,
    at: Timestamp,
    error: &str,
) -> Result<(), StoreError> {
    failed(tx, id, Column::DueAt, at, error).await
}

/// Gives a letter up at `at`, for the reason `error`.
pub async fn parked(
    tx: &WriteTransaction,
    id: LetterId,
    at: Timestamp,
    error: &str,
) -> Result<(), StoreError> {
    failed(tx, id, Column::ParkedAt, at, error).await
}

/// Counts one more failure of a letter, and writes `at` where it decides what comes next.
async fn failed(
    tx: &WriteTransaction,
    id: LetterId,
    column: Column,
    at: Timestamp,
    error: &str,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::LastError, Expr::value(error))
        .col_expr(column, Expr::value(at.millis()))
        .filter(Expr::col(Column::Id).eq(id.get()))
        .exec(tx)
        .await?;
    Ok(())
}

/// How many letters are where.
pub async fn counts(conn: &impl ConnectionTrait) -> Result<Counts, StoreError> {
    let parked = Entity::find().filter(Column::ParkedAt.is_not_null()).count(conn).await?;
    let pending = Entity::find().filter(pending()).count(conn).await?;
    let oldest_pending = earliest(conn, Column::CreatedAt).await?;
    Ok(Counts { pending, parked, oldest_pending })
}

fn pending() -> Condition {
    Condition::all().add(Column::SentAt.is_null()).add(Column::ParkedAt.is_null())
}

/// The least of a column's times among the letters that are waiting.
async fn earliest(
    conn: &impl ConnectionTrait,
    column: Column,
) -> Result<Option<Timestamp>, StoreError> {
    let row = Entity::find().filter(pending()).order_by_asc(column).select_only().column(column);
    let earliest: Option<i64> = row.into_tuple().one(conn).await?;
    Ok(time(earliest))
}
