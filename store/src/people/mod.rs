//! People: accounts and what belongs to them.

mod change;
mod find;
mod insert;
mod person;

pub use change::{set_admin, set_disabled, set_password_hash, set_role, set_verified, touch_login};
pub use find::{find, find_by_email_key, find_by_username_key, list, profile};
pub use insert::{InsertError, Taken, insert, reserve_username, taken};
pub use person::{NewPerson, PersonRow, Profile};
