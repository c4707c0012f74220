//! When the process may open no more files.

use rustix::process::{Resource, Rlimit, prlimit};

use crate::harness::{Knock, Program, Raw};

#[tokio::test]
async fn a_server_out_of_descriptors_lives_and_goes_on_when_some_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let ann = program.person("ann").await;
    let mut socket = ann.enters("lobby").await;

    let few = program.open_files() + 8;
    let few = Rlimit { current: Some(few), maximum: Some(few) };
    prlimit(Some(program.pid()), Resource::Nofile, few).unwrap();
    let busy = program.cpu_ticks();
    let mut crowd = Vec::new();
    for _ in 0..100 {
        crowd.push(Raw::connect(program.addr).await);
    }
    // Who is inside notices nothing.
    for number in 0..20 {
        socket.say(&format!("c-{number}"), "still here").await;
        assert_eq!(socket.next_of("ack").await["seq"], number + 1);
    }
    crowd.clear();
    assert_eq!(program.get("/healthz").send().await.status, 200);
    ann.enters("lobby").await.has_nothing_more().await;
    // It waited for descriptors; it didn't spin.
    let busy = program.cpu_ticks() - busy;
    assert!(busy < 200, "{busy} ticks of CPU");
    assert!(program.log().contains("accept"), "{}", program.log());
}

#[tokio::test]
async fn as_many_sockets_as_there_may_be_leave_http_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        ("PARLOUR__SERVER__MAX_CONNECTIONS", "100"),
        ("PARLOUR__SERVER__MAX_CONNECTIONS_PER_ADDRESS", "0"),
        ("PARLOUR__SERVER__HEADER_TIMEOUT", "0s"),
        ("PARLOUR__SOCKETS__MAX_PER_USER", "0"),
        ("PARLOUR__SOCKETS__MAX_PER_USER_AND_ROOM", "0"),
    ];
    let program = Program::confined(folder.path(), 200, &settings).await;
    let ann = program.person("ann").await;
    let knock = Knock { token: Some(&ann.access), ..Knock::default() };
    let mut sockets = Vec::new();
    let refusal = loop {
        match program.knock("lobby", &knock).await {
            Ok(socket) => sockets.push(socket),
            Err(refusal) => break refusal,
        }
    };
    assert_eq!(refusal.status, 503);
    assert!(!sockets.is_empty());

    // All but one: whoever comes last still registers, which takes a database and a letter.
    let mut silent = Vec::new();
    for _ in 0..99 {
        silent.push(Raw::connect(program.addr).await);
    }
    program.person("bob").await;
    assert_eq!(program.metric("parlour_http_accept_errors_total", "").await, 0);
}
