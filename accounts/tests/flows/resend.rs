//! How many letters an address gets because somebody typed it, and for how long their links work.

use std::time::Duration;

use accounts::{ActivateError, Config};
use domain::Clock;
use serde_json::json;
use store::{outbox, sweep};

use crate::world::{World, address, cheap, registration};

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);

fn ask(world: &World, username: &str) {
    world.accounts.resend_activation(address(username).parse().expect("an address"), || ());
}

async fn resend(world: &World, username: &str) {
    ask(world, username);
    world.settle().await;
}

fn asked(world: &World, outcome: &str) -> u64 {
    world.counted("letter_requests", outcome)
}

/// What the newest letter says, as its reader sees it.
async fn newest(world: &World) -> String {
    let letters = world.letters().await;
    let text = world.written(letters.last().expect("a letter")).await.expect("worth sending");
    text.replace("=\r\n", "").replace("=3D", "=")
}

#[tokio::test]
async fn a_mailbox_gets_three_letters_an_hour_however_often_they_are_asked_for() {
    let world = World::new().await;
    world.register("ann").await;
    for _ in 0..10 {
        for _ in 0..30 {
            ask(&world, "ann");
        }
        world.settle().await;
    }
    assert_eq!(world.letters().await.len(), 3, "that of the registration is one of them");
    assert_eq!((asked(&world, "queued"), asked(&world, "withheld")), (2, 298));
    world.later(59 * MINUTE);
    resend(&world, "ann").await;
    assert_eq!(world.letters().await.len(), 3);
    world.later(MINUTE);
    resend(&world, "ann").await;
    assert_eq!(world.letters().await.len(), 4, "an hour is over");
}

#[tokio::test]
async fn letters_that_were_sent_count_and_other_mailboxes_do_not() {
    let world = World::new().await;
    world.register("ann").await;
    world.register("bob").await;
    for _ in 0..5 {
        resend(&world, "ann").await;
        let tx = world.store.write().await.expect("a transaction");
        for letter in world.letters().await {
            outbox::sent(&tx, letter.id, world.clock.now()).await.expect("noted");
        }
        tx.commit().await.expect("committed");
    }
    assert_eq!((asked(&world, "queued"), asked(&world, "withheld")), (2, 3));
    resend(&world, "bob").await;
    assert_eq!(world.letters().await.len(), 1);
}

#[tokio::test]
async fn where_there_is_no_limit_every_letter_goes_out() {
    let world = World::with(Config { letters_per_hour: 0, ..Config::default() }, cheap()).await;
    world.register("ann").await;
    for _ in 0..5 {
        resend(&world, "ann").await;
    }
    assert_eq!(world.letters().await.len(), 6);
}

#[tokio::test]
async fn registering_with_somebody_s_address_over_and_over_does_not_bury_them() {
    let config = Config { reveal_taken_email: false, ..Config::default() };
    let world = World::with(config, cheap()).await;
    world.register("ann").await;
    for number in 0..5 {
        let email = json!({"email": address("ann")});
        let registration = registration(&format!("bob{number}"), email).expect("well formed");
        world.accounts.register(registration).await.expect("the same answer");
    }
    assert_eq!(world.letters().await.len(), 3);
    assert_eq!((asked(&world, "queued"), asked(&world, "withheld")), (2, 3));
}

#[tokio::test]
async fn when_all_places_are_taken_whoever_asks_learns_nothing_of_it() {
    let world = World::new().await;
    world.register("ann").await;
    let writing = world.store.write().await.expect("the write connection");
    // None of them has run yet when the last is asked for, so each holds its place.
    for _ in 0..100 {
        ask(&world, "ann");
    }
    assert_eq!(asked(&world, "busy"), 36);
    drop(writing);
    world.settle().await;
    assert_eq!((asked(&world, "queued"), asked(&world, "withheld")), (2, 62));
}

#[tokio::test]
async fn a_letter_that_is_sent_again_says_how_long_its_link_works() {
    let world = World::new().await;
    let ann = world.register("ann").await.user_id;
    assert!(newest(&world).await.contains("It works once, within 24 hours."));
    world.later(20 * HOUR);
    resend(&world, "ann").await;
    let letter = newest(&world).await;
    assert!(letter.contains("It works once, within 4 hours."), "{letter}");
    world.later(3 * HOUR + 50 * MINUTE);
    resend(&world, "ann").await;
    let letter = newest(&world).await;
    assert!(letter.contains("It works once, within 10 minutes."), "{letter}");
    let token = world.token().await;
    world.later(9 * MINUTE);
    sweep_unverified(&world).await;
    assert!(world.activate(&token).await.system_seq.is_some());
    assert!(world.person(ann).await.verified_at.is_some());
}

#[tokio::test]
async fn no_link_outlives_the_account_it_activates() {
    let world = World::new().await;
    world.register("ann").await;
    world.later(20 * HOUR);
    resend(&world, "ann").await;
    let token = world.token().await;
    world.later(4 * HOUR);
    let late = world.accounts.activate(&token).await.expect_err("its time is over");
    assert!(matches!(late, ActivateError::Expired), "{late}");
    let before = asked(&world, "queued");
    resend(&world, "ann").await;
    assert_eq!(asked(&world, "queued"), before, "what could it activate?");
    assert_eq!(asked(&world, "not_waiting"), 1);
}

/// Does what the sweeper does.
async fn sweep_unverified(world: &World) {
    let before = world.clock.now().minus(world.accounts.config().activation_ttl);
    let tx = world.store.write().await.expect("a transaction");
    sweep::unverified_people_slice(&tx, before, 100).await.expect("swept");
    tx.commit().await.expect("committed");
}
