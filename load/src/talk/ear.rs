//! One who listens.

use std::cell::RefCell;
use std::rc::Rc;

use domain::Seq;
use tokio::time::timeout_at;

use super::script::Line;
use super::voice::Voice;
use super::{Dialect, Stage};
use crate::client::{Room, Trouble, Witness};
use crate::record::Saw;
use crate::socket::{Frame, Read, Socket, SocketError};

/// What hears one socket's frames.
pub(super) struct Ear {
    pub stage: Rc<Stage>,
    pub room: Rc<Room>,
    pub witness: Rc<RefCell<Witness>>,
    pub voice: Option<Rc<Voice>>,
    /// The newest event heard, where the run is recorded.
    pub last: Rc<std::cell::Cell<Seq>>,
    /// How many messages pass before the next one is timed.
    skip: u32,
    greeted: bool,
    closed: Option<u16>,
}

impl Ear {
    pub(super) fn new(
        stage: &Rc<Stage>,
        room: &Rc<Room>,
        witness: &Rc<RefCell<Witness>>,
        last: &Rc<std::cell::Cell<Seq>>,
    ) -> Self {
        Self {
            room: Rc::clone(room),
            witness: Rc::clone(witness),
            voice: None,
            last: Rc::clone(last),
            // So that not all of them time the same message.
            skip: fastrand::u32(0..stage.sample),
            greeted: stage.script.dialect() == Dialect::Bare,
            closed: None,
            stage: Rc::clone(stage),
        }
    }

    /// Listens until the greeting.
    pub(super) async fn greeted(&mut self, socket: &mut Socket) -> Result<(), SocketError> {
        while !self.greeted {
            self.once(socket).await?;
        }
        Ok(())
    }

    /// Listens until the socket ends.
    pub(super) async fn listen(&mut self, socket: &mut Socket) -> SocketError {
        loop {
            let paused = self.voice.as_ref().and_then(|voice| voice.paused());
            let heard = match paused {
                None => self.once(socket).await,
                Some(until) => match timeout_at(until, self.once(socket)).await {
                    Ok(heard) => heard,
                    Err(_) => Ok(()),
                },
            };
            if let Err(error) = heard {
                return error;
            }
            if let Some(voice) = &self.voice {
                if paused.is_some_and(|until| until <= tokio::time::Instant::now()) {
                    voice.resume();
                }
                voice.fill();
            }
        }
    }

    /// Takes note of the end of the socket.
    pub(super) fn gone(&self, error: &SocketError) {
        let counts = &self.stage.setup.counts;
        if self.closed.is_none() {
            counts.failure(error);
        }
        counts.add(|totals| totals.open = totals.open.saturating_sub(1));
        self.witness.borrow_mut().closed(self.closed);
    }

    async fn once(&mut self, socket: &mut Socket) -> Result<(), SocketError> {
        let mut now = None;
        let Read { bytes } = socket.hear(|frame| self.hear(frame, &mut now)).await?;
        self.stage.setup.counts.add(|totals| {
            totals.reads += 1;
            totals.bytes += bytes as u64;
        });
        Ok(())
    }

    /// `now` is the moment of this read, once somebody has asked for it.
    fn hear(&mut self, frame: Frame<'_>, now: &mut Option<u64>) {
        let counts = &self.stage.setup.counts;
        let text = match frame {
            Frame::Text(text) => text,
            Frame::Close(code) => {
                self.closed = Some(code);
                counts.close(code);
                return;
            }
            Frame::Ping(_) | Frame::Pong => return,
        };
        let line = self.stage.script.line(text);
        counts.add(|totals| {
            totals.frames += 1;
            totals.deliveries += u64::from(line == Line::Message);
            totals.acked += u64::from(line == Line::Ack);
            totals.greeted += u64::from(line == Line::Hello);
        });
        match line {
            Line::Message => self.message(text, now),
            Line::Ack => {
                if let Some(stamp) = self.stage.script.stamp(text) {
                    let now = *now.get_or_insert_with(|| self.stage.now());
                    self.stage.acked(stamp.due, now);
                }
            }
            Line::Error => self.trouble(text),
            Line::Hello => self.greeted = true,
            Line::Other => {}
        }
        if self.witness.borrow().records() {
            self.record(text);
        }
    }

    fn message(&mut self, text: &[u8], now: &mut Option<u64>) {
        let timed = self.skip == 0;
        self.skip = if timed { self.stage.sample - 1 } else { self.skip - 1 };
        if !timed && self.voice.is_none() {
            return;
        }
        let Some(stamp) = self.stage.script.stamp(text) else { return };
        if timed {
            let now = *now.get_or_insert_with(|| self.stage.now());
            self.stage.delivered(stamp.due, now);
        }
        if let Some(voice) = &self.voice {
            voice.hears(&stamp);
        }
    }

    fn trouble(&self, text: &[u8]) {
        let trouble = Trouble::of(text);
        self.stage.setup.counts.error(&trouble.code);
        if let Some(voice) = self.voice.as_ref().filter(|_| trouble.cid.is_some()) {
            voice.refused(trouble.wait());
        }
    }

    fn record(&self, text: &[u8]) {
        let Some(Ok(Some(saw))) = std::str::from_utf8(text).ok().map(Saw::of_frame) else { return };
        match &saw {
            Saw::Hello { seq, .. } => {
                self.last.set(Seq::new(*seq));
                self.room.reached(Seq::new(*seq));
            }
            Saw::Delivered(event) => {
                self.last.set(Seq::new(event.seq));
                self.room.reached(Seq::new(event.seq));
            }
            Saw::Acked { seq, .. } => self.room.reached(Seq::new(*seq)),
            _ => {}
        }
        self.witness.borrow_mut().saw(saw);
    }
}
