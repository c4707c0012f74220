//! New people, and what must not be taken already.

use domain::{Email, Timestamp, Username};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};
use secrecy::ExposeSecret;

use super::NewPerson;
use crate::entity::{person, profile, reserved_username};
use crate::row::millis;
use crate::{StoreError, WriteTransaction};

/// What of a new person is somebody else's already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// The address, compared by [`Email::key`].
    pub email: bool,
    /// The name, compared by [`Username::key`]; also a name that is [reserved](reserve_username).
    pub username: bool,
}

impl Taken {
    /// Whether anything is.
    #[must_use]
    pub const fn any(self) -> bool {
        self.email || self.username
    }
}

/// Why a person can't be stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum InsertError {
    /// Their name or address is somebody else's.
    #[error("the name or the address is taken")]
    Taken(Taken),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which of `username` and `email` are taken at `now`.
pub async fn taken(
    conn: &impl ConnectionTrait,
    username: &Username,
    email: &Email,
    now: Timestamp,
) -> Result<Taken, StoreError> {
    let by_email = person::Entity::find().filter(person::Column::EmailKey.eq(email.key()));
    let by_name = person::Entity::find().filter(person::Column::UsernameKey.eq(username.key()));
    let reserved = reserved_username::Entity::find_by_id(username.key())
        .filter(reserved_username::Column::Until.gt(now.millis()));
    Ok(Taken {
        email: by_email.count(conn).await? > 0,
        username: by_name.count(conn).await? > 0 || reserved.count(conn).await? > 0,
    })
}

/// Stores a person and their profile, unless their name or address [is taken](taken) at `person.created_at`.
pub async fn insert(tx: &WriteTransaction, person: &NewPerson) -> Result<(), InsertError> {
    // Nobody else can write until this transaction ends, so what is free now still is when it is committed.
    let taken = taken(tx, &person.username, &person.email, person.created_at).await?;
    if taken.any() {
        return Err(InsertError::Taken(taken));
    }
    let row = person::ActiveModel {
        id: Set(person.id.get()),
        username: Set(person.username.as_str().to_owned()),
        username_key: Set(person.username.key()),
        email: Set(person.email.as_str().to_owned()),
        email_key: Set(person.email.key()),
        password_hash: Set(person.password_hash.as_ref().map(|h| h.expose_secret().to_owned())),
        first_name: Set(person.first_name.clone()),
        last_name: Set(person.last_name.clone()),
        role: Set(person.role.map(|role| role.as_str().to_owned())),
        is_admin: Set(person.is_admin),
        verified_at: Set(millis(person.verified_at)),
        disabled_at: Set(None),
        last_login_at: Set(None),
        created_at: Set(person.created_at.millis()),
    };
    let profile = profile::ActiveModel {
        person: Set(person.id.get()),
        company_name: Set(person.profile.company_name.clone()),
        website: Set(person.profile.website.clone()),
        description: Set(person.profile.description.clone()),
    };
    let stored = async {
        person::Entity::insert(row).exec_without_returning(tx).await?;
        profile::Entity::insert(profile).exec_without_returning(tx).await
    };
    stored.await.map_err(StoreError::from)?;
    Ok(())
}

/// Keeps `username` from being registered until `until`, without a person: what a registration with somebody else's
/// address leaves behind when the server mustn't tell that the address is taken. A name that is reserved already stays so
/// until the later moment.
pub async fn reserve_username(
    tx: &WriteTransaction,
    username: &Username,
    until: Timestamp,
) -> Result<(), StoreError> {
    let key = username.key();
    let present = reserved_username::Entity::find_by_id(key.as_str()).one(tx).await?;
    let until = present.map_or(until.millis(), |row| row.until.max(until.millis()));
    let row = reserved_username::ActiveModel { username_key: Set(key), until: Set(until) };
    let mut replace = OnConflict::column(reserved_username::Column::UsernameKey);
    replace.update_column(reserved_username::Column::Until);
    reserved_username::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}
