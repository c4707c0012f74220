//! Whom a command is about.

use clap::Args;
use domain::{Email, UserId, Username};
use store::Store;
use store::people::{self, PersonRow};

use crate::cli::CliError;

#[derive(Debug, Clone, Args)]
pub struct Who {
    /// The person: id, e-mail address or username.
    #[arg(value_name = "PERSON")]
    text: String,
}

impl Who {
    /// The person named `text`.
    pub fn new(text: String) -> Self {
        Self { text }
    }

    /// Finds the one person meant.
    ///
    /// A username may look like an address or an id, and people choose theirs: when the text means two people, nobody
    /// is guessed at.
    pub async fn find(&self, store: &Store) -> Result<PersonRow, CliError> {
        let (conn, text) = (store.reader(), self.text.as_str());
        let mut found = Vec::new();
        if let Ok(id) = text.parse::<UserId>() {
            found.extend(people::find(conn, id).await.map_err(CliError::failed)?);
        }
        if let Ok(email) = text.parse::<Email>() {
            let row = people::find_by_email_key(conn, &email.key()).await;
            found.extend(row.map_err(CliError::failed)?);
        }
        if let Ok(name) = text.parse::<Username>() {
            let row = people::find_by_username_key(conn, &name.key()).await;
            found.extend(row.map_err(CliError::failed)?);
        }
        found.sort_by_key(|person| person.id);
        found.dedup_by_key(|person| person.id);
        match <[PersonRow; 1]>::try_from(found) {
            Ok([person]) => Ok(person),
            Err(none) if none.is_empty() => Err(CliError::Failed(format!(
                "there is no `{text}`; `parlour user list` tells who there is"
            ))),
            Err(several) => {
                let ids: Vec<_> = several.iter().map(|person| person.id.to_string()).collect();
                let words =
                    format!("`{text}` means several people; name one by id: {}", ids.join(", "));
                Err(CliError::Failed(words))
            }
        }
    }
}
