//! What can go wrong on the command line, and the exit code of each.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::config::ConfigError;

/// Why a command didn't do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The configuration is wrong: exit code 64.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The command can't be meant like this: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// The command was understood and couldn't be carried out: exit code 1.
    #[error("{0}")]
    Failed(String),
    /// A file, a terminal or a pipe failed: exit code 1, but for a reader that went away (`parlour … | head`).
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// The exit code of a bad configuration.
const BAD_CONFIGURATION: u8 = 64;

/// The exit code of wrong usage, as clap has it.
const WRONG_USAGE: u8 = 2;

impl CliError {
    /// The command couldn't be carried out because of `error`, told with what caused it.
    pub fn failed(error: impl std::error::Error) -> Self {
        let mut words = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            // Some libraries' messages hold their cause's already.
            let more = error.to_string();
            if !words.contains(&more) {
                words = format!("{words}: {more}");
            }
            cause = error.source();
        }
        Self::Failed(words)
    }

    /// Says what is wrong, a line each, and gives the exit code.
    pub fn report(&self, err: &mut dyn Write) -> ExitCode {
        if self.is_closed_pipe() {
            return ExitCode::SUCCESS;
        }
        for line in self.to_string().lines() {
            // When standard error is gone too, the exit code is all that is left to say it with.
            let _ = writeln!(err, "parlour: {line}");
        }
        match self {
            Self::Config(_) => ExitCode::from(BAD_CONFIGURATION),
            Self::Usage(_) => ExitCode::from(WRONG_USAGE),
            Self::Failed(_) | Self::Io(_) => ExitCode::FAILURE,
        }
    }

    fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
