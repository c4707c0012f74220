//! Trading refresh tokens.

use std::time::Duration;

use accounts::{RefreshError, Refreshed, TokenError};
use secrecy::{ExposeSecret, SecretString};
use store::sessions;
use store::system::SystemChange;

use crate::world::World;

async fn refresh(world: &World, token: &SecretString) -> Refreshed {
    world.accounts.refresh(token).await.expect("refreshed")
}

fn same(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret() == other.expose_secret()
}

/// The token was recognised as a copy, and the session ended.
async fn assert_reused(world: &World, token: &SecretString) {
    let result = world.accounts.refresh(token).await;
    let Err(RefreshError::Reused(ended)) = result else { panic!("reused, not {result:?}") };
    let events = world.system_events().await;
    let last = events.last().expect("an event");
    assert_eq!(last.seq, ended.system_seq);
    assert!(matches!(last.what, SystemChange::SessionEnded { user, .. } if user == ended.user));
}

#[tokio::test]
async fn a_chain_of_refreshes_gives_a_new_pair_each_time() {
    let world = World::new().await;
    world.member("ann").await;
    let signed_in = world.login("ann").await;
    let mut token = signed_in.refresh;
    for _ in 0..5 {
        world.later(Duration::from_hours(1));
        let next = refresh(&world, &token).await;
        assert!(!same(&next.refresh, &token));
        let identity = world.accounts.authenticate(&next.access).expect("good");
        assert_eq!(identity.session, Some(signed_in.session_id));
        token = next.refresh;
    }
    assert_eq!(world.counted("token_refreshes", "refreshed"), 5);
}

#[tokio::test]
async fn two_tabs_that_refresh_at_once_get_the_same_successor() {
    let world = World::new().await;
    world.member("ann").await;
    let token = world.login("ann").await.refresh;
    let attempts = (0..10).map(|_| {
        let (accounts, token) = (world.accounts.clone(), token.clone());
        world.tracker.spawn(async move { accounts.refresh(&token).await.expect("refreshed") })
    });
    let attempts: Vec<_> = attempts.collect();
    let mut successors = Vec::new();
    for attempt in attempts {
        let refreshed = attempt.await.expect("no panic");
        assert!(world.accounts.authenticate(&refreshed.access).is_ok());
        successors.push(refreshed.refresh);
    }
    assert!(successors.iter().all(|one| same(one, &successors[0])));
    world.later(Duration::from_millis(9_999));
    world.settle().await;
    let third = refresh(&world, &token).await;
    assert!(same(&third.refresh, &successors[0]), "even though it was used by now");
}

#[tokio::test]
async fn a_lost_answer_is_given_again_until_its_access_token_was_used() {
    let world = World::new().await;
    world.member("ann").await;
    let token = world.login("ann").await.refresh;
    let lost = refresh(&world, &token).await;
    world.later(Duration::from_hours(23));
    let found = refresh(&world, &token).await;
    assert!(same(&found.refresh, &lost.refresh));
    assert!(world.accounts.authenticate(&found.access).is_ok());
    // Known at once, and still known when only the store remembers.
    assert_reused(&world, &token).await;
    world.settle().await;
    world.catch_up().await;
    let dead = world.accounts.refresh(&found.refresh).await.expect_err("ended");
    assert!(matches!(dead, RefreshError::Token(TokenError::Revoked(_))), "{dead:?}");
    assert!(world.accounts.authenticate(&found.access).is_err());
}

#[tokio::test]
async fn the_first_use_of_a_generation_is_written_once() {
    let world = World::new().await;
    world.member("ann").await;
    let signed_in = world.login("ann").await;
    let session = async || {
        let session = sessions::find(world.store.reader(), signed_in.session_id).await;
        session.expect("a look").expect("a session")
    };
    world.accounts.authenticate(&signed_in.access).expect("good");
    world.settle().await;
    let first = session().await;
    assert_eq!((first.generation, first.used_generation), (0, 0));
    let next = refresh(&world, &signed_in.refresh).await;
    assert_eq!(session().await.used_generation, 0, "not by refreshing");
    for _ in 0..100 {
        world.accounts.authenticate(&next.access).expect("good");
    }
    world.settle().await;
    let used = session().await;
    assert_eq!((used.generation, used.used_generation), (1, 1));
}

#[tokio::test]
async fn a_restart_forgets_neither_who_is_signed_in_nor_what_was_used() {
    let world = World::new().await;
    world.member("ann").await;
    let token = world.login("ann").await.refresh;
    let next = refresh(&world, &token).await;
    world.accounts.authenticate(&next.access).expect("good");
    world.settle().await;
    assert!(world.reborn.authenticate(&next.access).is_ok());
    let again = world.reborn.refresh(&next.refresh).await.expect("refreshed");
    world.reborn.authenticate(&again.access).expect("good");
    world.settle().await;
    world.later(Duration::from_secs(10));
    let reused = world.accounts.refresh(&next.refresh).await;
    assert!(matches!(reused, Err(RefreshError::Reused(_))), "{reused:?}");
}

#[tokio::test]
async fn a_lost_answer_is_not_given_for_ever() {
    let world = World::new().await;
    world.member("ann").await;
    let token = world.login("ann").await.refresh;
    refresh(&world, &token).await;
    world.later(Duration::from_hours(24));
    assert_reused(&world, &token).await;
}

#[tokio::test]
async fn anything_older_ends_the_session() {
    let world = World::new().await;
    world.member("ann").await;
    let signed_in = world.login("ann").await;
    let second = refresh(&world, &signed_in.refresh).await;
    let third = refresh(&world, &second.refresh).await;
    // Within the grace of the second, but of the first generation.
    assert_reused(&world, &signed_in.refresh).await;
    for token in [&signed_in.refresh, &second.refresh, &third.refresh] {
        let dead = world.accounts.refresh(token).await.expect_err("ended");
        assert_eq!(dead.to_string(), "Token is blacklisted");
    }
    world.catch_up().await;
    assert!(world.accounts.authenticate(&third.access).is_err());
    let events = world.system_events().await;
    let ends = events.iter().filter(|e| matches!(e.what, SystemChange::SessionEnded { .. }));
    assert_eq!(ends.count(), 1, "once");
}

#[tokio::test]
async fn a_session_ends_by_idleness_and_by_age() {
    let world = World::new().await;
    world.member("ann").await;
    let day = Duration::from_hours(24);
    let idle = world.login("ann").await.refresh;
    let mut token = world.login("ann").await.refresh;
    for _ in 0..6 {
        world.later(day * 13);
        token = refresh(&world, &token).await.refresh;
    }
    let dead = world.accounts.refresh(&idle).await.expect_err("idle");
    assert!(matches!(dead, RefreshError::Token(TokenError::Expired)), "{dead:?}");
    // 78 days are over; its last successor lives to the ninetieth and no longer.
    world.later(day * 12);
    let old = world.accounts.refresh(&token).await.expect_err("old");
    assert_eq!(old.to_string(), "Token is expired");
}

#[tokio::test]
async fn what_is_no_refresh_token_is_told_in_simplejwts_words() {
    let world = World::new().await;
    world.member("ann").await;
    let signed_in = world.login("ann").await;
    let words = async |token: &SecretString| {
        world.accounts.refresh(token).await.expect_err("refused").to_string()
    };
    assert_eq!(words(&signed_in.access).await, "Token has wrong type");
    assert_eq!(words(&SecretString::from("nonsense")).await, "Token is invalid");
    world.later(Duration::from_hours(14 * 24));
    assert_eq!(words(&signed_in.refresh).await, "Token is expired");
}

#[tokio::test]
async fn verifying_says_what_refreshing_would_and_changes_nothing() {
    let world = World::new().await;
    world.member("ann").await;
    let signed_in = world.login("ann").await;
    let verify = async |token: &SecretString| world.accounts.verify(token).await;
    assert!(verify(&signed_in.access).await.is_ok());
    assert!(verify(&signed_in.refresh).await.is_ok());
    let second = refresh(&world, &signed_in.refresh).await;
    assert!(verify(&signed_in.refresh).await.is_ok(), "within its grace");
    let third = refresh(&world, &second.refresh).await;
    let reused = verify(&signed_in.refresh).await.expect_err("a copy");
    assert_eq!(reused.to_string(), "Token is blacklisted");
    assert!(verify(&third.refresh).await.is_ok(), "but nothing was ended");
}
