//! `[log]`: what is written to standard error, and how.

use std::fmt;
use std::io::IsTerminal;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// `[log]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How a line looks.
    pub format: Format,
    /// What is written: `error`, `warn`, `info`, `debug`, `trace` or `off`, and for parts of the program alone
    /// `info,parlour::http=debug`.
    pub level: Level,
}

/// How a line looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `pretty` on a terminal, else `json`.
    #[default]
    Auto,
    /// For people: one line an event, in colours on a terminal.
    Pretty,
    /// For programs: one JSON object a line.
    Json,
}

/// Which events are written: a directive of `tracing_subscriber::EnvFilter`, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Level(String);

/// A text that is no level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no level; write error, warn, info, debug, trace or off, or `info,parlour::http=debug`"
)]
pub struct LevelError(String);

impl Default for Level {
    fn default() -> Self {
        Self("info".to_owned())
    }
}

impl FromStr for Level {
    type Err = LevelError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<_> = text.split(',').map(str::trim).collect();
        // A word that names no level would be taken for a target, and silence everything else.
        let level = |word: &str| !word.is_empty() && LevelFilter::from_str(word).is_ok();
        let known =
            |part: &&str| part.rsplit_once('=').map_or(level(part), |(_, last)| level(last));
        let directives = parts.join(",");
        if parts.iter().all(known) && EnvFilter::builder().parse(&directives).is_ok() {
            Ok(Self(directives))
        } else {
            Err(LevelError(text.to_owned()))
        }
    }
}

impl TryFrom<String> for Level {
    type Error = LevelError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Level> for String {
    fn from(level: Level) -> Self {
        level.0
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What talks too much at `info`; a level that names it too has the last word.
const QUIET: &str = "sea_orm_migration=warn";

/// The process has a log already.
#[derive(Debug, thiserror::Error)]
#[error("this process writes a log already")]
pub struct AlreadyLogging;

/// Starts writing this process's log to standard error. Once a process.
pub fn start(config: &Config) -> Result<(), AlreadyLogging> {
    let terminal = std::io::stderr().is_terminal();
    let pretty = match config.format {
        Format::Auto => terminal,
        Format::Pretty => true,
        Format::Json => false,
    };
    let filter = EnvFilter::builder().parse_lossy(format!("{QUIET},{}", config.level.0));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if pretty {
        lines.with_ansi(terminal).compact().try_init()
    } else {
        lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
    };
    started.map_err(|_| AlreadyLogging)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_a_word_or_a_list_of_parts() {
        for good in ["info", "off", "DEBUG", "info,parlour::http=debug", "warn, hyper=trace"] {
            assert!(good.parse::<Level>().is_ok(), "{good}");
        }
        for bad in ["", "loud", "info,parlour", "info,parlour=loud", "="] {
            assert!(bad.parse::<Level>().is_err(), "{bad}");
        }
    }
}
