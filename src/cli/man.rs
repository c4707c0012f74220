//! `parlour man`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::CliError;

#[derive(Debug, Args)]
#[command(after_help = "To read it at once: parlour man | man -l -")]
pub struct Man {
    /// Write a page for the program and one for each subcommand into this folder, instead of the program's page to
    /// standard output.
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

impl Man {
    pub fn run(&self, program: clap::Command, out: &mut dyn Write) -> Result<(), CliError> {
        match &self.dir {
            None => Ok(clap_mangen::Man::new(program).render(&mut &mut *out)?),
            Some(folder) => {
                std::fs::create_dir_all(folder)?;
                clap_mangen::generate_to(program, folder)?;
                Ok(writeln!(out, "pages written to {}", folder.display())?)
            }
        }
    }
}
