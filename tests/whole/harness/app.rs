//! A server in this process: its own folder, its own port, its own time.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use domain::{ManualClock, OsEntropy, Timestamp};
use parlour::config::Config;
use parlour::server::{Server, World};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::door::Door;
use super::wait::within;

/// The moment at which every test begins: 2026-03-01T12:00:00Z.
pub const BEGINNING: Timestamp = Timestamp::from_secs(1_772_366_400);

/// A server of a test's own. Its clock stands still until the test moves it.
pub struct App {
    pub clock: Arc<ManualClock>,
    pub server: Server,
    door: Door,
    config: Config,
    // Last: the folder goes when everything that uses it has gone.
    folder: TempDir,
}

impl App {
    /// A server as it is out of the box.
    pub async fn start() -> Self {
        Self::with(|_| ()).await
    }

    /// A server with other settings.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.server.data_dir = folder.path().join("data");
        change(&mut config);
        Self::begin(config, Arc::new(ManualClock::new(BEGINNING)), folder).await
    }

    async fn begin(config: Config, clock: Arc<ManualClock>, folder: TempDir) -> Self {
        // The program installs it in `main`; the first test here does.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let metrics = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let world = World { clock: clock.clone(), entropy: Arc::new(OsEntropy) };
        let started = Server::start(config.clone(), world, listener, metrics);
        let server = within("the start", started).await.unwrap();
        let door = Door {
            addr: server.addr(),
            metrics: server.metrics_addr(),
            data_dir: config.server.data_dir.clone(),
        };
        Self { clock, server, door, config, folder }
    }

    /// Moves the time of day.
    pub fn later(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Stops in order.
    pub async fn stop(self) {
        within("the stop", self.server.stop(Duration::from_secs(10))).await;
    }

    /// Stops in order and starts again on the same folder.
    pub async fn restart(self) -> Self {
        let Self { clock, server, config, folder, .. } = self;
        within("the stop", server.stop(Duration::from_secs(10))).await;
        Self::begin(config, clock, folder).await
    }
}

impl Deref for App {
    type Target = Door;

    fn deref(&self) -> &Door {
        &self.door
    }
}
