//! What a person fills in to register.

use domain::{Email, Role, Username};
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

use crate::fields::Reader;
use crate::{FieldErrors, passwords};

/// The longest first and last name, in characters (Django's limit).
const MAX_NAME_CHARS: usize = 150;

/// The longest company name, in characters.
const MAX_COMPANY_CHARS: usize = 255;

/// The longest address of a web site, in characters (Django's limit).
const MAX_URL_CHARS: usize = 200;

/// How much of a choice that is none is repeated in the answer, in characters.
const MAX_ECHO_CHARS: usize = 100;

/// A registration whose every field is well formed. Whether the password is good enough and the names are free is for
/// [`crate::Accounts::register`] to say.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The name others see.
    pub username: Username,
    /// Where the letter goes.
    pub email: Email,
    /// The password, exactly as typed.
    pub password: SecretString,
    /// The same once more.
    pub confirm_password: SecretString,
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// What they represent; none when they didn't say.
    pub role: Option<Role>,
    /// May be empty.
    pub company_name: String,
    /// May be empty; else an `http` or `https` address.
    pub website: String,
}

impl Registration {
    /// Reads the body of a registration.
    pub fn from_json(body: &Map<String, Value>) -> Result<Self, FieldErrors> {
        let mut reader = Reader::new(body);
        let username = reader.text("username", Username::MAX_CHARS);
        let username = username.and_then(|text| parsed(&mut reader, "username", text));
        let email = reader.text("email", Email::MAX_BYTES);
        let email = email.and_then(|text| parsed(&mut reader, "email", text));
        let password = reader.password("password", passwords::MAX_CHARS);
        let confirm_password = reader.password("confirm_password", passwords::MAX_CHARS);
        let first_name = optional(&mut reader, "first_name", MAX_NAME_CHARS);
        let last_name = optional(&mut reader, "last_name", MAX_NAME_CHARS);
        let role = role(&mut reader);
        let company_name = optional(&mut reader, "company_name", MAX_COMPANY_CHARS);
        let website = optional(&mut reader, "website", MAX_URL_CHARS);
        if !(website.is_empty() || is_web_address(&website)) {
            reader.wrong("website", "Enter a valid URL.");
        }
        let errors = reader.finish();
        // Whichever of these is missing was told of.
        let (Some(username), Some(email), Some(password), Some(confirm_password)) =
            (username, email, password, confirm_password)
        else {
            return Err(errors);
        };
        errors.unless_empty(Self {
            username,
            email,
            password,
            confirm_password,
            first_name,
            last_name,
            role,
            company_name,
            website,
        })
    }
}

fn parsed<T: std::str::FromStr>(
    reader: &mut Reader<'_>,
    field: &'static str,
    text: &str,
) -> Option<T>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| reader.wrong(field, error.to_string())).ok()
}

fn optional(reader: &mut Reader<'_>, field: &'static str, max_chars: usize) -> String {
    reader.optional_text(field, max_chars).unwrap_or_default().to_owned()
}

/// `representative_type` and `role` say the same thing; old front ends send one or the other, or both.
fn role(reader: &mut Reader<'_>) -> Option<Role> {
    let representative = choice(reader, "representative_type", |text| text.parse().ok());
    let role = choice(reader, "role", |text| match text {
        "1" => Some(Role::Startup),
        "2" => Some(Role::Investor),
        text => text.parse().ok(),
    });
    match (representative, role) {
        (Some(one), Some(other)) if one != other => {
            reader.wrong("role", "The role does not agree with the representative type.");
            None
        }
        (one, other) => one.or(other),
    }
}

fn choice(
    reader: &mut Reader<'_>,
    field: &'static str,
    read: impl FnOnce(&str) -> Option<Role>,
) -> Option<Role> {
    let text = match reader.value(field)? {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let role = read(&text);
    if role.is_none() {
        let echo: String = text.chars().take(MAX_ECHO_CHARS).collect();
        reader.wrong(field, format!("\"{echo}\" is not a valid choice."));
    }
    role
}

/// Whether a browser can go there, and nothing runs when it does.
fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests;
