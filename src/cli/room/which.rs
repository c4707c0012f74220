//! Which room a command is about.

use clap::Args;
use domain::RoomName;
use store::Store;
use store::rooms::{self, Room};

use crate::cli::CliError;

#[derive(Debug, Clone, Args)]
pub struct Which {
    /// The room's name.
    #[arg(value_name = "ROOM")]
    name: RoomName,
}

impl Which {
    /// The room named `name`.
    pub fn new(name: RoomName) -> Self {
        Self { name }
    }

    /// Finds it.
    pub async fn find(&self, store: &Store) -> Result<Room, CliError> {
        let found = rooms::find_by_name(store.reader(), &self.name).await;
        let none = || CliError::Failed(format!("there is no room `{}`", self.name));
        found.map_err(CliError::failed)?.ok_or_else(none)
    }
}
