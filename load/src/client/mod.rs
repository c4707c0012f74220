//! A client that speaks the whole protocol: it greets, resumes, and keeps its place.

mod comeback;
mod heard;
mod phrase;
mod room;
mod witness;

use std::rc::Rc;
use std::time::Duration;

use domain::{Epoch, Seq};
use tokio::time::timeout;

pub(crate) use self::comeback::{Comeback, ends};
pub(crate) use self::heard::{Heard, Trouble};
pub(crate) use self::phrase::{Act, Phrase};
pub(crate) use self::room::Room;
pub(crate) use self::witness::Witness;
use crate::record::Saw;
use crate::socket::{Frame, Resume, Socket, SocketError, Upgrade};
use crate::{LoadError, Setup};

/// How long a server may take from the upgrade to its greeting.
const PATIENCE: Duration = Duration::from_secs(20);

/// One person's client in one room. It outlives its sockets.
pub(crate) struct Client {
    setup: Rc<Setup>,
    number: usize,
    room: Rc<Room>,
    witness: Witness,
    place: Option<Resume>,
    /// The kernel's receive buffer in bytes, where it isn't the usual.
    receive_buffer: Option<u32>,
    /// The status code of the server's close frame, once it has come.
    closed: Option<u16>,
    /// Whether it has a socket.
    inside: bool,
}

impl Client {
    /// Client `number`, who will enter `room`.
    pub(crate) fn new(
        setup: &Rc<Setup>,
        number: usize,
        room: &Rc<Room>,
    ) -> Result<Self, LoadError> {
        let number_on_record = u32::try_from(number);
        let number_on_record =
            number_on_record.map_err(|_| LoadError::Options("too many clients"))?;
        let witness = Witness::new(setup.recording.as_ref(), number_on_record, room);
        let (setup, room) = (Rc::clone(setup), Rc::clone(room));
        Ok(Self {
            setup,
            number,
            room,
            witness,
            place: None,
            receive_buffer: None,
            closed: None,
            inside: false,
        })
    }

    /// The same, for whom the kernel holds no more than about `bytes` unread.
    pub(crate) fn with_receive_buffer(self, bytes: u32) -> Self {
        Self { receive_buffer: Some(bytes), ..self }
    }

    /// Its room.
    pub(crate) fn room(&self) -> &Rc<Room> {
        &self.room
    }

    /// Its number.
    pub(crate) const fn number(&self) -> usize {
        self.number
    }

    /// What it saw, where that is written down.
    pub(crate) fn witness(&mut self) -> &mut Witness {
        &mut self.witness
    }

    /// The last numbered frame it received, or head of the log it stands on.
    pub(crate) fn last(&self) -> Seq {
        self.place.map_or(Seq::ZERO, |place| place.since)
    }

    /// The status code with which the server closed the socket, if it did.
    pub(crate) const fn closed(&self) -> Option<u16> {
        self.closed
    }

    /// Forgets its place: the next socket is a newcomer's.
    pub(crate) fn forget(&mut self) {
        self.place = None;
    }

    /// Opens a socket, without waiting for the greeting.
    pub(crate) async fn open(&mut self) -> Result<Socket, SocketError> {
        self.closed = None;
        let setup = Rc::clone(&self.setup);
        let token = setup.tokens.as_ref().and_then(|tokens| tokens.of(self.number));
        self.witness.opened(token, self.place);
        let room = Rc::clone(&self.room);
        let upgrade = Upgrade {
            target: &setup.target,
            number: self.number,
            room: room.name(),
            token: token.map(|token| &token.secret),
            resume: self.place,
            receive_buffer: self.receive_buffer,
        };
        let opened = upgrade.open().await;
        match &opened {
            Ok(_) => {
                self.inside = true;
                self.setup.counts.add(|totals| totals.open += 1);
            }
            Err(error) => {
                self.setup.counts.failure(error);
                self.witness.closed(None);
            }
        }
        opened
    }

    /// Opens a socket and waits until it is greeted. What comes with the greeting and behind it is given to `hear`, the
    /// greeting first.
    pub(crate) async fn enter(
        &mut self,
        mut hear: impl FnMut(Heard),
    ) -> Result<Socket, SocketError> {
        let mut socket = self.open().await?;
        let mut greeted = false;
        let greeting = timeout(PATIENCE, async {
            while !greeted {
                self.hear(&mut socket, |heard| {
                    greeted |= matches!(heard, Heard::Hello { .. });
                    hear(heard);
                })
                .await?;
            }
            Ok(())
        });
        match greeting.await.unwrap_or(Err(SocketError::TimedOut)) {
            Ok(()) => Ok(socket),
            Err(error) => {
                self.gone(&error);
                Err(error)
            }
        }
    }

    /// Waits until something comes, and gives all of it to `hear`.
    pub(crate) async fn hear(
        &mut self,
        socket: &mut Socket,
        mut hear: impl FnMut(Heard),
    ) -> Result<(), SocketError> {
        let counts = Rc::clone(&self.setup.counts);
        let read = socket.hear(|frame| {
            let heard = self.understand(frame);
            if !matches!(heard, Heard::Nothing) {
                hear(heard);
            }
        });
        let read = read.await?;
        counts.add(|totals| {
            totals.reads += 1;
            totals.bytes += read.bytes as u64;
        });
        Ok(())
    }

    /// Takes note of the end of its socket.
    pub(crate) fn gone(&mut self, error: &SocketError) {
        if self.closed.is_none() {
            self.setup.counts.failure(error);
        }
        self.left();
    }

    /// Takes note that it left by itself, if it was in.
    pub(crate) fn left(&mut self) {
        if !std::mem::take(&mut self.inside) {
            return;
        }
        self.setup.counts.add(|totals| totals.open = totals.open.saturating_sub(1));
        self.witness.closed(self.closed);
    }

    fn understand(&mut self, frame: Frame<'_>) -> Heard {
        let text = match frame {
            Frame::Text(text) => text,
            Frame::Close(code) => {
                self.closed = Some(code);
                self.setup.counts.close(code);
                return Heard::Closed;
            }
            Frame::Ping(_) | Frame::Pong => return Heard::Nothing,
        };
        self.setup.counts.add(|totals| totals.frames += 1);
        let saw = std::str::from_utf8(text).ok().map(Saw::of_frame);
        match saw {
            Some(Ok(Some(saw))) => {
                let heard = Heard::of(&saw, text);
                self.witness.saw(saw);
                self.keep(&heard);
                heard
            }
            Some(Ok(None)) => Heard::of_rest(text),
            // The one frame before a refusal has no type; what else can't be read is worth a count.
            _ => {
                self.setup.counts.failed(&Trouble::words(text));
                Heard::Nothing
            }
        }
    }

    /// Keeps its place, and counts.
    fn keep(&mut self, heard: &Heard) {
        match heard {
            Heard::Hello { epoch, seq, recovered } => {
                self.setup.counts.add(|totals| totals.greeted += 1);
                let since = self.place.filter(|_| *recovered).map_or(*seq, |place| place.since);
                self.place = epoch.parse::<Epoch>().ok().map(|epoch| Resume { since, epoch });
                self.room.reached(*seq);
            }
            Heard::Event { seq, .. } => {
                self.setup.counts.add(|totals| totals.deliveries += 1);
                if let Some(place) = &mut self.place {
                    place.since = *seq;
                }
                self.room.reached(*seq);
            }
            Heard::Ack { seq, dup, .. } => {
                self.setup.counts.add(|totals| {
                    totals.acked += 1;
                    totals.duplicates += u64::from(*dup);
                });
                self.room.reached(*seq);
            }
            Heard::Refused(Trouble { code, .. }) => self.setup.counts.error(code),
            Heard::Page { .. } | Heard::Drain { .. } | Heard::Closed | Heard::Nothing => {}
        }
    }
}
