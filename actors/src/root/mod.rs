//! `Root`: starts the others in order, starts them again when they crash, and stops them in order.
//!
//! Everything that must outlive a crash is in its [`Tables`]: the revocation index, the directory, the live sockets, the
//! people at hand, and the slots in which handles find the present incarnations. A child that crashes is started again, at
//! once the first time, then later and later; one that goes on crashing is given up, and the tree with it: whoever runs
//! the process ([`Tree::ended`](crate::Tree::ended)) had better begin anew.

mod child;
mod drain;
mod message;
mod spawn;
mod stop;
mod tables;

use std::collections::HashMap;
use std::sync::Arc;

use ractor::{
    ActorCell, ActorId, ActorProcessingErr, ActorRef, RpcReplyPort, SpawnErr, SupervisionEvent,
};
use tokio::time::Instant;

pub(crate) use child::Child;
pub(crate) use message::RootMessage;
pub(crate) use tables::Tables;

use crate::metrics;
use crate::supervision::{Budget, Crashes, Decision};

/// Starts the others, and watches over them.
pub(crate) struct Root;

/// What `Root` knows.
pub(crate) struct State {
    tables: Arc<Tables>,
    running: HashMap<Child, ActorCell>,
    crashes: HashMap<Child, Crashes>,
}

/// One of the others didn't start.
#[derive(Debug, thiserror::Error)]
#[error("{} didn't start: {error}", child.label())]
pub(crate) struct NotStarted {
    pub(crate) child: Child,
    pub(crate) error: SpawnErr,
}

#[ractor::actor(message = RootMessage, state = State, arguments = Arc<Tables>)]
impl Root {
    async fn pre_start(
        &self,
        myself: ActorRef<RootMessage>,
        tables: Arc<Tables>,
    ) -> Result<State, ActorProcessingErr> {
        let mut state = State { tables, running: HashMap::new(), crashes: HashMap::new() };
        for child in Child::ALL {
            state.spawn(child, &myself).await.map_err(|error| NotStarted { child, error })?;
        }
        Ok(state)
    }

    #[ractor::message(RootMessage::Restart(child))]
    async fn restart(&self, myself: ActorRef<RootMessage>, child: Child, state: &mut State) {
        if let Err(error) = state.spawn(child, &myself).await {
            tracing::error!(actor = child.label(), %error, "an actor didn't start");
            state.crashed(child, &myself);
        }
    }

    #[ractor::message(RootMessage::Stop(deadline, reply))]
    async fn stop(
        &self,
        myself: ActorRef<RootMessage>,
        deadline: Instant,
        reply: RpcReplyPort<()>,
        state: &mut State,
    ) {
        state.stop(deadline).await;
        // Whoever asked may have lost patience.
        let _ = reply.send(());
        myself.stop(None);
    }

    #[ractor::supervision(SupervisionEvent::ActorFailed(actor, error))]
    fn child_failed(
        &self,
        myself: ActorRef<RootMessage>,
        actor: ActorCell,
        error: ActorProcessingErr,
        state: &mut State,
    ) {
        if let Some(child) = state.forget(actor.get_id()) {
            tracing::error!(actor = child.label(), %error, "an actor crashed");
            state.crashed(child, &myself);
        }
    }

    #[ractor::supervision(SupervisionEvent::ActorTerminated(actor, _, reason))]
    fn child_ended(
        &self,
        myself: ActorRef<RootMessage>,
        actor: ActorCell,
        reason: Option<String>,
        state: &mut State,
    ) {
        // One that was stopped has been forgotten before.
        if let Some(child) = state.forget(actor.get_id()) {
            tracing::error!(actor = child.label(), ?reason, "an actor ended unasked");
            state.crashed(child, &myself);
        }
    }
}

impl State {
    async fn spawn(
        &mut self,
        child: Child,
        myself: &ActorRef<RootMessage>,
    ) -> Result<(), SpawnErr> {
        let cell = spawn::spawn(child, &self.tables, myself.get_cell()).await?;
        self.running.insert(child, cell);
        Ok(())
    }

    /// An actor has ended: which child it was, if it is the present one.
    fn forget(&mut self, actor: ActorId) -> Option<Child> {
        let found = self.running.iter().find(|(_, cell)| cell.get_id() == actor);
        let child = *found?.0;
        self.running.remove(&child);
        Some(child)
    }

    /// A child has crashed: starts another, at once or in a while, or gives up.
    fn crashed(&mut self, child: Child, myself: &ActorRef<RootMessage>) {
        let crashes = self.crashes.entry(child).or_default();
        match crashes.count(Instant::now(), &Budget::SINGLE) {
            Decision::RestartIn(wait) => {
                let actor = metrics::Actor { actor: child.label() };
                self.tables.metrics.actor_restarts.get_or_create(&actor).inc();
                myself.send_after(wait, move || RootMessage::Restart(child));
            }
            Decision::GiveUp => {
                tracing::error!(actor = child.label(), "an actor crashed too often; giving up");
                myself.stop(Some(format!("{} crashed too often", child.label())));
            }
        }
    }
}
