//! What may be done to a log.

use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use store::Retention;

/// How many rooms there are; the next two numbers are a room that doesn't exist and the system room.
pub(super) const ROOMS: usize = 2;

/// One thing that is done.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A batch is committed.
    Batch(Vec<Said>),
    /// Batches are appended in one transaction, which is committed or thrown away.
    Transaction(Vec<Vec<Said>>, bool),
    /// The store is closed and opened again.
    Reopen,
    /// The clock is moved, in minutes, forward or back.
    Clock(i64),
    /// A room gets a retention of its own.
    Retention(usize, Retention),
    /// A round of retention, with this default, in slices of so many.
    Sweep(Retention, u32),
}

/// One command. Few rooms, people, cids and places, so that everything happens.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) room: usize,
    pub(super) author: Option<i64>,
    pub(super) cid: Option<u8>,
    pub(super) what: What,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    Message { text: String, reply_to: Option<u64> },
    Edit { id: u64, text: String },
    Delete { id: u64 },
    React { id: u64, emoji: String, on: bool },
}

impl Step {
    /// Somebody says something to react to.
    pub(super) fn first_message() -> Self {
        let what = What::Message { text: "hi".into(), reply_to: None };
        Self::Batch(vec![Said { room: 0, author: Some(1), cid: None, what }])
    }
}

pub(super) fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => batch().prop_map(Step::Batch),
        2 => (vec(batch(), 1..4), any::<bool>()).prop_map(|(all, kept)| Step::Transaction(all, kept)),
        1 => Just(Step::Reopen),
        1 => (-30_i64..60).prop_map(Step::Clock),
        1 => (0..ROOMS, retention()).prop_map(|(room, own)| Step::Retention(room, own)),
        1 => (retention(), 1_u32..6).prop_map(|(default, limit)| Step::Sweep(default, limit)),
    ]
}

fn batch() -> impl Strategy<Value = Vec<Said>> {
    vec(said(), 1..12)
}

fn said() -> impl Strategy<Value = Said> {
    let room = prop_oneof![12 => 0..ROOMS, 1 => ROOMS..ROOMS + 2];
    let author = prop_oneof![12 => (1_i64..4).prop_map(Some), 1 => Just(None)];
    let cid = option::weighted(0.9, 0_u8..60);
    (room, author, cid, what()).prop_map(|(room, author, cid, what)| Said {
        room,
        author,
        cid,
        what,
    })
}

fn what() -> impl Strategy<Value = What> {
    // The first few are what most is about, so that much happens to one message.
    let id = || prop_oneof![3 => 1_u64..5, 1 => 0_u64..40];
    let reply = option::weighted(0.3, id());
    prop_oneof![
        4 => (text(), reply).prop_map(|(text, reply_to)| What::Message { text, reply_to }),
        2 => (id(), text()).prop_map(|(id, text)| What::Edit { id, text }),
        1 => id().prop_map(|id| What::Delete { id }),
        3 => (id(), 0..3, any::<bool>()).prop_map(|(id, emoji, on)| react(id, emoji, on)),
    ]
}

/// A reaction to the first message, with one of somewhat more emoji than it may have.
pub(super) fn reaction() -> impl Strategy<Value = Said> {
    let said = |(author, emoji, on): (i64, i32, bool)| {
        let what = react(1, emoji, on);
        Said { room: 0, author: Some(author), cid: None, what }
    };
    (1_i64..4, 0..24, prop::bool::weighted(0.7)).prop_map(said)
}

fn react(id: u64, emoji: i32, on: bool) -> What {
    What::React { id, emoji: format!("{emoji}\"👍"), on }
}

/// Whatever may be said, at most 20 characters of it.
fn text() -> impl Strategy<Value = String> {
    let odd = "\\PC{0,18}".prop_map(|text| format!("x{text}x"));
    prop_oneof![3 => "[a-z]{1,5}", 1 => odd]
}

fn retention() -> impl Strategy<Value = Retention> {
    let age = option::of((0_u64..40).prop_map(Duration::from_mins));
    let count = option::of(0_u64..12);
    (age, count).prop_map(|(age, count)| Retention { age, count })
}
