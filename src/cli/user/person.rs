//! How a person is written.

use domain::Standing;
use serde_json::{Value, json};
use store::people::PersonRow;

use crate::cli::moment::moment;

/// A person as programs read them.
pub fn json(person: &PersonRow) -> Value {
    json!({
        "id": person.id,
        "username": person.username.as_str(),
        "email": person.email.as_str(),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "role": person.role,
        "is_admin": person.is_admin,
        "standing": standing(person),
        "created_at": moment(person.created_at),
        "verified_at": person.verified_at.map(moment),
        "disabled_at": person.disabled_at.map(moment),
        "last_login_at": person.last_login_at.map(moment),
    })
}

/// Whether they may act, in a word.
pub const fn standing(person: &PersonRow) -> &'static str {
    match person.standing() {
        Standing::Active => "active",
        Standing::Unverified => "unverified",
        Standing::Disabled => "disabled",
    }
}

/// What they represent, or a dash.
pub fn role(person: &PersonRow) -> &'static str {
    person.role.map_or("-", domain::Role::as_str)
}
