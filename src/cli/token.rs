//! `parlour token …`.

use std::io::Write;
use std::time::Duration;

use accounts::MintError;
use clap::{Args, Subcommand};
use secrecy::ExposeSecret;

use super::CliError;
use super::parts::{self, Desk};
use super::user::Who;
use crate::config::Config;

/// How many tokens are signed at once, so that any number can be written without being held.
const BATCH: usize = 1000;

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make access tokens without a session, one a line. They live until they expire, or until the person is disabled.
    Mint(Mint),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Whoever has such a token is that person until it expires. Nobody can sign it out."
)]
pub struct Mint {
    /// Whose: id, e-mail address or username.
    #[arg(long, value_name = "PERSON")]
    user: String,
    /// How many.
    #[arg(long, default_value_t = 1, value_name = "N")]
    count: usize,
    /// How long each lives, such as 90s, 15m or 1h; at most `tokens.max_ttl`.
    #[arg(long, default_value = "1h", value_parser = humantime::parse_duration, value_name = "DURATION")]
    ttl: Duration,
}

impl TokenCommand {
    pub fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
        let Self::Mint(mint) = self;
        parts::wait(mint.run(config, out))?
    }
}

impl Mint {
    async fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
        let desk = Desk::open(config).await?;
        let person = Who::new(self.user).find(&desk.store).await?;
        let mut left = self.count;
        while left > 0 {
            let batch = left.min(BATCH);
            let minted = desk.accounts.mint(person.id, self.ttl, batch).await.map_err(refused)?;
            for token in minted {
                writeln!(out, "{}", token.expose_secret())?;
            }
            left -= batch;
        }
        desk.close().await;
        Ok(())
    }
}

fn refused(error: MintError) -> CliError {
    match error {
        MintError::Lifetime { .. } => CliError::Usage(error.to_string()),
        other => CliError::failed(other),
    }
}
