//! `parlour user list`.

use std::io::Write;

use clap::Args;
use store::people::{self, PersonRow};

use super::person;
use crate::cli::moment::moment;
use crate::cli::{CliError, output, parts};
use crate::config::Config;

/// How many are read at once, so that any number can be listed.
const PAGE: u32 = 500;

#[derive(Debug, Args)]
pub struct List {
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

impl List {
    pub async fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
        let store = parts::open_store(config).await?;
        let mut after = None;
        loop {
            let page = people::list(store.reader(), after, PAGE).await.map_err(CliError::failed)?;
            let Some(last) = page.last() else { break };
            let first = after.is_none();
            after = Some(last.id);
            if self.json {
                for row in &page {
                    output::json(out, &person::json(row))?;
                }
            } else {
                write_page(&page, first, out)?;
            }
        }
        store.close().await;
        Ok(())
    }
}

fn write_page(page: &[PersonRow], first: bool, out: &mut dyn Write) -> Result<(), CliError> {
    let row = |row: &PersonRow| {
        [
            row.id.to_string(),
            row.username.to_string(),
            row.email.to_string(),
            person::standing(row).to_owned(),
            person::role(row).to_owned(),
            if row.is_admin { "yes" } else { "-" }.to_owned(),
            moment(row.created_at),
        ]
    };
    let rows: Vec<_> = page.iter().map(row).collect();
    let heads = ["ID", "USERNAME", "EMAIL", "STANDING", "ROLE", "ADMIN", "CREATED"];
    Ok(output::table(out, heads, &rows, first)?)
}
