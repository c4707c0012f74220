//! `parlour config check` and `parlour config show`.

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::{CliError, output};
use crate::config::{Config, Loaded, Shown};

/// Where the column of origins stands at most; what is longer pushes its own origin to the right.
const MOST_WIDTH: usize = 60;

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Read the configuration and say whether a server could start with it.
    Check,
    /// Write the configuration in effect, secrets left out, with where each value came from.
    Show(Show),
}

#[derive(Debug, Args)]
pub struct Show {
    /// One JSON object: each key's value and where it came from (null: it follows from other keys).
    #[arg(long)]
    json: bool,
}

impl ConfigCommand {
    pub fn run(&self, loaded: &Loaded<Config>, out: &mut dyn Write) -> Result<(), CliError> {
        match self {
            Self::Check => check(loaded, out),
            Self::Show(Show { json: true }) => show_json(&loaded.show(), out),
            Self::Show(Show { json: false }) => show(&loaded.show(), out),
        }
    }
}

fn check(loaded: &Loaded<Config>, out: &mut dyn Write) -> Result<(), CliError> {
    for warning in loaded.warnings() {
        writeln!(out, "warning: {warning}")?;
    }
    match loaded.file() {
        Some(path) => writeln!(out, "the configuration is good ({})", path.display())?,
        None => writeln!(out, "the configuration is good (there is no file)")?,
    }
    Ok(())
}

fn show(settings: &[Shown], out: &mut dyn Write) -> Result<(), CliError> {
    let lines: Vec<_> = settings.iter().map(line).collect();
    let width = lines.iter().map(|line| line.chars().count()).filter(|width| *width <= MOST_WIDTH);
    let width = width.max().unwrap_or_default();
    let mut section = "";
    for (setting, line) in settings.iter().zip(lines) {
        let home = setting.key.rsplit_once('.').map_or("", |(section, _)| section);
        if home != section {
            let gap = if section.is_empty() { "" } else { "\n" };
            writeln!(out, "{gap}[{home}]")?;
            section = home;
        }
        writeln!(out, "{line:width$}  # {}", origin(setting))?;
    }
    Ok(())
}

fn line(setting: &Shown) -> String {
    let name = setting.key.rsplit_once('.').map_or(setting.key.as_str(), |(_, name)| name);
    match setting.toml() {
        Some(value) => format!("{name} = {value}"),
        None => format!("# {name} is not set"),
    }
}

fn origin(setting: &Shown) -> String {
    setting.origin.as_ref().map_or("not set, follows from others".into(), ToString::to_string)
}

fn show_json(settings: &[Shown], out: &mut dyn Write) -> Result<(), CliError> {
    let entry = |setting: &Shown| {
        let from = setting.origin.as_ref().map(ToString::to_string);
        (setting.key.clone(), json!({ "value": setting.value, "from": from }))
    };
    let all: Map<String, Value> = settings.iter().map(entry).collect();
    Ok(output::json(out, &all)?)
}
