//! What becomes of commands.

use std::time::Duration;

use domain::{OsEntropy, RoomId, SessionId, Standing};
use store::system::{self, SystemChange};
use store::{Change, Command, Outcome, Refusal, log};

use crate::world::{NOW, World, answers, duplicate, says, seq, stored, user};

#[tokio::test]
async fn a_room_counts_from_one_without_gaps() {
    let world = World::new().await;
    let (lobby, den) = (world.room("lobby").await, world.room("den").await);
    let ann = user(7);
    let batch = [
        says(lobby, ann, "a", "one"),
        says(den, ann, "a", "one of its own"),
        says(lobby, ann, "b", "two"),
    ];
    assert_eq!(world.commit(&batch).await, [stored(1), stored(1), stored(2)]);
    assert_eq!(world.commit(&[says(lobby, ann, "c", "three")]).await, [stored(3)]);
    assert_eq!(log::head(world.store.reader(), lobby).await.expect("a head"), seq(3));
    assert_eq!(log::head(world.store.reader(), den).await.expect("a head"), seq(1));
}

#[tokio::test]
async fn a_retry_within_a_batch_gets_the_place_of_the_first() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    let (ann, bob) = (user(7), user(8));
    let batch = [
        says(lobby, ann, "x", "hi"),
        says(lobby, ann, "x", "hi"),
        says(lobby, bob, "x", "another person's x"),
        says(lobby, ann, "x", "hi"),
        says(lobby, ann, "y", "next"),
    ];
    let outcomes = world.commit(&batch).await;
    assert_eq!(outcomes, [stored(1), duplicate(1), stored(2), duplicate(1), stored(3)]);
}

#[tokio::test]
async fn a_retry_in_a_later_batch_gets_the_place_and_time_of_the_first() {
    let mut world = World::new().await;
    let (lobby, den) = (world.room("lobby").await, world.room("den").await);
    let ann = user(7);
    world.commit(&[says(lobby, ann, "w", "zero"), says(lobby, ann, "x", "hi")]).await;
    world.clock.advance(Duration::from_mins(1));
    let again =
        [says(lobby, ann, "x", "hi"), says(lobby, ann, "y", "new"), says(den, ann, "x", "hi")];
    let later = NOW.plus(Duration::from_mins(1));
    let is_new = |place| Outcome::Stored { seq: seq(place), ts: later };
    assert_eq!(world.commit(&again).await, [duplicate(2), is_new(3), is_new(1)]);
    world.reopen().await;
    assert_eq!(world.commit(&[says(lobby, ann, "x", "hi")]).await, [duplicate(2)]);
}

#[tokio::test]
async fn a_command_of_nobody_is_never_a_retry() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    let nobody = || Command { author: None, ..says(lobby, user(7), "x", "hi") };
    assert_eq!(world.commit(&[nobody(), nobody()]).await, [stored(1), stored(2)]);
    assert_eq!(world.commit(&[nobody()]).await, [stored(3)]);
}

#[tokio::test]
async fn odd_cids_are_told_apart() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    let ann = user(7);
    let odd = ["1", "01", "1.0", "null", "\"", "\\", "[1]", "é", "e\u{301}", "A", "a", " "];
    let batch: Vec<Command> = odd.iter().map(|cid| says(lobby, ann, cid, "hi")).collect();
    let first: Vec<Outcome> = (1..=odd.len() as u64).map(stored).collect();
    let second: Vec<Outcome> = (1..=odd.len() as u64).map(duplicate).collect();
    assert_eq!(world.commit(&batch).await, first);
    assert_eq!(world.commit(&batch).await, second);
}

#[tokio::test]
async fn an_answer_needs_a_message_of_the_same_room() {
    let world = World::new().await;
    let (lobby, den) = (world.room("lobby").await, world.room("den").await);
    let ann = user(7);
    world.commit(&[says(lobby, ann, "a", "one")]).await;
    let refused = Outcome::Refused(Refusal::NoSuchMessage);
    let batch = [
        answers(lobby, ann, "b", 1),
        answers(den, ann, "c", 1),
        answers(lobby, ann, "d", 0),
        answers(lobby, ann, "e", 3),
        answers(lobby, ann, "f", 2),
    ];
    // The last answers the first of the same batch.
    assert_eq!(world.commit(&batch).await, [stored(2), refused, refused, refused, stored(3)]);
    // What was refused may be tried again under the same cid.
    assert_eq!(world.commit(&[answers(lobby, ann, "e", 3)]).await, [stored(4)]);
}

#[tokio::test]
async fn nobody_writes_where_there_is_no_room() {
    let world = World::new().await;
    let refused = Outcome::Refused(Refusal::NoSuchRoom);
    let batch = [
        says(RoomId::new(99), user(7), "a", "hello?"),
        says(RoomId::SYSTEM, user(7), "b", "let me in"),
        Command { room: world.room("lobby").await, ..Command::system(Change::KeysChanged) },
    ];
    assert_eq!(world.commit(&batch).await, [refused; 3]);
    assert_eq!(system::head(world.store.reader()).await.expect("a head"), seq(0));
}

#[tokio::test]
async fn one_transaction_holds_ordinary_rooms_and_the_system_room() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    let (ann, session) = (user(7), SessionId::random(&OsEntropy));
    let mut seen = world.store.system_head();
    let changes = [
        SystemChange::SessionEnded { session, user: ann },
        SystemChange::PersonChanged { user: ann, standing: Standing::Disabled },
        SystemChange::KeysChanged,
    ];
    let mut tx = world.store.write().await.expect("a transaction");
    let mut batch: Vec<Command> =
        changes.iter().map(|change| Command::system((*change).into())).collect();
    batch.push(says(lobby, ann, "a", "bye"));
    let outcomes = tx.append(&batch).await.expect("appended");
    assert_eq!(outcomes, [stored(1), stored(2), stored(3), stored(1)]);
    let outcomes = tx.append(&[Command::system(Change::KeysChanged)]).await.expect("appended");
    assert_eq!(outcomes, [stored(4)]);
    assert!(!seen.has_changed().expect("open"), "nothing is true before the commit");
    tx.commit().await.expect("committed");
    assert!(seen.has_changed().expect("open"));
    assert_eq!(*seen.borrow_and_update(), seq(4));

    let read = system::after(world.store.reader(), seq(0), 3).await.expect("events");
    let what: Vec<SystemChange> = read.iter().map(|event| event.what).collect();
    assert_eq!(what, changes);
    assert!(read.iter().all(|event| event.ts == NOW));
}

#[tokio::test]
async fn nothing_is_asked_of_an_empty_batch() {
    let world = World::new().await;
    assert!(world.commit(&[]).await.is_empty());
    let mut tx = world.store.write().await.expect("a transaction");
    assert!(tx.append(&[]).await.expect("nothing").is_empty());
}
