//! Rule 1: what was acknowledged is there, where and as it was acknowledged.

use parlour_load::check::Fault;
use parlour_load::record::Saw;

use super::{client, finds};
use crate::history::{acked, sent};
use crate::story::{BOB, EVE, story};

#[test]
fn an_acknowledged_message_that_the_log_lacks() {
    let lost = Fault::AckLost { cid: "lost".into(), seq: 11 };
    let witness = finds(&lost, |history| {
        let place = history.place(|seen| seen.saw == Saw::Rested) - 1;
        history.insert(place, acked("lost", 11, false));
        history.insert(place, sent("lost", "lost"));
    });
    assert_eq!(witness, client(EVE, 3));
}

#[test]
fn an_ack_that_names_a_place_where_something_else_is() {
    let moved = Fault::AckMoved { cid: "0/2".into(), seq: 2, other: 3 };
    finds(&moved, |history| {
        let place = history.ack("0/2");
        history.seen[place].saw = Saw::Acked { cid: "0/2".into(), id: 2, seq: 2, dup: false };
    });
}

#[test]
fn a_retry_that_is_acknowledged_at_another_place_than_the_first() {
    let moved = Fault::AckMoved { cid: "0/2".into(), seq: 4, other: 3 };
    finds(&moved, |history| {
        let place = history.ack("0/2");
        history.insert(place, acked("0/2", 4, true));
        history.insert(place, sent("0/2", "three"));
    });
}

#[test]
fn a_retry_that_is_acknowledged_as_new() {
    finds(&Fault::AckedTwice { cid: "0/2".into(), seq: 3 }, |history| {
        let place = history.ack("0/2");
        history.insert(place, acked("0/2", 3, false));
        history.insert(place, sent("0/2", "three"));
    });
}

#[test]
fn a_second_ack_for_what_was_sent_once() {
    finds(&Fault::AckUnasked { cid: "0/2".into(), seq: 3 }, |history| {
        let place = history.ack("0/2");
        history.insert(place, acked("0/2", 3, true));
    });
}

#[test]
fn an_ack_for_what_another_one_sent() {
    finds(&Fault::AckUnasked { cid: "0/2".into(), seq: 3 }, |history| {
        let place = history.delivery(BOB, 3);
        history.insert(place, acked("0/2", 3, false));
    });
}

#[test]
fn an_ack_whose_id_is_another_messages() {
    let other = Fault::AckOfAnother { cid: "0/3".into(), seq: 4, id: 2, other: 1 };
    finds(&other, |history| {
        let place = history.ack("0/3");
        history.seen[place].saw = Saw::Acked { cid: "0/3".into(), id: 2, seq: 4, dup: false };
    });
}

#[test]
fn a_message_that_was_stored_although_it_was_refused() {
    finds(&Fault::RefusedYetStored { seq: 3 }, |history| {
        let place = history.ack("0/2");
        let (code, cid) = ("rate_limited".into(), Some("0/2".into()));
        history.seen[place].saw = Saw::Refused { code, cid };
    });
}

#[test]
fn a_message_whose_outcome_was_unknown_may_be_stored() {
    let mut history = story();
    let place = history.ack("0/2");
    let (code, cid) = ("unavailable".into(), Some("0/2".into()));
    history.seen[place].saw = Saw::Refused { code, cid };
    assert_eq!(history.faults(), []);
}

#[test]
fn an_edit_that_was_stored_as_one_of_another_message() {
    finds(&Fault::Twisted { seq: 6 }, |history| {
        let place = history.send("1/3");
        let Saw::Sent { id, .. } = &mut history.seen[place].saw else { panic!() };
        *id = Some(2);
        // Its ack says what was asked for.
        let place = history.ack("1/3");
        history.seen[place].saw = Saw::Acked { cid: "1/3".into(), id: 2, seq: 6, dup: false };
    });
}
