//! A history that a test can tamper with.

use std::borrow::Cow;

use parlour_load::check::{Checker, Fault, Report, Rules};
use parlour_load::record::{Digest, Event, Kind, LogReader, Observation, Saw, observations};
use serde_json::{Value, json};

/// Everything that clients saw, and the room's final log as it is exported.
#[derive(Debug, Clone)]
pub struct History {
    pub seen: Vec<Observation<'static>>,
    pub log: Vec<Value>,
    pub floor: u64,
    pub head: u64,
}

pub const EPOCH: &str = "k1.1";

impl History {
    /// Writes it down as files are, reads it back, and checks it.
    pub fn check(&self) -> Report {
        self.check_by(Rules::default())
    }

    pub fn check_by(&self, rules: Rules) -> Report {
        let mut checker = Checker::new(rules);
        let (floor, head) = (self.floor, self.head);
        let first = json!({ "room": "lobby", "epoch": EPOCH, "floor": floor, "head": head });
        let log = lines([&first].into_iter().chain(&self.log));
        checker.read_log(LogReader::new(log.as_bytes()).unwrap()).unwrap();
        let record = lines(&self.seen);
        observations(record.as_bytes(), |seen| checker.observe(seen)).unwrap();
        checker.finish()
    }

    /// The faults that are found.
    pub fn faults(&self) -> Vec<Fault> {
        self.check().findings.into_iter().map(|finding| finding.fault).collect()
    }

    /// Where the first observation is for which `wanted` holds.
    pub fn place(&self, wanted: impl Fn(&Observation<'_>) -> bool) -> usize {
        self.seen.iter().position(wanted).expect("such an observation")
    }

    /// Where `client` got the event at `seq` first.
    pub fn delivery(&self, client: usize, seq: u64) -> usize {
        self.place(|seen| {
            seen.client as usize == client
                && matches!(&seen.saw, Saw::Delivered(event) if event.seq == seq)
        })
    }

    /// Where the command `name` was sent first, and acknowledged first.
    pub fn send(&self, name: &str) -> usize {
        self.place(|seen| matches!(&seen.saw, Saw::Sent { cid, .. } if cid == name))
    }

    pub fn ack(&self, name: &str) -> usize {
        self.place(|seen| matches!(&seen.saw, Saw::Acked { cid, .. } if cid == name))
    }

    /// Puts an observation of the same client and moment behind the one at `place`.
    pub fn insert(&mut self, place: usize, saw: Saw<'static>) {
        let seen = Observation { saw, ..self.seen[place].clone() };
        self.seen.insert(place + 1, seen);
    }

    /// The event that was delivered at `place`.
    pub fn event(&mut self, place: usize) -> &mut Event<'static> {
        match &mut self.seen[place].saw {
            Saw::Delivered(event) => event,
            other => panic!("{other:?}"),
        }
    }
}

fn lines<T: serde::Serialize>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|value| serde_json::to_string(&value).unwrap() + "\n").collect()
}

/// A new message under way.
pub fn sent(cid: &'static str, text: &str) -> Saw<'static> {
    let said = Some(Digest::of(text));
    Saw::Sent { cid: Cow::from(cid), kind: Kind::Message, id: None, said }
}

/// Its ack.
pub fn acked(cid: &'static str, seq: u64, dup: bool) -> Saw<'static> {
    Saw::Acked { cid: Cow::from(cid), id: seq, seq, dup }
}
