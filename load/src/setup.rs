//! What every scenario needs.

use std::rc::Rc;
use std::sync::Arc;

use domain::{Clock, RoomName};

use crate::measure::Process;
use crate::record::Recording;
use crate::{Counts, LoadError, Target, Tokens};

/// Whom a run talks to, as whom, and what is kept of it.
#[derive(Clone)]
pub struct Setup {
    /// The server.
    pub target: Target,
    /// What the clients come with. None: as guests, which a bare broadcaster lets in.
    pub tokens: Option<Tokens>,
    /// What the names of the run's rooms begin with. Rooms that nobody else uses, or the figures are of both.
    pub rooms: RoomName,
    /// The server's process, where it can be watched.
    pub server: Option<Process>,
    /// Where everything the clients see is written down, if it is to be checked.
    pub recording: Option<Arc<Recording>>,
    /// The time of day, by which cids are ordered.
    pub clock: Arc<dyn Clock>,
    /// What happens, counted; whoever started the run can look on.
    pub counts: Rc<Counts>,
}

impl Setup {
    /// The name of room `number`.
    ///
    /// # Errors
    ///
    /// When the common beginning is so long that a number behind it doesn't fit a room's name.
    pub fn room(&self, number: usize) -> Result<RoomName, LoadError> {
        let name = format!("{}-{number}", self.rooms.as_str());
        name.parse().map_err(|_| LoadError::Options("the rooms' name is too long"))
    }

    /// The names of `count` rooms.
    ///
    /// # Errors
    ///
    /// As [`Setup::room`].
    pub fn room_names(&self, count: usize) -> Result<Vec<RoomName>, LoadError> {
        (0..count).map(|number| self.room(number)).collect()
    }
}
