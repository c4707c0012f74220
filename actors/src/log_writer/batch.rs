//! One batch: one transaction, and what follows it.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Person, RoomId};
use ractor::ActorRef;
use store::{Change, Command, Outcome, Refusal, Store, StoreError};
use tokio::time::{Instant, timeout_at};
use wire::{ErrorCode, Rejected};

use super::{Draft, LogMessage, PATIENCE, Submission};
use crate::Metrics;
use crate::permit::Permit;
use crate::room::{Committed, Room};

/// What is committed in one transaction.
///
/// It runs in a task of its own, which nobody cancels: should the writer crash meanwhile, whoever was stored is told all
/// the same. Should the task itself die, what it holds says so: the permits answer `unavailable`, the rooms look at their
/// logs, and the writer goes on.
pub(super) struct Batch {
    commands: Vec<Command>,
    owed: Vec<Owed>,
    /// When the first of it has waited too long for an answer.
    deadline: Instant,
}

type Answer = Result<Outcome, StoreError>;

impl Batch {
    /// Made of what has waited longest. None: nothing has.
    pub(super) fn of(submissions: impl Iterator<Item = Submission>) -> Option<Self> {
        let mut submissions = submissions.peekable();
        let deadline = submissions.peek()?.at + PATIENCE;
        let (commands, owed) = submissions.map(|submission| Owed::split(submission.draft)).unzip();
        Some(Self { commands, owed, deadline })
    }

    /// Commits it, then tells the rooms and the senders, then the writer.
    pub(super) async fn run(self, store: Store, metrics: Metrics, writer: ActorRef<LogMessage>) {
        let _done = Done(writer);
        let Self { commands, mut owed, deadline } = self;
        let answers = commit(&store, &commands, &mut owed, deadline).await;
        warn_of_unknown(&answers);
        let mut rooms = HashMap::new();
        for ((command, owed), answer) in commands.into_iter().zip(owed).zip(answers) {
            owed.settle(command, answer, &mut rooms);
        }
        for (room, committed) in rooms.into_values() {
            count(&metrics, &committed);
            // A room without an actor: the next incarnation reads its log, the senders needn't wait for it.
            if let Err(mut committed) = room.settle(committed) {
                Committed::acknowledge(&mut committed);
            }
        }
    }
}

/// Commits. Whoever waits too long meanwhile is told that the outcome is unknown; the commit goes on.
async fn commit(
    store: &Store,
    commands: &[Command],
    owed: &mut [Owed],
    deadline: Instant,
) -> Vec<Answer> {
    let commit = store.commit(commands);
    tokio::pin!(commit);
    if let Ok(answers) = timeout_at(deadline, &mut commit).await {
        return answers;
    }
    tracing::warn!(batch = commands.len(), "a commit takes too long");
    for owed in owed {
        owed.permit = None;
    }
    commit.await
}

/// Says once for all of a batch that their outcome is unknown, and why: they may be hundreds.
fn warn_of_unknown(answers: &[Answer]) {
    let errors = answers.iter().filter_map(|answer| answer.as_ref().err());
    let mut unknown = errors.filter(|error| !matches!(error, StoreError::Rejected(_)));
    if let Some(error) = unknown.next() {
        let commands = unknown.count() + 1;
        tracing::warn!(commands, %error, "the outcome of commands is unknown");
    }
}

fn count(metrics: &Metrics, committed: &[Committed]) {
    let duplicates = committed.iter().filter(|committed| committed.dup).count();
    let stored = committed.len() - duplicates;
    metrics.messages.inc_by(u64::try_from(stored).unwrap_or(u64::MAX));
    metrics.duplicates.inc_by(u64::try_from(duplicates).unwrap_or(u64::MAX));
}

/// What the store doesn't see of a draft: who is to hear of it. Dropped before that, it makes the room look at its log,
/// since the command may or may not be in there; and its permit answers `unavailable`.
struct Owed {
    /// None: it is settled.
    room: Option<Arc<Room>>,
    author: Option<Arc<Person>>,
    /// None: the sender was told that the outcome is unknown.
    permit: Option<Permit>,
}

type ByRoom = HashMap<RoomId, (Arc<Room>, Vec<Committed>)>;

impl Owed {
    fn split(draft: Draft) -> (Command, Self) {
        let Draft { command, room, author, permit } = draft;
        (command, Self { room: Some(room), author, permit: Some(permit) })
    }

    fn settle(mut self, command: Command, answer: Answer, rooms: &mut ByRoom) {
        let (seq, ts, dup) = match answer {
            Ok(Outcome::Stored { seq, ts }) => (seq, ts, false),
            Ok(Outcome::Duplicate { seq, ts }) => (seq, ts, true),
            Ok(Outcome::Refused(refusal)) => {
                return self.reject(refused(&command, refusal));
            }
            Err(error @ StoreError::Rejected(_)) => {
                tracing::warn!(room = ?command.room, %error, "a command was rejected");
                return self.reject(Rejected::new(ErrorCode::Conflict));
            }
            Err(_) => return,
        };
        let (author, permit) = (self.author.take(), self.permit.take());
        let Some(room) = self.room.take() else { return };
        let committed = Committed { command, author, seq, ts, dup, permit };
        rooms.entry(room.id()).or_insert_with(|| (room, Vec::new())).1.push(committed);
    }

    fn reject(mut self, rejected: Rejected) {
        self.room = None;
        if let Some(permit) = self.permit.take() {
            permit.reject(rejected);
        }
    }
}

impl Drop for Owed {
    fn drop(&mut self) {
        if let Some(room) = &self.room {
            room.doubt();
        }
    }
}

fn refused(command: &Command, refusal: Refusal) -> Rejected {
    match refusal {
        Refusal::NoSuchRoom => Rejected::new(ErrorCode::NotFound),
        Refusal::NoSuchMessage => {
            let field = match command.change {
                Change::Message { .. } => "reply_to",
                _ => "id",
            };
            Rejected { field: Some(field), ..Rejected::new(ErrorCode::NotFound) }
        }
        Refusal::NotYours => Rejected::new(ErrorCode::Forbidden),
        Refusal::NoChange => conflict("The reaction is so already"),
        Refusal::TooMany => conflict("The message has too many different reactions"),
    }
}

fn conflict(words: &'static str) -> Rejected {
    Rejected { words: words.into(), ..Rejected::new(ErrorCode::Conflict) }
}

/// Tells the writer that the batch is through, whatever became of it.
struct Done(ActorRef<LogMessage>);

impl Drop for Done {
    fn drop(&mut self) {
        // A dead writer's successor has a queue of its own.
        drop(self.0.cast(LogMessage::Done));
    }
}
