//! Takes logs and observations, gives a report.

use std::collections::HashMap;
use std::io::BufRead;
use std::sync::Arc;

use super::book::Book;
use super::connection::Connection;
use super::scene::Scene;
use super::sends::Sends;
use super::sessions::Ends;
use super::trace::Trace;
use super::{CheckError, Fault, Report, Rules, Witness, order, targets, texts};
use crate::record::{LogReader, Observation, Saw};

/// A check under way. Give it every log first, then every observation, then ask it to [`Checker::finish`].
#[derive(Debug)]
pub struct Checker {
    rules: Rules,
    report: Report,
    books: Vec<Book>,
    /// Where in `books` a room's epochs are.
    rooms: HashMap<Arc<str>, HashMap<Box<str>, usize>>,
    open: HashMap<(u32, u32), Connection>,
    closed: Vec<Trace>,
    sends: Sends,
    ends: Ends,
}

impl Checker {
    /// A check that has seen nothing yet.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            report: Report::default(),
            books: Vec::new(),
            rooms: HashMap::new(),
            open: HashMap::new(),
            closed: Vec::new(),
            sends: Sends::default(),
            ends: Ends::default(),
        }
    }

    /// Reads a room's final log: taken after the last observation, with nobody sending any more.
    ///
    /// # Errors
    ///
    /// When it can't be read.
    pub fn read_log(&mut self, reader: LogReader<impl BufRead>) -> Result<(), CheckError> {
        let book = Book::read(reader, &mut self.report)?;
        let epochs = self.rooms.entry(Arc::clone(&book.room)).or_default();
        epochs.insert(book.epoch.clone(), self.books.len());
        self.books.push(book);
        Ok(())
    }

    /// Takes one observation. Those of one connection come in their order.
    ///
    /// # Errors
    ///
    /// [`CheckError::OutOfPlace`] when it can't be where it is.
    pub fn observe(&mut self, observation: &Observation<'_>) -> Result<(), CheckError> {
        let Observation { client, conn, at, ref saw } = *observation;
        let out_of_place = CheckError::OutOfPlace { client, conn, at };
        self.report.observations += 1;
        match saw {
            Saw::Opened { room, user, session, since, epoch } => {
                let (room, witness) = (self.room(room), Witness::Client { client, conn });
                let opened = Connection::new(room, witness, *session, at);
                let opened = opened.resuming(*user, *since, epoch.as_deref());
                self.report.connections += 1;
                let before = self.open.insert((client, conn), opened);
                return before.map_or(Ok(()), |_| Err(out_of_place));
            }
            Saw::Ended { session } => {
                self.ends.ended(*session, at);
                return Ok(());
            }
            Saw::Closed { .. } => {
                let connection = self.open.remove(&(client, conn)).ok_or(out_of_place)?;
                self.closed.push(connection.trace);
                return Ok(());
            }
            _ => {}
        }
        let connection = self.open.get(&(client, conn)).ok_or(out_of_place)?;
        if let Saw::Hello { epoch, seq, recovered } = saw {
            let room = Arc::clone(&connection.trace.room);
            let book = self.book(&room, epoch, connection.trace.witness);
            self.greeted((client, conn), book, (at, *seq, *recovered));
            return Ok(());
        }
        let out_of_place = CheckError::OutOfPlace { client, conn, at };
        match self.scene((client, conn), at) {
            Some(scene) => {
                scene.saw(saw);
                Ok(())
            }
            None => self.ungreeted((client, conn), at, saw).ok_or(out_of_place),
        }
    }

    /// What remains to be checked once everything was seen.
    #[must_use]
    pub fn finish(mut self) -> Report {
        self.closed.extend(self.open.into_values().map(|connection| connection.trace));
        let report = &mut self.report;
        self.books.iter_mut().for_each(Book::name_the_rest);
        self.sends.settle(&mut self.books, report);
        let mut readers = vec![Vec::new(); self.books.len()];
        for trace in &self.closed {
            if let Some(readers) = trace.book.and_then(|book| readers.get_mut(book)) {
                readers.push(trace);
            }
        }
        for (book, readers) in self.books.iter().zip(&readers) {
            targets::check(book, report);
            texts::check(book, report);
            order::check(book, readers, report);
        }
        self.ends.check(&self.books, &self.closed, &self.rules, report);
        self.report
    }

    fn room(&self, name: &str) -> Arc<str> {
        self.rooms.get_key_value(name).map_or_else(|| name.into(), |(room, _)| Arc::clone(room))
    }

    /// The book of a room's epoch; a new one, and what that means, if it is seen for the first time.
    fn book(&mut self, room: &Arc<str>, epoch: &str, witness: Witness) -> usize {
        if let Some(index) = self.rooms.get(room).and_then(|epochs| epochs.get(epoch)) {
            return *index;
        }
        let epochs = self.rooms.entry(Arc::clone(room)).or_default();
        if epochs.is_empty() {
            self.report.add(room, witness, Fault::NoLog);
        } else if !self.rules.new_epochs {
            self.report.add(room, witness, Fault::NewEpoch { epoch: epoch.into() });
        }
        epochs.insert(epoch.into(), self.books.len());
        self.books.push(Book::new(Arc::clone(room), epoch));
        self.books.len() - 1
    }

    fn greeted(&mut self, key: (u32, u32), index: usize, hello: (u64, u64, bool)) {
        if let Some((connection, book)) = self.open.get_mut(&key).zip(self.books.get(index)) {
            self.report.recovered += u64::from(hello.2);
            if let Some(fault) = connection.greeted((index, book), hello, &self.rules) {
                self.report.add(&connection.trace.room, connection.trace.witness, fault);
            }
        }
    }

    fn scene(&mut self, key: (u32, u32), at: u64) -> Option<Scene<'_>> {
        let connection = self.open.get_mut(&key)?;
        let index = connection.trace.book?;
        let book = self.books.get_mut(index)?;
        let (sends, report) = (&mut self.sends, &mut self.report);
        Some(Scene { connection, index, book, sends, report, at })
    }

    /// What came before any greeting. `None`: what the client itself did, and can't have.
    fn ungreeted(&mut self, key: (u32, u32), at: u64, saw: &Saw<'_>) -> Option<()> {
        let connection = self.open.get_mut(&key)?;
        match saw {
            Saw::Delivered(event) => {
                if let (_, Some(fault)) = connection.delivered(at, event) {
                    self.report.add(&connection.trace.room, connection.trace.witness, fault);
                }
                Some(())
            }
            Saw::Refused { .. } => Some(()),
            _ => None,
        }
    }
}
