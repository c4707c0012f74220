//! Starting one of Root's children: out of the tables, into its slot.

use std::sync::Arc;

use ractor::{Actor, ActorCell, Message, SpawnErr};

use super::{Child, Tables};
use crate::auth::{self, AuthActor};
use crate::connections::{self, ConnectionSupervisor, SupervisorMessage};
use crate::log_writer::{self, LogWriter};
use crate::mailer::{self, MailerActor};
use crate::registry::{self, RegistryMessage, RoomRegistry};
use crate::slot::Slot;
use crate::sweeper::{self, SweeperActor};

/// Starts an incarnation of `child` and makes it known.
pub(super) async fn spawn(
    child: Child,
    tables: &Tables,
    root: ActorCell,
) -> Result<ActorCell, SpawnErr> {
    let Tables { store, accounts, clock, tracker, metrics, .. } = tables;
    match child {
        Child::LogWriter => {
            let arguments = log_writer::Arguments {
                store: store.clone(),
                tracker: tracker.clone(),
                metrics: metrics.clone(),
            };
            start(LogWriter, arguments, tables.log.slot(), root).await
        }
        Child::Auth => {
            let arguments = auth::Arguments {
                store: store.clone(),
                accounts: accounts.clone(),
                clock: Arc::clone(clock),
                revocations: Arc::clone(&tables.revocations),
                applied: Arc::clone(&tables.applied),
                live: tables.live.clone(),
                people: tables.people.clone(),
                tracker: tracker.clone(),
                metrics: metrics.clone(),
            };
            start(AuthActor, arguments, tables.auth.slot(), root).await
        }
        Child::Mailer => {
            let arguments = mailer::Arguments {
                delivery: Arc::clone(&tables.delivery),
                mailer: tables.mailer.clone(),
                tracker: tracker.clone(),
            };
            start(MailerActor, arguments, tables.mailer.slot(), root).await
        }
        Child::Sweeper => {
            let arguments = sweeper::State {
                store: store.clone(),
                clock: Arc::clone(clock),
                ages: tables.ages,
                retention: tables.rooms.retention(),
                next_room: None,
                registry: tables.registry.clone(),
                metrics: metrics.clone(),
            };
            start(SweeperActor, arguments, tables.sweeper.slot(), root).await
        }
        Child::Registry => {
            let arguments = registry::Arguments {
                directory: Arc::clone(&tables.directory),
                registry: tables.registry.clone(),
                store: store.clone(),
                clock: Arc::clone(clock),
                config: tables.rooms.clone(),
                tracker: tracker.clone(),
                metrics: metrics.clone(),
            };
            let slot = tables.registry.slot();
            let cell = start(RoomRegistry, arguments, slot, root).await?;
            drop(slot.cast(RegistryMessage::BringBack));
            Ok(cell)
        }
        Child::Connections => {
            let arguments =
                connections::State { live: tables.live.clone(), metrics: metrics.clone() };
            let slot = tables.supervisor.slot();
            let cell = start(ConnectionSupervisor, arguments, slot, root).await?;
            drop(slot.cast(SupervisorMessage::Survey));
            Ok(cell)
        }
    }
}

async fn start<A, M>(
    actor: A,
    arguments: A::Arguments,
    slot: &Slot<M>,
    root: ActorCell,
) -> Result<ActorCell, SpawnErr>
where
    A: Actor<Msg = M>,
    M: Message,
{
    let (started, _) = A::spawn_linked(None, actor, arguments, root).await?;
    let cell = started.get_cell();
    slot.fill(started);
    Ok(cell)
}
