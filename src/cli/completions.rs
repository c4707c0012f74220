//! `parlour completions`.

use std::io::Write;

use clap::Args;
use clap_complete::Shell;

use super::CliError;

#[derive(Debug, Args)]
#[command(after_help = "For bash: parlour completions bash > /etc/bash_completion.d/parlour")]
pub struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub fn run(&self, mut program: clap::Command, out: &mut dyn Write) -> Result<(), CliError> {
        // Into memory first: clap_complete panics when its writer fails, as a closed pipe does.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut program, "parlour", &mut script);
        Ok(out.write_all(&script)?)
    }
}
