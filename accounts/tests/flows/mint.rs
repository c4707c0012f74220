//! Tokens for scripts.

use std::time::Duration;

use accounts::{MintError, Revoked, TokenError};
use domain::UserId;
use secrecy::ExposeSecret;

use crate::world::World;

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn minted_tokens_open_things_until_their_time_is_over() {
    let world = World::new().await;
    let ann = world.member("ann").await;
    let tokens = world.accounts.mint(ann, HOUR, 3).await.expect("minted");
    assert_eq!(tokens.len(), 3);
    assert_ne!(tokens[0].expose_secret(), tokens[1].expose_secret());
    let identity = world.accounts.authenticate(&tokens[0]).expect("good");
    assert_eq!((identity.user, identity.session), (ann, None));
    world.later(HOUR);
    assert_eq!(world.accounts.authenticate(&tokens[0]), Err(TokenError::Expired));
}

#[tokio::test]
async fn disabling_ends_minted_tokens_and_enabling_revives_none() {
    let world = World::new().await;
    let ann = world.member("ann").await;
    let token = world.accounts.mint(ann, HOUR, 1).await.expect("minted").remove(0);
    world.later(Duration::from_secs(5));
    world.accounts.disable_person(ann).await.expect("shut");
    world.catch_up().await;
    let refused = Err(TokenError::Revoked(Revoked::Person));
    assert_eq!(world.accounts.authenticate(&token), refused);
    world.later(Duration::from_secs(5));
    world.accounts.enable_person(ann).await.expect("opened");
    world.catch_up().await;
    assert_eq!(world.accounts.authenticate(&token), refused);
    let fresh = world.accounts.mint(ann, HOUR, 1).await.expect("minted").remove(0);
    assert!(world.accounts.authenticate(&fresh).is_ok());
}

#[tokio::test]
async fn nothing_is_minted_for_who_may_not_act_or_for_too_long() {
    let world = World::new().await;
    let ann = world.member("ann").await;
    let new = world.register("new").await.user_id;
    let nobody = UserId::new(1).expect("an id");
    let mint = async |user, ttl| world.accounts.mint(user, ttl, 1).await.expect_err("refused");
    assert!(matches!(mint(nobody, HOUR).await, MintError::NoSuchPerson));
    assert!(matches!(mint(new, HOUR).await, MintError::NotActive));
    assert!(matches!(mint(ann, Duration::ZERO).await, MintError::Lifetime { .. }));
    assert!(matches!(mint(ann, HOUR * 25).await, MintError::Lifetime { .. }));
    assert!(world.accounts.mint(ann, HOUR * 24, 1).await.is_ok());
}
