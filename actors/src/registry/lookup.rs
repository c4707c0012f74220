//! Asking the store about a room, in a task: the registry itself never waits.

use std::num::NonZeroU32;
use std::sync::Arc;

use domain::{Clock, RoomName, UserId};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use ractor::ActorRef;
use store::rooms::{self, Room};
use store::{Store, StoreError};

use super::{OpenError, RegistryMessage};
use crate::room::Config;
use crate::timing::{Moment, TokioClock};

/// How many people's makings of rooms are remembered before those whose hour is over are forgotten.
const REMEMBERED: usize = 10_000;

type ByPerson = DashMapStateStore<UserId>;
type Limiter = RateLimiter<UserId, ByPerson, TokioClock, NoOpMiddleware<Moment>>;

/// Finds rooms in the store, and makes those that may be made by asking for them.
pub(super) struct Lookup {
    store: Store,
    clock: Arc<dyn Clock>,
    create: bool,
    made: Option<Limiter>,
}

impl Lookup {
    pub(super) fn new(store: Store, clock: Arc<dyn Clock>, config: &Config) -> Self {
        let quota = NonZeroU32::new(config.creations_per_hour).map(Quota::per_hour);
        let made = quota.map(|quota| RateLimiter::new(quota, ByPerson::default(), TokioClock));
        Self { store, clock, create: config.create_on_join, made }
    }

    /// Looks for the room of this name and tells the registry.
    pub(super) async fn run(
        self: Arc<Self>,
        name: RoomName,
        creator: Option<UserId>,
        registry: ActorRef<RegistryMessage>,
    ) {
        let answer = Answer { name: name.clone(), registry, found: Err(OpenError::Unavailable) };
        let found = self.find_or_make(&name, creator).await;
        answer.give(found.unwrap_or_else(|error| {
            tracing::warn!(room = %name, %error, "a room can't be opened");
            Err(OpenError::Unavailable)
        }));
    }

    async fn find_or_make(
        &self,
        name: &RoomName,
        creator: Option<UserId>,
    ) -> Result<Result<Room, OpenError>, StoreError> {
        if let Some(room) = rooms::find_by_name(self.store.reader(), name).await? {
            return Ok(Ok(room));
        }
        let Some(creator) = creator.filter(|_| self.create) else {
            return Ok(Err(OpenError::NoSuchRoom));
        };
        if !self.may_make(creator) {
            return Ok(Err(OpenError::TooMany));
        }
        let tx = self.store.write().await?;
        let (room, new) = rooms::create(&tx, name, Some(creator), self.clock.now()).await?;
        tx.commit().await?;
        if new {
            tracing::info!(room = %name, %creator, "a room was made");
        }
        Ok(Ok(room))
    }

    fn may_make(&self, creator: UserId) -> bool {
        let Some(made) = &self.made else { return true };
        if made.len() >= REMEMBERED {
            made.retain_recent();
        }
        made.check_key(&creator).is_ok()
    }
}

/// The answer that the registry waits for: given even when the look-up panics, or nobody could open this room any more.
struct Answer {
    name: RoomName,
    registry: ActorRef<RegistryMessage>,
    found: Result<Room, OpenError>,
}

impl Answer {
    fn give(mut self, found: Result<Room, OpenError>) {
        self.found = found;
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        let found = std::mem::replace(&mut self.found, Err(OpenError::Unavailable));
        // A dead registry's callers have been told so.
        drop(self.registry.cast(RegistryMessage::Found(self.name.clone(), found)));
    }
}
