//! Where logs end, as the write connection remembers it.

use std::task::Poll;

use domain::{RoomId, Seq};
use sea_orm::ConnectionTrait;
use store::log::{self, Range};
use store::{Change, Command, Config, Outcome};

use crate::world::{World, duplicate, edits, open_beside, reacts, says, seq, stored, text, user};

#[tokio::test]
async fn what_is_rolled_back_leaves_no_gap() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    world.commit(&[says(lobby, user(7), "a", "one")]).await;
    let mut tx = world.store.write().await.expect("a transaction");
    let lost = [says(lobby, user(7), "b", "lost"), Command::system(Change::KeysChanged)];
    assert_eq!(tx.append(&lost).await.expect("appended"), [stored(2), stored(1)]);
    drop(tx);
    let batch = [says(lobby, user(7), "b", "two"), says(lobby, user(7), "c", "three")];
    assert_eq!(world.commit(&batch).await, [stored(2), stored(3)]);
    assert_eq!(*world.store.system_head().borrow(), seq(0));
}

#[tokio::test]
async fn appends_of_one_transaction_follow_each_other() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    let mut tx = world.store.write().await.expect("a transaction");
    let outcome = tx.append(&[says(lobby, user(7), "a", "one")]).await.expect("appended");
    assert_eq!(outcome, [stored(1)]);
    let batch = [says(lobby, user(7), "a", "one"), says(lobby, user(7), "b", "two")];
    assert_eq!(tx.append(&batch).await.expect("appended"), [duplicate(1), stored(2)]);
    tx.commit().await.expect("committed");
    assert_eq!(world.commit(&[says(lobby, user(7), "c", "three")]).await, [stored(3)]);
}

#[tokio::test]
async fn a_stranger_in_an_ordinary_room_is_noticed() {
    let world = World::new().await;
    let (lobby, den) = (world.room("lobby").await, world.room("den").await);
    world.commit(&[says(lobby, user(7), "a", "one"), says(den, user(7), "a", "one")]).await;
    for (turn, size) in [(0, 1), (1, 2), (2, 5)] {
        strange_event(&world, lobby).await;
        let cid = |place| format!("{turn}.{place}");
        let batch: Vec<Command> = (0..size)
            .flat_map(|place| [lobby, den].map(|room| says(room, user(7), &cid(place), "hi")))
            .collect();
        let before = (head(&world, lobby).await, head(&world, den).await);
        let outcomes = world.commit(&batch).await;
        for (place, pair) in outcomes.chunks(2).enumerate() {
            let place = place as u64 + 1;
            assert_eq!(pair, [stored(before.0.get() + place), stored(before.1.get() + place)]);
        }
    }
}

#[tokio::test]
async fn a_batch_that_meets_a_stranger_changes_its_messages_once() {
    let world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    world.commit(&[says(lobby, ann, "a", "one")]).await;
    strange_event(&world, lobby).await;
    let batch = [reacts(lobby, ann, "b", 1, "+1", true), edits(lobby, ann, "c", 1, "uno")];
    assert_eq!(world.commit(&batch).await, [stored(3), stored(4)]);
    let page = log::page(world.store.reader(), lobby, Range::Newest, 9, None).await;
    let page = page.expect("a page");
    assert_eq!(page.messages.iter().map(text).collect::<Vec<_>>(), [Some("uno"), None]);
    assert_eq!(page.reactions[&seq(1)][0].count, 1);
}

/// Another process appends to an ordinary room, which none should.
async fn strange_event(world: &World, room: RoomId) {
    let beside = open_beside(&Config::default(), world.folder.path()).await.expect("a store");
    let tx = beside.write().await.expect("a transaction");
    let insert = format!(
        "INSERT INTO events (room, seq, kind, ts) \
         SELECT {room}, max(seq) + 1, 1, 0 FROM events WHERE room = {room}",
        room = room.get()
    );
    tx.execute_unprepared(&insert).await.expect("inserted");
    tx.commit().await.expect("committed");
    beside.close().await;
}

async fn head(world: &World, room: RoomId) -> Seq {
    log::head(world.store.reader(), room).await.expect("a head")
}

#[tokio::test]
async fn a_commit_that_nobody_waits_for_leaves_the_log_whole() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    let (mut abandoned, mut next) = (0, 1);
    for polls in 0..12 {
        let command = [says(lobby, user(7), &format!("{polls}"), "hi")];
        abandoned += u32::from(!commits_for(&world, &command, polls).await);
        // Stored or not, it is stored once now, and the next place is the next.
        assert_eq!(place(&world, &command).await, seq(next));
        next += 1;
    }
    assert!(abandoned > 1, "some were dropped half-way");
}

#[tokio::test]
async fn nor_does_it_leave_half_a_change() {
    let world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    world.commit(&[says(lobby, ann, "a", "hi")]).await;
    let mut abandoned = 0;
    for polls in 0..24_u8 {
        let on = polls % 2 == 0;
        let command = [reacts(lobby, ann, &format!("{polls}"), 1, "+1", on)];
        abandoned += u32::from(!commits_for(&world, &command, polls).await);
        assert_eq!(place(&world, &command).await, seq(2 + u64::from(polls)));
        let page = log::page(world.store.reader(), lobby, Range::Newest, 9, Some(ann)).await;
        let reactions = page.expect("a page").reactions;
        let tallies: Vec<_> = reactions.values().flatten().map(|t| (t.count, t.mine)).collect();
        assert_eq!(tallies, vec![(1, true); usize::from(on)], "{polls}");
        assert_eq!(world.rows("reactions").await, i64::from(on));
    }
    assert!(abandoned > 1, "some were dropped half-way");
}

/// Commits `command`, and gives up after so many polls. Whether it was done by then.
async fn commits_for(world: &World, command: &[Command], polls: u8) -> bool {
    let mut commit = Box::pin(world.store.commit(command));
    for _ in 0..polls {
        let polled = std::future::poll_fn(|context| Poll::Ready(commit.as_mut().poll(context)));
        if polled.await.is_ready() {
            return true;
        }
        // Lets the connection's thread get on with it, for as long as it likes.
        tokio::task::yield_now().await;
        world.store.reader().ping().await.expect("a reader");
    }
    false
}

/// Where `command` is in the log, once it is certainly there.
async fn place(world: &World, command: &[Command]) -> Seq {
    match world.commit(command).await[..] {
        [Outcome::Stored { seq, .. } | Outcome::Duplicate { seq, .. }] => seq,
        ref other => panic!("{other:?}"),
    }
}
