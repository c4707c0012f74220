//! Who reacts to what.

use domain::{RoomId, Seq, UserId};
use store::log::{self, Event, Happening, Range};
use store::{Command, MOST_EMOJI, Refusal};

use crate::world::{World, deletes, duplicate, reacts, refused, says, seq, stored, user};

/// Emoji, count and whether `viewer` is among them, of each message that somebody reacts to.
async fn tallies(
    world: &World,
    room: RoomId,
    viewer: Option<UserId>,
) -> Vec<(u64, Vec<(String, u64, bool)>)> {
    let page = log::page(world.store.reader(), room, Range::Newest, 99, viewer).await;
    let mut tallies: Vec<_> = page
        .expect("a page")
        .reactions
        .into_iter()
        .map(|(id, tallies)| {
            let of = |tally: log::Tally| (tally.emoji.to_string(), tally.count, tally.mine);
            (id.get(), tallies.into_iter().map(of).collect())
        })
        .collect();
    tallies.sort_unstable();
    tallies
}

fn of(emoji: &str, count: u64, mine: bool) -> (String, u64, bool) {
    (emoji.to_owned(), count, mine)
}

#[tokio::test]
async fn reactions_are_counted_by_emoji_and_shown_to_each_as_theirs() {
    let mut world = World::new().await;
    let (lobby, den) = (world.room("lobby").await, world.room("den").await);
    let (ann, bob) = (user(7), user(8));
    world.commit(&[says(lobby, ann, "a", "hi"), says(den, ann, "a", "hi")]).await;
    let batch = [
        reacts(lobby, ann, "b", 1, "👍", true),
        reacts(lobby, bob, "b", 1, "👍", true),
        reacts(lobby, bob, "c", 1, "+1", true),
        reacts(den, bob, "b", 1, "👍", true),
    ];
    assert_eq!(world.commit(&batch).await, [stored(2), stored(3), stored(4), stored(2)]);
    world.reopen().await;
    assert_eq!(
        tallies(&world, lobby, None).await,
        [(1, vec![of("+1", 1, false), of("👍", 2, false)])]
    );
    assert_eq!(
        tallies(&world, lobby, Some(bob)).await,
        [(1, vec![of("+1", 1, true), of("👍", 2, true)])]
    );
    let back = [reacts(lobby, bob, "d", 1, "👍", false), reacts(lobby, bob, "e", 1, "+1", false)];
    world.commit(&back).await;
    assert_eq!(tallies(&world, lobby, Some(bob)).await, [(1, vec![of("👍", 1, false)])]);
    world.commit(&[reacts(lobby, ann, "f", 1, "👍", false)]).await;
    assert_eq!(tallies(&world, lobby, None).await, []);
    assert_eq!(tallies(&world, den, Some(bob)).await, [(1, vec![of("👍", 1, true)])]);
}

#[tokio::test]
async fn a_reaction_is_an_event_of_its_own() {
    let world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    world.commit(&[says(lobby, ann, "a", "hi"), reacts(lobby, ann, "b", 1, "🎉", true)]).await;
    world.commit(&[reacts(lobby, ann, "c", 1, "🎉", false)]).await;
    let events = log::after(world.store.reader(), lobby, seq(1), seq(9), usize::MAX).await;
    let happenings: Vec<_> = events.expect("events").into_iter().map(|e| e.happening).collect();
    let emoji = domain::Emoji::parse("🎉").expect("an emoji");
    let reaction = |on| Happening::Reaction { id: seq(1), emoji: emoji.clone(), on };
    assert_eq!(happenings, [reaction(true), reaction(false)]);
}

#[tokio::test]
async fn a_reaction_that_changes_nothing_is_refused_and_a_retry_is_known() {
    let world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    world.commit(&[says(lobby, ann, "a", "hi")]).await;
    let on = |cid: &str| reacts(lobby, ann, cid, 1, "👍", true);
    let off = |cid: &str| reacts(lobby, ann, cid, 1, "👍", false);
    let no_change = refused(Refusal::NoChange);
    let batch = [off("b"), on("c"), on("c"), on("d"), off("e"), off("f"), on("g")];
    let expected = [no_change, stored(2), duplicate(2), no_change, stored(3), no_change, stored(4)];
    assert_eq!(world.commit(&batch).await, expected);
    assert_eq!(
        world.commit(&[on("h"), on("c"), off("i")]).await,
        [no_change, duplicate(2), stored(5)]
    );
    assert_eq!(world.commit(&[off("j"), on("k")]).await, [no_change, stored(6)]);
    assert_eq!(tallies(&world, lobby, Some(ann)).await, [(1, vec![of("👍", 1, true)])]);
}

#[tokio::test]
async fn a_message_has_a_bounded_number_of_different_emoji() {
    let world = World::new().await;
    let (lobby, ann, bob) = (world.room("lobby").await, user(7), user(8));
    world.commit(&[says(lobby, ann, "a", "hi")]).await;
    let on = |person, n: usize| reacts(lobby, person, &format!("on{n}"), 1, &format!("e{n}"), true);
    let too_many = refused(Refusal::TooMany);
    let batch: Vec<Command> = (0..=MOST_EMOJI).map(|n| on(ann, n)).collect();
    let outcomes = world.commit(&batch).await;
    assert_eq!(outcomes[MOST_EMOJI - 1..], [stored(MOST_EMOJI as u64 + 1), too_many]);
    assert_eq!(world.commit(&[on(bob, MOST_EMOJI), on(bob, 0)]).await, [too_many, stored(22)]);
    // Only when nobody uses an emoji any more is there room for another: bob still uses the first.
    let off =
        |person, n: usize| reacts(lobby, person, &format!("off{n}"), 1, &format!("e{n}"), false);
    let batch = [off(ann, 0), on(bob, 30), off(ann, 1), on(bob, 31), on(bob, 32)];
    assert_eq!(
        world.commit(&batch).await,
        [stored(23), too_many, stored(24), stored(25), too_many]
    );
    assert_eq!(tallies(&world, lobby, None).await[0].1.len(), MOST_EMOJI);
}

#[tokio::test]
async fn reactions_go_with_the_message_that_is_deleted() {
    let world = World::new().await;
    let (lobby, ann, bob) = (world.room("lobby").await, user(7), user(8));
    world.commit(&[says(lobby, ann, "a", "hi"), says(lobby, ann, "b", "there")]).await;
    let batch = [1, 2].map(|id| reacts(lobby, bob, &format!("c{id}"), id, "👍", true));
    world.commit(&batch).await;
    let batch = [reacts(lobby, ann, "d", 1, "👎", true), deletes(lobby, ann, "e", 1)];
    world.commit(&batch).await;
    assert_eq!(tallies(&world, lobby, Some(bob)).await, [(2, vec![of("👍", 1, true)])]);
    assert_eq!((world.rows("reactions").await, world.rows("tallies").await), (1, 1));
}

#[tokio::test]
async fn history_passes_over_what_is_no_message_and_never_comes_back_short() {
    let world = World::new().await;
    let (lobby, ann) = (world.room("lobby").await, user(7));
    let mut messages = Vec::new();
    let mut place = 0;
    for turn in 0..12_u64 {
        place += 1;
        messages.push(place);
        world.commit(&[says(lobby, ann, &format!("m{turn}"), "hi")]).await;
        // Runs of every length, each over several batches.
        for aside in 0..turn {
            let on = aside % 2 == 0;
            let cid = format!("r{turn}.{aside}");
            assert_eq!(
                world.commit(&[reacts(lobby, ann, &cid, place, "👍", on)]).await,
                [stored(messages[messages.len() - 1] + aside + 1)]
            );
        }
        place += turn;
    }
    let page = async |range, limit| {
        let page = log::page(world.store.reader(), lobby, range, limit, None).await;
        let page = page.expect("a page");
        let seqs = |event: &Event| event.seq.get();
        (page.messages.iter().map(seqs).collect::<Vec<_>>(), page.more)
    };
    for limit in [1, 2, 5, 12, 50_usize] {
        for at in 0..=place + 2 {
            let asked = u32::try_from(limit).expect("small");
            let older: Vec<u64> = messages.iter().copied().filter(|seq| *seq < at).collect();
            let cut = older.len().saturating_sub(limit);
            let before = page(Range::Before(Seq::new(at)), asked).await;
            assert_eq!(before, (older[cut..].to_vec(), cut > 0), "{limit} before {at}");
            let newer: Vec<u64> = messages.iter().copied().filter(|seq| *seq > at).collect();
            let few = newer.len().min(limit);
            let after = page(Range::After(Seq::new(at)), asked).await;
            assert_eq!(after, (newer[..few].to_vec(), newer.len() > few), "{limit} after {at}");
        }
    }
}
