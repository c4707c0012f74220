//! The handle of everything.

use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorRef, SpawnErr};
use store::system;
use tokio::time::Instant;

use crate::auth::Auth;
use crate::connections::Connections;
use crate::mailer::Mailer;
use crate::people::People;
use crate::registry::Registry;
use crate::root::{NotStarted, Root, RootMessage, Tables};
use crate::{Parts, StartError};

/// How long the answer to a stop may come after the deadline: closing what is left takes a moment for each actor.
const GRACE: Duration = Duration::from_secs(2);

/// The handle of everything. Cheap to clone. Dropping it stops nothing: [`Tree::stop`] does.
#[derive(Clone)]
pub struct Tree {
    root: ActorRef<RootMessage>,
    pub(crate) tables: Arc<Tables>,
}

/// Starts a tree. When this returns, everything that was ended before is known, and sockets may come.
///
/// # Errors
///
/// When a part of it can't start; then nothing is left running.
pub async fn start(parts: Parts) -> Result<Tree, StartError> {
    let tables = Arc::new(Tables::new(parts).await?);
    let (root, _) = match Root::spawn(None, Root, Arc::clone(&tables)).await {
        Ok(started) => started,
        Err(error) => return Err(not_started(error)),
    };
    let tree = Tree { root, tables };
    match tree.know_what_was_ended().await {
        Ok(()) => Ok(tree),
        Err(error) => {
            tree.stop(Duration::ZERO).await;
            Err(error)
        }
    }
}

fn not_started(error: SpawnErr) -> StartError {
    match error {
        SpawnErr::StartupFailed(error) => match error.downcast::<NotStarted>() {
            Ok(failed) => {
                StartError::Actor { actor: failed.child.label(), reason: failed.error.to_string() }
            }
            Err(error) => StartError::Actor { actor: "root", reason: error.to_string() },
        },
        error => StartError::Actor { actor: "root", reason: error.to_string() },
    }
}

impl Tree {
    async fn know_what_was_ended(&self) -> Result<(), StartError> {
        let head = system::head(self.tables.store().reader()).await;
        let head = head.map_err(StartError::Revocations)?;
        self.tables
            .auth
            .caught_up(head)
            .await
            .map_err(|error| StartError::Actor { actor: "auth", reason: error.to_string() })
    }

    /// Follows what ends sessions and people.
    #[must_use]
    pub fn auth(&self) -> &Auth {
        &self.tables.auth
    }

    /// Sends letters.
    #[must_use]
    pub fn mailer(&self) -> &Mailer {
        &self.tables.mailer
    }

    /// Lets sockets in.
    #[must_use]
    pub fn connections(&self) -> &Connections {
        &self.tables.connections
    }

    /// Opens rooms.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.tables.registry
    }

    /// Knows people.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.tables.people
    }

    /// Stops everything in order, within `deadline`: no new sockets; what clients asked for is stored and answered; their
    /// outboxes are written and the sockets closed 3001; then rooms, auth, mailer, sweeper, the log writer. What is left
    /// at the deadline is cut off. The tasks of the tracker and the store are the caller's to wait for and to close.
    pub async fn stop(&self, deadline: Duration) {
        let at = Instant::now() + deadline;
        let asked = self.root.call(|reply| RootMessage::Stop(at, reply), Some(deadline + GRACE));
        if asked.await.is_err() {
            tracing::warn!("the tree had ended before it was stopped");
        }
        self.root.stop(None);
        if self.root.wait(Some(GRACE)).await.is_err() {
            self.root.kill();
        }
    }

    /// Waits until the tree has ended: stopped, or given up because an actor went on crashing. After that nothing works.
    pub async fn ended(&self) {
        // Without a limit it can't time out.
        let _ = self.root.wait(None).await;
    }
}
