//! Which refresh token of a session was presented.

use domain::Timestamp;
use store::sessions::Session;

use crate::Accounts;

/// Where a refresh token stands among those of its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It is the one that counts.
    Present,
    /// It was traded in just now (two tabs), or its successor has never been used (the answer was lost): it gives the same
    /// successor again.
    JustReplaced,
    /// It was traded in, and whoever did that went on: there is a copy of it.
    Reused,
    /// It is of a generation that there hasn't been: the database is older than the token.
    Unknown,
}

impl Accounts {
    /// Where the refresh token of `generation` stands at `now`.
    pub(super) fn place(&self, session: &Session, generation: u32, now: Timestamp) -> Place {
        if generation == session.generation {
            return Place::Present;
        }
        if generation > session.generation {
            return Place::Unknown;
        }
        if generation.saturating_add(1) < session.generation {
            return Place::Reused;
        }
        let config = self.0.tokens.config();
        let age = now.since(session.rotated_at);
        let used = session.used_generation >= session.generation
            || self.0.usage.knows(session.id, session.generation);
        if age < config.refresh_grace || (!used && age < config.lost_answer_grace) {
            Place::JustReplaced
        } else {
            Place::Reused
        }
    }
}
