//! Any interleaving of joining, leaving, saying, changing, crashing and resting, against a simple model: whoever follows
//! the room ends with the same conversation as everybody else, and has seen each number once, in order.

mod follower;

use std::collections::BTreeMap;
use std::time::Duration;

use actors::testing::Which;
use proptest::prelude::*;
use serde_json::{Value, json};

use self::follower::{Conversation, Follower, conversation};
use crate::client::Client;
use crate::world::{Settings, World, until};

const PEOPLE: usize = 3;

/// One step. What makes no sense at its time (an edit of nothing, a leave of somebody who isn't there) is skipped.
#[derive(Debug, Clone)]
enum Step {
    Join(usize),
    Leave(usize),
    Say(usize),
    Edit(usize, prop::sample::Index),
    Delete(usize, prop::sample::Index),
    React(usize, prop::sample::Index),
    /// The same again, under the cid that was used before.
    Retry(usize),
    CrashRoom,
    CrashConnection(usize),
    CrashWriter,
    CrashRegistry,
    CrashSupervisor,
    /// Everybody leaves and the room is put to rest.
    Rest,
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE;
    let which = any::<prop::sample::Index>;
    prop_oneof![
        4 => who.clone().prop_map(Step::Join),
        2 => who.clone().prop_map(Step::Leave),
        8 => who.clone().prop_map(Step::Say),
        3 => (who.clone(), which()).prop_map(|(who, which)| Step::Edit(who, which)),
        2 => (who.clone(), which()).prop_map(|(who, which)| Step::Delete(who, which)),
        2 => (who.clone(), which()).prop_map(|(who, which)| Step::React(who, which)),
        2 => who.clone().prop_map(Step::Retry),
        2 => Just(Step::CrashRoom),
        1 => who.prop_map(Step::CrashConnection),
        1 => Just(Step::CrashWriter),
        1 => Just(Step::CrashRegistry),
        1 => Just(Step::CrashSupervisor),
        1 => Just(Step::Rest),
    ]
}

struct Play {
    world: World,
    people: Vec<Follower>,
    /// Whose each message is, and how it reads.
    model: Conversation,
    authors: BTreeMap<u64, usize>,
    /// How many events there are.
    head: u64,
    cids: u64,
}

impl Play {
    async fn begin() -> Self {
        let world = World::with(Settings::unhurried()).await;
        let mut people = Vec::new();
        for name in ["ann", "bob", "cleo"].iter().take(PEOPLE) {
            let user = world.person(name).await;
            let token = world.token(user).await;
            let seen = Conversation::new();
            people.push(Follower {
                token,
                socket: None,
                place: None,
                seen,
                heard: Vec::new(),
                last: None,
            });
        }
        let (model, authors) = (Conversation::new(), BTreeMap::new());
        Self { world, people, model, authors, head: 0, cids: 0 }
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Join(who) => self.join(*who).await,
            Step::Leave(who) => self.people[*who].socket = None,
            Step::Say(who) => self.say(*who).await,
            Step::Edit(who, which) => self.edit(*who, *which).await,
            Step::Delete(who, which) => self.delete(*who, *which).await,
            Step::React(who, which) => self.react(*who, *which).await,
            Step::Retry(who) => self.retry(*who).await,
            Step::CrashRoom => {
                let room = Which::Room("lobby".parse().expect("a name"));
                let _ = self.world.tree.crash(&room);
            }
            Step::CrashConnection(who) => {
                let id = self.people[*who].socket.as_ref().and_then(|socket| socket.id);
                if let Some(id) = id {
                    let _ = self.world.tree.crash(&Which::Connection(id));
                }
            }
            Step::CrashWriter => self.world.strike(&Which::LogWriter).await,
            Step::CrashRegistry => self.world.strike(&Which::Registry).await,
            Step::CrashSupervisor => self.world.strike(&Which::ConnectionSupervisor).await,
            Step::Rest => self.rest().await,
        }
    }

    async fn join(&mut self, who: usize) {
        let person = &mut self.people[who];
        if person.socket.is_some() {
            return;
        }
        let place = person.place.as_ref().map(|(since, epoch)| (*since, epoch.as_str()));
        let token = Some(person.token.clone());
        // Whoever is refused for a moment, while an actor is restarted, asks again.
        let world = &self.world;
        let let_in = async || world.knock_again(token.clone(), "lobby", place).await.ok();
        let admitted = until("somebody is let in", let_in).await;
        let mut client = Client::run(admitted).await;
        let hello = client.greeted().await;
        let epoch = hello["epoch"].as_str().expect("an epoch").to_owned();
        // There are few enough events: whoever was here goes on.
        assert_eq!(hello["recovered"], place.is_some(), "{hello}");
        let seq = hello["seq"].as_u64().expect("a seq");
        assert!(seq <= self.head, "{hello}");
        if place.is_none() {
            person.place = Some((seq, epoch));
            let history = client.ask(json!({"type": "history", "before": seq + 1})).await;
            // The room may have spoken before the answer came.
            for frame in history {
                if frame["type"] == "history" {
                    person.seen.extend(conversation(&frame));
                } else {
                    person.heard.push(frame);
                }
            }
        }
        person.socket = Some(client);
    }

    fn cid(&mut self) -> String {
        self.cids += 1;
        format!("cid-{}", self.cids)
    }

    /// Has `who` ask for something new: the number it is stored at, unless it is refused.
    async fn ask(&mut self, who: usize, mut request: Value) -> Option<u64> {
        self.people[who].socket.as_ref()?;
        request["cid"] = json!(self.cid());
        let answer = self.people[who].insist(&request).await;
        if answer["type"] == "error" {
            return None;
        }
        self.head += 1;
        assert_eq!(answer["seq"], self.head, "{answer}");
        Some(self.head)
    }

    async fn say(&mut self, who: usize) {
        let text = format!("text {}", self.cids);
        let request = json!({"type": "message", "message": text});
        if let Some(seq) = self.ask(who, request).await {
            self.model.insert(seq, Some(text));
            self.authors.insert(seq, who);
        }
    }

    /// A message of the model, whoever wrote it.
    fn pick(&self, which: prop::sample::Index) -> Option<u64> {
        (!self.model.is_empty())
            .then(|| *self.model.keys().nth(which.index(self.model.len())).expect("a key"))
    }

    fn is_to_be_changed_by(&self, id: u64, who: usize) -> bool {
        self.authors[&id] == who && self.model[&id].is_some()
    }

    async fn edit(&mut self, who: usize, which: prop::sample::Index) {
        let Some(id) = self.pick(which) else { return };
        let allowed = self.is_to_be_changed_by(id, who) && self.people[who].socket.is_some();
        let text = format!("changed {}", self.cids);
        let stored = self.ask(who, json!({"type": "edit", "id": id, "message": text})).await;
        assert_eq!(stored.is_some(), allowed);
        if allowed {
            self.model.insert(id, Some(text));
        }
    }

    async fn delete(&mut self, who: usize, which: prop::sample::Index) {
        let Some(id) = self.pick(which) else { return };
        let allowed = self.is_to_be_changed_by(id, who) && self.people[who].socket.is_some();
        let stored = self.ask(who, json!({"type": "delete", "id": id})).await;
        assert_eq!(stored.is_some(), allowed);
        if allowed {
            self.model.insert(id, None);
        }
    }

    async fn react(&mut self, who: usize, which: prop::sample::Index) {
        let Some(id) = self.pick(which) else { return };
        self.ask(who, json!({"type": "react", "id": id, "emoji": "+1"})).await;
    }

    async fn retry(&mut self, who: usize) {
        let person = &mut self.people[who];
        let (Some(request), true) = (person.last.clone(), person.socket.is_some()) else { return };
        let answer = person.insist(&request).await;
        // What was refused may be possible now; then it is no retry, and the model would have to know.
        if answer["type"] == "ack" && answer["dup"] == false {
            self.head += 1;
            let seq = answer["seq"].as_u64().expect("a seq");
            assert_eq!(seq, self.head, "{answer}");
            assert_eq!(request["type"], "react", "only a reaction may have become possible");
        }
    }

    async fn rest(&mut self) {
        for person in &mut self.people {
            person.socket = None;
        }
        let empty = async || (self.world.metric("sockets") == 0).then_some(());
        until("the sockets are gone", empty).await;
        tokio::time::pause();
        for _ in 0..10_000 {
            if self.world.metric("rooms") == 0 {
                break;
            }
            tokio::time::advance(Duration::from_secs(10)).await;
        }
        tokio::time::resume();
        assert_eq!(self.world.metric("rooms"), 0, "the room stays");
    }

    /// Everybody comes (back), hears all there is, and has the model's conversation.
    async fn end(mut self) {
        for who in 0..PEOPLE {
            self.join(who).await;
            let head = self.head;
            let person = &mut self.people[who];
            for frame in std::mem::take(&mut person.heard) {
                person.hear(&frame);
            }
            while person.place.as_ref().expect("a place").0 < head {
                let frame = person.socket.as_mut().expect("a socket").frame().await;
                person.hear(&frame);
            }
            assert_eq!(person.seen, self.model, "what {who} saw");
            let socket = person.socket.as_mut().expect("a socket");
            let history = socket.ask(json!({"type": "history", "limit": 200})).await;
            assert_eq!(history.len(), 1, "nothing else is on its way");
            assert_eq!(conversation(&history[0]), self.model, "what history says");
        }
        self.people.clear();
        self.world.stop().await;
    }
}

fn play(steps: &[Step]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let mut play = Play::begin().await;
        for step in steps {
            play.take(step).await;
        }
        play.end().await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whoever_follows_a_room_ends_with_its_conversation(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        play(&steps);
    }
}
