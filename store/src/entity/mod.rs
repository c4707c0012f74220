//! The tables as sea-orm sees them. None of these types leaves the crate.

pub(crate) mod aside;
pub(crate) mod event;
pub(crate) mod meta;
pub(crate) mod one_time_token;
pub(crate) mod outbox;
pub(crate) mod person;
pub(crate) mod profile;
pub(crate) mod reserved_username;
pub(crate) mod room;
pub(crate) mod session;
pub(crate) mod tally;
