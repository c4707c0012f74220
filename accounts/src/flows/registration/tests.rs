//! What passes for a registration, and what is said of one that doesn't.

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
    assert_eq!(role(json!({"role": 3})), Err(json!({"role": ["\"3\" is not a valid choice."]})));
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
