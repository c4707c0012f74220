//! Rule 2: a log that can't be, all by itself.

use parlour_load::check::{Fault, Witness};
use parlour_load::record::Saw;
use serde_json::json;

use super::{finds, relog};
use crate::story::story;

#[test]
fn a_log_with_a_gap() {
    let mut history = story();
    for seen in &mut history.seen {
        // Nobody saw what is missing: otherwise that is found too.
        if let Saw::Delivered(event) = &mut seen.saw
            && event.seq == 9
        {
            seen.saw = Saw::Asked { rid: 0, before: None, after: None };
        }
    }
    history.log.remove(8);
    assert!(history.faults().contains(&Fault::LogStep { after: 8, next: 10 }));
}

#[test]
fn a_log_that_has_a_place_twice() {
    let witness = finds(&Fault::LogStep { after: 10, next: 10 }, |history| {
        let mut again = history.log[9].clone();
        again["cid"] = json!("again");
        history.log.push(again);
    });
    assert_eq!(witness, Witness::Log);
}

#[test]
fn a_log_that_ends_before_its_head() {
    finds(&Fault::LogEnd { last: 10, head: 11 }, |history| {
        history.head = 11;
        history.seen.retain(|seen| seen.saw != Saw::Rested);
    });
}

#[test]
fn a_log_that_holds_a_command_twice() {
    finds(&Fault::CidTwice { cid: "1/5".into(), first: 10, second: 11 }, |history| {
        let mut again = history.log[9].clone();
        (again["seq"], again["id"]) = (json!(11), json!(11));
        history.log.push(again);
        history.head = 11;
        history.seen.retain(|seen| seen.saw != Saw::Rested);
        // Whoever got an ack of the first can't know of the second.
        let place = history.ack("1/5");
        history.seen.remove(place);
    });
}

#[test]
fn a_reaction_to_what_is_no_message() {
    finds(&Fault::BadTarget { seq: 11, id: 4 }, |history| {
        let mut reaction = history.log[5].clone();
        (reaction["seq"], reaction["id"]) = (json!(11), json!(4));
        reaction["cid"] = json!("new");
        history.log.push(reaction);
        history.head = 11;
        history.seen.retain(|seen| seen.saw != Saw::Rested);
    });
}

#[test]
fn a_deletion_of_anothers_message() {
    finds(&Fault::BadTarget { seq: 11, id: 2 }, |history| {
        let mut deletion = history.log[6].clone();
        (deletion["seq"], deletion["id"]) = (json!(11), json!(2));
        deletion["cid"] = json!("new");
        history.log.push(deletion);
        relog(history, 2, "deleted", json!(true));
        history.head = 11;
        history.seen.retain(|seen| seen.saw != Saw::Rested);
    });
}
