//! Every actor crashes while two people talk: at worst one hears `unavailable` for a moment.

use actors::testing::Which;
use serde_json::{Value, json};

use crate::client::Client;
use crate::world::{Settings, World, until};

/// The numbers and texts of the messages among `frames`.
fn messages(frames: &[Value]) -> Vec<(u64, String)> {
    let messages = frames.iter().filter(|frame| frame["type"] == "message");
    let read = |frame: &Value| {
        (frame["seq"].as_u64().expect("a seq"), frame["message"].as_str().expect("text").into())
    };
    messages.map(read).collect()
}

/// Ann and Bob in a room: each says something, insisting; both hear all of it, in order, once. So it must be after any
/// crash.
struct Talk {
    ann: Client,
    bob: Client,
    said: Vec<(u64, String)>,
    ann_heard: Vec<Value>,
    bob_heard: Vec<Value>,
}

impl Talk {
    async fn begin(world: &World) -> Self {
        let ann = world.newcomer("ann", "lobby").await;
        let bob = world.newcomer("bob", "lobby").await;
        Self { ann, bob, said: Vec::new(), ann_heard: Vec::new(), bob_heard: Vec::new() }
    }

    async fn go_on(&mut self) {
        let n = self.said.len();
        let (text, cid) = (format!("a{n}"), format!("cid-a{n}"));
        let seq = self.ann.insist(&text, &cid, &mut self.ann_heard).await;
        self.said.push((seq, text));
        let (text, cid) = (format!("b{n}"), format!("cid-b{n}"));
        let seq = self.bob.insist(&text, &cid, &mut self.bob_heard).await;
        self.said.push((seq, text));
    }

    /// Both have heard everything, and nothing twice.
    async fn check(&mut self) {
        let count = self.said.len();
        assert!(self.said.is_sorted());
        for (client, heard) in
            [(&mut self.ann, &mut self.ann_heard), (&mut self.bob, &mut self.bob_heard)]
        {
            while messages(heard).len() < count {
                heard.push(client.frame().await);
            }
            assert_eq!(messages(heard), self.said);
            // Nothing is behind it.
            client.send(json!({"type": "ping", "rid": "end"})).await;
            assert_eq!(client.frame().await, json!({"type": "pong", "rid": "end"}));
        }
    }
}

async fn survive(which: impl Fn(&Talk) -> Which) {
    let world = World::with(Settings::unhurried()).await;
    let mut talk = Talk::begin(&world).await;
    talk.go_on().await;
    for _ in 0..3 {
        world.strike(&which(&talk)).await;
        talk.go_on().await;
        world.crash(which(&talk)).await;
        talk.go_on().await;
    }
    talk.check().await;
    drop(talk);
    world.stop().await;
}

fn lobby() -> Which {
    Which::Room("lobby".parse().expect("a name"))
}

#[tokio::test]
async fn the_log_writer_crashes() {
    survive(|_| Which::LogWriter).await;
}

#[tokio::test]
async fn auth_crashes() {
    survive(|_| Which::Auth).await;
}

#[tokio::test]
async fn the_mailer_crashes() {
    survive(|_| Which::Mailer).await;
}

#[tokio::test]
async fn the_sweeper_crashes() {
    survive(|_| Which::Sweeper).await;
}

#[tokio::test]
async fn the_registry_crashes_and_every_room_with_it() {
    survive(|_| Which::Registry).await;
}

#[tokio::test]
async fn the_connection_supervisor_crashes_and_every_connection_with_it() {
    survive(|_| Which::ConnectionSupervisor).await;
}

#[tokio::test]
async fn the_room_crashes() {
    let world = World::new().await;
    let mut talk = Talk::begin(&world).await;
    for _ in 0..4 {
        talk.go_on().await;
        world.crash(lobby()).await;
    }
    talk.go_on().await;
    talk.check().await;
}

#[tokio::test]
async fn a_connection_crashes() {
    let world = World::new().await;
    let mut talk = Talk::begin(&world).await;
    for _ in 0..4 {
        talk.go_on().await;
        world.crash(Which::Connection(talk.ann.id.expect("an id"))).await;
    }
    talk.go_on().await;
    talk.check().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_crashes_under_a_flood_and_nobody_misses_or_repeats_anything() {
    let world = World::with(Settings::unhurried()).await;
    let mut talk = Talk::begin(&world).await;
    let crashes = async {
        let connection = Which::Connection(talk.bob.id.expect("an id"));
        let all = [
            lobby(),
            Which::LogWriter,
            connection,
            Which::Registry,
            lobby(),
            Which::ConnectionSupervisor,
            Which::LogWriter,
            lobby(),
        ];
        for which in all {
            let before = world.metric("messages_total");
            let flows = async || (world.metric("messages_total") > before + 20).then_some(());
            until("messages flow", flows).await;
            world.strike(&which).await;
        }
    };
    let id = talk.ann.id;
    let talking = async {
        let mut said = Vec::new();
        for n in 0..400 {
            let (text, cid) = (format!("m{n}"), format!("cid-{n}"));
            said.push((talk.ann.insist(&text, &cid, &mut talk.ann_heard).await, text));
        }
        said
    };
    let ((), said) = tokio::join!(crashes, talking);
    assert!(id.is_some());
    talk.said = said;
    talk.check().await;
}

/// The room goes on talking to a connection whose actor is replaced: what it said before it heard of that is in the
/// catch-up too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_crashes_in_a_flood_misses_and_repeats_nothing() {
    let world = World::with(Settings::unhurried()).await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let mut bobs = Vec::new();
    for n in 0..8 {
        bobs.push(world.newcomer(&format!("bob{n}"), "lobby").await);
    }
    let victims: Vec<_> =
        bobs.iter().map(|bob| Which::Connection(bob.id.expect("an id"))).collect();
    let count = 3000;
    let talking = async {
        for n in 0..count {
            ann.say(&format!("m{n}")).await;
            // A window of twenty, so that the room is never idle.
            if n >= 20 {
                ann.hears().await;
            }
        }
    };
    let crashing = async {
        for n in 1..=5 {
            let flows = async || (world.metric("messages_total") > n * 500).then_some(());
            until("messages flow", flows).await;
            for victim in &victims {
                world.strike(victim).await;
            }
        }
    };
    let hearing = futures_util::future::join_all(bobs.iter_mut().map(async |bob| {
        for n in 0..count {
            assert_eq!(bob.hears().await, (n + 1, format!("m{n}")));
        }
    }));
    tokio::join!(talking, crashing, hearing);
}

#[tokio::test]
async fn other_rooms_notice_nothing_of_a_crash() {
    let world = World::new().await;
    let mut talk = Talk::begin(&world).await;
    let mut eve = world.newcomer("eve", "cellar").await;
    world.crash(lobby()).await;
    eve.say("quiet here").await;
    assert_eq!(eve.hears().await, (1, "quiet here".into()));
    talk.go_on().await;
    talk.check().await;
}

#[tokio::test]
async fn what_is_committed_while_a_room_restarts_is_heard() {
    let world = World::new().await;
    let mut talk = Talk::begin(&world).await;
    talk.go_on().await;
    // Nobody else can commit while the test holds the write connection.
    let turn = world.store.write().await.expect("a turn");
    talk.ann.send(json!({"type": "message", "message": "meanwhile", "cid": "m"})).await;
    until("it is under way", async || (world.metric("requests_in_flight") == 1).then_some(()))
        .await;
    world.crash(lobby()).await;
    drop(turn);
    let ack = loop {
        let frame = talk.ann.frame().await;
        if frame["type"] == "ack" {
            break frame;
        }
        talk.ann_heard.push(frame);
    };
    assert_eq!((&ack["cid"], &ack["seq"]), (&json!("m"), &json!(3)));
    talk.said.push((3, "meanwhile".into()));
    talk.check().await;
}

#[tokio::test]
async fn what_waits_in_a_writer_that_crashes_is_unavailable_and_what_it_was_committing_is_stored() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let turn = world.hold_the_log_up(&mut ann).await;
    world.crash(Which::LogWriter).await;
    let error = ann.frame().await;
    assert_eq!((&error["code"], &error["cid"]), (&json!("unavailable"), &json!("second")));
    assert_eq!(error["retry_after"], 1000);
    drop(turn);
    assert_eq!(ann.hears().await, (1, "first".into()));
    assert_eq!(ann.frame().await["cid"], "first", "its ack");
    let mut heard = Vec::new();
    assert_eq!(ann.insist("second", "second", &mut heard).await, 2);
    assert_eq!(messages(&heard), [(2, "second".into())]);
}
