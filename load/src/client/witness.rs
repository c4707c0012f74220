//! What a client saw, written down where the run is to be checked.

use std::rc::Rc;
use std::sync::Arc;

use super::{Phrase, Room};
use crate::record::{Recorder, Recording, Saw};
use crate::socket::Resume;
use crate::tokens::Token;

/// One client's recorder; where nothing is recorded, all of this does nothing.
#[derive(Debug)]
pub(crate) struct Witness {
    recorder: Option<Recorder>,
    room: Rc<Room>,
    /// Whether a connection is open on the record.
    open: bool,
}

impl Witness {
    pub(crate) fn new(recording: Option<&Arc<Recording>>, client: u32, room: &Rc<Room>) -> Self {
        let recorder = recording.map(|recording| recording.client(client));
        Self { recorder, room: Rc::clone(room), open: false }
    }

    /// Whether anything is written down.
    pub(crate) const fn records(&self) -> bool {
        self.recorder.is_some()
    }

    /// It is about to ask for a socket.
    pub(crate) fn opened(&mut self, token: Option<&Token>, resume: Option<Resume>) {
        let Some(recorder) = &mut self.recorder else { return };
        self.open = true;
        recorder.saw(Saw::Opened {
            room: self.room.name().as_str().into(),
            user: token.and_then(|token| token.user),
            session: token.map_or(0, |token| token.session),
            since: resume.map(|resume| resume.since.get()),
            epoch: resume.map(|resume| resume.epoch.to_string().into()),
        });
    }

    /// It is about to say `phrase`.
    pub(crate) fn says(&mut self, phrase: &Phrase) {
        self.saw(phrase.as_sent());
    }

    /// It sees, or is about to do, this.
    pub(crate) fn saw(&mut self, saw: Saw<'_>) {
        if let Some(recorder) = &mut self.recorder {
            recorder.saw(saw);
        }
    }

    /// Its connection is over.
    pub(crate) fn closed(&mut self, code: Option<u16>) {
        // Once a connection: a socket may end in more than one way at a time.
        if std::mem::take(&mut self.open) {
            self.saw(Saw::Closed { code });
        }
    }

    /// Nobody says anything any more, and everything has had its time to arrive.
    pub(crate) fn rested(&mut self) {
        if self.open {
            self.saw(Saw::Rested);
        }
    }
}
