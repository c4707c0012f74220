//! The story with one fault of each kind: it is found, and nothing else is.

use std::time::Duration;

use parlour_load::check::{Fault, Rules, Witness};
use parlour_load::record::{Digest, Event, Kind, Observation, Saw};
use serde_json::json;

use crate::history::{History, acked, sent};
use crate::story::{ANN, BOB, EVE, story};

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

// Rule 1, and acks.

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

// Rule 2, and the log by itself.

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

// Rule 3.

#[test]
fn a_delivery_that_was_left_out() {
    let witness = finds(&Fault::Hole { expected: 2, seq: 3 }, |history| {
        let place = history.delivery(EVE, 2);
        history.seen.remove(place);
    });
    assert_eq!(witness, client(EVE, 1));
}

#[test]
fn a_delivery_that_came_twice() {
    finds(&Fault::Repeat { last: 2, seq: 2 }, |history| {
        let place = history.delivery(EVE, 2);
        history.seen.insert(place, history.seen[place].clone());
    });
}

#[test]
fn a_hole_at_the_seam_of_a_resume() {
    let witness = finds(&Fault::Hole { expected: 5, seq: 6 }, |history| {
        let place = history.delivery(EVE, 5);
        history.seen.remove(place);
    });
    assert_eq!(witness, client(EVE, 2));
}

#[test]
fn a_repeat_at_the_seam_of_a_resume() {
    finds(&Fault::Repeat { last: 4, seq: 4 }, |history| {
        let mut again = history.seen[history.delivery(EVE, 4)].clone();
        (again.conn, again.at) = (2, history.seen[history.delivery(EVE, 5)].at);
        let place = history.delivery(EVE, 5);
        history.seen.insert(place, again);
    });
}

#[test]
fn a_replay_that_nobody_was_promised() {
    let mut history = story();
    *hello(&mut history, EVE, 2).1 = false;
    assert_eq!(history.faults()[0], Fault::NotRecovered { since: 4, head: 7 });
    assert_eq!(history.faults()[1], Fault::Repeat { last: 7, seq: 5 });
}

#[test]
fn a_client_that_never_got_the_end() {
    finds(&Fault::Missed { last: 9, head: 10 }, |history| {
        let place = history.delivery(ANN, 10);
        history.seen.remove(place);
    });
}

#[test]
fn a_numbered_frame_before_the_greeting() {
    finds(&Fault::Greeting, |history| {
        let early = history.seen[history.delivery(ANN, 9)].saw.clone();
        let place = opened(history, ANN, 2);
        history.insert(place, early);
    });
}

#[test]
fn a_second_greeting() {
    finds(&Fault::Greeting, |history| {
        let place = opened(history, ANN, 2) + 1;
        history.seen.insert(place, history.seen[place].clone());
    });
}

#[test]
fn a_recovery_that_nobody_asked_for() {
    finds(&Fault::FalseRecovery { since: None, head: 9 }, |history| {
        *hello(history, ANN, 2).1 = true;
    });
}

#[test]
fn a_recovery_in_another_epoch() {
    finds(&Fault::FalseRecovery { since: Some(4), head: 7 }, |history| {
        let place = opened(history, EVE, 2);
        let Saw::Opened { epoch, .. } = &mut history.seen[place].saw else { panic!() };
        *epoch = Some("k0.1".into());
    });
}

#[test]
fn a_recovery_ahead_of_the_head() {
    let mut history = story();
    let place = opened(&history, EVE, 2);
    let Saw::Opened { since, .. } = &mut history.seen[place].saw else { panic!() };
    *since = Some(8);
    assert_eq!(history.faults()[0], Fault::FalseRecovery { since: Some(8), head: 7 });
}

#[test]
fn a_recovery_that_was_refused_without_a_reason() {
    finds(&Fault::NotRecovered { since: 8, head: 8 }, |history| {
        *hello(history, EVE, 3).1 = false;
        let place = opened(history, EVE, 3);
        let Saw::Opened { since, .. } = &mut history.seen[place].saw else { panic!() };
        assert_eq!(since.replace(8), Some(8));
        *hello(history, EVE, 3).0 = 8;
        // She had come before anything else was said.
        let moved = history.seen.drain(place..place + 2).collect::<Vec<_>>();
        let nine = history.send("0/5");
        let at = history.seen[nine - 1].at;
        let moved = moved.into_iter().map(|seen| Observation { at, ..seen });
        history.seen.splice(nine..nine, moved.collect::<Vec<_>>());
    });
}

#[test]
fn a_head_that_went_back() {
    let back = Fault::HeadBack { head: 8, known: 9, witness: client(ANN, 1) };
    finds(&back, |history| {
        let first = history.seen[history.delivery(ANN, 9)].clone();
        let place = opened(history, ANN, 2);
        *hello(history, ANN, 2).0 = 8;
        // From there on, nothing else is wrong.
        let again = Observation { conn: 2, at: history.seen[place + 1].at, ..first };
        history.seen.insert(place + 2, again);
    });
}

#[test]
fn an_epoch_that_changed_without_cause() {
    let fault = Fault::NewEpoch { epoch: "k2.1".into() };
    let plant = |history: &mut History| {
        let place = opened(history, ANN, 2);
        let Saw::Hello { epoch, .. } = &mut history.seen[place + 1].saw else { panic!() };
        *epoch = "k2.1".into();
    };
    finds(&fault, plant);
    let mut restored = story();
    plant(&mut restored);
    let rules = Rules { new_epochs: true, ..Rules::default() };
    assert!(restored.check_by(rules).is_clean());
}

#[test]
fn a_room_without_a_final_log() {
    finds(&Fault::NoLog, |history| {
        let place = history.place(|seen| seen.saw == Saw::Rested);
        let (room, epoch) = ("attic".into(), "k1.1".into());
        let begun = Saw::Opened { room, user: None, session: 9, since: None, epoch: None };
        for saw in [Saw::Hello { epoch, seq: 0, recovered: false }, begun] {
            history.insert(place, saw);
            history.seen[place + 1].client = 9;
        }
    });
}

// Rule 4.

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

// Rule 5.

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

// Rule 6.

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
