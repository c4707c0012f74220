//! Random histories of the model.

use proptest::prelude::*;
use proptest::sample::Index;

use parlour_load::record::Saw;

use crate::history::History;
use crate::model::{Command, Model};

const CLIENTS: u32 = 4;

/// One thing that may happen; it doesn't where it can't.
#[derive(Debug, Clone)]
enum Step {
    Open { resume: bool },
    Say,
    Repeat(Index),
    Edit(Index),
    Delete(Index),
    React(Index, bool),
    Page(Option<Index>, Option<Index>, usize),
    Work,
    Read,
    ReadAll,
    Drop,
    Die,
    SignOut,
    Forget(Index),
}

fn step() -> impl Strategy<Value = (usize, Step)> {
    let any_place = any::<Index>;
    let what = prop_oneof![
        6 => any::<bool>().prop_map(|resume| Step::Open { resume }),
        8 => Just(Step::Say),
        3 => any_place().prop_map(Step::Repeat),
        3 => any_place().prop_map(Step::Edit),
        2 => any_place().prop_map(Step::Delete),
        3 => (any_place(), any::<bool>()).prop_map(|(place, on)| Step::React(place, on)),
        2 => (any::<Option<Index>>(), any::<Option<Index>>(), 1..6_usize)
            .prop_map(|(before, after, limit)| Step::Page(before, after, limit)),
        12 => Just(Step::Work),
        12 => Just(Step::Read),
        4 => Just(Step::ReadAll),
        2 => Just(Step::Drop),
        1 => Just(Step::Die),
        1 => Just(Step::SignOut),
        1 => any_place().prop_map(Step::Forget),
    ];
    (0..CLIENTS as usize, what)
}

fn play(steps: Vec<(usize, Step)>) -> History {
    let mut model = Model::new(CLIENTS);
    for (number, (client, step)) in steps.into_iter().enumerate() {
        let text = format!("text {number}");
        match step {
            Step::Open { resume } if !model.is_open(client) => model.opens(client, resume),
            Step::Work => drop(model.works()),
            Step::Die => model.dies(),
            Step::Forget(place) => model.forgets(place.index(number + 1) as u64 / 4),
            step if model.is_open(client) => acts(&mut model, client, &step, text),
            _ => {}
        }
    }
    model.ends()
}

/// What only those can do who are there.
fn acts(model: &mut Model, client: usize, step: &Step, text: String) {
    let (own, head) = (model.own(client), model.head());
    let any_of = |place: &Index| place.index(usize::try_from(head).unwrap() + 1) as u64;
    match step {
        Step::Say => drop(model.sends(client, Command::Say(text))),
        Step::Repeat(place) => model.repeats(client, |count| place.index(count)),
        Step::Edit(place) if !own.is_empty() => {
            model.sends(client, Command::Edit(*place.get(&own), text));
        }
        Step::Delete(place) if !own.is_empty() => {
            model.sends(client, Command::Delete(*place.get(&own)));
        }
        Step::React(place, on) if !own.is_empty() => {
            model.sends(client, Command::React(*place.get(&own), *on));
        }
        Step::Page(before, after, limit) => {
            let before = before.as_ref().filter(|_| after.is_none()).map(any_of);
            model.asks(client, before, after.as_ref().map(any_of), *limit);
        }
        Step::Read => drop(model.reads(client)),
        Step::ReadAll => while model.reads(client) {},
        Step::Drop => model.drops(client),
        Step::SignOut => model.signs_out(client),
        _ => {}
    }
}

fn history() -> impl Strategy<Value = History> {
    prop::collection::vec(step(), 1..200).prop_map(play)
}

/// Ways to spoil a history.
#[derive(Debug, Clone, Copy)]
enum Harm {
    LeaveOutADelivery,
    RepeatADelivery,
    SwapDeliveries,
    ChangeAnAuthor,
    ChangeACid,
    ChangeAText,
    MoveAnAck,
    CutTheLog,
    ChangeTheLog,
    TurnRecovered,
}

const HARMS: [Harm; 10] = [
    Harm::LeaveOutADelivery,
    Harm::RepeatADelivery,
    Harm::SwapDeliveries,
    Harm::ChangeAnAuthor,
    Harm::ChangeACid,
    Harm::ChangeAText,
    Harm::MoveAnAck,
    Harm::CutTheLog,
    Harm::ChangeTheLog,
    Harm::TurnRecovered,
];

/// Spoils the history in one place. `None`: it has none for this.
fn harmed(history: &History, harm: Harm, place: Index) -> Option<History> {
    let mut history = history.clone();
    let anywhere = |wanted: &dyn Fn(&Saw<'_>) -> bool| {
        let places = history.seen.iter().enumerate().filter(|(_, seen)| wanted(&seen.saw));
        let places = places.map(|(place, _)| place).collect::<Vec<_>>();
        (!places.is_empty()).then(|| *place.get(&places))
    };
    let delivered = |saw: &Saw<'_>| matches!(saw, Saw::Delivered(_));
    // Below the floor there may be nobody to disagree with.
    let floor = history.floor;
    let logged = |saw: &Saw<'_>| match saw {
        Saw::Delivered(event) => event.seq > floor,
        _ => false,
    };
    match harm {
        Harm::LeaveOutADelivery => {
            let place = anywhere(&delivered)?;
            let gone = history.seen.remove(place);
            // Nobody misses the last that a connection got before it broke.
            let mut rest = history.seen[place..].iter();
            rest.find(|seen| {
                (seen.client, seen.conn) == (gone.client, gone.conn)
                    && matches!(seen.saw, Saw::Delivered(_) | Saw::Rested)
            })?;
        }
        Harm::RepeatADelivery => {
            let place = anywhere(&delivered)?;
            history.seen.insert(place, history.seen[place].clone());
        }
        Harm::SwapDeliveries => {
            let place = anywhere(&delivered)?;
            let first = history.seen[place].clone();
            let second = history.seen[place + 1..].iter().position(|seen| {
                (seen.client, seen.conn) == (first.client, first.conn) && delivered(&seen.saw)
            })?;
            let saw = std::mem::replace(&mut history.seen[place + 1 + second].saw, first.saw);
            history.seen[place].saw = saw;
        }
        Harm::ChangeAnAuthor => {
            let place = anywhere(&logged)?;
            history.event(place).author = domain::UserId::new(99);
        }
        Harm::ChangeACid => {
            let place = anywhere(&logged)?;
            history.event(place).cid = Some("another".into());
        }
        Harm::ChangeAText => {
            let place = anywhere(&logged)?;
            history.event(place).said = Some(parlour_load::record::Digest::of("never said"));
        }
        Harm::MoveAnAck => {
            let place = anywhere(&|saw| matches!(saw, Saw::Acked { seq, .. } if *seq > floor))?;
            let Saw::Acked { seq, .. } = &mut history.seen[place].saw else { return None };
            *seq += 1;
        }
        Harm::CutTheLog => {
            (!history.log.is_empty()).then_some(())?;
            let place = place.index(history.log.len());
            history.log.remove(place);
        }
        Harm::ChangeTheLog => {
            // Of what nobody ever saw, anything may be true.
            let place = anywhere(&logged)?;
            let seq = history.event(place).seq;
            let line = history.log.iter_mut().find(|line| line["seq"] == seq)?;
            line["cid"] = "another".into();
        }
        Harm::TurnRecovered => {
            // Who comes back to where nothing happened since was recovered either way, but isn't told so.
            let place = anywhere(&|saw| matches!(saw, Saw::Hello { .. }))?;
            let Saw::Hello { recovered, .. } = &mut history.seen[place].saw else { return None };
            *recovered = !*recovered;
            let since = match &history.seen[place - 1].saw {
                Saw::Opened { since, .. } => *since,
                other => panic!("{other:?}"),
            };
            // One who was below the floor may have been refused: only the last floor is known.
            since.is_none_or(|since| since >= history.floor).then_some(())?;
        }
    }
    Some(history)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_found_in_a_correct_history(history in history()) {
        let report = history.check();
        prop_assert!(report.is_clean(), "{report}");
    }

    #[test]
    fn a_correct_history_that_was_spoilt_in_one_place_is_found_out(
        history in history(),
        harm in prop::sample::select(&HARMS[..]),
        place: Index,
    ) {
        if let Some(spoilt) = harmed(&history, harm, place) {
            prop_assert!(!spoilt.check().is_clean(), "{harm:?}");
        }
    }
}
