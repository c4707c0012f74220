//! A batch that the database refuses for what one of its commands is.

use sea_orm::ConnectionTrait;
use store::log::{self, Range};
use store::{Command, Outcome, Refusal, StoreError, rooms};

use crate::world::{World, deletes, edits, reacts, refused, says, seq, stored, text, user};

/// A world whose database refuses every message that says "poison".
async fn poisoned() -> World {
    let world = World::new().await;
    let tx = world.store.write().await.expect("a transaction");
    for what in ["INSERT", "UPDATE"] {
        let trigger = format!(
            "CREATE TRIGGER poison_{what} BEFORE {what} ON events WHEN NEW.body = 'poison' \
             BEGIN SELECT RAISE(ABORT, 'poison'); END"
        );
        tx.execute_unprepared(&trigger).await.expect("a trigger");
    }
    tx.commit().await.expect("committed");
    world
}

#[tokio::test]
async fn only_the_guilty_command_is_refused() {
    let world = poisoned().await;
    let (lobby, den) = (world.room("lobby").await, world.room("den").await);
    let ann = user(7);
    for guilty in 0..7_usize {
        let text = |place| if place == guilty { "poison" } else { "fine" };
        let batch: Vec<Command> = (0..7)
            .map(|place| (if place % 2 == 0 { lobby } else { den }, place))
            .map(|(room, place)| says(room, ann, &format!("{guilty}.{place}"), text(place)))
            .collect();
        let answers = world.store.commit(&batch).await;
        for (place, answer) in answers.iter().enumerate() {
            match answer {
                Ok(Outcome::Stored { .. }) => assert_ne!(place, guilty),
                Err(StoreError::Rejected(cause)) => {
                    assert_eq!(place, guilty);
                    assert!(cause.to_string().contains("poison"), "{cause}");
                }
                other => panic!("{place} of {guilty}: {other:?}"),
            }
        }
    }
    // Seven batches of seven less the guilty: what is refused leaves no gap.
    let (lobby, den) = (head(&world, lobby).await, head(&world, den).await);
    assert_eq!(lobby.get() + den.get(), 42);
}

#[tokio::test]
async fn a_batch_of_the_guilty_is_refused_one_by_one() {
    let world = poisoned().await;
    let lobby = world.room("lobby").await;
    let batch = ["a", "b", "c"].map(|cid| says(lobby, user(7), cid, "poison"));
    let answers = world.store.commit(&batch).await;
    assert_eq!(answers.len(), 3);
    assert!(answers.iter().all(|answer| matches!(answer, Err(StoreError::Rejected(_)))));
    assert_eq!(world.commit(&[says(lobby, user(7), "d", "fine")]).await, [stored(1)]);
}

#[tokio::test]
async fn a_retry_of_the_guilty_is_no_duplicate() {
    let world = poisoned().await;
    let lobby = world.room("lobby").await;
    let batch = [
        says(lobby, user(7), "a", "poison"),
        says(lobby, user(7), "a", "fine"),
        says(lobby, user(7), "b", "fine"),
    ];
    let answers = world.store.commit(&batch).await;
    assert!(matches!(answers[0], Err(StoreError::Rejected(_))));
    assert_eq!(answers[1].as_ref().ok(), Some(&stored(1)));
    assert_eq!(answers[2].as_ref().ok(), Some(&stored(2)));
}

#[tokio::test]
async fn what_is_about_the_guilty_or_the_innocent_fares_as_if_it_had_come_alone() {
    let world = poisoned().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    let batch = [
        says(lobby, ann, "a", "fine"),
        says(lobby, ann, "b", "poison"),
        says(lobby, ann, "c", "also fine"),
        edits(lobby, ann, "d", 2, "poison"),
        edits(lobby, ann, "e", 1, "still fine"),
        edits(lobby, ann, "f", 3, "no message any more"),
        reacts(lobby, ann, "g", 2, "+1", true),
        reacts(lobby, ann, "h", 2, "+1", true),
        deletes(lobby, ann, "i", 1),
        edits(lobby, ann, "d", 2, "a retry of what was refused"),
    ];
    let answers = world.store.commit(&batch).await;
    let outcomes: Vec<Option<Outcome>> = answers.into_iter().map(Result::ok).collect();
    let expected = [
        Some(stored(1)),
        None,
        Some(stored(2)),
        None,
        Some(stored(3)),
        Some(refused(Refusal::NoSuchMessage)),
        Some(stored(4)),
        Some(refused(Refusal::NoChange)),
        Some(stored(5)),
        Some(stored(6)),
    ];
    assert_eq!(outcomes, expected);
    let page = log::page(world.store.reader(), lobby, Range::Newest, 9, Some(ann)).await;
    let page = page.expect("a page");
    let texts: Vec<_> = page.messages.iter().map(text).collect();
    assert_eq!(texts, [None, Some("a retry of what was refused")]);
    assert_eq!(page.reactions[&seq(2)].len(), 1);
}

#[tokio::test]
async fn a_transaction_in_which_something_failed_is_good_for_nothing() {
    let world = poisoned().await;
    let lobby = world.room("lobby").await;
    let fine = [says(lobby, user(7), "a", "fine")];

    let mut tx = world.store.write().await.expect("a transaction");
    tx.append(&fine).await.expect("appended");
    let refused = tx.append(&[says(lobby, user(7), "b", "poison")]).await;
    assert!(matches!(refused, Err(StoreError::Rejected(_))));
    assert!(tx.append(&fine).await.is_err());
    assert!(rooms::list(&tx, None, 1).await.is_err());
    assert!(matches!(tx.commit().await, Err(StoreError::Rejected(_))));

    let mut tx = world.store.write().await.expect("a transaction");
    tx.append(&fine).await.expect("appended");
    tx.execute_unprepared("INSERT INTO meta (name) VALUES ('x')").await.expect_err("no value");
    assert!(tx.append(&fine).await.is_err());
    assert!(matches!(tx.commit().await, Err(StoreError::Rejected(_))));

    assert_eq!(head(&world, lobby).await, seq(0));
    assert_eq!(world.commit(&fine).await, [stored(1)]);
}

async fn head(world: &World, room: domain::RoomId) -> domain::Seq {
    log::head(world.store.reader(), room).await.expect("a head")
}
