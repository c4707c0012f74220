//! What happened, where columns of its own would be too many.

use std::sync::Arc;

use domain::{Emoji, EventKind, SessionId, Standing, UserId};
use serde::{Deserialize, Serialize};

use crate::system::SystemChange;
use crate::{Change, StoreError};

/// The `detail` of an event: of a reaction `emoji` and `on`, of what is in the system room the rest.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Detail {
    #[serde(skip_serializing_if = "Option::is_none")]
    emoji: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<String>,
}

const STANDINGS: [(Standing, &str); 3] = [
    (Standing::Active, "active"),
    (Standing::Unverified, "unverified"),
    (Standing::Disabled, "disabled"),
];

impl Detail {
    /// The kind of the event that `change` makes, and its detail if it has one.
    pub(crate) fn of(change: &Change) -> (EventKind, Option<Self>) {
        match change {
            Change::Message { .. } => (EventKind::Message, None),
            Change::Edit { .. } => (EventKind::Edited, None),
            Change::Delete { .. } => (EventKind::Deleted, None),
            Change::React { emoji, on, .. } => {
                let emoji = Some(emoji.as_str().to_owned());
                (EventKind::Reaction, Some(Self { emoji, on: Some(*on), ..Self::default() }))
            }
            Change::SessionEnded { session, user } => {
                let session = Some(session.to_string());
                let detail = Self { session, user: Some(*user), ..Self::default() };
                (EventKind::SessionEnded, Some(detail))
            }
            Change::PersonChanged { user, standing } => {
                let name = STANDINGS.iter().find(|(known, _)| known == standing);
                let standing = name.map(|(_, name)| (*name).to_owned());
                let detail = Self { user: Some(*user), standing, ..Self::default() };
                (EventKind::PersonChanged, Some(detail))
            }
            Change::KeysChanged => (EventKind::KeysChanged, None),
        }
    }

    /// What somebody reacted with, and whether it stood from then on; none when it isn't a reaction's.
    pub(crate) fn reaction(self) -> Option<(Emoji, bool)> {
        Some((Emoji::parse(&self.emoji?).ok()?, self.on?))
    }

    /// The change of the system room that made an event of this kind with this detail; none when they don't fit together.
    pub(crate) fn change(self, kind: EventKind) -> Option<SystemChange> {
        match kind {
            EventKind::Message | EventKind::Edited | EventKind::Deleted | EventKind::Reaction => {
                None
            }
            EventKind::SessionEnded => {
                let session: SessionId = self.session?.parse().ok()?;
                Some(SystemChange::SessionEnded { session, user: self.user? })
            }
            EventKind::PersonChanged => {
                let name = self.standing?;
                let (standing, _) = STANDINGS.iter().find(|(_, known)| *known == name)?;
                Some(SystemChange::PersonChanged { user: self.user?, standing: *standing })
            }
            EventKind::KeysChanged => Some(SystemChange::KeysChanged),
        }
    }

    /// As the column holds it.
    pub(crate) fn to_json(&self) -> Result<String, StoreError> {
        serde_json::to_string(self).map_err(|error| StoreError::Rejected(Arc::new(error)))
    }

    /// From the column; nothing where it is empty.
    pub(crate) fn from_json(json: Option<&str>) -> Option<Self> {
        json.map_or_else(|| Some(Self::default()), |json| serde_json::from_str(json).ok())
    }
}
