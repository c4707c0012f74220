//! The way down of a server with people in it: everybody is told, answered, and shown out; nobody loses anything by it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use domain::OsEntropy;
use rustix::process::Signal;
use serde_json::json;
use store::{Store, WriteTransaction};
use tokio::task::JoinSet;

use crate::harness::program::own_address;
use crate::harness::raw::upgrade_request;
use crate::harness::{App, Door, Knock, Loyal, Program, Raw, Talker, until, within};

/// Clients may be as fast as they like.
const FAST: (&str, &str) = ("PARLOUR__SOCKETS__MESSAGES_PER_SECOND", "0");

/// The write lock of the server's database, held by another until it is dropped: nothing is stored meanwhile.
async fn hold_the_log_up(door: &Door) -> (WriteTransaction, Store) {
    let config = store::Config::default();
    let (clock, entropy) = (Arc::new(domain::SystemClock), Arc::new(OsEntropy));
    let metrics = store::Metrics::default();
    let beside = Store::open_beside(&config, &door.data_dir, clock, entropy, metrics).await;
    let beside = beside.unwrap();
    (beside.write().await.unwrap(), beside)
}

async fn until_in_flight(door: &Door, count: u64) {
    let asked = async || door.metric("parlour_requests_in_flight", "").await;
    until("requests in flight", async || (asked().await == count).then_some(())).await;
}

#[tokio::test]
async fn the_announcement_comes_at_once_and_the_goodbye_behind_every_ack() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), &[]).await;
    let (ann, bob) = (program.person("ann").await, program.person("bob").await);
    let mut talker = ann.enters("lobby").await;
    let mut listener = bob.enters("lobby").await;
    let held = hold_the_log_up(&program).await;
    for number in 1..=5 {
        talker.say(&format!("c-{number}"), "last words").await;
    }
    until_in_flight(&program, 5).await;
    program.signal(Signal::TERM);

    let drain = json!({ "type": "drain", "retry": [500, 1000] });
    assert_eq!((talker.next().await, listener.next().await), (drain.clone(), drain));
    assert_eq!(program.get("/readyz").send().await.expect(503), json!({ "status": "draining" }));
    assert_eq!(program.metric("parlour_draining", "").await, 1);
    let knock = Knock { token: Some(&ann.access), ..Knock::default() };
    assert_eq!(program.knock("lobby", &knock).await.unwrap_err().status, 503);
    drop(held);

    for seq in 1..=5 {
        assert_eq!(listener.next().await["seq"], seq);
    }
    assert_eq!(listener.next_or_code().await, Err(3001));
    let mut answers = Vec::new();
    let code = loop {
        match talker.next_or_code().await {
            Ok(frame) => answers.push((frame["type"].clone(), frame["seq"].as_u64().unwrap())),
            Err(code) => break code,
        }
    };
    assert_eq!(code, 3001);
    let of = |kind: &str| {
        let these = answers.iter().filter(|(type_, _)| *type_ == kind);
        these.map(|(_, seq)| *seq).collect::<Vec<_>>()
    };
    assert_eq!((of("message"), of("ack")), (vec![1, 2, 3, 4, 5], vec![1, 2, 3, 4, 5]));
    assert_eq!(program.exit().await.code(), Some(0), "{}", program.log());
    assert!(program.log().contains("draining"), "{}", program.log());
}

#[tokio::test]
async fn many_are_shown_out_in_batches_and_come_back_when_all_are_out() {
    const SOCKETS: usize = 350;
    let app = App::with(|config| {
        config.sockets.max_per_user = 0;
        config.sockets.max_per_user_and_room = 0;
        config.server.max_connections_per_address = actors::connections::Limit::Count(0);
        config.shutdown.reconnects_per_second = 100;
    })
    .await;
    let ann = app.person("ann").await;
    let last = Arc::new(AtomicUsize::new(0));
    let mut sockets = JoinSet::new();
    for _ in 0..SOCKETS {
        let (mut socket, last) = (ann.enters("lobby").await, Arc::clone(&last));
        sockets.spawn(async move {
            let drain = socket.next_of("drain").await;
            assert_eq!(socket.closed().await, Some((3001, "shutdown".to_owned())));
            (drain["retry"].clone(), last.fetch_add(1, Ordering::SeqCst))
        });
    }
    app.stop().await;

    // Who is told to stay away for longer is shown out earlier; 350 sockets at 100 a second take 3.5 seconds.
    let mut batches: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (retry, place) in within("every goodbye", sockets.join_all()).await {
        let [from, to] = [0, 1].map(|end| retry[end].as_u64().unwrap());
        assert_eq!(to - from, 3_500);
        batches.entry(from).or_default().push(place);
    }
    assert_eq!(batches.keys().copied().collect::<Vec<_>>(), [500, 520, 540, 560]);
    let sizes: Vec<_> = batches.values().map(Vec::len).collect();
    assert_eq!(sizes, [50, 100, 100, 100]);
    let mean = |places: &Vec<usize>| places.iter().sum::<usize>() / places.len();
    let means: Vec<_> = batches.values().map(mean).collect();
    assert!(means.is_sorted_by(|later, earlier| later > earlier), "{means:?}");
}

#[tokio::test]
async fn a_restart_under_load_loses_nothing_and_doubles_nothing() {
    const ROUNDS: usize = 3;
    let (folder, address) = (tempfile::tempdir().unwrap(), own_address());
    let mut program = Program::start_at(address, folder.path(), &[FAST]).await;
    let on = Arc::new(AtomicBool::new(true));
    let mut talks = JoinSet::new();
    let mut ann = None;
    for name in ["ann", "bob", "eve"] {
        let person = program.person(name).await;
        let mut loyal = Loyal::new(person.clone(), "lobby").await;
        ann.get_or_insert(person);
        let on = Arc::clone(&on);
        talks.spawn(async move {
            loyal.talks(|| on.load(Ordering::SeqCst)).await;
            loyal
        });
    }
    for _ in 0..ROUNDS {
        program.until_stored(300).await;
        program.signal(Signal::TERM);
        assert_eq!(program.exit().await.code(), Some(0), "{}", program.log());
        program = Program::start_at(address, folder.path(), &[FAST]).await;
    }
    program.until_stored(100).await;
    on.store(false, Ordering::SeqCst);
    let loyals = within("the last words", talks.join_all()).await;

    let log = Talker::new(ann.unwrap(), "lobby").await.log().await;
    for loyal in &loyals {
        assert_eq!(loyal.closes, [3001; ROUNDS]);
        assert_eq!(loyal.drains.len(), ROUNDS);
        assert_eq!(loyal.troubles, 0);
    }
    Loyal::agree(loyals, &log).await;
}

/// A socket that reads nothing, with so much to read that it fills every buffer on the way.
async fn somebody_who_does_not_read(program: &Program) -> Raw {
    let (ann, bob) = (program.person("ann").await, program.person("bob").await);
    let mut talker = ann.enters("lobby").await;
    let path = format!("/ws/chat/lobby/?token={}", bob.access);
    let sleeper = Raw::upgraded(program.addr, &path).await;
    let long = "x".repeat(4096);
    // So much waits for nobody who reads.
    while program.metric("parlour_outbox_bytes", "").await < 1_000_000 {
        for number in 0..50 {
            talker.send(json!({ "type": "message", "message": long, "rid": number })).await;
            talker.next_of("ack").await;
        }
    }
    talker.leave().await;
    sleeper
}

const PATIENT: (&str, &str) = ("PARLOUR__SOCKETS__OUTBOUND_BYTES", "0");

#[tokio::test]
async fn whoever_does_not_read_is_waited_for_until_the_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [FAST, PATIENT, ("PARLOUR__SHUTDOWN__DEADLINE", "3s")];
    let mut program = Program::start(folder.path(), &settings).await;
    let mut sleeper = somebody_who_does_not_read(&program).await;
    let begin = tokio::time::Instant::now();
    program.signal(Signal::TERM);
    assert_eq!(program.exit().await.code(), Some(0), "{}", program.log());
    assert!(begin.elapsed().as_secs() >= 3, "{}", program.log());
    assert!(program.log().contains("still open at the deadline"), "{}", program.log());
    // What it reads at last ends somewhere.
    sleeper.rest().await;
}

#[tokio::test]
async fn a_second_signal_waits_for_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), &[FAST, PATIENT]).await;
    let _sleeper = somebody_who_does_not_read(&program).await;
    program.signal(Signal::TERM);
    program.until_logged("draining").await;
    program.signal(Signal::TERM);
    assert_eq!(program.exit().await.code(), Some(1), "{}", program.log());
}

#[tokio::test]
async fn an_upgrade_in_the_midst_of_a_stop_ends_in_a_refusal_or_a_goodbye() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), &[FAST]).await;
    let ann = program.person("ann").await;
    let mut talker = ann.enters("lobby").await;
    // Its answer holds the stop up until everybody has knocked.
    let held = hold_the_log_up(&program).await;
    talker.say("c-1", "wait for me").await;
    until_in_flight(&program, 1).await;
    let path = format!("/ws/chat/other/?token={}", ann.access);
    let request = upgrade_request(program.addr, &path);
    let (beginning, rest) = request.split_at(request.len() / 2);
    let mut half = Raw::connect(program.addr).await;
    half.send(beginning).await;

    let mut knocks = JoinSet::new();
    for number in 0..60 {
        if number == 30 {
            program.signal(Signal::TERM);
        }
        let (addr, request) = (program.addr, request.clone());
        knocks.spawn(async move {
            let mut raw = Raw::connect(addr).await;
            raw.send(request).await;
            let answer = raw.head().await;
            let answer = answer.split(' ').nth(1).map(str::to_owned);
            match answer.as_deref() {
                Some("101") => raw.close_code().await,
                Some("503") => None,
                other => panic!("{other:?}"),
            }
        });
    }
    until("nobody is let in", async || {
        (program.get("/readyz").send().await.status == 503).then_some(())
    })
    .await;
    half.send(rest).await;
    assert!(half.head().await.starts_with("HTTP/1.1 503 "));
    let codes = within("every knock", knocks.join_all()).await;
    let (in_time, late): (Vec<_>, Vec<_>) = codes.into_iter().partition(Option::is_some);
    assert!(!late.is_empty());
    // One person may have only so many in one room.
    let known = |code: &Option<u16>| matches!(code, Some(3001 | 3504));
    assert!(in_time.iter().all(known), "{in_time:?}");
    drop(held);
    // Where all that took longer than a client is kept waiting, the answer is that nobody knows.
    let mut answered = false;
    let code = loop {
        match talker.next_or_code().await {
            Ok(frame) => answered |= frame["type"] == "ack" || frame["code"] == "unavailable",
            Err(code) => break code,
        }
    };
    assert_eq!((answered, code), (true, 3001));
    assert_eq!(program.exit().await.code(), Some(0), "{}", program.log());
}
