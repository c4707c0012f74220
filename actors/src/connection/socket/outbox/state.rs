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
    /// Who waits for the flowing lane to get down to so many bytes. Boxed, as hardly anyone ever does.
    drained: Option<Box<(usize, Waker)>>,
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
            drained: None,
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
    pub fn everyone(&mut self) -> [Option<Waker>; 2] {
        [self.waker.take(), self.drained.take().map(|waiting| waiting.1)]
    }

    /// Notes `waker` as waiting for at most `bytes` to flow.
    pub fn wait_drained(&mut self, bytes: usize, waker: &Waker) {
        self.drained = Some(Box::new((bytes, waker.clone())));
    }

    /// Who waits for so little to flow.
    pub fn drained(&mut self) -> Option<Waker> {
        let flowing = self.lanes.flowing();
        self.drained.take_if(|waiting| flowing <= waiting.0).map(|waiting| waiting.1)
    }
}
