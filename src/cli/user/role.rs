//! `parlour user role`.

use std::io::Write;

use clap::{ArgGroup, Args};
use domain::Role;

use super::who::Who;
use crate::cli::CliError;
use crate::cli::parts::{Desk, refused};
use crate::config::Config;

const USAGE: &str = "parlour user role <PERSON> <startup|investor|none>
       parlour user role <PERSON> --admin <true|false>";

#[derive(Debug, Args)]
#[command(override_usage = USAGE)]
#[command(group = ArgGroup::new("what").required(true).multiple(true))]
pub struct SetRole {
    #[command(flatten)]
    who: Who,
    /// What they represent: startup, investor or none.
    #[arg(group = "what", value_parser = represented)]
    role: Option<Represented>,
    /// Whether they administer the server.
    #[arg(long, group = "what", value_name = "BOOL")]
    admin: Option<bool>,
}

/// What somebody represents, if anything.
#[derive(Debug, Clone, Copy)]
struct Represented(Option<Role>);

fn represented(text: &str) -> Result<Represented, &'static str> {
    match text.parse() {
        Ok(role) => Ok(Represented(Some(role))),
        Err(_) if text == "none" => Ok(Represented(None)),
        Err(_) => Err("a role is startup, investor or none"),
    }
}

impl SetRole {
    pub async fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
        let desk = Desk::open(config).await?;
        let person = self.who.find(&desk.store).await?;
        let mut said = Vec::new();
        if let Some(Represented(role)) = self.role {
            desk.accounts.set_role(person.id, role).await.map_err(refused)?;
            said.push(role.map_or("represents nobody".into(), |role| format!("represents {role}")));
        }
        if let Some(is_admin) = self.admin {
            desk.accounts.set_admin(person.id, is_admin).await.map_err(refused)?;
            said.push(
                if is_admin { "administers the server" } else { "is no administrator" }.into(),
            );
        }
        desk.close().await;
        Ok(writeln!(out, "{} (id {}): {}", person.username, person.id, said.join(", "))?)
    }
}
