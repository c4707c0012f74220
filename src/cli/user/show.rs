//! `parlour user show`.

use std::io::Write;

use clap::Args;
use serde_json::Value;

use super::person;
use super::who::Who;
use crate::cli::{CliError, output, parts};
use crate::config::Config;

#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    who: Who,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

impl Show {
    pub async fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
        let store = parts::open_store(config).await?;
        let person = self.who.find(&store).await?;
        store.close().await;
        let fields = person::json(&person);
        if self.json {
            return Ok(output::json(out, &fields)?);
        }
        let Value::Object(fields) = fields else { return Ok(()) };
        for (name, value) in fields {
            let value = match value {
                Value::Null => continue,
                Value::String(text) if text.is_empty() => continue,
                Value::String(text) => text,
                other => other.to_string(),
            };
            writeln!(out, "{name:15}{value}")?;
        }
        Ok(())
    }
}
