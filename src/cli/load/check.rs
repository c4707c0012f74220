//! `parlour load check`.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use load::check::{Checker, Rules};

use super::findings::{observe, read_log};
use crate::cli::CliError;

const AFTER_HELP: &str = "\
The record is one that a scenario kept with --record. Each room's log is taken after the run, while nobody speaks there:

  parlour load chaos --user ann --rooms 2 --rooms-named storm --record run.jsonl
  parlour room export storm-0 --json > storm-0.jsonl
  parlour room export storm-1 --json > storm-1.jsonl
  parlour load check --history run.jsonl --log storm-0.jsonl --log storm-1.jsonl";

/// The flags.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Check {
    /// What the clients saw.
    #[arg(long, value_name = "FILE")]
    history: PathBuf,
    /// The log of one room, as `parlour room export ROOM --json` writes it; one for each room of the run.
    #[arg(long, value_name = "FILE", required = true)]
    log: Vec<PathBuf>,
}

impl Check {
    pub fn run(self, out: &mut dyn Write) -> Result<(), CliError> {
        let mut checker = Checker::new(Rules::default());
        for log in &self.log {
            read_log(&mut checker, File::open(log)?).map_err(CliError::failed)?;
        }
        let report = observe(checker, &self.history)?;
        writeln!(out, "{report}")?;
        match report.total {
            0 => Ok(()),
            total => Err(CliError::Failed(format!("findings: {total}"))),
        }
    }
}
