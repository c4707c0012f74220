//! From columns to the types they were made of.

use domain::{RoomId, SessionId, Timestamp, UserId};

use crate::StoreError;

/// What to say of a `value` in the database that nobody here wrote.
pub(crate) fn unreadable(what: &str, value: impl std::fmt::Debug) -> StoreError {
    StoreError::Unreadable(format!("the {what} {value:?}"))
}

pub(crate) fn user_id(value: i64) -> Result<UserId, StoreError> {
    UserId::new(value).ok_or_else(|| unreadable("person", value))
}

pub(crate) fn session_id(value: &str) -> Result<SessionId, StoreError> {
    value.parse().map_err(|_| unreadable("session", value))
}

pub(crate) fn count(value: i64) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|_| unreadable("count", value))
}

pub(crate) fn time(value: Option<i64>) -> Option<Timestamp> {
    value.map(Timestamp::from_millis)
}

pub(crate) fn millis(value: Option<Timestamp>) -> Option<i64> {
    value.map(Timestamp::millis)
}

/// Rooms are numbered by the database: every number is one.
pub(crate) const fn room_id(value: i64) -> RoomId {
    RoomId::new(value)
}
