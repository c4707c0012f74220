//! The log against a model of it: the simplest thing that could be right.

use std::collections::HashMap;

use domain::{RoomId, UserId};
use store::{Command, Outcome, Refusal, log};

use crate::world::{World, answers, duplicate, says, seq, stored, user};

#[derive(Default)]
struct Model {
    logs: HashMap<RoomId, Vec<(UserId, String)>>,
}

impl Model {
    fn append(&mut self, said: &Said) -> Outcome {
        let Some(log) = self.logs.get_mut(&said.room) else {
            return Outcome::Refused(Refusal::NoSuchRoom);
        };
        let this = (said.author, said.cid.clone());
        if let Some(place) = log.iter().position(|earlier| *earlier == this) {
            return duplicate(place as u64 + 1);
        }
        if let Some(to) = said.reply_to
            && !(1..=log.len() as u64).contains(&to)
        {
            return Outcome::Refused(Refusal::NoSuchMessage);
        }
        log.push(this);
        stored(log.len() as u64)
    }
}

struct Said {
    room: RoomId,
    author: UserId,
    cid: String,
    reply_to: Option<u64>,
}

impl Said {
    /// Few rooms, people and cids, so that everything happens.
    fn random(random: &mut fastrand::Rng, rooms: &[RoomId]) -> Self {
        Self {
            room: rooms[random.usize(0..rooms.len())],
            author: user(random.i64(1..3)),
            cid: random.u8(0..40).to_string(),
            reply_to: random.bool().then(|| random.u64(0..30)),
        }
    }

    fn command(&self) -> Command {
        match self.reply_to {
            Some(to) => answers(self.room, self.author, &self.cid, to),
            None => says(self.room, self.author, &self.cid, "hi"),
        }
    }
}

#[tokio::test]
async fn the_log_does_what_its_model_does() {
    for seed in 0..12 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut world = World::new().await;
        let (lobby, den) = (world.room("lobby").await, world.room("den").await);
        let rooms = [lobby, den, RoomId::new(99), RoomId::SYSTEM];
        let mut model = Model::default();
        model.logs.extend([(lobby, Vec::new()), (den, Vec::new())]);
        for turn in 0..20 {
            let said: Vec<Said> =
                (0..random.usize(1..12)).map(|_| Said::random(&mut random, &rooms)).collect();
            let batch: Vec<Command> = said.iter().map(Said::command).collect();
            let expected = |model: &mut Model| said.iter().map(|s| model.append(s)).collect();
            match random.u8(0..8) {
                0 => world.reopen().await,
                1 => {
                    let mut tx = world.store.write().await.expect("a transaction");
                    tx.append(&batch).await.expect("appended, and thrown away");
                    continue;
                }
                2 => {
                    let mut tx = world.store.write().await.expect("a transaction");
                    let outcomes = tx.append(&batch).await.expect("appended");
                    tx.commit().await.expect("committed");
                    let expected: Vec<Outcome> = expected(&mut model);
                    assert_eq!(outcomes, expected, "seed {seed}, turn {turn}");
                    continue;
                }
                _ => {}
            }
            let expected: Vec<Outcome> = expected(&mut model);
            assert_eq!(world.commit(&batch).await, expected, "seed {seed}, turn {turn}");
        }
        for (room, log) in model.logs {
            let read = log::after(world.store.reader(), room, seq(0), seq(999), usize::MAX).await;
            let read: Vec<(u64, String)> = read
                .expect("events")
                .into_iter()
                .map(|event| (event.seq.get(), event.cid.expect("a cid").to_string()))
                .collect();
            let log: Vec<(u64, String)> = (1..).zip(log.into_iter().map(|(_, cid)| cid)).collect();
            assert_eq!(read, log, "seed {seed}");
        }
    }
}
