//! `ConnectionSupervisor`: keeps an actor behind every socket.
//!
//! A connection's actor is started by whoever opens the door ([`Connections::open`]), in their own task, linked to this
//! supervisor. It keeps no list of them: the live sockets are the list. When an actor crashes, a guard in its state says
//! so, and the socket gets another, which rejoins the room where the last one was; when the supervisor itself crashes,
//! ractor kills all of them, and its next incarnation gives every socket a new one. A socket whose actor goes on crashing
//! is closed (3004), and its client comes back.

mod admission;
mod admitted;
mod door;
mod handle;
mod limit;
mod message;
mod refusal;

use std::sync::Arc;

use ractor::{Actor, ActorCell, ActorId, ActorProcessingErr, ActorRef, SupervisionEvent};
use tokio::time::Instant;
use wire::CloseReason;

pub use admission::{Admission, Credential, NotAdmitted, Verdict};
pub use admitted::Admitted;
pub use door::Connections;
pub(crate) use handle::Supervisor;
pub use limit::Limit;
pub(crate) use message::SupervisorMessage;
pub use refusal::Refusal;

use crate::connection::{self, Connection, ConnectionActor};
use crate::live::Live;
use crate::supervision::{Budget, Decision};
use crate::{Metrics, metrics};

/// Keeps an actor behind every socket.
pub(crate) struct ConnectionSupervisor;

/// What a `ConnectionSupervisor` is made of, and all it knows.
pub(crate) struct State {
    pub(crate) live: Live,
    pub(crate) metrics: Metrics,
}

#[ractor::actor(message = SupervisorMessage, state = State, arguments = State)]
impl ConnectionSupervisor {
    async fn pre_start(
        &self,
        _myself: ActorRef<SupervisorMessage>,
        arguments: State,
    ) -> Result<State, ActorProcessingErr> {
        Ok(arguments)
    }

    #[ractor::message(SupervisorMessage::Survey)]
    async fn survey(&self, myself: ActorRef<SupervisorMessage>, state: &mut State) {
        // One that dies after this look tells this incarnation, which is known already.
        for connection in state.live.all() {
            if connection.has_lost_its_actor() {
                state.revive(connection, &myself).await;
            }
        }
    }

    #[ractor::message(SupervisorMessage::Lost(connection, actor))]
    fn lost(
        &self,
        myself: ActorRef<SupervisorMessage>,
        connection: Arc<Connection>,
        actor: ActorId,
        state: &mut State,
    ) {
        if connection.is_gone() || !connection.is_actor(actor) {
            return;
        }
        let decision = connection.crashes.lock().count(Instant::now(), &Budget::ONE_OF_MANY);
        match decision {
            Decision::RestartIn(wait) => {
                let actor = metrics::Actor { actor: "connection" };
                state.metrics.actor_restarts.get_or_create(&actor).inc();
                myself.send_after(wait, || SupervisorMessage::Revive(connection));
            }
            Decision::GiveUp => connection.outbox.close(CloseReason::Internal),
        }
    }

    #[ractor::message(SupervisorMessage::Revive(connection))]
    async fn revived(
        &self,
        myself: ActorRef<SupervisorMessage>,
        connection: Arc<Connection>,
        state: &mut State,
    ) {
        if connection.has_lost_its_actor() {
            state.revive(connection, &myself).await;
        }
    }

    #[cfg(feature = "testing")]
    #[expect(clippy::panic, reason = "a test asked for it")]
    #[ractor::message(SupervisorMessage::Crash)]
    fn crash(&self) {
        panic!("a test made the connection supervisor crash");
    }

    #[ractor::supervision(SupervisionEvent::ActorFailed(actor, error))]
    fn connection_failed(&self, actor: ActorCell, error: ActorProcessingErr) {
        // What is to be done about it, the guard in its state says.
        tracing::error!(actor = %actor.get_id(), %error, "a connection crashed");
    }

    #[ractor::supervision(SupervisionEvent::ActorTerminated(_, _, _))]
    fn connection_ended(&self) {
        // Its socket is no more. (Left out, this would end the supervisor: the library's default.)
    }
}

impl State {
    /// Gives the connection another actor.
    async fn revive(&self, connection: Arc<Connection>, myself: &ActorRef<SupervisorMessage>) {
        let arguments = connection::Arguments::Revive(Arc::clone(&connection));
        let cell = myself.get_cell();
        match ConnectionActor::spawn_linked(None, ConnectionActor, arguments, cell).await {
            Ok(_) => connection.start(),
            Err(error) => {
                tracing::error!(connection = %connection.id, %error, "a connection didn't revive");
                connection.outbox.close(CloseReason::Internal);
            }
        }
    }
}
