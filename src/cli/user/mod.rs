//! `parlour user …`: a file a subcommand.

mod add;
mod list;
mod password;
mod person;
mod role;
mod show;
mod standing;
mod who;

use std::io::Write;

use clap::Subcommand;

use self::standing::Change;
pub use self::who::Who;
use super::{CliError, parts};
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make an account. Its password is asked for on a terminal, else it is the first line of standard input.
    Add(add::Add),
    /// List the accounts, in the order of their ids.
    List(list::List),
    /// Show one account.
    Show(show::Show),
    /// Take an account's address for verified, as its letter's link would have.
    Activate(Who),
    /// Shut an account: its sessions end and its sockets close, beside a running server within two seconds.
    Disable(Who),
    /// Open a shut account again. Its ended sessions stay ended.
    Enable(Who),
    /// Give an account another password, asked for as `user add` does. Its sessions end.
    Password(Who),
    /// Say what somebody represents, or that they administer the server.
    Role(role::SetRole),
}

impl UserCommand {
    pub fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
        // Asked for before anything is opened, so that nothing stands open while somebody thinks.
        parts::wait(async {
            match self {
                Self::Add(add) => add.run(config, out).await,
                Self::List(list) => list.run(config, out).await,
                Self::Show(show) => show.run(config, out).await,
                Self::Activate(who) => standing::run(&who, Change::Activate, config, out).await,
                Self::Disable(who) => standing::run(&who, Change::Disable, config, out).await,
                Self::Enable(who) => standing::run(&who, Change::Enable, config, out).await,
                Self::Password(who) => password::run(&who, config, out).await,
                Self::Role(role) => role.run(config, out).await,
            }
        })?
    }
}
