//! Sessions and the generations of their refresh tokens.

use std::time::Duration;

use domain::{OsEntropy, SessionId, Timestamp, UserId};
use store::sessions::{self, Rotation, Session};

use crate::world::{NOW, World};

fn later(minutes: u64) -> Timestamp {
    NOW.plus(Duration::from_mins(minutes))
}

pub fn session(person: UserId) -> Session {
    Session {
        id: SessionId::random(&OsEntropy),
        person,
        generation: 1,
        used_generation: 0,
        rotated_at: NOW,
        kid: "first".into(),
        created_at: NOW,
        last_used_at: NOW,
        expires_at: later(60),
        ended_at: None,
        address: Some([127, 0, 0, 1].into()),
        user_agent: Some("curl/8".into()),
    }
}

async fn insert(world: &World, session: &Session) {
    let tx = world.store.write().await.expect("a transaction");
    sessions::insert(&tx, session).await.expect("stored");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn a_session_is_found_as_it_was_stored() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let plain = Session { address: None, user_agent: None, ..session(ann) };
    for stored in [session(ann), plain] {
        insert(&world, &stored).await;
        let found = sessions::find(world.store.reader(), stored.id).await.expect("read");
        assert_eq!(found, Some(stored));
    }
    let unknown = SessionId::random(&OsEntropy);
    assert_eq!(sessions::find(world.store.reader(), unknown).await.expect("read"), None);
}

#[tokio::test]
async fn a_generation_is_rotated_once() {
    let world = World::new().await;
    let first = session(world.person("ann").await);
    insert(&world, &first).await;
    let tx = world.store.write().await.expect("a transaction");
    let kid = || "second".to_owned();
    let rotation =
        Rotation { id: first.id, from: 1, at: later(1), kid: kid(), expires_at: later(99) };
    assert!(sessions::rotate(&tx, &rotation).await.expect("written"));
    assert!(!sessions::rotate(&tx, &rotation).await.expect("written"), "it is at 2 by now");
    let second = Session {
        generation: 2,
        rotated_at: later(1),
        last_used_at: later(1),
        kid: kid(),
        expires_at: later(99),
        ..first.clone()
    };
    assert_eq!(sessions::find(&tx, first.id).await.expect("read"), Some(second.clone()));

    assert!(sessions::mark_used(&tx, first.id, 2, later(2)).await.expect("written"));
    assert!(!sessions::mark_used(&tx, first.id, 2, later(3)).await.expect("written"));
    assert!(!sessions::mark_used(&tx, first.id, 1, later(3)).await.expect("written"));
    assert!(!sessions::mark_used(&tx, first.id, 3, later(3)).await.expect("written"));
    let used = Session { used_generation: 2, last_used_at: later(2), ..second };
    assert_eq!(sessions::find(&tx, first.id).await.expect("read"), Some(used));

    assert!(sessions::end(&tx, first.id, later(4)).await.expect("written"));
    let next = Rotation { from: 2, ..rotation };
    assert!(!sessions::rotate(&tx, &next).await.expect("written"), "it has ended");
}

#[tokio::test]
async fn a_session_ends_once() {
    let world = World::new().await;
    let mine = session(world.person("ann").await);
    insert(&world, &mine).await;
    let tx = world.store.write().await.expect("a transaction");
    assert!(sessions::end(&tx, mine.id, later(1)).await.expect("written"));
    assert!(!sessions::end(&tx, mine.id, later(2)).await.expect("written"));
    let ended = sessions::find(&tx, mine.id).await.expect("read").expect("there");
    assert_eq!(ended.ended_at, Some(later(1)));
}

#[tokio::test]
async fn all_sessions_of_a_person_end_but_the_one_that_is_kept() {
    let world = World::new().await;
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let mine = [session(ann), session(ann), session(ann)];
    let ended = Session { ended_at: Some(NOW), ..session(ann) };
    let theirs = session(bob);
    for session in mine.iter().chain([&ended, &theirs]) {
        insert(&world, session).await;
    }
    let tx = world.store.write().await.expect("a transaction");
    let mut gone = sessions::end_all(&tx, ann, Some(mine[0].id), later(1)).await.expect("written");
    let mut expected = vec![mine[1].id, mine[2].id];
    gone.sort_unstable();
    expected.sort_unstable();
    assert_eq!(gone, expected);
    let alive = sessions::list(&tx, ann, later(2)).await.expect("read");
    assert_eq!(alive, [mine[0].clone()]);
    assert_eq!(sessions::list(&tx, bob, later(2)).await.expect("read"), [theirs]);
    assert_eq!(sessions::end_all(&tx, ann, None, later(2)).await.expect("written"), [mine[0].id]);
    let still = sessions::find(&tx, ended.id).await.expect("read").expect("there");
    assert_eq!(still.ended_at, Some(NOW), "it ended when it did");
}

#[tokio::test]
async fn a_person_sees_their_live_sessions_last_used_first() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let old = Session { last_used_at: NOW, ..session(ann) };
    let new = Session { last_used_at: later(5), ..session(ann) };
    let expired = Session { expires_at: later(6), ..session(ann) };
    for session in [&old, &expired, &new] {
        insert(&world, session).await;
    }
    let alive = sessions::list(world.store.reader(), ann, later(6)).await.expect("read");
    assert_eq!(alive, [new, old]);
}
