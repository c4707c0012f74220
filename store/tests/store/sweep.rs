//! What is thrown away, and what is not.

use std::time::Duration;

use domain::Timestamp;
use store::one_time_tokens::{self, OneTimeToken};
use store::outbox::{self, NewLetter};
use store::people::{self, NewPerson};
use store::sessions::{self, Session};
use store::{Change, Command, sweep, system};

use crate::letters::token;
use crate::sessions::session;
use crate::world::{NOW, World, new_person, seq, stored};

fn later(minutes: u64) -> Timestamp {
    NOW.plus(Duration::from_mins(minutes))
}

#[tokio::test]
async fn what_is_over_goes_a_slice_at_a_time() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let tx = world.store.write().await.expect("a transaction");
    for number in 0..5 {
        let expires_at = later(u64::from(number));
        let token = OneTimeToken { expires_at, ..token(ann, number) };
        one_time_tokens::insert(&tx, &token).await.expect("stored");
        sessions::insert(&tx, &Session { expires_at, ..session(ann) }).await.expect("stored");
        let name = format!("name{number}").parse().expect("a name");
        people::reserve_username(&tx, &name, expires_at).await.expect("reserved");
        let letter = NewLetter { template: "x".into(), person: ann, token: None, created_at: NOW };
        let letter = outbox::queue(&tx, &letter).await.expect("queued");
        outbox::sent(&tx, letter, expires_at).await.expect("written");
    }
    let waiting = NewLetter { template: "x".into(), person: ann, token: None, created_at: NOW };
    outbox::queue(&tx, &waiting).await.expect("queued");
    // Four are from before minute four.
    for expected in [3, 1, 0] {
        let before = later(4);
        let tokens = sweep::one_time_tokens_slice(&tx, before, 3).await.expect("swept");
        let sessions = sweep::sessions_slice(&tx, before, 3).await.expect("swept");
        let names = sweep::reserved_usernames_slice(&tx, before, 3).await.expect("swept");
        let letters = sweep::sent_letters_slice(&tx, before, 3).await.expect("swept");
        assert_eq!([tokens, sessions, names, letters], [expected; 4]);
    }
    assert_eq!(sessions::list(&tx, ann, NOW).await.expect("read").len(), 1);
    assert_eq!(outbox::counts(&tx).await.expect("read").pending, 1);
}

#[tokio::test]
async fn people_who_never_verified_go_with_all_that_is_theirs() {
    let world = World::new().await;
    let unverified = |name, minutes| NewPerson {
        verified_at: None,
        created_at: later(minutes),
        ..new_person(name)
    };
    let (old, young, shut) = (unverified("old", 0), unverified("young", 9), unverified("shut", 0));
    let verified = new_person("verified");
    let tx = world.store.write().await.expect("a transaction");
    for person in [&old, &young, &shut, &verified] {
        people::insert(&tx, person).await.expect("stored");
    }
    people::set_disabled(&tx, shut.id, Some(NOW)).await.expect("written");
    let its_token = token(old.id, 1);
    one_time_tokens::insert(&tx, &its_token).await.expect("stored");
    let letter = NewLetter {
        template: "x".into(),
        person: old.id,
        token: Some(its_token.id),
        created_at: NOW,
    };
    outbox::queue(&tx, &letter).await.expect("queued");
    sessions::insert(&tx, &session(old.id)).await.expect("stored");

    assert_eq!(sweep::unverified_people_slice(&tx, later(9), 99).await.expect("swept"), 1);
    for (person, stays) in [(&old, false), (&young, true), (&shut, true), (&verified, true)] {
        let found = people::find(&tx, person.id).await.expect("read");
        assert_eq!(found.is_some(), stays, "{:?}", person.username);
    }
    assert_eq!(people::profile(&tx, old.id).await.expect("read"), None);
    assert_eq!(one_time_tokens::find(&tx, its_token.id).await.expect("read"), None);
    assert_eq!(outbox::counts(&tx).await.expect("read").pending, 0);
    people::insert(&tx, &new_person("old")).await.expect("the name is free again");
}

#[tokio::test]
async fn a_letter_outlives_its_token() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let tx = world.store.write().await.expect("a transaction");
    let token = OneTimeToken { expires_at: NOW, ..token(ann, 1) };
    one_time_tokens::insert(&tx, &token).await.expect("stored");
    let token = Some(token.id);
    let letter = NewLetter { template: "x".into(), person: ann, token, created_at: NOW };
    outbox::queue(&tx, &letter).await.expect("queued");
    assert_eq!(sweep::one_time_tokens_slice(&tx, later(1), 9).await.expect("swept"), 1);
    let letter = outbox::due(&tx, NOW, 9).await.expect("read").pop().expect("still there");
    assert_eq!(letter.token, None);
}

#[tokio::test]
async fn the_system_room_keeps_its_newest_event_and_goes_on_counting() {
    let mut world = World::new().await;
    let changed = [Command::system(Change::KeysChanged)];
    for _ in 0..4 {
        world.commit(&changed).await;
    }
    for expected in [2, 1, 0] {
        let tx = world.store.write().await.expect("a transaction");
        let swept = sweep::system_events_slice(&tx, later(1), 2).await.expect("swept");
        tx.commit().await.expect("committed");
        assert_eq!(swept, expected);
    }
    let left = system::after(world.store.reader(), seq(0), 9).await.expect("read");
    assert_eq!(left.iter().map(|event| event.seq.get()).collect::<Vec<_>>(), [4]);
    world.reopen().await;
    assert_eq!(world.commit(&changed).await, [stored(5)]);
    let tx = world.store.write().await.expect("a transaction");
    assert_eq!(sweep::system_events_slice(&tx, NOW, 9).await.expect("swept"), 0, "too young");
}
