//! The parts of the program that a command needs without a server.

use std::sync::Arc;

use accounts::{Accounts, AdminError};
use domain::{Clock, Entropy, OsEntropy, SystemClock};
use prometheus_client::registry::Registry;
use store::Store;
use tokio_util::task::TaskTracker;

use super::CliError;
use crate::config::Config;
use crate::http::Public;

/// Runs `command` to its end on this thread.
pub fn wait<T>(command: impl Future<Output = T>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(command))
}

/// Opens the store, beside a running server or on a fresh folder.
pub async fn open_store(config: &Config) -> Result<Store, CliError> {
    let (clock, entropy) = world();
    // Counted into nothing: a command is gone before anybody could ask.
    let metrics = store::Metrics::register(&mut Registry::default());
    let data_dir = &config.server.data_dir;
    let opened = Store::open_beside(&config.database, data_dir, clock, entropy, metrics).await;
    opened.map_err(CliError::failed)
}

/// The front desk: accounts, and the store they stand in.
pub struct Desk {
    /// Where people are looked up.
    pub store: Store,
    /// What is done to them.
    pub accounts: Accounts,
    tracker: TaskTracker,
}

impl Desk {
    /// Opens both, beside a running server or on a fresh folder.
    pub async fn open(config: &Config) -> Result<Self, CliError> {
        let store = open_store(config).await?;
        let (clock, entropy) = world();
        let public = Public::of(&config.server, config.server.listen).ok_or_else(|| {
            CliError::Failed("server.public_url can't be made out; set it".into())
        })?;
        // Nobody is let in here, so that nothing needs to be known of what was ended.
        let (_, revocations) = accounts::revocation::pair();
        let tracker = TaskTracker::new();
        let parts = accounts::Parts {
            store: store.clone(),
            clock,
            entropy,
            data_dir: config.server.data_dir.clone(),
            tokens: config.tokens.clone(),
            passwords: config.passwords.clone(),
            accounts: config.accounts.clone(),
            public_url: public.url,
            frontend_url: public.frontend,
            revocations,
            metrics: accounts::Metrics::register(&mut Registry::default()),
            tracker: tracker.clone(),
        };
        let accounts = Accounts::start(parts).await.map_err(CliError::failed)?;
        Ok(Self { store, accounts, tracker })
    }

    /// Waits for what is still under way, and closes the store.
    pub async fn close(self) {
        drop(self.accounts);
        self.tracker.close();
        self.tracker.wait().await;
        self.store.close().await;
    }
}

fn world() -> (Arc<dyn Clock>, Arc<dyn Entropy>) {
    (Arc::new(SystemClock), Arc::new(OsEntropy))
}

/// What an administrator is told of `error`: what they typed wrong in words, a line each.
pub fn refused(error: AdminError) -> CliError {
    match error {
        AdminError::Invalid(errors) => {
            let of_field = |(field, messages): (&str, &[String])| {
                messages.iter().map(|words| format!("{field}: {words}")).collect::<Vec<_>>()
            };
            let lines: Vec<_> = errors.iter().flat_map(of_field).collect();
            CliError::Failed(lines.join("\n"))
        }
        other => CliError::failed(other),
    }
}
