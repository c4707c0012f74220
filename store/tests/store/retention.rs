//! What rooms no longer keep.

use std::time::Duration;

use domain::{RoomId, Seq};
use store::log::{self, Happening, Range};
use store::sweep::{self, Removed};
use store::{Command, Outcome, Refusal, Retention, rooms};

use crate::world::{
    NOW, World, answers, deletes, duplicate, edits, reacts, refused, says, seq, stored, user,
};

const NONE: Retention = Retention { age: None, count: None };

fn newest(count: u64) -> Retention {
    Retention { count: Some(count), age: None }
}

fn minutes(minutes: u64) -> Retention {
    Retention { age: Some(Duration::from_mins(minutes)), count: None }
}

impl World {
    async fn slice(&self, default: Retention, from: Option<RoomId>, limit: u32) -> Removed {
        let tx = self.store.write().await.expect("a transaction");
        let removed = sweep::retention_slice(&tx, default, from, limit).await.expect("swept");
        tx.commit().await.expect("committed");
        removed
    }

    /// A whole round, in slices of `limit`: how many events went, in how many slices.
    async fn round(&self, default: Retention, limit: u32) -> (u64, usize) {
        let (mut events, mut slices, mut from) = (0, 0, None);
        loop {
            let removed = self.slice(default, from, limit).await;
            assert!(removed.events <= u64::from(limit));
            events += removed.events;
            slices += 1;
            assert!(slices < 1000, "it gets on");
            let Some(next) = removed.next else { return (events, slices) };
            from = Some(next);
        }
    }

    async fn says_many(&self, room: RoomId, count: u64) {
        let batch: Vec<Command> =
            (1..=count).map(|n| says(room, user(7), &n.to_string(), "hi")).collect();
        self.commit(&batch).await;
    }

    async fn places(&self, room: RoomId) -> Vec<u64> {
        let events = log::after(self.store.reader(), room, Seq::ZERO, seq(999), usize::MAX).await;
        events.expect("events").iter().map(|event| event.seq.get()).collect()
    }

    async fn floor(&self, room: RoomId) -> u64 {
        log::floor(self.store.reader(), room).await.expect("a floor").get()
    }
}

#[tokio::test]
async fn a_room_keeps_its_newest_events() {
    let world = World::new().await;
    let (lobby, den) = (world.room("lobby").await, world.room("den").await);
    world.says_many(lobby, 10).await;
    world.says_many(den, 3).await;
    let removed = world.slice(newest(4), None, 100).await;
    let floors = vec![(lobby, "lobby".parse().expect("a name"), seq(6))];
    assert_eq!(removed, Removed { floors, events: 6, next: None });
    assert_eq!((world.floor(lobby).await, world.floor(den).await), (6, 0));
    assert_eq!(world.places(lobby).await, [7, 8, 9, 10]);
    assert_eq!(world.places(den).await, [1, 2, 3]);
    assert_eq!(world.slice(newest(4), None, 100).await, Removed::default());
    assert_eq!(world.commit(&[says(lobby, user(7), "new", "hi")]).await, [stored(11)]);
    assert_eq!(world.round(newest(4), 100).await.0, 1);
}

#[tokio::test]
async fn a_room_s_own_settings_go_before_the_default() {
    let world = World::new().await;
    let rooms = [world.room("a").await, world.room("b").await, world.room("c").await];
    let own = [NONE, newest(0), newest(2)];
    let tx = world.store.write().await.expect("a transaction");
    for (room, own) in rooms.into_iter().zip(own) {
        rooms::set_retention(&tx, room, own).await.expect("written");
    }
    tx.commit().await.expect("committed");
    for room in rooms {
        world.says_many(room, 8).await;
    }
    world.round(newest(5), 100).await;
    let floors =
        [world.floor(rooms[0]).await, world.floor(rooms[1]).await, world.floor(rooms[2]).await];
    assert_eq!(floors, [3, 0, 6]);
    assert_eq!(world.round(NONE, 100).await.0, 0);
}

#[tokio::test]
async fn the_newest_event_stays_whatever_its_age() {
    let mut world = World::new().await;
    let lobby = world.room("lobby").await;
    world.says_many(lobby, 5).await;
    world.clock.advance(Duration::from_mins(100));
    assert_eq!(world.round(minutes(1), 100).await.0, 4);
    assert_eq!(world.places(lobby).await, [5]);
    world.reopen().await;
    let outcome = world.commit(&[says(lobby, user(7), "x", "hi")]).await;
    assert_eq!(outcome, [Outcome::Stored { seq: seq(6), ts: NOW.plus(Duration::from_mins(100)) }]);
}

#[tokio::test]
async fn an_event_is_kept_until_its_own_time_is_up_and_those_after_it_stay_with_it() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    // The clock ran an hour ahead for the third, and was an hour behind for the fifth.
    for (n, minute) in [(1, 60), (2, 61), (3, 122), (4, 63), (5, 4), (6, 65), (7, 66)] {
        world.clock.set(NOW.plus(Duration::from_mins(minute)));
        world.commit(&[says(lobby, user(7), &format!("{n}"), "hi")]).await;
    }
    let mut floors = Vec::new();
    for minute in [0, 70, 71, 72, 132, 133, 999] {
        world.clock.set(NOW.plus(Duration::from_mins(minute)));
        world.round(minutes(10), 100).await;
        floors.push(world.floor(lobby).await);
    }
    assert_eq!(floors, [0, 0, 1, 2, 2, 6, 6]);
    assert_eq!(world.places(lobby).await, [7]);
}

#[tokio::test]
async fn age_and_count_both_hold() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    world.says_many(lobby, 5).await;
    world.clock.advance(Duration::from_mins(5));
    let more: Vec<Command> =
        (6..=10).map(|n| says(lobby, user(7), &format!("{n}"), "hi")).collect();
    world.commit(&more).await;
    let both = Retention { count: Some(8), ..minutes(5) };
    world.round(both, 100).await;
    assert_eq!(world.floor(lobby).await, 2, "ten less eight");
    world.clock.advance(Duration::from_millis(1));
    world.round(both, 100).await;
    assert_eq!(world.floor(lobby).await, 5, "and then five that are too old");
}

#[tokio::test]
async fn a_round_goes_through_all_rooms_in_slices() {
    let world = World::new().await;
    let mut rooms = Vec::new();
    for n in 0..7 {
        let room = world.room(&format!("room{n}")).await;
        world.says_many(room, n * 3).await;
        rooms.push(room);
    }
    for (limit, keep) in [(1, 10), (2, 8), (5, 5), (100, 1)] {
        world.round(newest(keep), limit).await;
        for (n, room) in (0_u64..).zip(&rooms) {
            assert_eq!(world.floor(*room).await, (n * 3).saturating_sub(keep), "{n}, {limit}");
            let left = world.places(*room).await;
            assert_eq!(left, ((n * 3).saturating_sub(keep) + 1..=n * 3).collect::<Vec<_>>());
        }
    }
    let (_, slices) = world.round(NONE, 2).await;
    assert_eq!(slices, 4, "two rooms a slice, and one to see that it is through");
}

#[tokio::test]
async fn what_is_gone_is_no_message_and_its_retry_is_new() {
    let world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    world.says_many(lobby, 6).await;
    world.commit(&[edits(lobby, ann, "e", 2, "two"), edits(lobby, ann, "f", 5, "five")]).await;
    world.round(newest(4), 100).await;
    let gone = [
        answers(lobby, ann, "a", 4),
        edits(lobby, ann, "b", 4, "x"),
        deletes(lobby, ann, "c", 4),
        reacts(lobby, ann, "d", 4, "👍", true),
    ];
    assert_eq!(world.commit(&gone).await, [refused(Refusal::NoSuchMessage); 4]);
    let batch =
        [says(lobby, ann, "4", "hi"), says(lobby, ann, "5", "hi"), answers(lobby, ann, "a", 5)];
    assert_eq!(world.commit(&batch).await, [stored(9), duplicate(5), stored(10)]);
    let events = log::after(world.store.reader(), lobby, seq(6), seq(8), usize::MAX).await;
    let happenings: Vec<_> = events.expect("events").into_iter().map(|e| e.happening).collect();
    let of_what_is_gone = Happening::Edited { id: seq(2), body: None };
    let of_what_is_there = Happening::Edited { id: seq(5), body: Some("five".into()) };
    assert_eq!(happenings, [of_what_is_gone, of_what_is_there]);
}

#[tokio::test]
async fn history_ends_at_the_floor() {
    let world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    world.says_many(lobby, 4).await;
    let aside: Vec<Command> =
        (0..6).map(|n| reacts(lobby, ann, &format!("r{n}"), 4, "👍", n % 2 == 0)).collect();
    world.commit(&aside).await;
    world.commit(&[says(lobby, ann, "a", "hi"), says(lobby, ann, "b", "hi")]).await;
    let page = async |range| {
        let page = log::page(world.store.reader(), lobby, range, 2, None).await.expect("a page");
        (page.messages.iter().map(|event| event.seq.get()).collect::<Vec<_>>(), page.more)
    };
    // In the middle of what is no message, at its end, and all but one gone.
    for (keep, all) in
        [(10, vec![3, 4, 11, 12]), (5, vec![11, 12]), (2, vec![11, 12]), (1, vec![12])]
    {
        world.round(newest(keep), 3).await;
        let newest = all[all.len().saturating_sub(2)..].to_vec();
        assert_eq!(page(Range::Newest).await, (newest, all.len() > 2), "{keep}");
        let oldest = all[..all.len().min(2)].to_vec();
        assert_eq!(page(Range::After(Seq::ZERO)).await, (oldest, all.len() > 2), "{keep}");
    }
    assert_eq!(page(Range::Before(seq(12))).await, (vec![], false));
    assert_eq!(world.rows("asides").await, 0);
}

#[tokio::test]
async fn reactions_go_with_what_they_were_to_however_many_they_are() {
    let world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    world.says_many(lobby, 2).await;
    let crowd = |id: u64| {
        (1..=30).map(move |n| reacts(lobby, user(n), &format!("{id}.{n}"), id, "👍", true))
    };
    let batch: Vec<Command> = crowd(1).chain(crowd(2)).collect();
    world.commit(&batch).await;
    assert_eq!((world.rows("reactions").await, world.rows("tallies").await), (60, 2));
    let tx = world.store.write().await.expect("a transaction");
    rooms::set_retention(&tx, lobby, newest(61)).await.expect("written");
    tx.commit().await.expect("committed");
    // One message goes at once, thirty reactions in slices, also when nothing else is to go any more.
    let first = world.slice(NONE, None, 7).await;
    assert_eq!((first.events, first.next), (1, Some(lobby)));
    assert_eq!((world.rows("reactions").await, world.rows("tallies").await), (53, 1));
    let tx = world.store.write().await.expect("a transaction");
    rooms::set_retention(&tx, lobby, NONE).await.expect("written");
    tx.commit().await.expect("committed");
    let (events, slices) = world.round(NONE, 7).await;
    assert_eq!((events, slices), (0, 4));
    assert_eq!((world.rows("reactions").await, world.rows("tallies").await), (30, 1));
    let page = log::page(world.store.reader(), lobby, Range::Newest, 9, Some(ann)).await;
    let page = page.expect("a page");
    assert_eq!(page.reactions[&seq(2)][0].count, 30);
    assert!(page.reactions[&seq(2)][0].mine);
}
