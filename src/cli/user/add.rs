//! `parlour user add`.

use std::io::Write;

use accounts::NewAccount;
use clap::Args;
use domain::{Email, Role, Username};
use serde_json::json;

use crate::cli::parts::{Desk, refused};
use crate::cli::{CliError, output, password};
use crate::config::Config;

const AFTER_HELP: &str = "\
The first administrator:
  parlour user add --username ann --email ann@example.org --active --admin
In a script:
  parlour user add --username ann --email ann@example.org --active < password.txt";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Add {
    /// The name others see.
    #[arg(long, value_name = "NAME")]
    username: Username,
    /// Where letters go.
    #[arg(long, value_name = "ADDRESS")]
    email: Email,
    /// Take the address for verified. Without this, a letter with a link goes there first.
    #[arg(long)]
    active: bool,
    /// Let them administer the server.
    #[arg(long)]
    admin: bool,
    /// What they represent: startup or investor.
    #[arg(long, value_name = "ROLE")]
    role: Option<Role>,
    /// Write the new account's id and username as one JSON object.
    #[arg(long)]
    json: bool,
}

impl Add {
    pub async fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
        let password = password::ask(self.username.as_str())?;
        let desk = Desk::open(config).await?;
        let account = NewAccount {
            username: self.username.clone(),
            email: self.email,
            password,
            active: self.active,
            is_admin: self.admin,
            role: self.role,
        };
        let added = desk.accounts.add_account(account).await;
        desk.close().await;
        let (id, username) = (added.map_err(refused)?, self.username.as_str());
        if self.json {
            return Ok(output::json(out, &json!({ "id": id, "username": username }))?);
        }
        let rest = if self.active { "" } else { "; a letter with the activation link is queued" };
        Ok(writeln!(out, "added {username} (id {id}){rest}")?)
    }
}
