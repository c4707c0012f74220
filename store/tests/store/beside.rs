//! Two processes at one database. To `SQLite` two connections are like two processes, so most of these need only one.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use domain::{OsEntropy, SessionId, SystemClock};
use store::lock::LockError;
use store::{Change, Command, Config, Metrics, Store, StoreError, system};
use tokio_util::task::TaskTracker;

use crate::world::{World, open, open_beside, says, seq, stored, user};

#[tokio::test]
async fn a_second_server_is_turned_away_in_words() {
    let world = World::new().await;
    let error = open(&Config::default(), world.folder.path()).await.expect_err("turned away");
    let StoreError::Folder(why) = &error else { panic!("{error}") };
    assert!(matches!(**why, LockError::InUse { .. }));
    let words = error.to_string();
    assert!(words.starts_with("another parlour is using the data folder"), "{words}");
    assert!(words.contains(&world.folder.path().display().to_string()), "{words}");
    world.store.close().await;
    open(&Config::default(), world.folder.path()).await.expect("free again").close().await;
}

#[tokio::test]
async fn the_folder_and_what_is_in_it_are_private() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path().join("a/data");
    let store = open(&Config::default(), &folder).await.expect("a store");
    let mode = |name| {
        let path = folder.join(name);
        path.metadata().expect(name).permissions().mode() & 0o777
    };
    assert_eq!(mode(""), 0o700);
    for file in ["parlour.db", "parlour.db-wal", "parlour.db-shm", "parlour.lock"] {
        assert_eq!(mode(file), 0o600, "{file}");
    }
    store.close().await;
}

#[tokio::test]
async fn the_command_line_appends_to_the_system_room_beside_a_server() {
    let world = World::new().await;
    let beside = open_beside(&Config::default(), world.folder.path()).await.expect("a store");
    assert_eq!(beside.incarnation(), world.store.incarnation());
    let ended = || {
        let session = SessionId::random(&OsEntropy);
        [Command::system(Change::SessionEnded { session, user: user(7) })]
    };
    for turn in 0..5 {
        let (mine, theirs) = (2 * turn + 1, 2 * turn + 2);
        assert_eq!(world.commit(&ended()).await, [stored(mine)]);
        let mut tx = beside.write().await.expect("a transaction");
        assert_eq!(tx.append(&ended()).await.expect("appended"), [stored(theirs)]);
        tx.commit().await.expect("committed");
        // This process hears of its own only; the rest it finds by asking.
        assert_eq!(*world.store.system_head().borrow(), seq(mine));
        let head = system::head(world.store.reader()).await.expect("a head");
        assert_eq!(head, seq(theirs));
    }
    beside.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_server_lets_the_command_line_in() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    let (tracker, done) = (TaskTracker::new(), tokio_util::sync::CancellationToken::new());
    let (store, until) = (world.store.clone(), done.clone());
    let busy = tracker.spawn(async move {
        let mut count = 0;
        while !until.is_cancelled() {
            let batch: Vec<Command> = (0..50)
                .map(|place| says(lobby, user(7), &format!("{count}.{place}"), "hi"))
                .collect();
            let answers = store.commit(&batch).await;
            assert!(answers.iter().all(Result::is_ok), "{answers:?}");
            count += 1;
        }
        count
    });
    for place in 1..=5 {
        let beside = open_beside(&Config::default(), world.folder.path()).await.expect("a store");
        let mut tx = beside.write().await.expect("a transaction");
        let appended = tx.append(&[Command::system(Change::KeysChanged)]).await;
        assert_eq!(appended.expect("appended"), [stored(place)]);
        tx.commit().await.expect("committed");
        beside.close().await;
    }
    done.cancel();
    assert!(busy.await.expect("no panic") > 0);
}

#[tokio::test]
async fn a_database_that_stays_busy_is_unavailable_and_then_available_again() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    let hasty = Config { busy_timeout: Duration::from_millis(20), ..Config::default() };
    world.store.close().await;
    let store = open(&hasty, world.folder.path()).await.expect("a store");
    let beside = open_beside(&hasty, world.folder.path()).await.expect("a store");
    let held = beside.write().await.expect("a transaction");

    let batch = [says(lobby, user(7), "a", "one"), says(lobby, user(7), "b", "two")];
    let answers = store.commit(&batch).await;
    assert_eq!(answers.len(), 2);
    for answer in answers {
        assert!(answer.is_err_and(|error| error.is_unavailable()));
    }
    assert!(store.write().await.is_err_and(|error| error.is_unavailable()));
    assert!(store.check_writable().await.is_err());
    // Nobody waits for this one's end: dropping it gives the lock back all the same.
    drop(held);
    let again = async {
        loop {
            let answers = store.commit(&batch).await;
            if answers.iter().all(Result::is_ok) {
                break answers.into_iter().flatten().collect::<Vec<_>>();
            }
        }
    };
    let outcomes = tokio::time::timeout(Duration::from_secs(20), again).await;
    assert_eq!(outcomes.expect("the lock was given back"), [stored(1), stored(2)]);
    store.check_writable().await.expect("writable");
    beside.close().await;
    store.close().await;
}

#[tokio::test]
async fn two_that_start_at_once_make_one_incarnation() {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, entropy) = (Config::default(), Arc::new(OsEntropy));
    let start = || {
        let (clock, entropy) = (Arc::new(SystemClock), Arc::clone(&entropy) as _);
        Store::open_beside(&config, folder.path(), clock, entropy, Metrics::default())
    };
    start().await.expect("a store").close().await;
    let (one, other) = tokio::join!(start(), start());
    let (one, other) = (one.expect("a store"), other.expect("a store"));
    assert_eq!(one.incarnation(), other.incarnation());
}

#[tokio::test]
async fn looking_waits_for_no_writer() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let held = world.store.write().await.expect("a transaction");
    let hasty = Config { busy_timeout: Duration::ZERO, ..Config::default() };
    let beside = open_beside(&hasty, world.folder.path()).await.expect("a store");
    let found = store::people::find(beside.reader(), ann).await.expect("read");
    assert!(found.is_some());
    beside.close().await;
    drop(held);
}
