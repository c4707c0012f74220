//! What stands behind the doors, from the ground up: the store, accounts on it, the actor tree on both.

use std::sync::Arc;

use accounts::Accounts;
use actors::Tree;
use prometheus_client::registry::Registry;
use store::Store;
use tokio_util::task::TaskTracker;

use super::{StartError, World};
use crate::config::Config;
use crate::http::Public;

/// What stands behind the doors.
pub(super) struct Parts {
    /// What is remembered.
    pub(super) store: Store,
    /// Who someone is.
    pub(super) accounts: Accounts,
    /// Who does the work.
    pub(super) tree: Tree,
}

impl Parts {
    /// Starts them, each on what stands below it.
    pub(super) async fn start(
        config: &Config,
        world: &World,
        public: &Public,
        registry: &mut Registry,
        tracker: &TaskTracker,
    ) -> Result<Self, StartError> {
        let data_dir = &config.server.data_dir;
        let store = Store::open(
            &config.database,
            data_dir,
            Arc::clone(&world.clock),
            Arc::clone(&world.entropy),
            store::Metrics::register(registry),
        )
        .await?;
        let (writer, revocations) = accounts::revocation::pair();
        let accounts = Accounts::start(accounts::Parts {
            store: store.clone(),
            clock: Arc::clone(&world.clock),
            entropy: Arc::clone(&world.entropy),
            data_dir: data_dir.clone(),
            tokens: config.tokens.clone(),
            passwords: config.passwords.clone(),
            accounts: config.accounts.clone(),
            public_url: public.url.clone(),
            frontend_url: public.frontend.clone(),
            revocations,
            metrics: accounts::Metrics::register(registry),
            tracker: tracker.clone(),
        })
        .await?;
        let tree = actors::start(actors::Parts {
            store: store.clone(),
            accounts: accounts.clone(),
            revocations: writer,
            clock: Arc::clone(&world.clock),
            entropy: Arc::clone(&world.entropy),
            data_dir: data_dir.clone(),
            mail: config.mail.clone(),
            rooms: config.rooms.clone(),
            sockets: config.sockets.clone(),
            http_connections: config.server.connections(),
            reconnects_per_second: config.shutdown.reconnects_per_second,
            metrics: actors::Metrics::register(registry),
            tracker: tracker.clone(),
        })
        .await?;
        Ok(Self { store, accounts, tree })
    }
}
