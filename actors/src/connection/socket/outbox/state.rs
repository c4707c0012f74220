//! What an outbox is, under its lock.

use std::task::Waker;

use wire::CloseReason;

use super::lanes::Lanes;

/// What an outbox is, under its lock.
#[derive(Debug)]
pub(super) struct State {
    pub lanes: Lanes,
    pub end: End,
    /// The I/O task, while it waits.
    waker: Option<Waker>,
    /// The I/O task waits for the socket to take what it has: more to write doesn't wake it, only an end does.
    blocked: bool,
    /// Who waits for the flowing lane to get down to so many bytes.
    drained: Vec<(usize, Waker)>,
}

/// How far a socket's end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Open,
    /// Everything that flows is written first.
    Finishing(CloseReason),
    Closing(CloseReason),
    /// The socket is no more; the reason is the server's, if it had one.
    Gone(Option<CloseReason>),
}

impl End {
    /// Why the server ends the socket, if it does.
    pub fn reason(self) -> Option<CloseReason> {
        match self {
            Self::Open => None,
            Self::Finishing(reason) | Self::Closing(reason) => Some(reason),
            Self::Gone(reason) => reason,
        }
    }
}

impl State {
    pub fn new(limit: usize) -> Self {
        Self {
            lanes: Lanes::new(limit),
            end: End::Open,
            waker: None,
            blocked: false,
            drained: Vec::new(),
        }
    }

    /// Notes the I/O task as waiting: for the socket if it is `blocked`, else for more to write.
    pub fn wait(&mut self, waker: &Waker, blocked: bool) {
        self.blocked = blocked;
        match &mut self.waker {
            Some(present) => present.clone_from(waker),
            None => self.waker = Some(waker.clone()),
        }
    }

    /// The I/O task, if more to write is what it waits for.
    pub fn writer(&mut self) -> Option<Waker> {
        if self.blocked { None } else { self.waker.take() }
    }

    /// Everyone who waits, to be woken for the end.
    pub fn everyone(&mut self) -> impl Iterator<Item = Waker> + use<> {
        let drained = std::mem::take(&mut self.drained);
        self.waker.take().into_iter().chain(drained.into_iter().map(|waiting| waiting.1))
    }

    /// Notes `waker` as waiting for at most `bytes` to flow.
    pub fn wait_drained(&mut self, bytes: usize, waker: &Waker) {
        self.drained.retain(|waiting| !waiting.1.will_wake(waker));
        self.drained.push((bytes, waker.clone()));
    }

    /// Who waits for so little to flow.
    pub fn drained(&mut self) -> Vec<Waker> {
        let flowing = self.lanes.flowing();
        let drained = self.drained.extract_if(.., |waiting| flowing <= waiting.0);
        let drained = drained.map(|waiting| waiting.1).collect();
        if self.drained.is_empty() {
            self.drained = Vec::new();
        }
        drained
    }
}
