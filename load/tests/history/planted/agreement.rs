//! Rule 4: what several observers make of the same event.

use parlour_load::check::{Fault, Witness};
use parlour_load::record::{Digest, Event, Kind, Saw};
use serde_json::json;

use super::{client, finds, relog};
use crate::history::History;
use crate::story::{ANN, BOB, EVE, story};

#[test]
fn a_message_that_was_shown_and_is_gone() {
    finds(&Fault::ShownThenGone { seq: 11 }, |history| {
        let mut shown = history.seen[history.delivery(ANN, 10)].clone();
        let Saw::Delivered(event) = &mut shown.saw else { panic!() };
        (event.seq, event.id, event.cid) = (11, 11, Some("gone".into()));
        let place = history.place(|seen| seen.saw == Saw::Rested);
        shown.at = history.seen[place].at;
        history.seen.insert(place, shown);
    });
}

/// The clients' shared view of 2 with one field changed for bob.
#[track_caller]
fn disagrees(what: &'static str, change: impl FnOnce(&mut Event<'static>)) {
    let witness = finds(&Fault::Disagreement { seq: 2, what, other: Witness::Log }, |history| {
        let place = history.delivery(BOB, 2);
        change(history.event(place));
    });
    assert_eq!(witness, client(BOB, 1));
}

#[test]
fn observers_who_disagree() {
    disagrees("author", |event| event.author = domain::UserId::new(9));
    disagrees("cid", |event| event.cid = Some("other".into()));
    disagrees("cid", |event| event.cid = None);
    disagrees("kind", |event| event.kind = Kind::Edited);
    disagrees("id", |event| event.id = 1);
}

#[test]
fn observers_who_disagree_on_what_retention_has_taken_since() {
    let fault = Fault::Disagreement { seq: 2, what: "author", other: client(ANN, 1) };
    finds(&fault, |history| {
        history.log.drain(..5);
        history.floor = 5;
        let place = history.delivery(BOB, 2);
        history.event(place).author = domain::UserId::new(9);
    });
}

#[test]
fn a_text_that_its_author_never_gave_it() {
    let witness = finds(&Fault::StrangeText { seq: 2 }, |history| {
        let place = history.delivery(EVE, 2);
        history.event(place).said = Some(Digest::of("tvvo"));
    });
    assert_eq!(witness, client(EVE, 1));
}

#[test]
fn a_reaction_with_another_emoji() {
    finds(&Fault::StrangeText { seq: 6 }, |history| {
        let place = history.delivery(EVE, 6);
        history.event(place).said = Some(Digest::of_reaction("+", false));
    });
}

#[test]
fn an_edit_that_shows_the_text_before_it() {
    finds(&Fault::StaleText { seq: 4 }, |history| {
        let place = history.delivery(BOB, 4);
        history.event(place).said = Some(Digest::of("one"));
    });
}

#[test]
fn a_page_that_shows_a_text_from_before_an_edit() {
    finds(&Fault::StaleText { seq: 1 }, |history| page(history)[0].said = Some(Digest::of("one")));
}

#[test]
fn a_text_may_be_a_later_one_than_that_of_its_time() {
    let mut history = story();
    let place = history.delivery(BOB, 1);
    history.event(place).said = Some(Digest::of("uno"));
    assert_eq!(history.faults(), []);
}

#[test]
fn a_deleted_text_that_is_shown_again() {
    finds(&Fault::DeletedText { seq: 3 }, |history| {
        page(history)[2].said = Some(Digest::of("three"));
    });
}

#[test]
fn a_message_that_is_shown_as_deleted_and_never_was() {
    finds(&Fault::NeverDeleted { seq: 2 }, |history| page(history)[1].said = None);
}

#[test]
fn a_log_whose_text_isnt_the_last_edits() {
    let witness = finds(&Fault::StaleText { seq: 1 }, |history| {
        relog(history, 1, "message", json!("one"));
    });
    assert_eq!(witness, Witness::Log);
}

#[test]
fn a_log_that_still_has_a_deleted_text() {
    finds(&Fault::DeletedText { seq: 3 }, |history| {
        relog(history, 3, "deleted", json!(false));
        relog(history, 3, "message", json!("three"));
    });
}

#[test]
fn a_log_whose_text_was_garbled() {
    finds(&Fault::StrangeText { seq: 2 }, |history| relog(history, 2, "message", json!("tw")));
}

/// The messages of eve's page: 1, 2, 3 and 5.
fn page(history: &mut History) -> &mut Vec<Event<'static>> {
    let place = history.place(|seen| matches!(seen.saw, Saw::Page { .. }));
    match &mut history.seen[place].saw {
        Saw::Page { messages, .. } => messages,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_page_that_leaves_a_message_out() {
    finds(&Fault::Page { after: 0, upto: 5, expected: 4, found: 3 }, |history| {
        page(history).remove(1);
    });
}

#[test]
fn a_page_out_of_order() {
    let mut history = story();
    page(&mut history).swap(1, 2);
    assert_eq!(history.faults(), [Fault::PageOrder { seq: 2 }]);
}
