//! Who may write next.

/// Keeps two writers of one stream from cutting into each other's frames: the raw chunks of the outbox, which were
/// encoded elsewhere, and tungstenite, which writes pongs and closes whenever it likes. A frame that is begun is ended by
/// whoever began it.
#[derive(Debug, Default)]
#[cfg_attr(test, expect(clippy::struct_excessive_bools, reason = "the fourth is for tests only"))]
pub(super) struct Cursor {
    /// A raw chunk is part-written: tungstenite waits.
    part: bool,
    /// Tungstenite's last write took fewer bytes than it offered: raw waits.
    tbusy: bool,
    /// Tungstenite was refused: it goes next, at the chunk's end, before more raw.
    want: bool,
    /// For the negative control: everyone may always write.
    #[cfg(test)]
    pub off: bool,
}

impl Cursor {
    /// Whether tungstenite may write. If it may not, it is noted as next.
    pub fn admits_tungstenite(&mut self) -> bool {
        self.want |= self.part;
        !self.part || self.is_off()
    }

    /// Notes that the stream took `written` of the `offered` bytes of tungstenite's.
    pub fn tungstenite_wrote(&mut self, written: usize, offered: usize) {
        self.tbusy = written < offered;
        self.want = false;
    }

    /// Notes that tungstenite has something to write.
    pub fn tungstenite_waits(&mut self) {
        self.want = true;
    }

    /// Notes that tungstenite has nothing left to write.
    pub fn tungstenite_is_done(&mut self) {
        (self.tbusy, self.want) = (false, false);
    }

    /// Whether tungstenite writes next, and not raw, of which there may be some.
    pub fn is_tungstenites_turn(&self, raw_waits: bool) -> bool {
        let raw_goes_first = if self.is_off() { raw_waits } else { self.part };
        (self.want || self.tbusy) && !raw_goes_first
    }

    /// Whether raw, which writes now, stops at the end of its chunk.
    pub fn raw_stops_at_chunk(&self) -> bool {
        self.want
    }

    /// Notes whether a raw chunk is part-written.
    pub fn raw_is_part(&mut self, part: bool) {
        self.part = part;
    }

    #[cfg(test)]
    fn is_off(&self) -> bool {
        self.off
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "only a test switches the check off")]
    fn is_off(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_begun_a_frame_ends_it() {
        let mut cursor = Cursor::default();
        cursor.raw_is_part(true);
        assert!(!cursor.admits_tungstenite());
        assert!(!cursor.is_tungstenites_turn(true), "the chunk is ended first");
        assert!(cursor.raw_stops_at_chunk());
        cursor.raw_is_part(false);
        assert!(cursor.is_tungstenites_turn(true), "and then it is tungstenite's turn");
        assert!(cursor.admits_tungstenite());
        // Tungstenite would try again by itself; that raw waits doesn't hang on that.
        cursor.tungstenite_wrote(3, 10);
        assert!(cursor.is_tungstenites_turn(true));
        cursor.tungstenite_wrote(7, 7);
        assert!(!cursor.is_tungstenites_turn(true));
        assert!(!cursor.raw_stops_at_chunk());
    }
}
