//! A store and its model, side by side.

use domain::{Body, Cid, Clock, Emoji, RoomId, Seq, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use store::log::{self, Event, Happening, Page, Range};
use store::{Change, Command, Outcome, Refusal, Retention, rooms, sweep};

use super::log::Log;
use super::step::{ROOMS, Said, Step, What};
use crate::world::{World, refused, seq, user};

type Verdict = Result<(), TestCaseError>;

pub(super) struct Checked {
    world: World,
    rooms: [RoomId; ROOMS + 2],
    logs: [Log; ROOMS],
}

impl Checked {
    pub(super) async fn new() -> Self {
        let world = World::new().await;
        let made = [world.room("a").await, world.room("b").await];
        let rooms = [made[0], made[1], RoomId::new(99), RoomId::SYSTEM];
        Self { world, rooms, logs: Default::default() }
    }

    /// Does `step` to both, and compares all that can be seen.
    pub(super) async fn does(&mut self, step: &Step) -> Verdict {
        match step {
            Step::Batch(batch) => {
                let commands = self.commands(batch);
                let outcomes = self.world.commit(&commands).await;
                prop_assert_eq!(outcomes, self.expect(batch));
            }
            Step::Transaction(batches, is_kept) => self.transaction(batches, *is_kept).await?,
            Step::Reopen => self.world.reopen().await,
            Step::Clock(minutes) => {
                let now = self.world.clock.now().millis() + minutes * 60_000;
                self.world.clock.set(Timestamp::from_millis(now));
            }
            Step::Retention(room, own) => {
                let tx = self.world.store.write().await.expect("a transaction");
                rooms::set_retention(&tx, self.rooms[*room], *own).await.expect("written");
                tx.commit().await.expect("committed");
                self.logs[*room].own = *own;
            }
            Step::Sweep(default, limit) => self.sweep(*default, *limit).await,
        }
        self.compare().await
    }

    async fn transaction(&mut self, batches: &[Vec<Said>], is_kept: bool) -> Verdict {
        let before = self.logs.clone();
        let store = self.world.store.clone();
        let mut tx = store.write().await.expect("a transaction");
        for batch in batches {
            let outcomes = tx.append(&self.commands(batch)).await.expect("appended");
            prop_assert_eq!(outcomes, self.expect(batch));
        }
        if is_kept {
            tx.commit().await.expect("committed");
        } else {
            self.logs = before;
        }
        Ok(())
    }

    async fn sweep(&mut self, default: Retention, limit: u32) {
        let mut from = None;
        loop {
            let tx = self.world.store.write().await.expect("a transaction");
            let removed = sweep::retention_slice(&tx, default, from, limit).await.expect("swept");
            tx.commit().await.expect("committed");
            from = removed.next;
            if from.is_none() {
                break;
            }
        }
        let now = self.world.clock.now();
        self.logs.iter_mut().for_each(|log| log.sweep(default, now));
    }

    fn commands(&self, batch: &[Said]) -> Vec<Command> {
        batch.iter().map(|said| command(said, self.rooms[said.room])).collect()
    }

    fn expect(&mut self, batch: &[Said]) -> Vec<Outcome> {
        let now = self.world.clock.now();
        let mut outcome = |said: &Said| match self.logs.get_mut(said.room) {
            Some(log) => log.append(said, now),
            None => refused(Refusal::NoSuchRoom),
        };
        batch.iter().map(&mut outcome).collect()
    }

    async fn compare(&self) -> Verdict {
        let reader = self.world.store.reader();
        for (room, log) in self.rooms.iter().zip(&self.logs) {
            prop_assert_eq!(log::head(reader, *room).await.expect("a head"), seq(log.head()));
            let floor = log::floor(reader, *room).await.expect("a floor");
            prop_assert_eq!(floor, seq(log.floor as u64));
            let events = log.events();
            let read = log::after(reader, *room, Seq::ZERO, seq(999), usize::MAX).await;
            prop_assert_eq!(&read.expect("events"), &events);
            self.compare_pages(*room, log, &events).await?;
        }
        Ok(())
    }

    async fn compare_pages(&self, room: RoomId, log: &Log, events: &[Event]) -> Verdict {
        let is_message = |event: &&Event| matches!(event.happening, Happening::Message { .. });
        let messages: Vec<&Event> = events.iter().filter(is_message).collect();
        let middle = seq(log.head() / 2);
        for (turn, range) in
            [Range::Newest, Range::Before(middle), Range::After(middle)].into_iter().enumerate()
        {
            let limit = 3 + turn;
            let viewer = (turn > 0).then(|| user(2));
            let (expected, more) = part(&messages, range, limit);
            let limit = u32::try_from(limit).expect("small");
            let page = log::page(self.world.store.reader(), room, range, limit, viewer).await;
            let tallies = expected
                .iter()
                .filter_map(|message| Some((message.seq, log.tallies(message.seq, viewer)?)));
            let reactions = tallies.collect();
            let messages = expected.iter().map(|message| (*message).clone()).collect();
            let as_of = seq(log.head());
            prop_assert_eq!(page.expect("a page"), Page { messages, reactions, more, as_of });
        }
        Ok(())
    }
}

/// At most `limit` of `messages`, and whether there are more.
fn part<'a>(messages: &[&'a Event], range: Range, limit: usize) -> (Vec<&'a Event>, bool) {
    let is_in = |event: &&&Event| match range {
        Range::Newest => true,
        Range::Before(place) => event.seq < place,
        Range::After(place) => event.seq > place,
    };
    let all: Vec<&Event> = messages.iter().filter(is_in).copied().collect();
    let cut = all.len().saturating_sub(limit);
    let part = match range {
        Range::After(_) => &all[..all.len() - cut],
        Range::Newest | Range::Before(_) => &all[cut..],
    };
    (part.to_vec(), cut > 0)
}

fn command(said: &Said, room: RoomId) -> Command {
    let body = |text: &str| Body::parse(text, 0).expect("a body");
    let change = match &said.what {
        What::Message { text, reply_to } => {
            Change::Message { body: body(text), reply_to: reply_to.map(seq) }
        }
        What::Edit { id, text } => Change::Edit { id: seq(*id), body: body(text) },
        What::Delete { id } => Change::Delete { id: seq(*id) },
        What::React { id, emoji, on } => {
            let emoji = Emoji::parse(emoji).expect("an emoji");
            Change::React { id: seq(*id), emoji, on: *on }
        }
    };
    let cid = said.cid.map(|cid| Cid::parse(&cid.to_string()).expect("a cid"));
    Command { room, author: said.author.map(user), cid, change, trace: None }
}
