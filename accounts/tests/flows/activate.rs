//! Activating, and asking for another letter.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use accounts::{ActivateError, LoginError};
use domain::{Email, Standing};
use secrecy::{ExposeSecret, SecretString};
use store::system::SystemChange;

use crate::world::{PASSWORD, World, address, mailbox, token_in};

async fn refused(world: &World, token: &str) -> ActivateError {
    world.accounts.activate(&SecretString::from(token)).await.expect_err("refused")
}

#[tokio::test]
async fn the_letters_token_activates_once_and_says_the_same_when_repeated() {
    let world = World::new().await;
    let ann = world.register("ann").await.user_id;
    let before = world.try_login("ann", PASSWORD).await;
    assert!(matches!(before, Err(LoginError::EmailNotVerified)), "{before:?}");
    let token = world.token().await;
    let first = world.activate(&token).await;
    assert!(first.system_seq.is_some());
    assert!(world.try_login("ann", PASSWORD).await.is_ok());
    let again = world.activate(&token).await;
    assert_eq!(again.system_seq, None);
    world.later(Duration::from_hours(48));
    let late = world.activate(&token).await;
    assert_eq!(late.system_seq, None, "a used token says the same when its time is over");
    let events = world.system_events().await;
    assert_eq!(events.len(), 1);
    let told = SystemChange::PersonChanged { user: ann, standing: Standing::Active };
    assert_eq!(events[0].what, told);
}

#[tokio::test]
async fn a_used_token_never_opens_an_account_that_was_shut() {
    let world = World::new().await;
    let ann = world.register("ann").await.user_id;
    let (first, letter) = (world.token().await, world.letters().await);
    world.accounts.resend_activation(email("ann"), || ());
    world.settle().await;
    assert_eq!(world.letters().await.len(), letter.len() + 1);
    let second = world.token().await;
    world.activate(&first).await;
    world.accounts.disable_person(ann).await.expect("shut");
    for token in [&first, &second] {
        assert_eq!(world.activate(token).await.system_seq, None);
    }
    assert_eq!(world.person(ann).await.standing(), Standing::Disabled);
}

#[tokio::test]
async fn who_is_shut_before_activating_stays_shut() {
    let world = World::new().await;
    let ann = world.register("ann").await.user_id;
    let token = world.token().await;
    world.accounts.disable_person(ann).await.expect("shut");
    world.activate(&token).await;
    let person = world.person(ann).await;
    assert!(person.verified_at.is_some());
    assert_eq!(person.standing(), Standing::Disabled);
}

#[tokio::test]
async fn tokens_that_are_none_are_told_apart_as_the_old_system_did() {
    let world = World::new().await;
    world.register("ann").await;
    let token = world.token().await;
    assert!(matches!(refused(&world, "  ").await, ActivateError::Missing));
    assert!(matches!(refused(&world, "nonsense").await, ActivateError::Invalid));
    world.later(Duration::from_hours(24));
    let late = world.accounts.activate(&token).await.expect_err("refused");
    assert!(matches!(late, ActivateError::Expired));
    assert_eq!(late.to_string(), "The token has expired");
}

#[tokio::test]
async fn a_token_lives_through_a_restart_because_its_key_is_kept() {
    let world = World::new().await;
    world.register("ann").await;
    let token = world.token().await;
    let letter = world.letters().await.remove(0);
    let again = world.reborn.compose(&letter, &mailbox()).await.expect("written").expect("sent");
    let again = token_in(&String::from_utf8(again.formatted()).expect("text"));
    assert_eq!(again.expose_secret(), token.expose_secret());
    assert!(world.reborn.activate(&token).await.is_ok());
}

#[tokio::test]
async fn the_database_alone_makes_no_token() {
    let world = World::new().await;
    world.register("ann").await;
    let token = world.token().await;
    world.store.close().await;
    let mut files = 0;
    for entry in std::fs::read_dir(world.folder.path()).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            files += 1;
            let bytes = std::fs::read(&path).expect("readable");
            let token = token.expose_secret().as_bytes();
            assert!(!bytes.windows(token.len()).any(|window| window == token), "{path:?}");
        }
    }
    assert!(files >= 2, "database and key");
}

fn email(username: &str) -> Email {
    address(username).parse().expect("an address")
}

#[tokio::test]
async fn another_letter_goes_only_to_who_waits_for_one() {
    let world = World::new().await;
    world.member("ann").await;
    world.register("bob").await;
    let before = world.letters().await.len();
    let woken = Arc::new(AtomicUsize::new(0));
    for name in ["ann", "bob", "nobody"] {
        let woken = Arc::clone(&woken);
        let wake = move || {
            woken.fetch_add(1, Ordering::SeqCst);
        };
        world.accounts.resend_activation(email(name), wake);
    }
    world.settle().await;
    assert_eq!(world.letters().await.len(), before + 1);
    assert_eq!(woken.load(Ordering::SeqCst), 1, "the mailer is woken for bob's");
    let bobs = world.token().await;
    assert!(world.activate(&bobs).await.system_seq.is_some());
}
