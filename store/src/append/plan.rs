//! Which command becomes which event, before anything is written.

use std::collections::HashMap;

use domain::{Cid, EventKind, RoomId, Seq, Timestamp, UserId};

use super::asides::Asides;
use super::context::Context;
use super::lookup::Answer;
use super::messages::Message;
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
    /// The messages that it is about, as they are afterwards.
    pub(super) messages: HashMap<(RoomId, Seq), Message<'a>>,
    /// Where the rooms' logs hold no messages, afterwards.
    pub(super) asides: Asides,
    retries: HashMap<(&'a Cid, UserId, RoomId), (Seq, Timestamp)>,
}

impl<'a> Plan<'a> {
    /// Goes through `commands` as if each were stored before the next one came.
    pub(super) fn of(
        commands: &'a [Command],
        answer: &Answer,
        context: Context<'a>,
        known: impl Fn(RoomId) -> Option<Seq>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let Context { messages, asides } = context;
        let outcomes = Vec::with_capacity(commands.len());
        let mut plan = Self { outcomes, messages, asides, ..Self::default() };
        for (place, command) in commands.iter().enumerate() {
            let outcome = match plan.duplicate(command, answer, place) {
                Some((seq, ts)) => Outcome::Duplicate { seq, ts },
                None => match plan.place(command, answer, &known, place, now) {
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

    /// Where `command` goes in its room's log, unless it can't be. What it is about is as the command leaves it then.
    fn place(
        &mut self,
        command: &'a Command,
        answer: &Answer,
        known: impl Fn(RoomId) -> Option<Seq>,
        place: usize,
        now: Timestamp,
    ) -> Result<Seq, Refusal> {
        let (room, author) = (command.room, command.author);
        // Nobody talks in the system room, and what is for it is for nowhere else.
        if command.change.is_of_system() != (room == RoomId::SYSTEM) {
            return Err(Refusal::NoSuchRoom);
        }
        let before = || known(room).or_else(|| answer.heads.get(&room).copied());
        let head = self.heads.get(&room).copied().or_else(before).ok_or(Refusal::NoSuchRoom)?;
        match &command.change {
            Change::Message { reply_to: Some(seq), .. } => {
                if !answer.answerable.contains(&place) && self.in_batch(room, *seq).is_none() {
                    return Err(Refusal::NoSuchMessage);
                }
            }
            Change::Edit { id, body } => self.message(room, *id)?.edit(author, body, now)?,
            Change::Delete { id } => self.message(room, *id)?.delete(author)?,
            Change::React { id, emoji, on } => {
                self.message(room, *id)?.react(author, emoji, *on)?;
            }
            Change::Message { reply_to: None, .. }
            | Change::SessionEnded { .. }
            | Change::PersonChanged { .. }
            | Change::KeysChanged => {}
        }
        Ok(head.next())
    }

    /// The message at `seq` of `room`, stored before or in this batch.
    fn message(&mut self, room: RoomId, seq: Seq) -> Result<&mut Message<'a>, Refusal> {
        if !self.messages.contains_key(&(room, seq)) {
            let command = self.in_batch(room, seq).ok_or(Refusal::NoSuchMessage)?;
            self.messages.insert((room, seq), Message::of(command.author, false));
        }
        self.messages.get_mut(&(room, seq)).ok_or(Refusal::NoSuchMessage)
    }

    /// The command of this batch that made the message at `seq` of `room`. A client learns a message's place once it is
    /// stored, so that hardly anybody ever gets here: better a walk through the batch now than an index for every batch.
    fn in_batch(&self, room: RoomId, seq: Seq) -> Option<&'a Command> {
        let is_it = |row: &&Row<'_>| {
            row.command.room == room && row.seq == seq && row.kind == EventKind::Message
        };
        self.rows.iter().rev().find(is_it).map(|row| row.command)
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
        if command.change.target().is_some() {
            self.asides.add(command.room, seq);
        }
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
