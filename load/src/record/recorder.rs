//! Records, written while clients run.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::{Observation, Saw};

/// How many bytes a client gathers before it writes them: some 400 observations. A write of this size into the page
/// cache takes some 20 µs, so it is done where it falls due.
const GATHERED: usize = 64 * 1024;

/// The record of one run: a file, and the clock that all its clients share.
#[derive(Debug)]
pub struct Recording {
    sink: Mutex<Sink>,
    began: Instant,
}

#[derive(Debug)]
struct Sink {
    file: File,
    failure: Option<io::Error>,
}

impl Recording {
    /// Begins a record in a new file at `path`; what was there is gone.
    ///
    /// # Errors
    ///
    /// When the file can't be made.
    pub fn create(path: &Path) -> io::Result<Arc<Self>> {
        let sink = Mutex::new(Sink { file: File::create(path)?, failure: None });
        Ok(Arc::new(Self { sink, began: Instant::now() }))
    }

    /// What will write down what client number `client` sees. Two at once need two numbers.
    #[must_use]
    pub fn client(self: &Arc<Self>, client: u32) -> Recorder {
        Recorder { recording: Arc::clone(self), client, conn: 0, buffer: Vec::new() }
    }

    /// Time since the record began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Whether everything that was handed over so far is in the file. Drop or flush the recorders first.
    ///
    /// # Errors
    ///
    /// The first failure of a write, told once: what was to be written then is lost, and the record not worth checking.
    pub fn finish(&self) -> io::Result<()> {
        self.sink.lock().failure.take().map_or(Ok(()), Err)
    }

    fn write(&self, lines: &[u8]) {
        let mut sink = self.sink.lock();
        if let Err(error) = sink.file.write_all(lines) {
            sink.failure.get_or_insert(error);
        }
    }
}

/// Writes down what one client sees, in order. Gathers up to 64 KiB in memory; the rest is written when it is dropped.
#[derive(Debug)]
pub struct Recorder {
    recording: Arc<Recording>,
    client: u32,
    conn: u32,
    buffer: Vec<u8>,
}

impl Recorder {
    /// Writes down what the client saw just now, or is about to do; [`Saw::Opened`] begins its next connection.
    pub fn saw(&mut self, saw: Saw<'_>) {
        if matches!(saw, Saw::Opened { .. }) {
            self.conn = self.conn.saturating_add(1);
        }
        let at = u64::try_from(self.recording.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let observation = Observation { client: self.client, conn: self.conn, at, saw };
        if let Err(error) = serde_json::to_writer(&mut self.buffer, &observation) {
            // Texts and numbers: nothing in them can fail to serialize. If it did, the record would say so.
            self.recording.sink.lock().failure.get_or_insert(error.into());
        }
        self.buffer.push(b'\n');
        if self.buffer.len() >= GATHERED {
            self.flush();
        }
    }

    /// Hands over what was gathered.
    pub fn flush(&mut self) {
        self.recording.write(&self.buffer);
        self.buffer.clear();
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.flush();
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;
    use crate::record::{RecordError, observations};

    #[test]
    fn what_was_written_reads_back_in_each_clients_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record");
        let recording = Recording::create(&path).unwrap();
        let mut recorders = [recording.client(0), recording.client(1)];
        for recorder in &mut recorders {
            for conn in 1..=2 {
                let room = "lobby".into();
                recorder.saw(Saw::Opened {
                    room,
                    user: None,
                    session: 1,
                    since: None,
                    epoch: None,
                });
                for rid in 0..500 {
                    recorder.saw(Saw::Asked { rid, before: Some(conn), after: None });
                }
            }
        }
        drop(recorders);
        recording.finish().unwrap();

        let mut last = [(0, 0); 2];
        let mut count = 0;
        let reader = BufReader::new(File::open(&path).unwrap());
        observations(reader, |seen| -> Result<(), RecordError> {
            let moment = (seen.conn, seen.at);
            assert!(last[seen.client as usize] <= moment, "{seen:?}");
            last[seen.client as usize] = moment;
            count += 1;
            Ok(())
        })
        .unwrap();
        assert_eq!((count, last[0].0, last[1].0), (2 * 2 * 501, 2, 2));
    }

    #[test]
    fn a_full_disk_is_told_at_the_end() {
        let recording = Recording::create(Path::new("/dev/full")).unwrap();
        recording.client(0).saw(Saw::Rested);
        assert!(recording.finish().is_err());
        recording.finish().unwrap();
    }

    #[test]
    fn a_record_that_was_cut_off_is_refused() {
        let whole = r#"{"client":0,"conn":1,"at":5,"saw":"rested"}"#;
        let (record, mut count) = (format!("{whole}\n{}", &whole[..20]), 0);
        let read = observations(record.as_bytes(), |_| -> Result<(), RecordError> {
            count += 1;
            Ok(())
        });
        assert!(matches!(read, Err(RecordError::Line { number: 2, .. })));
        assert_eq!(count, 1);
    }
}
