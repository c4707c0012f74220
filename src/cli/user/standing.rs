//! `parlour user activate`, `disable` and `enable`.

use std::io::Write;

use super::who::Who;
use crate::cli::CliError;
use crate::cli::parts::{Desk, refused};
use crate::config::Config;

/// What happens to somebody's standing.
#[derive(Debug, Clone, Copy)]
pub enum Change {
    /// Their address counts as verified.
    Activate,
    /// They are shut out.
    Disable,
    /// They are let in again.
    Enable,
}

impl Change {
    const fn done(self) -> &'static str {
        match self {
            Self::Activate => "activated",
            Self::Disable => "disabled",
            Self::Enable => "enabled",
        }
    }
}

pub async fn run(
    who: &Who,
    change: Change,
    config: &Config,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let desk = Desk::open(config).await?;
    let person = who.find(&desk.store).await?;
    let changed = match change {
        Change::Activate => desk.accounts.activate_person(person.id).await,
        Change::Disable => desk.accounts.disable_person(person.id).await,
        Change::Enable => desk.accounts.enable_person(person.id).await,
    };
    desk.close().await;
    let already = if changed.map_err(refused)?.is_none() { "nothing to do: already " } else { "" };
    Ok(writeln!(out, "{} (id {}): {already}{}", person.username, person.id, change.done())?)
}
