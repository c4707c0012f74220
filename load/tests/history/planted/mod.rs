//! The story with one fault of each kind: it is found, and nothing else is.

mod acks;
mod agreement;
mod deliveries;
mod log;
mod time;

use parlour_load::check::{Fault, Witness};
use parlour_load::record::{Observation, Saw};

use crate::history::History;
use crate::story::story;

/// Plants a fault in the story, which must be all that is found; gives who is said to have seen it.
#[track_caller]
fn finds(fault: &Fault, plant: impl FnOnce(&mut History)) -> Witness {
    let mut history = story();
    plant(&mut history);
    let report = history.check();
    let [finding] = &report.findings[..] else { panic!("{report}") };
    assert_eq!(&finding.fault, fault, "{report}");
    assert_eq!(report.total, 1);
    let line = finding.to_string();
    assert!(line.contains(&finding.witness.to_string()) && !line.contains('\n'), "{line}");
    finding.witness
}

fn client(client: usize, conn: u32) -> Witness {
    Witness::Client { client: u32::try_from(client).unwrap(), conn }
}

/// Changes the log's line at `seq`.
fn relog(history: &mut History, seq: usize, field: &str, value: serde_json::Value) {
    history.log[seq - 1][field] = value;
}

/// Whether it is of the connection `conn` of the client `number`.
fn is(seen: &Observation<'_>, number: usize, conn: u32) -> bool {
    (seen.client as usize, seen.conn) == (number, conn)
}

/// The greeting of the client's connection `conn`.
fn hello(history: &mut History, number: usize, conn: u32) -> (&mut u64, &mut bool) {
    let place =
        history.place(|seen| is(seen, number, conn) && matches!(seen.saw, Saw::Hello { .. }));
    match &mut history.seen[place].saw {
        Saw::Hello { seq, recovered, .. } => (seq, recovered),
        other => panic!("{other:?}"),
    }
}

fn opened(history: &History, number: usize, conn: u32) -> usize {
    history.place(|seen| is(seen, number, conn) && matches!(seen.saw, Saw::Opened { .. }))
}
