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
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> Result<Registration, Value> {
        let Value::Object(body) = body else { panic!("an object") };
        Registration::from_json(&body).map_err(|errors| json!(errors))
    }

    fn body_with(more: Value) -> Value {
        let mut body = json!({
            "username": "ann", "email": "Ann@Example.com",
            "password": " correct horse ", "confirm_password": " correct horse ",
        });
        let (Value::Object(body_fields), Value::Object(more)) = (&mut body, more) else {
            panic!("objects")
        };
        body_fields.extend(more);
        body
    }

    #[test]
    fn a_whole_registration_is_read_and_the_password_left_as_it_is() {
        let read = read(body_with(json!({
            "first_name": " Ann ", "last_name": "", "representative_type": "startup", "role": 1,
            "company_name": "Rooms Ltd", "website": "https://rooms.example/about",
        })));
        let read = read.expect("well formed");
        assert_eq!(read.username.as_str(), "ann");
        assert_eq!(read.email.as_str(), "Ann@example.com");
        assert_eq!(read.password.expose_secret(), " correct horse ");
        assert_eq!(read.first_name, "Ann");
        assert_eq!(read.role, Some(Role::Startup));
        assert_eq!(read.website, "https://rooms.example/about");
    }

    #[test]
    fn everything_that_is_missing_is_told() {
        let required = ["This field is required."];
        assert_eq!(
            read(json!({})).expect_err("empty"),
            json!({
                "username": required, "email": required,
                "password": required, "confirm_password": required,
            })
        );
    }

    #[test]
    fn null_blank_and_other_types_have_words_of_their_own() {
        let errors = read(json!({
            "username": null, "email": " ", "password": "  ", "confirm_password": 1234,
            "first_name": null, "last_name": ["x"], "company_name": "a\u{0}b",
        }));
        assert_eq!(
            errors.expect_err("wrong"),
            json!({
                "username": ["This field may not be null."],
                "email": ["This field may not be blank."],
                "password": ["This field may not be blank."],
                "confirm_password": ["Not a valid string."],
                "first_name": ["This field may not be null."],
                "last_name": ["Not a valid string."],
                "company_name": ["Null characters are not allowed."],
            })
        );
    }

    #[test]
    fn what_is_too_long_is_refused_and_not_cut() {
        let errors = read(body_with(json!({
            "username": "a".repeat(151), "password": "é".repeat(1025),
            "website": format!("https://x.example/{}", "a".repeat(200)),
        })));
        let words = |max| json!([format!("Ensure this field has no more than {max} characters.")]);
        assert_eq!(
            errors.expect_err("too long"),
            json!({"username": words(150), "password": words(1024), "website": words(200)})
        );
        assert!(read(body_with(json!({"password": "é".repeat(1024)}))).is_ok());
    }

    #[test]
    fn a_role_is_one_of_two_however_it_is_written() {
        let role = |more| read(body_with(more)).map(|registration| registration.role);
        assert_eq!(role(json!({})), Ok(None));
        assert_eq!(role(json!({"role": 2})), Ok(Some(Role::Investor)));
        assert_eq!(role(json!({"role": "2"})), Ok(Some(Role::Investor)));
        assert_eq!(role(json!({"role": "startup"})), Ok(Some(Role::Startup)));
        assert_eq!(role(json!({"representative_type": "investor"})), Ok(Some(Role::Investor)));
        assert_eq!(
            role(json!({"representative_type": "admin"})),
            Err(json!({"representative_type": ["\"admin\" is not a valid choice."]}))
        );
        assert_eq!(
            role(json!({"role": 3})),
            Err(json!({"role": ["\"3\" is not a valid choice."]}))
        );
        assert_eq!(
            role(json!({"representative_type": "investor", "role": 1})),
            Err(json!({"role": ["The role does not agree with the representative type."]}))
        );
    }

    #[test]
    fn addresses_and_sites_that_are_none_are_refused() {
        let errors = read(body_with(json!({"email": "ann", "username": "a b"})));
        assert_eq!(
            errors.expect_err("wrong"),
            json!({
                "username": ["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."],
                "email": ["Enter a valid email address."],
            })
        );
        for site in ["rooms.example", "javascript:alert(1)", "data:text/html,x", "https://"] {
            let errors = read(body_with(json!({"website": site}))).expect_err(site);
            assert_eq!(errors, json!({"website": ["Enter a valid URL."]}));
        }
    }
}
