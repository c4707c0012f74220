//! Many at once, most of them silent.

use actors::connections::Limit;
use rustix::process::{Resource, getrlimit};
use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::{App, Door, Knock, Program, Raw, within};

const CROWD: usize = 2_000;

#[tokio::test]
async fn two_thousand_connections_that_say_nothing_keep_nobody_out() {
    // Both ends are counted apart: the server is a process of its own.
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    assert!(files > CROWD as u64 + 200, "this test opens {CROWD} sockets; raise `ulimit -n`");
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let ann = program.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    let before = program.resident();

    let mut crowd = Vec::with_capacity(CROWD);
    // From several addresses, since one may not have so many; the newcomers come from yet another.
    for last in (2..=9).cycle().take(CROWD) {
        crowd.push(Raw::connect_from(program.addr, last).await);
    }
    assert_eq!(program.metric("parlour_http_connections_refused_total", "").await, 0);
    assert_eq!(program.get("/healthz").send().await.status, 200);
    socket.say("c-1", "still here").await;
    assert_eq!(socket.next_of("ack").await["seq"], 1);
    let bob = program.person("bob").await;
    bob.enters("lobby").await;

    let each = program.resident().saturating_sub(before) / CROWD;
    assert!(each < 32 * 1024, "{each} bytes a silent connection");

    // They are shown the door when their time is up.
    for silent in crowd.iter_mut().step_by(100) {
        silent.rest().await;
    }
}

#[tokio::test]
async fn a_room_of_two_hundred_hears_every_word() {
    let folder = tempfile::tempdir().unwrap();
    let everyone =
        [("PARLOUR__SOCKETS__MAX_PER_USER", "0"), ("PARLOUR__SOCKETS__MAX_PER_USER_AND_ROOM", "0")];
    let program = Program::start(folder.path(), &everyone).await;
    let ann = program.person("ann").await;
    let mut room = Vec::new();
    for _ in 0..200 {
        room.push(ann.enters("lobby").await);
    }
    for socket in room.iter_mut().take(10) {
        socket.send(json!({ "message": "hi" })).await;
    }
    within("every word to everyone", async {
        for socket in &mut room {
            for seq in 1..=10 {
                assert_eq!(socket.next_of("message").await["seq"], seq);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_crowd_without_tokens_is_told_so_and_leaves_nothing_behind() {
    // They all come from one address, which may be too many for it.
    let app = App::with(|config| config.server.max_connections_per_address = Limit::Count(0)).await;
    let mut knocks = JoinSet::new();
    for _ in 0..400 {
        let door = Door::clone(&app);
        knocks.spawn(async move {
            let knock = Knock { token: Some("rubbish"), ..Knock::default() };
            match door.knock("lobby", &knock).await {
                Ok(mut socket) => {
                    let refusal = json!({ "error": "Authentication required" });
                    assert_eq!(socket.next().await, refusal);
                    socket.is_gone().await;
                }
                // Only so many are told inside a socket at once.
                Err(refusal) => assert_eq!(refusal.status, 401, "{refusal:?}"),
            }
        });
    }
    within("every refusal", knocks.join_all()).await;
    assert_eq!(app.metric("parlour_sockets", "").await, 0);
    app.person("ann").await.enters("lobby").await;
}
