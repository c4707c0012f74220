//! What somebody who wants a socket brings, and how they may be answered.

use std::net::IpAddr;

use domain::{Epoch, RoomName, Seq, SpanContext};
use secrecy::SecretString;

use super::{Admitted, Refusal};

/// What an upgrade asks for. Its Origin was checked before.
#[derive(Debug)]
pub struct Admission {
    /// Who they say they are. None: a guest.
    pub credential: Option<Credential>,
    /// The room they want to be in.
    pub room: RoomName,
    /// The last numbered frame they have received, when they come back.
    pub since: Option<Seq>,
    /// The telling of the log that `since` belongs to. None: they didn't say.
    pub epoch: Option<Epoch>,
    /// Where they come from.
    pub peer: IpAddr,
    /// What their program calls itself.
    pub user_agent: Option<String>,
    /// Where in a trace this belongs.
    pub trace: Option<SpanContext>,
}

/// Something by which a person proves who they are.
#[derive(Debug)]
pub enum Credential {
    /// An access token.
    Access(SecretString),
}

/// The answer to an [`Admission`].
pub type Verdict = Result<Admitted, NotAdmitted>;

/// Why there is no socket for somebody.
#[derive(Debug)]
pub enum NotAdmitted {
    /// They may not enter. A browser can't read a refused handshake, so answer 101 and let the refusal say it
    /// ([`Refusal::run`]).
    Refused(Refusal),
    /// They may not enter, and too many are being told so: answer a plain 401.
    Crowded,
    /// They might have been let in, but not now: the server is stopping, full, or can't reach what it must ask. Answer
    /// 503.
    Busy,
}
