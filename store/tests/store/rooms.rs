//! Rooms and reading their logs.

use std::time::Duration;

use domain::{Cid, RoomId, RoomName, SessionId, Visibility};
use store::log::{self, Author, EVENT_BYTES, Event, Happening, Range};
use store::{Change, Command, Retention, rooms, system};

use crate::world::{NOW, World, answers, says, seq, text, user};

#[tokio::test]
async fn a_room_is_made_once() {
    let world = World::new().await;
    let name = |name: &str| name.parse::<RoomName>().expect("a name");
    let tx = world.store.write().await.expect("a transaction");
    let (lobby, is_new) =
        rooms::create(&tx, &name("lobby"), Some(user(7)), NOW).await.expect("made");
    assert!(is_new);
    assert_eq!((lobby.visibility, lobby.generation), (Visibility::Open, 1));
    assert_eq!((lobby.created_at, lobby.created_by), (NOW, Some(user(7))));
    let later = NOW.plus(Duration::from_secs(1));
    let again = rooms::create(&tx, &name("lobby"), None, later).await.expect("found");
    assert_eq!(again, (lobby.clone(), false));
    let (other, is_new) = rooms::create(&tx, &name("Lobby"), None, NOW).await.expect("made");
    assert!(is_new, "case matters");
    assert_ne!(other.id, RoomId::SYSTEM);
    assert_eq!(rooms::find_by_name(&tx, &name("lobby")).await.expect("read"), Some(lobby.clone()));
    assert_eq!(rooms::find_by_name(&tx, &name("den")).await.expect("read"), None);
    assert_eq!(rooms::find(&tx, lobby.id).await.expect("read"), Some(lobby.clone()));
    assert_eq!(rooms::find(&tx, RoomId::SYSTEM).await.expect("read"), None);
    assert_eq!(rooms::find(&tx, RoomId::new(99)).await.expect("read"), None);
    let all = rooms::list(&tx, None, 9).await.expect("read");
    assert_eq!(all, [other.clone(), lobby.clone()], "without the system room");
    assert_eq!(rooms::list(&tx, Some(&other.name), 9).await.expect("read"), [lobby]);
    assert_eq!(rooms::list(&tx, None, 1).await.expect("read"), [other]);
}

#[tokio::test]
async fn a_room_keeps_its_own_retention_until_it_is_taken_away() {
    let mut world = World::new().await;
    let (lobby, den) = (world.room("lobby").await, world.room("den").await);
    let own = Retention { age: Some(Duration::from_millis(1500)), count: Some(0) };
    for retention in [own, Retention { count: Some(7), age: None }, Retention::default()] {
        let tx = world.store.write().await.expect("a transaction");
        rooms::set_retention(&tx, lobby, retention).await.expect("written");
        tx.commit().await.expect("committed");
        world.reopen().await;
        let of = async |room| {
            let room = rooms::find(world.store.reader(), room).await.expect("read");
            room.expect("there").retention
        };
        assert_eq!((of(lobby).await, of(den).await), (retention, Retention::default()));
    }
}

#[test]
fn a_rooms_own_retention_goes_before_the_default_and_zero_is_no_limit() {
    let hour = Duration::from_hours(1);
    let default = Retention { age: Some(hour), count: Some(9) };
    let none = Retention::default();
    assert_eq!(none.or(default), default);
    assert_eq!(none.or(none), none);
    let forever = Retention { age: Some(Duration::ZERO), count: None };
    assert_eq!(forever.or(default), Retention { age: None, count: Some(9) });
    let few = Retention { age: None, count: Some(3) };
    assert_eq!(few.or(default), Retention { age: Some(hour), count: Some(3) });
    let zero = Retention { age: Some(Duration::ZERO), count: Some(0) };
    assert_eq!(none.or(zero), none);
}

#[tokio::test]
async fn events_are_read_with_the_names_of_today() {
    let world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, world.person("ann").await);
    let stranger = user(99);
    let nobody = Command { author: None, cid: None, ..says(lobby, ann, "x", "so it is") };
    world.commit(&[says(lobby, ann, "a", "hi"), answers(lobby, stranger, "b", 1), nobody]).await;
    let page = log::page(world.store.reader(), lobby, Range::Newest, 9, None).await;
    let page = page.expect("a page");
    assert!(!page.more);
    let [first, second, third] = &page.messages[..] else { panic!("{page:?}") };
    let username = "ann".parse().expect("a name");
    let hi = Happening::Message { body: Some("hi".into()), reply_to: None, edited: None };
    let cid = Some(Cid::parse("a").expect("a cid"));
    let author = Some(Author { id: ann, username });
    assert_eq!(*first, Event { seq: seq(1), ts: NOW, author, cid, happening: hi });
    let Happening::Message { reply_to, .. } = second.happening else { panic!("{second:?}") };
    assert_eq!((&second.author, reply_to), (&None, Some(seq(1))), "they are gone");
    assert_eq!((&third.author, &third.cid), (&None, &None));
}

#[tokio::test]
async fn history_is_read_in_pages_in_both_directions() {
    let world = World::new().await;
    let (lobby, den) = (world.room("lobby").await, world.room("den").await);
    let batch: Vec<Command> = (1..=10)
        .flat_map(|n| [lobby, den].map(|room| says(room, user(7), &n.to_string(), "hi")))
        .collect();
    world.commit(&batch).await;
    let page = async |range, limit| {
        let page = log::page(world.store.reader(), lobby, range, limit, None).await;
        let page = page.expect("a page");
        (page.messages.iter().map(|event| event.seq.get()).collect::<Vec<_>>(), page.more)
    };
    assert_eq!(page(Range::Newest, 4).await, (vec![7, 8, 9, 10], true));
    assert_eq!(page(Range::Before(seq(7)), 4).await, (vec![3, 4, 5, 6], true));
    assert_eq!(page(Range::Before(seq(3)), 4).await, (vec![1, 2], false));
    assert_eq!(page(Range::Before(seq(3)), 2).await, (vec![1, 2], false));
    assert_eq!(page(Range::Before(seq(1)), 4).await, (vec![], false));
    assert_eq!(page(Range::After(seq(0)), 4).await, (vec![1, 2, 3, 4], true));
    assert_eq!(page(Range::After(seq(6)), 4).await, (vec![7, 8, 9, 10], false));
    assert_eq!(page(Range::After(seq(u64::MAX)), 4).await, (vec![], false));
    assert_eq!(page(Range::Newest, 0).await, (vec![], true));
}

#[tokio::test]
async fn a_catch_up_is_cut_by_weight_and_loses_nothing() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    let batch: Vec<Command> = (1..=300)
        .map(|n: usize| says(lobby, user(7), &n.to_string(), &"x".repeat(1 + (n * 37) % 900)))
        .collect();
    world.commit(&batch).await;
    for max in [0, 1000, 10_000, 65_536, usize::MAX] {
        let (mut since, mut places) = (seq(10), Vec::new());
        loop {
            let read = log::after(world.store.reader(), lobby, since, seq(290), max).await;
            let read = read.expect("events");
            let Some(last) = read.last() else { break };
            since = last.seq;
            let texts = read.iter().map(|event| text(event).expect("a text").len());
            let weight: usize = texts.map(|text| text + EVENT_BYTES).sum();
            assert!(weight <= max || read.len() == 1, "{weight} > {max}");
            places.extend(read.iter().map(|event| event.seq.get()));
        }
        assert_eq!(places, (11..=290).collect::<Vec<_>>(), "at most {max}");
    }
}

#[tokio::test]
async fn the_system_room_is_read_from_a_moment_on() {
    let world = World::new().await;
    let ended = || {
        let session = SessionId::random(&domain::OsEntropy);
        Command::system(Change::SessionEnded { session, user: user(7) })
    };
    let reader = world.store.reader();
    assert_eq!(system::place_before(reader, NOW).await.expect("read"), seq(0));
    for minutes in [0, 1, 5, 3, 6] {
        world.clock.set(NOW.plus(Duration::from_mins(minutes)));
        world.commit(&[ended()]).await;
    }
    // The clock was set back after the third.
    for (minutes, before) in [(0, 0), (1, 1), (2, 2), (4, 2), (6, 4), (7, 5)] {
        let from = NOW.plus(Duration::from_mins(minutes));
        let place = system::place_before(reader, from).await.expect("read");
        assert_eq!(place, seq(before), "from minute {minutes}");
    }
    let after = system::after(reader, seq(3), 9).await.expect("read");
    assert_eq!(after.iter().map(|event| event.seq.get()).collect::<Vec<_>>(), [4, 5]);
}
