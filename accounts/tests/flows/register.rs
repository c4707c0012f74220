//! Registering.

use std::time::Duration;

use accounts::{Config, LoginError, RegisterError};
use domain::{Clock, Role};
use serde_json::{Value, json};
use store::people;

use crate::world::{World, address, cheap, registration};

async fn errors(world: &World, username: &str, more: Value) -> Value {
    let registration = registration(username, more).expect("well formed");
    match world.accounts.register(registration).await {
        Err(RegisterError::Invalid(errors)) => json!(errors),
        other => panic!("refused for a field, not {other:?}"),
    }
}

#[tokio::test]
async fn a_registration_makes_an_inactive_account_with_its_profile_and_a_letter() {
    let world = World::new().await;
    let more = json!({
        "first_name": "Ann", "last_name": "Lee", "representative_type": "startup",
        "company_name": "Rooms Ltd", "website": "https://rooms.example",
    });
    let registration = registration("ann", more).expect("well formed");
    let registered = world.accounts.register(registration).await.expect("registered");
    assert_eq!(registered.email.as_str(), "ann@example.com");
    let person = world.person(registered.user_id).await;
    assert_eq!(person.verified_at, None);
    assert_eq!(person.role, Some(Role::Startup));
    assert!(!person.is_admin);
    let me = world.accounts.me(registered.user_id).await.expect("a look").expect("a person");
    assert_eq!((me.first_name.as_str(), me.last_name.as_str()), ("Ann", "Lee"));
    assert_eq!(me.profile.company_name, "Rooms Ltd");
    assert_eq!(me.profile.website, "https://rooms.example");
    let letters = world.letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].person, registered.user_id);
    assert_eq!(world.counted("registrations", "registered"), 1);
}

#[tokio::test]
async fn a_name_and_an_address_are_given_once_however_they_are_written() {
    let world = World::new().await;
    world.register("ann").await;
    let username = json!(["The username is already taken."]);
    let email = json!(["The email address is already in use."]);
    let both = errors(&world, "ANN", json!({"email": "Ann@EXAMPLE.com"})).await;
    assert_eq!(both, json!({"username": username, "email": email}));
    let name = errors(&world, "ａｎｎ", json!({"email": "bob@example.com"})).await;
    assert_eq!(name, json!({"username": username}));
    let address = errors(&world, "bob", json!({"email": "ann@example.com"})).await;
    assert_eq!(address, json!({"email": email}));
    assert_eq!(world.letters().await.len(), 1, "only the first");
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let world = World::new().await;
    world.register("ann").await;
    let weak = json!({"password": "12345", "confirm_password": "12345"});
    assert_eq!(
        errors(&world, "ann", weak).await,
        json!({
            "username": ["The username is already taken."],
            "email": ["The email address is already in use."],
            "password": [
                "This password is too short. It must contain at least 8 characters.",
                "This password is too common.",
                "This password is entirely numeric.",
            ],
        })
    );
    let unlike = json!({"confirm_password": "something else"});
    assert_eq!(
        errors(&world, "bob", unlike).await,
        json!({"password": ["The passwords do not match."]})
    );
    let similar = json!({"password": "bobby-tables", "confirm_password": "bobby-tables"});
    assert_eq!(
        errors(&world, "bobby-table", similar).await,
        json!({"password": ["The password is too similar to the username."]})
    );
    assert_eq!(world.counted("registrations", "invalid"), 3);
}

#[tokio::test]
async fn of_many_who_want_one_name_at_once_one_gets_it() {
    let world = World::new().await;
    let attempts = (0..8).map(|n| {
        let email = json!({"email": format!("ann{n}@example.com")});
        let registration = registration("ann", email).expect("well formed");
        let accounts = world.accounts.clone();
        world.tracker.spawn(async move { accounts.register(registration).await })
    });
    let attempts: Vec<_> = attempts.collect();
    let mut registered = 0;
    for attempt in attempts {
        match attempt.await.expect("no panic") {
            Ok(_) => registered += 1,
            Err(RegisterError::Invalid(errors)) => {
                assert_eq!(json!(errors), json!({"username": ["The username is already taken."]}));
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(registered, 1);
}

#[tokio::test]
async fn a_taken_address_can_be_kept_secret() {
    let config = Config { reveal_taken_email: false, ..Config::default() };
    let world = World::with(config, cheap()).await;
    let ann = world.member("ann").await;
    let registration = registration("bob", json!({"email": address("ann")})).expect("well formed");
    let decoy = world.accounts.register(registration).await.expect("the same answer");
    assert_eq!(decoy.email.as_str(), "ann@example.com");
    assert_ne!(decoy.user_id, ann);
    assert!(people::find(world.store.reader(), decoy.user_id).await.expect("a look").is_none());
    // Its owner gets a letter, with nothing in it that opens anything.
    let letters = world.letters().await;
    let letter = world.written(letters.last().expect("a letter")).await.expect("sent");
    assert!(letter.contains("To: ann@example.com"), "{letter}");
    assert!(letter.contains("Subject: You already have an account"), "{letter}");
    assert!(!letter.contains("token"), "{letter}");
    // The name is kept as an account's would be, and for as long.
    assert_eq!(
        errors(&world, "bob", json!({})).await,
        json!({"username": ["The username is already taken."]})
    );
    world.later(Duration::from_hours(24) + Duration::from_secs(1));
    let (name, email) = ("bob".parse().expect("a name"), "b@example.com".parse().expect("one"));
    let free = people::taken(world.store.reader(), &name, &email, world.clock.now()).await;
    assert!(!free.expect("a look").any());
}

#[tokio::test]
async fn where_addresses_are_secret_signing_in_tells_nothing_of_an_unverified_one() {
    let config = Config { reveal_taken_email: false, ..Config::default() };
    let world = World::with(config, cheap()).await;
    world.register("ann").await;
    let result = world.try_login("ann", crate::world::PASSWORD).await;
    assert!(matches!(result, Err(LoginError::Credentials)), "{result:?}");
}

#[tokio::test]
async fn a_full_hashing_queue_is_told_as_busy_and_leaves_nothing_behind() {
    let passwords = accounts::passwords::Config { threads: 1, queue: 0, ..cheap() };
    let world = World::with(Config::default(), passwords).await;
    let attempt = |name: &str| {
        let registration = registration(name, json!({})).expect("well formed");
        let accounts = world.accounts.clone();
        world.tracker.spawn(async move { accounts.register(registration).await })
    };
    let attempts: Vec<_> = (0..20).map(|n| attempt(&format!("person{n}"))).collect();
    let (mut registered, mut busy) = (0, 0);
    for attempt in attempts {
        match attempt.await.expect("no panic") {
            Ok(_) => registered += 1,
            Err(RegisterError::Failure(failure)) => {
                assert!(failure.is_temporary(), "{failure}");
                busy += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(registered >= 1, "one place is one place");
    assert_eq!(registered + busy, 20);
    assert_eq!(world.letters().await.len(), registered);
}
