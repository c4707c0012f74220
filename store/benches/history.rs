//! What reading a log costs: the newest 50 and the 500 after a place, by how long the log is.
//!
//! `cargo bench -p parlour-store --bench history`. The figures should not grow with the log.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement that goes wrong should stop"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{
    Body, Cid, Clock, Email, OsEntropy, RoomId, Seq, SystemClock, Timestamp, UserId, Username,
};
use store::log::{self, Range};
use store::people::{self, NewPerson, Profile};
use store::{Change, Command, Config, Metrics, Store, rooms};

const LENGTHS: [u64; 3] = [1_000, 100_000, 1_000_000];
const TURNS: u32 = 200;

fn message(room: RoomId, author: UserId) -> Command {
    let body = Body::parse(&"x".repeat(128), 0).expect("a body");
    Command {
        room,
        author: Some(author),
        cid: Some(Cid::mint(SystemClock.now(), &OsEntropy)),
        change: Change::Message { body, reply_to: None },
        trace: None,
    }
}

async fn room_and_author(store: &Store) -> (RoomId, UserId) {
    let now: Timestamp = SystemClock.now();
    let person = NewPerson {
        id: UserId::random(&OsEntropy),
        username: "ann".parse::<Username>().expect("a name"),
        email: "ann@example.com".parse::<Email>().expect("an address"),
        password_hash: None,
        first_name: String::new(),
        last_name: String::new(),
        role: None,
        is_admin: false,
        verified_at: Some(now),
        created_at: now,
        profile: Profile::default(),
    };
    let tx = store.write().await.expect("a transaction");
    people::insert(&tx, &person).await.expect("a person");
    let room = rooms::create(&tx, &"lobby".parse().expect("a name"), None, now).await;
    tx.commit().await.expect("committed");
    (room.expect("a room").0.id, person.id)
}

async fn run() {
    let folder = tempfile::tempdir_in("/var/tmp").expect("a folder");
    let (config, clock, entropy) = (Config::default(), Arc::new(SystemClock), Arc::new(OsEntropy));
    let store = Store::open(&config, folder.path(), clock, entropy, Metrics::default());
    let store = store.await.expect("a store");
    let (room, author) = room_and_author(&store).await;
    let mut head = 0;
    for length in LENGTHS {
        while head < length {
            let batch: Vec<Command> = (0..500).map(|_| message(room, author)).collect();
            store.commit(&batch).await;
            head += 500;
        }
        let (mut newest, mut after) = (Duration::ZERO, Duration::ZERO);
        for turn in 0..TURNS {
            let since = Seq::new(u64::from(turn) * (head - 500) / u64::from(TURNS));
            let upto = Seq::new(since.get() + 500);
            let started = Instant::now();
            log::page(store.reader(), room, Range::Newest, 50, Some(author)).await.expect("a page");
            newest += started.elapsed();
            let started = Instant::now();
            log::after(store.reader(), room, since, upto, usize::MAX).await.expect("events");
            after += started.elapsed();
        }
        let each = |total: Duration| total.as_secs_f64() * 1e3 / f64::from(TURNS);
        println!(
            "{head:>9} events: newest 50 {:.2} ms, 500 after {:.2} ms",
            each(newest),
            each(after)
        );
    }
    store.close().await;
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(run());
}
