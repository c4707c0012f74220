//! `SweeperActor`: throws away what nobody needs any more.
//!
//! A slice a message: each is a short transaction of its own, so that a room's commit waits for one of them at most, and a
//! stop too. A full slice is followed by another of the same kind, the last kind by a rest.

mod handle;
mod kind;
mod message;

use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, RoomId};
use ractor::{ActorProcessingErr, ActorRef};
use store::{Retention, Store, StoreError, WriteTransaction, sweep};

pub(crate) use handle::Sweeper;
pub(crate) use kind::Kind;
pub(crate) use message::SweeperMessage;

use crate::Metrics;
use crate::metrics::Swept;
use crate::registry::Registry;

/// The most rows in one slice.
const SLICE: u32 = 500;
/// The rest between two rounds.
const REST: Duration = Duration::from_mins(1);

/// Throws away what nobody needs any more.
pub(crate) struct SweeperActor;

/// What a `SweeperActor` is made of, and all it knows.
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ages: Ages,
    /// How long rooms keep what happened in them that have no rule of their own.
    pub(crate) retention: Retention,
    /// Where the next slice of rooms begins; none: with the first.
    pub(crate) next_room: Option<RoomId>,
    pub(crate) registry: Registry,
    pub(crate) metrics: Metrics,
}

/// The ages that are settings of others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ages {
    /// How long an account waits for its activation (`accounts.activation_ttl`).
    pub(crate) activation: Duration,
    /// The longest that any token counts (`tokens.max_ttl`, and the leeway).
    pub(crate) longest_token: Duration,
}

#[ractor::actor(message = SweeperMessage, state = State, arguments = State)]
impl SweeperActor {
    async fn pre_start(
        &self,
        myself: ActorRef<SweeperMessage>,
        arguments: State,
    ) -> Result<State, ActorProcessingErr> {
        myself.cast(SweeperMessage::Sweep(Kind::FIRST))?;
        Ok(arguments)
    }

    #[ractor::message(SweeperMessage::Sweep(kind))]
    async fn sweep(&self, myself: ActorRef<SweeperMessage>, kind: Kind, state: &mut State) {
        let next = match state.slice(kind).await {
            Ok(More::Yes) => Some(kind),
            Ok(More::No) => kind.next(),
            Err(error) => {
                tracing::warn!(what = kind.label(), %error, "a sweep waits for the store");
                None
            }
        };
        match next {
            // A sweeper that can't reach itself is being stopped.
            Some(kind) => drop(myself.cast(SweeperMessage::Sweep(kind))),
            None => drop(myself.send_after(REST, || SweeperMessage::Sweep(Kind::FIRST))),
        }
    }

    #[cfg(feature = "testing")]
    #[expect(clippy::panic, reason = "a test asked for it")]
    #[ractor::message(SweeperMessage::Crash)]
    fn crash(&self) {
        panic!("a test made the sweeper crash");
    }
}

/// Whether there is more of a kind to sweep in this round.
enum More {
    Yes,
    No,
}

impl State {
    async fn slice(&mut self, kind: Kind) -> Result<More, StoreError> {
        let tx = self.store.write().await?;
        let (deleted, more) = match kind {
            Kind::RoomEvents => return self.rooms_slice(tx).await,
            Kind::Table(table) => {
                let deleted = table.slice(&tx, self.clock.now(), &self.ages, SLICE).await?;
                (deleted, if deleted >= u64::from(SLICE) { More::Yes } else { More::No })
            }
        };
        tx.commit().await?;
        self.count(kind, deleted);
        Ok(more)
    }

    /// What rooms keep no longer goes; live ones hear of it, so that they don't give it to anyone.
    async fn rooms_slice(&mut self, tx: WriteTransaction) -> Result<More, StoreError> {
        let removed = sweep::retention_slice(&tx, self.retention, self.next_room, SLICE).await?;
        tx.commit().await?;
        for (_, name, floor) in &removed.floors {
            if let Some(room) = self.registry.find(name) {
                room.cut(*floor);
            }
        }
        self.count(Kind::RoomEvents, removed.events);
        self.next_room = removed.next;
        Ok(if removed.next.is_some() { More::Yes } else { More::No })
    }

    fn count(&self, kind: Kind, deleted: u64) {
        if deleted > 0 {
            tracing::debug!(what = kind.label(), deleted, "swept");
            let what = Swept { what: kind.label() };
            self.metrics.swept_rows.get_or_create(&what).inc_by(deleted);
        }
    }
}
