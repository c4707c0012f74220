//! The slow members of a run, together.

use std::rc::Rc;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::Options;
use super::sleeper::{Phase, Slept, sleep_through};
use crate::client::{Client, Room};
use crate::{LoadError, Setup};

/// All those who will stop reading.
pub(super) struct Sleepers {
    phase: watch::Sender<Phase>,
    tasks: JoinSet<Slept>,
}

impl Sleepers {
    /// Brings them in, `slow` a room, numbered from `first` on.
    pub(super) async fn gather(
        options: &Options,
        setup: &Rc<Setup>,
        rooms: &[Rc<Room>],
        (slow, first): (usize, usize),
    ) -> Result<Self, LoadError> {
        let wanted = slow * rooms.len();
        let (phase, _) = watch::channel(Phase::Awake);
        let (arrived, mut arrivals) = mpsc::channel(wanted.max(1));
        let mut tasks = JoinSet::new();
        for (index, room) in rooms.iter().flat_map(|room| (0..slow).map(move |_| room)).enumerate()
        {
            let client = Client::new(setup, first + index, room)?;
            let client = client.with_receive_buffer(options.receive_buffer);
            tasks.spawn_local(sleep_through(client, phase.subscribe(), arrived.clone()));
        }
        drop(arrived);
        for missing in (1..=wanted).rev() {
            if arrivals.recv().await.is_none() {
                let failures = setup.counts.failures().into_keys().next();
                let first = failures.unwrap_or_else(|| "closed".to_owned());
                return Err(LoadError::Sockets { missing, wanted, first });
            }
        }
        Ok(Self { phase, tasks })
    }

    /// They stop reading.
    pub(super) fn fall_asleep(&self) {
        self.phase.send_replace(Phase::Asleep);
    }

    /// Lets them read again, and waits until each has caught up.
    pub(super) async fn wake(mut self) -> Result<Vec<Slept>, LoadError> {
        self.phase.send_replace(Phase::Woken);
        let mut slept = Vec::with_capacity(self.tasks.len());
        while let Some(one) = self.tasks.join_next().await {
            slept.push(one?);
        }
        Ok(slept)
    }
}
