//! `parlour user password`.

use std::io::Write;

use super::who::Who;
use crate::cli::parts::{self, Desk, refused};
use crate::cli::{CliError, password};
use crate::config::Config;

pub async fn run(who: &Who, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
    let store = parts::open_store(config).await?;
    let person = who.find(&store).await?;
    // Not kept open while somebody thinks.
    store.close().await;
    let password = password::ask(person.username.as_str())?;
    let desk = Desk::open(config).await?;
    let changed = desk.accounts.set_password(person.id, &password).await;
    desk.close().await;
    changed.map_err(refused)?;
    Ok(writeln!(
        out,
        "{} (id {}): the password is changed, all sessions ended",
        person.username, person.id
    )?)
}
