//! `parlour serve`: start, say where, wait for the word to stop, stop in order.

mod banner;
pub mod limits;
mod listen;
mod signals;

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use domain::{OsEntropy, SystemClock};

use self::signals::Signals;
use super::{CliError, load};
use crate::config::{Config, Sources};
use crate::server::{Server, World};
use crate::telemetry::logs;

const AFTER_HELP: &str = "\
Makes the data folder, its database and its keys when they aren't there, brings the schema up to date (unless \
database.migrate = false), listens, and says on standard output where. The log goes to standard error.

SIGTERM or Ctrl-C stops it in order: no new sockets, everything accepted is stored and answered, sockets are closed so \
that their clients come back, at most for shutdown.deadline. A second signal stops it at once.";

#[derive(Debug, Default, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Serve {
    /// The address and port to listen on, such as 0.0.0.0:8080; covers `server.listen`. Port 0: whichever is free.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub fn run(self, sources: Sources, out: &mut dyn Write) -> Result<(), CliError> {
        let listen = self.listen.map(|address| address.to_string());
        let loaded = load(sources.flag("--listen", "server.listen", listen))?;
        logs::start(&loaded.config.log).map_err(CliError::failed)?;
        for warning in loaded.warnings() {
            tracing::warn!("{warning}");
        }
        limits::raise_open_files();
        install_crypto()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let served = runtime.block_on(serve(loaded.config, out));
        // A task that overstayed the deadline must not keep the process; what it had accepted is stored or unanswered.
        runtime.shutdown_background();
        served
    }
}

/// One TLS and crypto provider for all: whoever speaks TLS here, mail and database, takes it from the process.
fn install_crypto() -> Result<(), CliError> {
    let installed = rustls::crypto::aws_lc_rs::default_provider().install_default();
    installed.map_err(|_| CliError::Failed("this process has a crypto provider already".into()))
}

async fn serve(config: Config, out: &mut dyn Write) -> Result<(), CliError> {
    let mut signals = Signals::listen()?;
    let listener = listen::on(config.server.listen, "server.listen")?;
    let metrics = listen::on(config.metrics.listen, "metrics.listen")?;
    let (deadline, data_dir) = (config.shutdown.deadline, config.server.data_dir.clone());
    let world = World { clock: Arc::new(SystemClock), entropy: Arc::new(OsEntropy) };
    let server = Server::start(config, world, listener, metrics).await.map_err(CliError::failed)?;
    banner::print(&server, &data_dir, out)?;

    let ended = tokio::select! {
        signal = signals.next() => {
            tracing::info!(signal, ?deadline, "stopping; a second signal stops at once");
            Ok(())
        }
        () = server.ended() => {
            Err(CliError::Failed("an actor went on crashing and was given up; the log says which".into()))
        }
    };
    tokio::select! {
        () = server.stop(deadline) => {
            tracing::info!("stopped");
            ended
        }
        signal = signals.next() => {
            Err(CliError::Failed(format!("stopped at once by a second signal ({signal})")))
        }
    }
}
