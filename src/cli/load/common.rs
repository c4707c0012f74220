//! What every scenario is told.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use domain::{Entropy, OsEntropy, RoomName, SystemClock};
use load::record::Recording;
use load::{Counts, Process, Setup, Target};

use super::tokens;
use crate::cli::CliError;
use crate::config::Config;

/// The flags of every scenario.
#[derive(Debug, Args)]
pub struct Common {
    /// The server, as http://HOST:PORT; without it, where the configuration listens.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Load a server that isn't on this machine. Only where whoever runs it has agreed.
    #[arg(long)]
    i_may_load_this_host: bool,
    /// A file of access tokens, one a line; clients take turns with them.
    #[arg(long, value_name = "FILE", conflicts_with = "user")]
    tokens: Option<PathBuf>,
    /// Whom to make tokens for, by id, address or username, beside the server's data folder. Several may be named.
    #[arg(long, value_name = "PERSON")]
    user: Vec<String>,
    /// What the names of the rooms begin with. Nobody else should be in them. Without it, a name that is new each time.
    #[arg(long, value_name = "NAME")]
    rooms_named: Option<RoomName>,
    /// From how many addresses of 127.0.0.0/8 to come at least; one has ports for some 28,000 sockets, and more are taken
    /// by themselves past 20,000.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=200))]
    sources: u8,
    /// The server's process, whose CPU and memory are to be measured.
    #[arg(long, value_name = "PID")]
    pid: Option<u32>,
    /// Print the report as one line of JSON.
    #[arg(long)]
    pub json: bool,
    /// Write down what every client sees, and check it at the end against the rooms' logs, which are read from the data
    /// folder. Costs the clients much: figures of such a run are those of the clients.
    #[arg(long)]
    pub check: bool,
    /// Keep what every client sees in this file; `parlour load check` checks it.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
}

impl Common {
    /// What the run needs, for `sockets` at once and about `duration`.
    pub async fn setup(
        &self,
        (sockets, duration): (usize, Duration),
        recording: Option<Arc<Recording>>,
        guests: bool,
        config: &Config,
    ) -> Result<Setup, CliError> {
        let listening = || format!("http://{}", config.server.listen);
        let url = self.url.clone().unwrap_or_else(listening);
        let target = Target::resolve(&url, self.i_may_load_this_host).map_err(|error| {
            let consent = matches!(error, load::LoadError::NotLoopback { .. });
            let hint = if consent { "; --i-may-load-this-host says that there is" } else { "" };
            CliError::Usage(format!("{error}{hint}"))
        })?;
        let tokens = match (&self.tokens, guests) {
            (Some(path), _) => Some(tokens::of_file(path)?),
            (None, _) if !self.user.is_empty() => {
                Some(tokens::minted(&self.user, duration, config).await?)
            }
            (None, true) => None,
            (None, false) => {
                return Err(CliError::Usage(
                    "who is to come? name people (--user), or give their tokens (--tokens)".into(),
                ));
            }
        };
        let server = self.pid.map(Process::observe).transpose().map_err(CliError::failed)?;
        Ok(Setup {
            target: target.for_sockets(sockets, self.sources),
            tokens,
            rooms: self.rooms()?,
            server,
            recording,
            clock: Arc::new(SystemClock),
            counts: Rc::new(Counts::default()),
        })
    }

    fn rooms(&self) -> Result<RoomName, CliError> {
        if let Some(name) = &self.rooms_named {
            return Ok(name.clone());
        }
        let number = u32::from_le_bytes(<dyn Entropy>::bytes(&OsEntropy));
        let name = format!("load-{number:08x}");
        name.parse().map_err(CliError::failed)
    }
}
