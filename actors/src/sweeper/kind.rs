//! What is swept, and when it is old enough.

use std::time::Duration;

use domain::Timestamp;
use store::{StoreError, WriteTransaction, sweep};

use super::Ages;

const DAY: Duration = Duration::from_hours(24);

/// How long a link that is used up or expired is remembered, so that whoever follows it hears why it does nothing.
const TOKENS: Duration = DAY.saturating_mul(7);
/// How long a letter that was sent is remembered.
const LETTERS: Duration = DAY.saturating_mul(7);
/// How long the system room says who was signed out. A start needs the last `tokens.max_ttl` of it, at most a day.
const SYSTEM: Duration = DAY.saturating_mul(7);

/// What is swept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Rows of a table that are old enough.
    Table(Table),
    /// What rooms keep no longer.
    RoomEvents,
}

/// A table of which old rows are swept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// Tokens of letters, used or expired.
    OneTimeTokens,
    /// Sessions that can't be refreshed any more, ended or not, once no token of theirs can count.
    Sessions,
    /// People who never verified their address.
    UnverifiedPeople,
    /// Names that were kept free for a while.
    ReservedUsernames,
    /// Letters that were sent.
    SentLetters,
    /// Entries of the system room.
    SystemEvents,
}

impl Kind {
    /// With which a round begins.
    pub(crate) const FIRST: Self = Self::Table(Table::OneTimeTokens);

    /// What comes after this in a round.
    pub(super) fn next(self) -> Option<Self> {
        match self {
            Self::Table(table) => Some(table.next().map_or(Self::RoomEvents, Self::Table)),
            Self::RoomEvents => None,
        }
    }

    /// The metric's label.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Table(table) => table.label(),
            Self::RoomEvents => "room_events",
        }
    }
}

impl Table {
    /// What comes after this.
    fn next(self) -> Option<Self> {
        match self {
            Self::OneTimeTokens => Some(Self::Sessions),
            Self::Sessions => Some(Self::UnverifiedPeople),
            Self::UnverifiedPeople => Some(Self::ReservedUsernames),
            Self::ReservedUsernames => Some(Self::SentLetters),
            Self::SentLetters => Some(Self::SystemEvents),
            Self::SystemEvents => None,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::OneTimeTokens => "one_time_tokens",
            Self::Sessions => "sessions",
            Self::UnverifiedPeople => "unverified_people",
            Self::ReservedUsernames => "reserved_usernames",
            Self::SentLetters => "sent_letters",
            Self::SystemEvents => "system_events",
        }
    }

    /// Deletes at most `limit` rows of this that are old enough at `now`. How many.
    pub(super) async fn slice(
        self,
        tx: &WriteTransaction,
        now: Timestamp,
        ages: &Ages,
        limit: u32,
    ) -> Result<u64, StoreError> {
        match self {
            Self::OneTimeTokens => sweep::one_time_tokens_slice(tx, now.minus(TOKENS), limit).await,
            Self::Sessions => sweep::sessions_slice(tx, now.minus(ages.longest_token), limit).await,
            Self::UnverifiedPeople => {
                sweep::unverified_people_slice(tx, now.minus(ages.activation), limit).await
            }
            Self::ReservedUsernames => sweep::reserved_usernames_slice(tx, now, limit).await,
            Self::SentLetters => sweep::sent_letters_slice(tx, now.minus(LETTERS), limit).await,
            Self::SystemEvents => {
                let keep = SYSTEM.max(ages.longest_token);
                sweep::system_events_slice(tx, now.minus(keep), limit).await
            }
        }
    }
}
