//! Rules 5 and 6: what the clock says.

use std::time::Duration;

use parlour_load::check::{Fault, Rules};
use parlour_load::record::{Observation, Saw};
use serde_json::json;

use super::{client, finds, is, opened};
use crate::history::{acked, sent};
use crate::story::{ANN, EVE, story};

#[test]
fn a_message_sent_after_something_later_was_seen() {
    let early = Fault::TooEarly { seq: 3, later: 4, other: client(ANN, 1) };
    let witness = finds(&early, |history| {
        // The clock decides, not the order of the lines.
        let four = history.seen[history.delivery(ANN, 4)].at;
        let (send, ack) = (history.send("0/2"), history.ack("0/2"));
        history.seen[send].at = four + 1;
        history.seen[ack].at = four + 2;
    });
    assert_eq!(witness, client(ANN, 1));
}

#[test]
fn a_message_that_reached_a_sign_in_which_had_ended_before_it_was_sent() {
    let witness = finds(&Fault::ReachedAfterEnd { session: 2, seq: 9 }, |history| {
        let nine = history.seen[history.delivery(ANN, 9)].clone();
        let place =
            history.place(|seen| is(seen, EVE, 2) && matches!(seen.saw, Saw::Closed { .. }));
        let late = Observation { client: 2, conn: 2, ..nine };
        history.seen.insert(place, late);
    });
    assert_eq!(witness, client(EVE, 2));
}

#[test]
fn a_message_that_an_ended_sign_in_could_send() {
    finds(&Fault::ReachedAfterEnd { session: 2, seq: 11 }, |history| {
        let place = history.place(|seen| matches!(seen.saw, Saw::Ended { .. }));
        history.insert(place, acked("late", 11, false));
        history.insert(place, sent("late", "late"));
        let end = history.seen[history.seen.len() - 1].at;
        history.seen[place + 1].at = end;
        history.seen[place + 2].at = end;
        let mut late = history.log[9].clone();
        (late["seq"], late["id"], late["cid"]) = (json!(11), json!(11), json!("late"));
        (late["message"], late["user"]["id"]) = (json!("late"), json!(EVE + 1));
        history.log.push(late);
        history.head = 11;
        history.seen.retain(|seen| seen.saw != Saw::Rested);
    });
}

#[test]
fn an_ended_sign_in_that_was_let_in() {
    finds(&Fault::AdmittedAfterEnd { session: 2 }, |history| {
        let place = opened(history, EVE, 3);
        let Saw::Opened { session, .. } = &mut history.seen[place].saw else { panic!() };
        *session = 2;
    });
}

#[test]
fn a_socket_that_lived_on_after_its_sign_in() {
    let second = 1_000_000_000;
    let late = Fault::LateAfterEnd { session: 2, millis: 11_000 };
    finds(&late, |history| {
        let ended = history.place(|seen| matches!(seen.saw, Saw::Ended { .. }));
        let at = history.seen[ended].at + 11 * second;
        history.insert(ended, Saw::Page { rid: None, messages: Vec::new(), more: false });
        history.seen[ended + 1].at = at;
    });
}

#[test]
fn what_reaches_an_ended_sign_in_within_the_bound_of_a_cluster_is_allowed() {
    let mut history = story();
    let nine = history.seen[history.delivery(ANN, 9)].clone();
    let place = history.place(|seen| is(seen, EVE, 2) && matches!(seen.saw, Saw::Closed { .. }));
    let late = Observation { client: 2, conn: 2, ..nine };
    history.seen.insert(place, late);
    let rules = Rules { revocation: Duration::from_secs(45), ..Rules::default() };
    assert!(history.check_by(rules).is_clean());
}
