//! What becomes of messages that are edited and deleted.

use std::time::Duration;

use domain::{RoomId, Seq, Timestamp};
use store::log::{self, Event, Happening, Range};
use store::{Change, Command, Refusal};

use crate::world::{
    NOW, World, answers, deletes, duplicate, edits, reacts, refused, says, seq, stored, text, user,
};

async fn events(world: &World, room: RoomId) -> Vec<Event> {
    let events = log::after(world.store.reader(), room, Seq::ZERO, seq(999), usize::MAX).await;
    events.expect("events")
}

/// The messages of `room`: place, text, when it was edited.
async fn history(world: &World, room: RoomId) -> Vec<(u64, Option<String>, Option<Timestamp>)> {
    let page = log::page(world.store.reader(), room, Range::Newest, 99, None).await;
    let read = |event: &Event| {
        let Happening::Message { body, edited, .. } = &event.happening else { panic!("{event:?}") };
        (event.seq.get(), body.clone(), *edited)
    };
    page.expect("a page").messages.iter().map(read).collect()
}

#[tokio::test]
async fn an_edit_changes_the_text_where_it_stands_and_takes_a_place_of_its_own() {
    let mut world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, world.person("ann").await);
    world.commit(&[says(lobby, ann, "a", "one"), says(lobby, ann, "b", "two")]).await;
    world.clock.advance(Duration::from_secs(5));
    let outcomes =
        world.commit(&[edits(lobby, ann, "c", 1, "uno"), says(lobby, ann, "d", "x")]).await;
    let later = NOW.plus(Duration::from_secs(5));
    let is_new = |place| store::Outcome::Stored { seq: seq(place), ts: later };
    assert_eq!(outcomes, [is_new(3), is_new(4)]);
    world.reopen().await;
    let said = |text: &str| Some(text.to_owned());
    assert_eq!(
        history(&world, lobby).await,
        [(1, said("uno"), Some(later)), (2, said("two"), None), (4, said("x"), None)]
    );
    let events = events(&world, lobby).await;
    assert_eq!(text(&events[0]), Some("uno"));
    let edited = Happening::Edited { id: seq(1), body: said("uno") };
    assert_eq!((&events[2].happening, events[2].ts), (&edited, later));
    assert_eq!(events[2].author, events[0].author);
    assert_eq!(events.iter().map(|e| e.message().get()).collect::<Vec<_>>(), [1, 2, 1, 4]);
}

#[tokio::test]
async fn every_edit_shows_the_text_of_now() {
    let world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    world.commit(&[says(lobby, ann, "a", "one"), edits(lobby, ann, "b", 1, "two")]).await;
    world.commit(&[edits(lobby, ann, "c", 1, "three")]).await;
    let events = events(&world, lobby).await;
    let texts: Vec<_> = events.iter().map(text).collect();
    assert_eq!(texts, [Some("three"); 3]);
}

#[tokio::test]
async fn a_deletion_leaves_the_place_and_nothing_of_the_text() {
    let world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    let batch = [says(lobby, ann, "a", "one"), edits(lobby, ann, "b", 1, "uno")];
    world.commit(&batch).await;
    assert_eq!(world.commit(&[deletes(lobby, ann, "c", 1)]).await, [stored(3)]);
    assert_eq!(history(&world, lobby).await, [(1, None, Some(NOW))]);
    let events = events(&world, lobby).await;
    assert_eq!(events.iter().map(text).collect::<Vec<_>>(), [None; 3]);
    assert_eq!(events[1].happening, Happening::Edited { id: seq(1), body: None });
    assert_eq!(events[2].happening, Happening::Deleted { id: seq(1) });
}

#[tokio::test]
async fn only_its_author_changes_a_message() {
    let world = World::new().await;
    let (lobby, ann, bob) = (world.room("lobby").await, user(7), user(8));
    let nobody = |command: Command| Command { author: None, ..command };
    world.commit(&[says(lobby, ann, "a", "hers"), nobody(says(lobby, ann, "b", "nobody's"))]).await;
    let batch = [
        edits(lobby, bob, "c", 1, "his"),
        deletes(lobby, bob, "d", 1),
        nobody(deletes(lobby, bob, "e", 1)),
        deletes(lobby, bob, "f", 2),
        nobody(edits(lobby, bob, "g", 2, "x")),
        nobody(reacts(lobby, bob, "h", 1, "👍", true)),
    ];
    assert_eq!(world.commit(&batch).await, [refused(Refusal::NotYours); 6]);
    assert_eq!(log::head(world.store.reader(), lobby).await.expect("a head"), seq(2));
    assert_eq!(world.commit(&[deletes(lobby, ann, "c", 1)]).await, [stored(3)]);
}

#[tokio::test]
async fn what_is_no_message_or_no_more_can_t_be_changed() {
    let world = World::new().await;
    let (lobby, den, ann) = (world.room("lobby").await, world.room("den").await, user(7));
    world.commit(&[says(lobby, ann, "a", "one"), edits(lobby, ann, "b", 1, "uno")]).await;
    world.commit(&[says(lobby, ann, "c", "two"), deletes(lobby, ann, "d", 3)]).await;
    let no_message = [(lobby, 0), (lobby, 2), (lobby, 3), (lobby, 4), (lobby, 99), (den, 1)];
    for (room, id) in no_message {
        let batch = [
            edits(room, ann, "e", id, "x"),
            deletes(room, ann, "f", id),
            reacts(room, ann, "g", id, "👍", true),
        ];
        assert_eq!(world.commit(&batch).await, [refused(Refusal::NoSuchMessage); 3], "{id}");
    }
    let huge = deletes(lobby, ann, "h", u64::MAX);
    assert_eq!(world.commit(&[huge]).await, [refused(Refusal::NoSuchMessage)]);
    // Whoever answered didn't know yet.
    assert_eq!(world.commit(&[answers(lobby, ann, "i", 3)]).await, [stored(5)]);
    assert_eq!(
        world.commit(&[answers(lobby, ann, "j", 2)]).await,
        [refused(Refusal::NoSuchMessage)]
    );
}

#[tokio::test]
async fn a_batch_does_what_its_commands_would_do_one_by_one() {
    let world = World::new().await;
    let (lobby, ann, bob) = (world.room("lobby").await, user(7), user(8));
    let batch = [
        says(lobby, ann, "a", "one"),
        edits(lobby, ann, "b", 1, "uno"),
        edits(lobby, bob, "c", 1, "his"),
        reacts(lobby, bob, "d", 1, "👍", true),
        answers(lobby, bob, "e", 1),
        answers(lobby, bob, "f", 2),
        deletes(lobby, ann, "g", 1),
        edits(lobby, ann, "b", 1, "uno"),
        edits(lobby, ann, "h", 1, "eins"),
        deletes(lobby, ann, "i", 1),
        reacts(lobby, bob, "j", 1, "👎", true),
        deletes(lobby, ann, "g", 1),
        edits(lobby, bob, "k", 4, "yes!"),
    ];
    let (not_yours, no_such) = (refused(Refusal::NotYours), refused(Refusal::NoSuchMessage));
    let expected = [
        stored(1),
        stored(2),
        not_yours,
        stored(3),
        stored(4),
        no_such,
        stored(5),
        duplicate(2),
        no_such,
        no_such,
        no_such,
        duplicate(5),
        stored(6),
    ];
    assert_eq!(world.commit(&batch).await, expected);
    let yes = Some("yes!".to_owned());
    assert_eq!(history(&world, lobby).await, [(1, None, Some(NOW)), (4, yes, Some(NOW))]);
    // And the same again: what was stored is known, what was refused is refused.
    let again = world.commit(&batch).await;
    assert_eq!(again[..2], [duplicate(1), duplicate(2)]);
    assert_eq!(again[12], duplicate(6));
    // It is gone for bob as well, by now.
    assert_eq!(again[2], no_such);
}

#[tokio::test]
async fn a_transaction_that_is_given_up_leaves_the_message_as_it_was() {
    let world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    world.commit(&[says(lobby, ann, "a", "one"), says(lobby, ann, "b", "two")]).await;
    let mut tx = world.store.write().await.expect("a transaction");
    let batch = [edits(lobby, ann, "c", 1, "uno"), deletes(lobby, ann, "d", 2)];
    assert_eq!(tx.append(&batch).await.expect("appended"), [stored(3), stored(4)]);
    let more = [says(lobby, ann, "e", "three"), deletes(lobby, ann, "f", 5)];
    assert_eq!(tx.append(&more).await.expect("appended"), [stored(5), stored(6)]);
    drop(tx);
    let said = |text: &str| Some(text.to_owned());
    assert_eq!(history(&world, lobby).await, [(1, said("one"), None), (2, said("two"), None)]);
    assert_eq!(world.commit(&[edits(lobby, ann, "c", 1, "eins")]).await, [stored(3)]);
    assert_eq!(history(&world, lobby).await[0], (1, said("eins"), Some(NOW)));
}

#[tokio::test]
async fn nothing_is_edited_in_the_system_room_or_where_there_is_no_room() {
    let world = World::new().await;
    let batch = [RoomId::SYSTEM, RoomId::new(99)].map(|room| deletes(room, user(7), "a", 1));
    world.commit(&[Command::system(Change::KeysChanged)]).await;
    assert_eq!(world.commit(&batch).await, [refused(Refusal::NoSuchRoom); 2]);
}

#[tokio::test]
async fn texts_of_all_kinds_are_stored_as_they_are() {
    let world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    let texts = ["1", "1.0", "null", "\"", "\\u0041", "{\"a\":[1]}", "\u{1}\u{7f}", "é\u{fffe}👩🏽‍❤️‍💋‍👨🏿"];
    world.commit(&[says(lobby, ann, "a", "x")]).await;
    for (turn, odd) in texts.iter().enumerate() {
        world.commit(&[edits(lobby, ann, &format!("b{turn}"), 1, odd)]).await;
        assert_eq!(history(&world, lobby).await[0].1.as_deref(), Some(*odd));
    }
}
