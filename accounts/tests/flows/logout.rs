//! Signing out.

use accounts::{LogoutError, Revoked, Scope, SignedIn, TokenError};
use secrecy::SecretString;
use store::system::SystemChange;

use crate::world::World;

async fn logout(world: &World, signed_in: &SignedIn, scope: Scope) {
    world.accounts.logout(&signed_in.refresh, None, scope).await.expect("signed out");
    world.catch_up().await;
}

fn opens(world: &World, signed_in: &SignedIn) -> bool {
    world.accounts.authenticate(&signed_in.access).is_ok()
}

#[tokio::test]
async fn signing_out_ends_the_session_and_says_so_in_the_system_room() {
    let world = World::new().await;
    let ann = world.member("ann").await;
    let signed_in = world.login("ann").await;
    let other = world.login("ann").await;
    let ended = world.accounts.logout(&signed_in.refresh, None, Scope::Session).await;
    let ended = ended.expect("signed out");
    assert_eq!(ended.user, ann);
    let events = world.system_events().await;
    let last = events.last().expect("an event");
    assert_eq!(last.seq, ended.system_seq);
    let what = SystemChange::SessionEnded { session: signed_in.session_id, user: ann };
    assert_eq!(last.what, what);
    assert_eq!(*world.store.system_head().borrow(), ended.system_seq);
    world.catch_up().await;
    let refused = world.accounts.authenticate(&signed_in.access);
    assert_eq!(refused, Err(TokenError::Revoked(Revoked::Session)));
    assert!(world.accounts.refresh(&signed_in.refresh).await.is_err());
    assert!(opens(&world, &other), "the other device stays signed in");
}

#[tokio::test]
async fn a_second_sign_out_is_told_that_the_token_is_blacklisted() {
    let world = World::new().await;
    world.member("ann").await;
    let signed_in = world.login("ann").await;
    logout(&world, &signed_in, Scope::Session).await;
    let again = world.accounts.logout(&signed_in.refresh, None, Scope::Session).await;
    assert!(matches!(again, Err(LogoutError::Blacklisted)), "{again:?}");
}

#[tokio::test]
async fn of_many_sign_outs_at_once_every_one_waits_for_the_same_end() {
    let world = World::new().await;
    world.member("ann").await;
    let signed_in = world.login("ann").await;
    let attempts = (0..8).map(|_| {
        let (accounts, token) = (world.accounts.clone(), signed_in.refresh.clone());
        world.tracker.spawn(async move { accounts.logout(&token, None, Scope::Session).await })
    });
    let attempts: Vec<_> = attempts.collect();
    let mut done = 0;
    for attempt in attempts {
        match attempt.await.expect("no panic") {
            Ok(ended) => {
                done += 1;
                let events = world.system_events().await;
                assert_eq!(events.last().expect("an event").seq, ended.system_seq);
            }
            Err(error) => assert!(matches!(error, LogoutError::Blacklisted), "{error:?}"),
        }
    }
    assert!(done >= 1);
    let events = world.system_events().await;
    let ends = events.iter().filter(|e| matches!(e.what, SystemChange::SessionEnded { .. }));
    assert_eq!(ends.count(), 1);
}

#[tokio::test]
async fn others_and_all_end_what_they_say() {
    let world = World::new().await;
    world.member("ann").await;
    world.member("bob").await;
    let bob = world.login("bob").await;
    let (one, two, three) =
        (world.login("ann").await, world.login("ann").await, world.login("ann").await);
    logout(&world, &one, Scope::Others).await;
    assert!(opens(&world, &one));
    assert!(!opens(&world, &two) && !opens(&world, &three));
    let four = world.login("ann").await;
    logout(&world, &four, Scope::All).await;
    assert!(!opens(&world, &one) && !opens(&world, &four));
    assert!(opens(&world, &bob));
}

#[tokio::test]
async fn a_valid_bearer_must_be_the_same_persons() {
    let world = World::new().await;
    world.member("ann").await;
    world.member("bob").await;
    let (ann, bob) = (world.login("ann").await, world.login("bob").await);
    let as_bob = world.accounts.authenticate(&bob.access).expect("good");
    let as_ann = world.accounts.authenticate(&ann.access).expect("good");
    let refused = world.accounts.logout(&ann.refresh, Some(&as_bob), Scope::Session).await;
    assert!(matches!(refused, Err(LogoutError::Invalid)), "{refused:?}");
    assert!(opens(&world, &ann));
    let done = world.accounts.logout(&ann.refresh, Some(&as_ann), Scope::Session).await;
    assert!(done.is_ok(), "{done:?}");
}

#[tokio::test]
async fn what_is_no_refresh_token_signs_nobody_out() {
    let world = World::new().await;
    world.member("ann").await;
    let signed_in = world.login("ann").await;
    for token in [&signed_in.access, &SecretString::from("nonsense")] {
        let refused = world.accounts.logout(token, None, Scope::Session).await;
        assert!(matches!(refused, Err(LogoutError::Invalid)), "{refused:?}");
    }
    assert!(opens(&world, &signed_in));
}

#[tokio::test]
async fn a_copy_of_an_old_token_is_blacklisted_and_ends_the_session() {
    let world = World::new().await;
    world.member("ann").await;
    let signed_in = world.login("ann").await;
    let second = world.accounts.refresh(&signed_in.refresh).await.expect("refreshed");
    let third = world.accounts.refresh(&second.refresh).await.expect("refreshed");
    let copy = world.accounts.logout(&signed_in.refresh, None, Scope::Session).await;
    assert!(matches!(copy, Err(LogoutError::Reused(_))), "{copy:?}");
    world.catch_up().await;
    assert!(world.accounts.authenticate(&third.access).is_err());
}
