//! `parlour keys …`.

use std::io::Write;

use accounts::tokens::KeyInfo;
use clap::{Args, Subcommand};
use serde_json::json;

use super::moment::moment;
use super::parts::{self, Desk, refused};
use super::{CliError, output};
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// List the keys, the oldest first. The newest signs; all of them check.
    List(Form),
    /// Make a new key, which signs from now on; a running server takes it up within seconds. The older ones go on
    /// checking, so nobody is signed out.
    Rotate(Form),
}

#[derive(Debug, Clone, Copy, Args)]
pub struct Form {
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

impl KeysCommand {
    pub fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
        parts::wait(async {
            let desk = Desk::open(config).await?;
            let (keys, form) = match self {
                Self::List(form) => (Ok(desk.accounts.keys()), form),
                Self::Rotate(form) => (desk.accounts.rotate_keys().await, form),
            };
            desk.close().await;
            write_keys(&keys.map_err(refused)?, form, out)
        })?
    }
}

fn write_keys(keys: &[KeyInfo], form: Form, out: &mut dyn Write) -> Result<(), CliError> {
    let does = |key: &KeyInfo| if key.signs { "signs" } else { "checks" };
    if form.json {
        for key in keys {
            let created = moment(key.created_at);
            let fields = json!({ "kid": key.id, "created_at": created, "signs": key.signs });
            output::json(out, &fields)?;
        }
        return Ok(());
    }
    let row = |key: &KeyInfo| [key.id.clone(), moment(key.created_at), does(key).to_owned()];
    let rows: Vec<_> = keys.iter().map(row).collect();
    Ok(output::table(out, ["KID", "CREATED", "DOES"], &rows, true)?)
}
