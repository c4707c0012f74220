//! When the process may open no more files.

use rustix::process::{Resource, Rlimit, prlimit};

use crate::harness::{Program, Raw};

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
