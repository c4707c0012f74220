//! The tokens of a run.

use std::path::Path;
use std::time::Duration;

use load::Tokens;

use crate::cli::CliError;
use crate::cli::parts::Desk;
use crate::cli::user::Who;
use crate::config::Config;

/// For how much longer than the run is meant to take its tokens live: sockets have to be opened and rooms to settle.
const SLACK: Duration = Duration::from_mins(10);

/// The tokens in the file at `path`, one a line.
pub fn of_file(path: &Path) -> Result<Tokens, CliError> {
    let text = std::fs::read_to_string(path)?;
    Tokens::of_lines(&text).map_err(CliError::failed)
}

/// One new token for each of `people`, that outlives a run of `duration`.
pub async fn minted(
    people: &[String],
    duration: Duration,
    config: &Config,
) -> Result<Tokens, CliError> {
    let ttl = duration.saturating_add(SLACK).min(config.tokens.max_ttl);
    let desk = Desk::open(config).await?;
    let mut tokens = Vec::with_capacity(people.len());
    for name in people {
        let person = Who::new(name.clone()).find(&desk.store).await?;
        let minted = desk.accounts.mint(person.id, ttl, 1).await.map_err(CliError::failed)?;
        tokens.extend(minted);
    }
    desk.close().await;
    Tokens::new(tokens).map_err(CliError::failed)
}
