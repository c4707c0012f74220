//! Rule 3: what one connection gets, in its order.

use parlour_load::check::{Fault, Rules};
use parlour_load::record::{Observation, Saw};

use super::{client, finds, hello, opened};
use crate::history::History;
use crate::story::{ANN, EVE, story};

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
