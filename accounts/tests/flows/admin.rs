//! What an administrator does.

use accounts::{AdminError, LoginError, NewAccount};
use domain::{Role, Standing, UserId};
use secrecy::SecretString;
use serde_json::json;
use store::system::SystemChange;

use crate::world::{PASSWORD, World, address};

fn account(username: &str, active: bool) -> NewAccount {
    NewAccount {
        username: username.parse().expect("a name"),
        email: address(username).parse().expect("an address"),
        password: SecretString::from(PASSWORD),
        active,
        is_admin: false,
        role: None,
    }
}

#[tokio::test]
async fn an_active_account_signs_in_at_once_and_another_waits_for_its_letter() {
    let world = World::new().await;
    let admin = NewAccount { is_admin: true, ..account("ann", true) };
    let ann = world.accounts.add_account(admin).await.expect("made");
    assert!(world.person(ann).await.is_admin);
    assert!(world.letters().await.is_empty());
    world.login("ann").await;
    world.accounts.add_account(account("bob", false)).await.expect("made");
    let token = world.token().await;
    world.activate(&token).await;
    world.login("bob").await;
}

#[tokio::test]
async fn an_account_is_made_by_the_same_rules_as_everybodys() {
    let world = World::new().await;
    world.register("ann").await;
    let errors = |result| match result {
        Err(AdminError::Invalid(errors)) => json!(errors),
        other => panic!("{other:?}"),
    };
    let weak = NewAccount { password: SecretString::from("123"), ..account("bob", true) };
    let told = errors(world.accounts.add_account(weak).await);
    assert_eq!(told["password"].as_array().map(Vec::len), Some(3));
    let told = errors(world.accounts.add_account(account("ann", true)).await);
    assert_eq!(told["username"], json!(["The username is already taken."]));
    assert_eq!(told["email"], json!(["The email address is already in use."]));
}

#[tokio::test]
async fn disabling_ends_everything_and_enabling_brings_nothing_back() {
    let world = World::new().await;
    let ann = world.member("ann").await;
    let (one, two) = (world.login("ann").await, world.login("ann").await);
    let seq = world.accounts.disable_person(ann).await.expect("shut").expect("told");
    let events = world.system_events().await;
    assert_eq!(events.last().expect("an event").seq, seq);
    let told = SystemChange::PersonChanged { user: ann, standing: Standing::Disabled };
    assert_eq!(events.last().expect("an event").what, told);
    assert_eq!(world.accounts.disable_person(ann).await.expect("so already"), None);
    world.catch_up().await;
    for signed_in in [&one, &two] {
        assert!(world.accounts.authenticate(&signed_in.access).is_err());
        assert!(world.accounts.refresh(&signed_in.refresh).await.is_err());
    }
    // In the same second: what begins after the enabling counts.
    world.accounts.enable_person(ann).await.expect("opened").expect("told");
    world.catch_up().await;
    assert!(world.accounts.authenticate(&one.access).is_err());
    assert!(world.accounts.refresh(&one.refresh).await.is_err());
    let fresh = world.login("ann").await;
    assert!(world.accounts.authenticate(&fresh.access).is_ok());
}

#[tokio::test]
async fn a_new_password_ends_every_session() {
    let world = World::new().await;
    let ann = world.member("ann").await;
    let signed_in = world.login("ann").await;
    let new = "staple gun umbrella";
    world.accounts.set_password(ann, &SecretString::from(new)).await.expect("set").expect("told");
    world.catch_up().await;
    assert!(world.accounts.authenticate(&signed_in.access).is_err());
    let old = world.try_login("ann", PASSWORD).await;
    assert!(matches!(old, Err(LoginError::Credentials)));
    assert!(world.try_login("ann", new).await.is_ok());
    let weak = world.accounts.set_password(ann, &SecretString::from("ann")).await;
    assert!(matches!(weak, Err(AdminError::Invalid(_))), "{weak:?}");
    let long = world.accounts.set_password(ann, &SecretString::from("aB3$".repeat(257))).await;
    assert!(matches!(long, Err(AdminError::Invalid(_))), "{long:?}");
}

#[tokio::test]
async fn roles_are_told_of_and_end_nothing() {
    let world = World::new().await;
    let ann = world.member("ann").await;
    let signed_in = world.login("ann").await;
    let set = world.accounts.set_role(ann, Some(Role::Investor)).await.expect("set");
    assert!(set.is_some());
    assert_eq!(world.accounts.set_role(ann, Some(Role::Investor)).await.expect("so already"), None);
    assert!(world.accounts.set_admin(ann, true).await.expect("set").is_some());
    let person = world.person(ann).await;
    assert_eq!((person.role, person.is_admin), (Some(Role::Investor), true));
    world.catch_up().await;
    assert!(world.accounts.authenticate(&signed_in.access).is_ok());
}

#[tokio::test]
async fn activating_by_hand_is_activating() {
    let world = World::new().await;
    let ann = world.register("ann").await.user_id;
    let token = world.token().await;
    assert!(world.accounts.activate_person(ann).await.expect("done").is_some());
    assert_eq!(world.accounts.activate_person(ann).await.expect("so already"), None);
    world.login("ann").await;
    assert_eq!(world.activate(&token).await.system_seq, None, "the letter changes nothing more");
}

#[tokio::test]
async fn nobody_is_found_who_isnt_there() {
    let world = World::new().await;
    let nobody = UserId::new(1).expect("an id");
    assert!(matches!(world.accounts.disable_person(nobody).await, Err(AdminError::NoSuchPerson)));
    let password = SecretString::from(PASSWORD);
    let refused = world.accounts.set_password(nobody, &password).await;
    assert!(matches!(refused, Err(AdminError::NoSuchPerson)));
}

#[tokio::test]
async fn rotating_the_keys_is_told_and_signs_nobody_out() {
    let world = World::new().await;
    world.member("ann").await;
    let signed_in = world.login("ann").await;
    let before = world.accounts.keys();
    let after = world.accounts.rotate_keys().await.expect("rotated");
    assert_eq!(after.len(), before.len() + 1);
    assert!(after.last().expect("a key").signs);
    assert_eq!(world.accounts.jwks().keys.len(), after.len());
    let events = world.system_events().await;
    assert_eq!(events.last().expect("an event").what, SystemChange::KeysChanged);
    assert!(world.accounts.authenticate(&signed_in.access).is_ok());
    let refreshed = world.accounts.refresh(&signed_in.refresh).await.expect("refreshed");
    assert!(world.accounts.authenticate(&refreshed.access).is_ok());
}
