//! `parlour migrate` and `parlour migrate status`.

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::json;
use store::StoreError;
use store::migrate::Step;

use super::{CliError, output, parts};
use crate::config::Config;

#[derive(Debug, Args)]
#[command(
    after_help = "`parlour serve` does so too when it starts, unless database.migrate = false."
)]
pub struct Migrate {
    #[command(subcommand)]
    command: Option<MigrateCommand>,
}

#[derive(Debug, Subcommand)]
enum MigrateCommand {
    /// List the migrations and whether each has been applied; changes nothing.
    Status(Status),
}

#[derive(Debug, Args)]
struct Status {
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

impl Migrate {
    pub fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
        match self.command {
            None => bring_up(&parts::wait(pending(config))?.map_err(CliError::failed)?, out),
            Some(MigrateCommand::Status(Status { json })) => {
                let steps = parts::wait(steps(config))?.map_err(CliError::failed)?;
                status(&steps, json, out)
            }
        }
    }
}

async fn steps(config: &Config) -> Result<Vec<Step>, StoreError> {
    store::migrate::status(&config.database, &config.server.data_dir).await
}

/// Applies what is pending. Where nothing is, a server may be running, which wouldn't let go of its folder.
async fn pending(config: &Config) -> Result<Vec<String>, StoreError> {
    if steps(config).await?.iter().all(|step| step.applied) {
        return Ok(Vec::new());
    }
    store::migrate::run(&config.database, &config.server.data_dir).await
}

fn bring_up(applied: &[String], out: &mut dyn Write) -> Result<(), CliError> {
    for name in applied {
        writeln!(out, "applied {name}")?;
    }
    if applied.is_empty() {
        writeln!(out, "the schema was up to date")?;
    }
    Ok(())
}

fn status(steps: &[Step], as_json: bool, out: &mut dyn Write) -> Result<(), CliError> {
    if as_json {
        for Step { name, applied } in steps {
            output::json(out, &json!({ "name": name, "applied": applied }))?;
        }
        return Ok(());
    }
    let word = |applied| if applied { "applied" } else { "pending" };
    let row = |step: &Step| [step.name.clone(), word(step.applied).to_owned()];
    let rows: Vec<_> = steps.iter().map(row).collect();
    Ok(output::table(out, ["MIGRATION", "STATE"], &rows, true)?)
}
