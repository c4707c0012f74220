//! `AuthActor`: makes true at once what the system room says.
//!
//! Whoever ends something (a logout, a disabling, new keys) appends to the system room in the transaction that makes it
//! true. This actor follows that room's log like a member. For each entry it writes the revocation index, of which it is
//! the one writer, and *then* closes the live sockets; a connection that comes in attaches to the live sockets and *then*
//! asks the index: one of the two always sees the other. How far it has come outlives it, with the index: a new
//! incarnation goes on from there.
//!
//! What this process appends it hears of at once; what another does (the command line) it finds by polling.

mod apply;
mod handle;
mod message;

use std::sync::Arc;
use std::time::Duration;

use accounts::Accounts;
use accounts::revocation::RevocationWriter;
use domain::{Clock, Seq};
use ractor::{ActorProcessingErr, ActorRef};
use store::{Store, StoreError, system};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

pub use handle::Auth;
pub(crate) use message::AuthMessage;

use crate::Metrics;
use crate::live::Live;
use crate::people::People;

/// How often it looks for what another process appended.
const POLL: Duration = Duration::from_secs(2);
/// How often it forgets what no living token can name any more.
const PRUNE: Duration = Duration::from_mins(1);
/// How many entries it reads at once.
const PAGE: u32 = 256;

/// Makes true at once what the system room says.
pub(crate) struct AuthActor;

/// What an `AuthActor` is made of.
pub(crate) struct Arguments {
    pub(crate) store: Store,
    pub(crate) accounts: Accounts,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) revocations: Arc<RevocationWriter>,
    /// How far it has come.
    pub(crate) applied: Arc<watch::Sender<Seq>>,
    pub(crate) live: Live,
    pub(crate) people: People,
    pub(crate) tracker: TaskTracker,
    pub(crate) metrics: Metrics,
}

/// What an `AuthActor` knows.
pub(crate) struct State {
    parts: Arguments,
    pruned_at: Instant,
    /// Whether the keys changed and couldn't be read yet.
    keys_are_old: bool,
    /// Ends with this state.
    _follower: AbortOnDropHandle<()>,
}

#[ractor::actor(message = AuthMessage, state = State, arguments = Arguments)]
impl AuthActor {
    async fn pre_start(
        &self,
        myself: ActorRef<AuthMessage>,
        parts: Arguments,
    ) -> Result<State, ActorProcessingErr> {
        let follow = follow(parts.store.system_head(), myself);
        let follower = AbortOnDropHandle::new(parts.tracker.spawn(follow));
        Ok(State { parts, pruned_at: Instant::now(), keys_are_old: false, _follower: follower })
    }

    #[ractor::message(AuthMessage::Appended(seq))]
    async fn appended(&self, seq: Seq, state: &mut State) {
        if *state.parts.applied.borrow() < seq {
            state.catch_up().await;
        }
        state.prune();
    }

    #[ractor::message(AuthMessage::Poll)]
    async fn poll(&self, state: &mut State) {
        state.catch_up().await;
        if state.keys_are_old {
            state.reload_keys().await;
        }
        state.prune();
    }

    #[cfg(feature = "testing")]
    #[expect(clippy::panic, reason = "a test asked for it")]
    #[ractor::message(AuthMessage::Crash)]
    fn crash(&self) {
        panic!("a test made the auth actor crash");
    }
}

impl State {
    /// Acts on everything that the system room says by now. What can't be read is read at the next look.
    async fn catch_up(&mut self) {
        if let Err(error) = self.read_on().await {
            tracing::error!(%error, "the system room can't be read; what was ended may still count");
        }
        let (head, at) = (*self.parts.store.system_head().borrow(), *self.parts.applied.borrow());
        let behind = i64::try_from(head.get().saturating_sub(at.get())).unwrap_or(i64::MAX);
        self.parts.metrics.revocations_behind.set(behind);
    }

    async fn read_on(&mut self) -> Result<(), StoreError> {
        loop {
            let at = *self.parts.applied.borrow();
            let events = system::after(self.parts.store.reader(), at, PAGE).await?;
            let Some(last) = events.last().map(|event| event.seq) else { return Ok(()) };
            for event in &events {
                self.apply(event);
            }
            if self.keys_are_old {
                self.reload_keys().await;
            }
            self.parts.applied.send_replace(last);
        }
    }

    /// Forgets what no living token can name any more, now and then.
    fn prune(&mut self) {
        if self.pruned_at.elapsed() >= PRUNE {
            self.pruned_at = Instant::now();
            let tokens = self.parts.accounts.tokens();
            let horizon = tokens.max_ttl.saturating_add(tokens.leeway);
            self.parts.revocations.prune(self.parts.clock.now(), horizon);
        }
    }

    async fn reload_keys(&mut self) {
        match self.parts.accounts.reload_keys().await {
            Ok(()) => self.keys_are_old = false,
            Err(error) => tracing::error!(%error, "the signing keys changed and can't be read"),
        }
    }
}

/// Tells the actor when there is something to look at.
async fn follow(mut head: watch::Receiver<Seq>, actor: ActorRef<AuthMessage>) {
    // Whatever was appended before this incarnation.
    let mut told = actor.cast(AuthMessage::Poll);
    while told.is_ok() {
        told = match tokio::time::timeout(POLL, head.changed()).await {
            Ok(Ok(())) => actor.cast(AuthMessage::Appended(*head.borrow_and_update())),
            // The store is closed: nothing will be appended, and nothing can be read.
            Ok(Err(_)) => return,
            Err(_) => actor.cast(AuthMessage::Poll),
        };
    }
}
