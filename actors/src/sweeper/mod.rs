//! `SweeperActor`: throws away what nobody needs any more.
//!
//! A slice a message: each is a short transaction of its own, so that a room's commit waits for one of them at most, and a
//! stop too. A full slice is followed by another of the same kind, the last kind by a rest.

mod handle;
mod kind;
mod message;

use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use ractor::{ActorProcessingErr, ActorRef};
use store::{Store, StoreError};

pub(crate) use handle::Sweeper;
pub(crate) use kind::Kind;
pub(crate) use message::SweeperMessage;

use crate::Metrics;
use crate::metrics::Swept;

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
            Ok(deleted) if deleted >= u64::from(SLICE) => Some(kind),
            Ok(_) => kind.next(),
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

impl State {
    async fn slice(&self, kind: Kind) -> Result<u64, StoreError> {
        let tx = self.store.write().await?;
        let deleted = kind.slice(&tx, self.clock.now(), &self.ages, SLICE).await?;
        tx.commit().await?;
        if deleted > 0 {
            tracing::debug!(what = kind.label(), deleted, "swept");
            let what = Swept { what: kind.label() };
            self.metrics.swept_rows.get_or_create(&what).inc_by(deleted);
        }
        Ok(deleted)
    }
}
