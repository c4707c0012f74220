//! The sweeper, as everyone else holds it.

use super::SweeperMessage;
use crate::slot::Slot;

/// The sweeper, as everyone else holds it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Sweeper(Slot<SweeperMessage>);

impl Sweeper {
    pub(crate) fn new() -> Self {
        Self(Slot::new())
    }

    /// Where its actor is found. Root fills it.
    pub(crate) fn slot(&self) -> &Slot<SweeperMessage> {
        &self.0
    }
}
