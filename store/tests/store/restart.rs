//! What outlives a process.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};

use domain::{RoomId, RoomName};
use sea_orm::ConnectionTrait;
use store::{Command, Config, Outcome, log, rooms};

use crate::world::{World, duplicate, open, says, seq, stored, user};

/// Names the data folder to the child process.
const FOLDER: &str = "PARLOUR_STORE_TEST_FOLDER";
const ROOMS: [&str; 3] = ["a", "b", "c"];

#[tokio::test]
async fn a_store_that_is_opened_again_goes_on_where_it_was() {
    let mut world = World::new().await;
    let lobby = world.room("lobby").await;
    let incarnation = world.store.incarnation();
    world.commit(&[says(lobby, user(7), "a", "one"), says(lobby, user(7), "b", "two")]).await;
    world.reopen().await;
    assert_eq!(world.store.incarnation(), incarnation);
    assert_eq!(world.room("lobby").await, lobby);
    let batch = [says(lobby, user(7), "b", "two"), says(lobby, user(7), "c", "three")];
    assert_eq!(world.commit(&batch).await, [duplicate(2), stored(3)]);
}

#[tokio::test]
async fn each_database_is_an_incarnation_of_its_own() {
    let (one, other) = (World::new().await, World::new().await);
    assert_ne!(one.store.incarnation(), other.store.incarnation());
}

#[tokio::test]
async fn nothing_is_left_beside_a_closed_database() {
    let world = World::new().await;
    world.commit(&[says(world.room("lobby").await, user(7), "a", "one")]).await;
    assert!(world.folder.path().join("parlour.db-wal").exists());
    world.store.close().await;
    assert!(!world.folder.path().join("parlour.db-wal").exists());
    let answers = world.store.commit(&[says(RoomId::new(2), user(7), "b", "two")]).await;
    assert!(answers[0].as_ref().is_err_and(store::StoreError::is_unavailable));
    assert!(world.store.write().await.is_err_and(|error| error.is_unavailable()));
    world.store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_killed_process_has_lost_nothing_it_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut acknowledged = Vec::new();
    for round in 0..3 {
        let mut child = start_child(folder.path(), round);
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        for line in lines.by_ref().take(300) {
            acknowledged.extend(parse(&line.expect("a line")));
        }
        child.kill().expect("killed"); // SIGKILL: it has no say in the matter
        child.wait().expect("dead");
        acknowledged.extend(lines.map_while(Result::ok).filter_map(|line| parse(&line)));
        assert!(acknowledged.len() > 100 * (round + 1), "it was heard before it died");
        check(folder.path(), &acknowledged).await;
    }
}

type Acknowledged = (usize, u64, String);

fn parse(line: &str) -> Option<Acknowledged> {
    let mut words = line.split_whitespace().skip_while(|word| *word != "ack").skip(1);
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()?.to_owned()))
}

async fn check(folder: &Path, acknowledged: &[Acknowledged]) {
    let store = open(&Config::default(), folder).await.expect("the dead hold no lock");
    let verdict = store.reader().query_one_raw(sea_orm::Statement::from_string(
        sea_orm::DbBackend::Sqlite,
        "PRAGMA integrity_check",
    ));
    let verdict: String =
        verdict.await.expect("checked").expect("a verdict").try_get_by(0).expect("text");
    assert_eq!(verdict, "ok");
    for (number, name) in ROOMS.iter().enumerate() {
        let name: RoomName = name.parse().expect("a name");
        let room = rooms::find_by_name(store.reader(), &name).await.expect("read").expect("there");
        let events = log::after(store.reader(), room.id, seq(0), seq(u64::MAX), usize::MAX).await;
        let events = events.expect("events");
        let places: Vec<u64> = events.iter().map(|event| event.seq.get()).collect();
        assert_eq!(places, (1..=places.len() as u64).collect::<Vec<_>>());
        let mine = acknowledged.iter().filter(|(room, ..)| *room == number);
        for (_, place, cid) in mine {
            let event = &events[usize::try_from(*place).expect("small") - 1];
            assert_eq!(event.cid.as_ref().expect("a cid").as_str(), cid);
            let again = store.commit(&[says(room.id, user(7), cid, "hi")]).await;
            let Ok(Outcome::Duplicate { seq: first, .. }) = again[0] else { panic!("{again:?}") };
            assert_eq!(first, seq(*place));
        }
    }
    store.close().await;
}

fn start_child(folder: &Path, round: usize) -> Child {
    let tests = std::env::current_exe().expect("this program");
    Process::new(tests)
        .args(["--exact", "restart::child", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, format!("{round}:{}", folder.display()))
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child")
}

/// The child process: writes until it is killed, and says what was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
#[ignore = "it is the child process of another test"]
async fn child() {
    let Ok(place) = std::env::var(FOLDER) else { return };
    let (round, folder) = place.split_once(':').expect("a round and a folder");
    let store = open(&Config::default(), Path::new(folder)).await.expect("a store");
    let tx = store.write().await.expect("a transaction");
    let mut ids = Vec::new();
    for name in ROOMS {
        let name = name.parse().expect("a name");
        let made = rooms::create(&tx, &name, None, crate::world::NOW).await;
        ids.push(made.expect("a room").0.id);
    }
    tx.commit().await.expect("committed");
    let mut random = fastrand::Rng::new();
    for turn in 0..1_000_000 {
        let said: Vec<(usize, String)> = (0..random.usize(1..9))
            .map(|place| (random.usize(0..ROOMS.len()), format!("{round}.{turn}.{place}")))
            .collect();
        let batch: Vec<Command> =
            said.iter().map(|(room, cid)| says(ids[*room], user(7), cid, "hi")).collect();
        let answers = store.commit(&batch).await;
        let mut out = std::io::stdout().lock();
        for ((room, cid), answer) in said.iter().zip(answers) {
            let Ok(Outcome::Stored { seq, .. }) = answer else { panic!("{answer:?}") };
            // The parent may have stopped listening, just before it kills this process.
            let _ = writeln!(out, "ack {room} {seq} {cid}");
        }
        let _ = out.flush();
    }
}
