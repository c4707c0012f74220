//! Which command becomes which event, before anything is written.

use std::collections::HashMap;

use domain::{Cid, EventKind, RoomId, Seq, Timestamp, UserId};

use super::lookup::Answer;
use super::{Detail, Moved};
use crate::{Change, Command, Outcome, Refusal, StoreError};

/// One event that is to be written.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) seq: Seq,
    pub(super) kind: EventKind,
    pub(super) command: &'a Command,
    pub(super) detail: Option<String>,
    pub(super) ts: Timestamp,
}

/// What becomes of a batch.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    /// One for each command, in their order.
    pub(super) outcomes: Vec<Outcome>,
    /// What is new.
    pub(super) rows: Vec<Row<'a>>,
    /// The heads of the rooms that are written to, afterwards.
    pub(super) heads: Moved,
    retries: HashMap<(&'a Cid, UserId, RoomId), (Seq, Timestamp)>,
}

impl<'a> Plan<'a> {
    /// Goes through `commands` as if each were stored before the next one came.
    pub(super) fn of(
        commands: &'a [Command],
        answer: &Answer,
        known: impl Fn(RoomId) -> Option<Seq>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut plan = Self { outcomes: Vec::with_capacity(commands.len()), ..Self::default() };
        for (place, command) in commands.iter().enumerate() {
            let outcome = match plan.duplicate(command, answer, place) {
                Some((seq, ts)) => Outcome::Duplicate { seq, ts },
                None => match plan.place_after(command, answer, &known, place) {
                    Ok(seq) => plan.store(command, seq, now)?,
                    Err(refusal) => Outcome::Refused(refusal),
                },
            };
            plan.outcomes.push(outcome);
        }
        Ok(plan)
    }

    fn duplicate(
        &self,
        command: &Command,
        answer: &Answer,
        place: usize,
    ) -> Option<(Seq, Timestamp)> {
        let in_batch = || self.retries.get(&retry_key(command)?);
        answer.duplicates.get(&place).or_else(in_batch).copied()
    }

    /// Where `command` goes in its room's log, unless it can't be.
    fn place_after(
        &self,
        command: &Command,
        answer: &Answer,
        known: impl Fn(RoomId) -> Option<Seq>,
        place: usize,
    ) -> Result<Seq, Refusal> {
        let room = command.room;
        let is_message = matches!(command.change, Change::Message { .. });
        // Nobody talks in the system room, and what is for it is for nowhere else.
        if is_message == (room == RoomId::SYSTEM) {
            return Err(Refusal::NoSuchRoom);
        }
        let before = known(room).or_else(|| answer.heads.get(&room).copied());
        let head = self.heads.get(&room).copied().or(before).ok_or(Refusal::NoSuchRoom)?;
        if let Change::Message { reply_to: Some(seq), .. } = command.change {
            // Everything this batch adds to an ordinary room is a message.
            let in_batch = before.is_some_and(|before| seq > before) && seq <= head;
            if !in_batch && !answer.answerable.contains(&place) {
                return Err(Refusal::NoSuchMessage);
            }
        }
        Ok(head.next())
    }

    fn store(
        &mut self,
        command: &'a Command,
        seq: Seq,
        ts: Timestamp,
    ) -> Result<Outcome, StoreError> {
        let (kind, detail) = Detail::of(&command.change);
        let detail = detail.map(|detail| detail.to_json()).transpose()?;
        self.rows.push(Row { seq, kind, command, detail, ts });
        self.heads.insert(command.room, seq);
        if let Some(key) = retry_key(command) {
            self.retries.insert(key, (seq, ts));
        }
        Ok(Outcome::Stored { seq, ts })
    }
}

/// What two commands have in common of which one is a retry.
fn retry_key(command: &Command) -> Option<(&Cid, UserId, RoomId)> {
    Some((command.cid.as_ref()?, command.author?, command.room))
}
