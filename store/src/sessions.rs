//! Sessions: one sign-in each, with the generation its refresh token is at.

use std::net::IpAddr;

use domain::{SessionId, Timestamp, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::entity::session::{self, Column, Entity};
use crate::row::{count, millis, session_id, time, unreadable, user_id};
use crate::{StoreError, WriteTransaction};

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub person: UserId,
    /// How often its refresh token was rotated; the token of this generation is the one that counts.
    pub generation: u32,
    /// The newest generation of which an access token has been used.
    pub used_generation: u32,
    /// When the present generation came to be.
    pub rotated_at: Timestamp,
    /// The key that signs the present generation's refresh token.
    pub kid: String,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When it was last refreshed or its new generation first used.
    pub last_used_at: Timestamp,
    /// From when on it can't be refreshed.
    pub expires_at: Timestamp,
    /// When it ended, if it has.
    pub ended_at: Option<Timestamp>,
    /// From where the person signed in.
    pub address: Option<IpAddr>,
    /// With what.
    pub user_agent: Option<String>,
}

/// The rotation of a session's refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// The session.
    pub id: SessionId,
    /// The generation it must be at.
    pub from: u32,
    /// When.
    pub at: Timestamp,
    /// The key that signs the next generation.
    pub kid: String,
    /// From when on the session then can't be refreshed.
    pub expires_at: Timestamp,
}

impl TryFrom<session::Model> for Session {
    type Error = StoreError;

    fn try_from(row: session::Model) -> Result<Self, StoreError> {
        let address = |text: String| text.parse().map_err(|_| unreadable("address", text));
        Ok(Self {
            id: session_id(&row.id)?,
            person: user_id(row.person)?,
            generation: count(row.generation)?,
            used_generation: count(row.used_generation)?,
            rotated_at: Timestamp::from_millis(row.rotated_at),
            kid: row.kid,
            created_at: Timestamp::from_millis(row.created_at),
            last_used_at: Timestamp::from_millis(row.last_used_at),
            expires_at: Timestamp::from_millis(row.expires_at),
            ended_at: time(row.ended_at),
            address: row.address.map(address).transpose()?,
            user_agent: row.user_agent,
        })
    }
}

/// Stores a session as it is given.
pub async fn insert(tx: &WriteTransaction, session: &Session) -> Result<(), StoreError> {
    let row = session::ActiveModel {
        id: Set(session.id.to_string()),
        person: Set(session.person.get()),
        generation: Set(session.generation.into()),
        used_generation: Set(session.used_generation.into()),
        rotated_at: Set(session.rotated_at.millis()),
        kid: Set(session.kid.clone()),
        created_at: Set(session.created_at.millis()),
        last_used_at: Set(session.last_used_at.millis()),
        expires_at: Set(session.expires_at.millis()),
        ended_at: Set(millis(session.ended_at)),
        address: Set(session.address.map(|address| address.to_string())),
        user_agent: Set(session.user_agent.clone()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The session with this id, ended or not.
pub async fn find(
    conn: &impl ConnectionTrait,
    id: SessionId,
) -> Result<Option<Session>, StoreError> {
    let row = Entity::find_by_id(id.to_string()).one(conn).await?;
    row.map(Session::try_from).transpose()
}

/// Moves a session to its next generation, if it has not ended and is still at the generation it must be at. Whether it
/// did.
pub async fn rotate(tx: &WriteTransaction, rotation: &Rotation) -> Result<bool, StoreError> {
    let rotated = Entity::update_many()
        .col_expr(Column::Generation, Expr::value(i64::from(rotation.from) + 1))
        .col_expr(Column::RotatedAt, Expr::value(rotation.at.millis()))
        .col_expr(Column::LastUsedAt, Expr::value(rotation.at.millis()))
        .col_expr(Column::Kid, Expr::value(rotation.kid.as_str()))
        .col_expr(Column::ExpiresAt, Expr::value(rotation.expires_at.millis()))
        .filter(Column::Id.eq(rotation.id.to_string()))
        .filter(Column::Generation.eq(rotation.from))
        .filter(Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    Ok(rotated.rows_affected > 0)
}

/// Says that an access token of this generation was used at `at`. Whether that was news: it is for the first use of a
/// generation.
pub async fn mark_used(
    tx: &WriteTransaction,
    id: SessionId,
    generation: u32,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let marked = Entity::update_many()
        .col_expr(Column::UsedGeneration, Expr::value(generation))
        .col_expr(Column::LastUsedAt, Expr::value(at.millis()))
        .filter(Column::Id.eq(id.to_string()))
        .filter(Column::UsedGeneration.lt(generation))
        .filter(Column::Generation.gte(generation))
        .exec(tx)
        .await?;
    Ok(marked.rows_affected > 0)
}

/// Ends a session. Whether it was alive; telling the system room is the caller's, in this same transaction.
pub async fn end(tx: &WriteTransaction, id: SessionId, at: Timestamp) -> Result<bool, StoreError> {
    let ended = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(at.millis()))
        .filter(Column::Id.eq(id.to_string()))
        .filter(Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    Ok(ended.rows_affected > 0)
}

/// Ends all sessions of a person but `except`. Those that had not ended; telling the system room is the caller's, in this
/// same transaction.
pub async fn end_all(
    tx: &WriteTransaction,
    person: UserId,
    except: Option<SessionId>,
    at: Timestamp,
) -> Result<Vec<SessionId>, StoreError> {
    let except = except.map(|id| id.to_string()).unwrap_or_default();
    let others = Condition::all()
        .add(Column::Person.eq(person.get()))
        .add(Column::EndedAt.is_null())
        .add(Column::Id.ne(except));
    let rows = Entity::find().filter(others.clone()).all(tx).await?;
    let ended = Expr::value(at.millis());
    Entity::update_many().col_expr(Column::EndedAt, ended).filter(others).exec(tx).await?;
    rows.iter().map(|row| session_id(&row.id)).collect()
}

/// The sessions of a person that are alive at `now`, the last used first.
pub async fn list(
    conn: &impl ConnectionTrait,
    person: UserId,
    now: Timestamp,
) -> Result<Vec<Session>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Person.eq(person.get()))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.millis()))
        .order_by_desc(Column::LastUsedAt)
        .all(conn)
        .await?;
    rows.into_iter().map(Session::try_from).collect()
}
