//! Whether a client is still there, and how long it may be.

use std::time::Duration;

use tokio::time::Instant;

use super::Settings;

/// What the time demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beat {
    /// Nothing.
    Rest,
    /// A ping: the client has been silent.
    Ping,
    /// An end: the client was silent after the ping too.
    Silent,
    /// An end: the socket has lived as long as it may.
    Expired,
}

/// A client's silence, and its socket's term. Looked at when something happens anyhow; no timer is set anew for each
/// frame.
#[derive(Debug)]
pub(super) struct Pulse {
    /// In milliseconds: there is one of these for each socket.
    ping_after: u32,
    pong_within: u32,
    /// When the client was last heard, or pinged.
    since: Instant,
    pinged: bool,
    expires: Option<Instant>,
}

impl Pulse {
    pub fn new(settings: &Settings, expires: Option<Instant>, now: Instant) -> Self {
        let millis = |time: Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        let (ping_after, pong_within) = (millis(settings.ping_after), millis(settings.pong_within));
        Self { ping_after, pong_within, since: now, pinged: false, expires }
    }

    /// Notes that the client sent something, whatever it was.
    pub fn heard(&mut self, now: Instant) {
        (self.since, self.pinged) = (now, false);
    }

    /// What is due at `now`. A ping is due once.
    pub fn beat(&mut self, now: Instant) -> Beat {
        if self.expires.is_some_and(|expires| expires <= now) {
            return Beat::Expired;
        }
        if self.silence().is_none_or(|end| end > now) {
            return Beat::Rest;
        }
        if self.pinged {
            return Beat::Silent;
        }
        (self.since, self.pinged) = (now, true);
        Beat::Ping
    }

    /// When to ask again, if nothing is heard until then.
    pub fn next(&self) -> Option<Instant> {
        self.silence().into_iter().chain(self.expires).min()
    }

    /// When the present silence has lasted too long.
    fn silence(&self) -> Option<Instant> {
        let patience = if self.pinged { self.pong_within } else { self.ping_after };
        (self.ping_after > 0).then(|| self.since + Duration::from_millis(patience.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: Settings = Settings {
        max_frame_bytes: 0,
        ping_after: Duration::from_secs(25),
        pong_within: Duration::from_secs(10),
    };

    #[test]
    fn silence_is_pinged_and_then_ended() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut pulse = Pulse::new(&SETTINGS, None, start);
        assert_eq!(pulse.beat(at(24)), Beat::Rest);
        pulse.heard(at(24));
        assert_eq!(pulse.next(), Some(at(49)));
        assert_eq!(pulse.beat(at(49)), Beat::Ping);
        assert_eq!(pulse.beat(at(49)), Beat::Rest, "one ping");
        pulse.heard(at(58));
        assert_eq!(pulse.beat(at(59)), Beat::Rest);
        assert_eq!(pulse.beat(at(84)), Beat::Ping, "late, as a busy machine may be");
        assert_eq!(pulse.next(), Some(at(94)));
        assert_eq!(pulse.beat(at(94)), Beat::Silent);
    }

    #[test]
    fn a_term_ends_a_lively_socket_too() {
        let start = Instant::now();
        let end = start + Duration::from_secs(3);
        let mut pulse = Pulse::new(&SETTINGS, Some(end), start);
        assert_eq!(pulse.next(), Some(end));
        pulse.heard(end);
        assert_eq!(pulse.beat(end), Beat::Expired);
        let silent = Settings { ping_after: Duration::ZERO, ..SETTINGS };
        assert_eq!(Pulse::new(&silent, None, start).next(), None);
    }
}
