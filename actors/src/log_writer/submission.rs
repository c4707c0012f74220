//! A command on its way into the log.

use std::sync::Arc;

use domain::Person;
use store::{Change, Command};
use tokio::time::Instant;

use super::load::Load;
use crate::permit::Permit;
use crate::room::Room;

/// A command of somebody, as it is handed to the log.
pub(crate) struct Draft {
    pub(crate) command: Command,
    /// The room it is for: held, so that the room stays live until it has heard of it.
    pub(crate) room: Arc<Room>,
    /// Whose it is, by the name they go by now.
    pub(crate) author: Option<Arc<Person>>,
    /// Owes the sender an answer.
    pub(crate) permit: Permit,
}

impl Draft {
    /// How many bytes it keeps in memory, roughly.
    pub(super) fn bytes(&self) -> usize {
        let text = match &self.command.change {
            Change::Message { body, .. } | Change::Edit { body, .. } => body.as_str().len(),
            _ => 0,
        };
        size_of::<Submission>() + text
    }
}

/// A draft in the queue.
pub(crate) struct Submission {
    pub(super) draft: Draft,
    /// Since when it waits.
    pub(super) at: Instant,
    /// Dropped when it is taken out to be committed.
    pub(super) _load: Load,
}
