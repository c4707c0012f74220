//! Somebody comes back, with the place where they were.

use actors::testing::Which;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::client::Client;
use crate::world::{Settings, World};

/// A world in which somebody has said `m1`, `m2` … in the lobby.
struct Lobby {
    world: World,
    ann: Client,
    token: SecretString,
    epoch: String,
}

impl Lobby {
    async fn with(messages: u64) -> Self {
        Self::go_on(World::with(Settings::unhurried()).await, messages).await
    }

    async fn go_on(world: World, messages: u64) -> Self {
        let ann = world.person("ann").await;
        let token = world.token(ann).await;
        let admitted = world.knock(Some(token.clone()), "lobby").await.expect("let in");
        let mut ann = Client::run(admitted).await;
        let hello = ann.greeted().await;
        let epoch = hello["epoch"].as_str().expect("an epoch").to_owned();
        let mut lobby = Self { world, ann, token, epoch };
        lobby.say(1..=messages).await;
        lobby
    }

    async fn say(&mut self, numbers: std::ops::RangeInclusive<u64>) {
        for n in numbers {
            self.ann.say(&format!("m{n}")).await;
            self.ann.frame().await;
        }
    }

    /// Comes back with everything up to `since`: whether that could be gone on from, and what then came.
    async fn back(&self, since: u64) -> (bool, Vec<u64>) {
        self.back_in(since, &self.epoch).await
    }

    async fn back_in(&self, since: u64, epoch: &str) -> (bool, Vec<u64>) {
        let (mut client, hello) = self.world.rejoin(&self.token, "lobby", since, epoch).await;
        let recovered = hello["recovered"].as_bool().expect("a flag");
        (recovered, missed(&mut client, &hello, since).await.iter().map(seq).collect())
    }

    fn resumes(&self, how: &str) -> u64 {
        self.world.metric(&format!("resumes_total{{resumed=\"{how}\"}}"))
    }
}

/// What `client`, who had everything up to `since`, is sent after its hello.
async fn missed(client: &mut Client, hello: &Value, since: u64) -> Vec<Value> {
    let mut frames = Vec::new();
    if hello["recovered"] == true {
        for _ in since..seq(hello) {
            frames.push(client.frame().await);
        }
    }
    // Nothing is behind it.
    assert_eq!(client.ask(json!({"type": "ping"})).await.len(), 1);
    frames
}

fn seq(frame: &Value) -> u64 {
    frame["seq"].as_u64().expect("a seq")
}

fn lobby_actor() -> Which {
    Which::Room("lobby".parse().expect("a name"))
}

#[tokio::test]
async fn who_comes_back_gets_what_they_missed_and_then_what_is_said() {
    let mut lobby = Lobby::with(5).await;
    let (mut back, hello) = lobby.world.rejoin(&lobby.token, "lobby", 3, &lobby.epoch).await;
    assert_eq!((&hello["recovered"], &hello["seq"]), (&json!(true), &json!(5)));
    assert_eq!(back.hears().await, (4, "m4".into()));
    assert_eq!(back.hears().await, (5, "m5".into()));
    lobby.say(6..=6).await;
    assert_eq!(back.hears().await, (6, "m6".into()));
    assert_eq!(lobby.resumes("from_room"), 1);
}

#[tokio::test]
async fn who_missed_nothing_gets_nothing() {
    let lobby = Lobby::with(3).await;
    assert_eq!(lobby.back(3).await, (true, vec![]));
    assert_eq!(lobby.resumes("up_to_date"), 1);
}

#[tokio::test]
async fn the_first_ever_can_be_gone_on_from_nothing() {
    let lobby = Lobby::with(2).await;
    assert_eq!(lobby.back(0).await, (true, vec![1, 2]));
}

#[tokio::test]
async fn what_the_room_has_not_at_hand_is_read() {
    let lobby = Lobby::with(5).await;
    lobby.world.crash(lobby_actor()).await;
    assert_eq!(lobby.back(2).await, (true, vec![3, 4, 5]));
    assert_eq!(lobby.resumes("from_log"), 1);
}

#[tokio::test]
async fn it_goes_on_after_a_restart_of_everything() {
    let Lobby { world, ann, token, epoch } = Lobby::with(5).await;
    drop(ann);
    let world = World::start(world.stop().await, Settings::default()).await;
    let (mut back, hello) = world.rejoin(&token, "lobby", 2, &epoch).await;
    assert_eq!((&hello["recovered"], &hello["epoch"]), (&json!(true), &json!(epoch)));
    let seqs: Vec<_> = missed(&mut back, &hello, 2).await.iter().map(seq).collect();
    assert_eq!(seqs, [3, 4, 5]);
}

#[tokio::test]
async fn who_is_too_far_behind_begins_anew() {
    let lobby = Lobby::with(501).await;
    assert_eq!(lobby.back(0).await, (false, vec![]));
    assert_eq!(lobby.back(1).await, (true, (2..=501).collect()));
    assert_eq!((lobby.resumes("not"), lobby.resumes("from_log")), (1, 1));
}

#[tokio::test]
async fn who_is_ahead_of_the_log_begins_anew() {
    let lobby = Lobby::with(3).await;
    assert_eq!(lobby.back(4).await, (false, vec![]));
    assert_eq!(lobby.back(u64::MAX).await, (false, vec![]));
}

#[tokio::test]
async fn a_number_of_another_epoch_or_of_none_says_nothing() {
    let lobby = Lobby::with(3).await;
    for epoch in ["k1.1", "k1.2", "nonsense", ""] {
        assert_eq!(lobby.back_in(2, epoch).await, (false, vec![]), "{epoch:?}");
    }
    assert_eq!(lobby.resumes("not"), 4);
}

#[tokio::test]
async fn who_begins_anew_hears_all_that_is_said_from_then_on() {
    let mut lobby = Lobby::with(3).await;
    let (mut back, hello) = lobby.world.rejoin(&lobby.token, "lobby", 9, &lobby.epoch).await;
    assert_eq!((&hello["recovered"], &hello["seq"]), (&json!(false), &json!(3)));
    lobby.say(4..=4).await;
    assert_eq!(back.hears().await, (4, "m4".into()));
}

#[tokio::test]
async fn coming_back_in_the_midst_of_a_flood_misses_and_repeats_nothing() {
    let mut lobby = Lobby::with(1).await;
    for _ in 0..20 {
        let since = lobby.world.store_head("lobby").await;
        for n in 0..30 {
            let cid = format!("{since}-{n}");
            lobby.ann.send(json!({"type": "message", "message": "x", "cid": cid})).await;
        }
        let (mut back, hello) =
            lobby.world.rejoin(&lobby.token, "lobby", since, &lobby.epoch).await;
        assert_eq!(hello["recovered"], true);
        for expected in since + 1..=since + 30 {
            assert_eq!(seq(&back.frame().await), expected);
        }
        // Ann hears her thirty, and their acks.
        for _ in 0..60 {
            lobby.ann.frame().await;
        }
    }
}

#[tokio::test]
async fn a_text_that_was_changed_or_deleted_is_not_replayed_from_memory() {
    let mut lobby = Lobby::with(4).await;
    lobby.ann.ask(json!({"type": "edit", "id": 3, "message": "new"})).await;
    lobby.ann.ask(json!({"type": "delete", "id": 4})).await;
    let (mut back, hello) = lobby.world.rejoin(&lobby.token, "lobby", 2, &lobby.epoch).await;
    assert_eq!((&hello["recovered"], &hello["seq"]), (&json!(true), &json!(6)));
    let told: Vec<_> = (missed(&mut back, &hello, 2).await.into_iter())
        .map(|frame| {
            let text = frame["message"].as_str().map(ToOwned::to_owned);
            (seq(&frame), frame["type"].as_str().expect("a type").to_owned(), text)
        })
        .collect();
    let expected = [
        (3, "message", Some("new")),
        (4, "message", Some("")),
        (5, "edited", Some("new")),
        (6, "deleted", None),
    ];
    let expected =
        expected.map(|(seq, kind, text)| (seq, kind.to_owned(), text.map(ToOwned::to_owned)));
    assert_eq!(told, expected);
}
