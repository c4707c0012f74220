//! Which tokens count no longer although their time isn't over.

use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use domain::{SessionId, Standing, Timestamp, UserId};

use crate::tokens::Identity;

/// Why a token counts no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Revoked {
    /// Its session was ended.
    #[error("the session was ended")]
    Session,
    /// Its person was disabled, or was when it was made.
    #[error("the person was shut out")]
    Person,
}

#[derive(Debug, Default)]
struct Index {
    /// When each was ended.
    sessions: DashMap<SessionId, Timestamp>,
    people: DashMap<UserId, Person>,
}

/// What is known of a person who was disabled not long ago.
#[derive(Debug, Clone, Copy)]
struct Person {
    disabled: bool,
    /// When they were last disabled: no token without a session counts that was made until then. (Sessions are ended
    /// one by one.)
    not_before: Timestamp,
}

/// A new index, empty: its one writer, and what everybody asks.
#[must_use]
pub fn pair() -> (RevocationWriter, Revocations) {
    let index = Arc::new(Index::default());
    (RevocationWriter(Arc::clone(&index)), Revocations(index))
}

/// The one writer of the index: the actor that follows the system room. It isn't `Clone`.
#[derive(Debug)]
pub struct RevocationWriter(Arc<Index>);

impl RevocationWriter {
    /// `session` was ended at `at`.
    pub fn session_ended(&self, session: SessionId, at: Timestamp) {
        self.0.sessions.insert(session, at);
    }

    /// Since `at`, `user` is of this `standing`.
    pub fn person_changed(&self, user: UserId, standing: Standing, at: Timestamp) {
        match standing {
            Standing::Disabled => {
                self.0.people.insert(user, Person { disabled: true, not_before: at });
            }
            // What was shut out stays out: enabling somebody revives no token from before.
            Standing::Active | Standing::Unverified => {
                if let Some(mut person) = self.0.people.get_mut(&user) {
                    person.disabled = false;
                }
            }
        }
    }

    /// Forgets what no living token can name any more: entries from before `now` less `horizon`, which is the longest a
    /// token may count (`tokens.max_ttl` and its leeway).
    pub fn prune(&self, now: Timestamp, horizon: Duration) {
        let oldest = now.minus(horizon);
        self.0.sessions.retain(|_, at| *at >= oldest);
        self.0.people.retain(|_, person| person.not_before >= oldest);
    }
}

/// The index, for whoever checks tokens. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Revocations(Arc<Index>);

impl Revocations {
    /// Whether what `identity` stands for still counts.
    pub fn check(&self, identity: &Identity) -> Result<(), Revoked> {
        if let Some(session) = identity.session
            && self.0.sessions.contains_key(&session)
        {
            return Err(Revoked::Session);
        }
        match self.0.people.get(&identity.user) {
            Some(person) if person.disabled => Err(Revoked::Person),
            // `iat` counts whole seconds: a token made in the very second of the disabling falls with it.
            Some(person)
                if identity.session.is_none()
                    && identity.issued_at.secs() <= person.not_before.secs() =>
            {
                Err(Revoked::Person)
            }
            _ => Ok(()),
        }
    }

    /// How many entries it holds, for the metrics: sessions and people.
    #[must_use]
    pub fn len(&self) -> (usize, usize) {
        (self.0.sessions.len(), self.0.people.len())
    }
}
