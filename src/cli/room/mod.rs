//! `parlour room …`: a file a subcommand.

mod export;
mod retention;
mod table;
mod which;

use std::io::Write;

use clap::Subcommand;

pub use self::export::write_json;
pub use self::which::Which;
use super::{CliError, parts};
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum RoomCommand {
    /// Write everything that is in a room's log, oldest first.
    Export(export::Export),
    /// Show how long a room keeps what happened in it, or say so.
    Retention(retention::SetRetention),
}

impl RoomCommand {
    pub fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
        parts::wait(async {
            match self {
                Self::Export(export) => export.run(config, out).await,
                Self::Retention(retention) => retention.run(config, out).await,
            }
        })?
    }
}
