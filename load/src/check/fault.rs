//! What can be wrong with a history.

use super::Witness;

/// One broken promise. The numbers are places in the room's log unless they are called otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Rule 1: what was acknowledged is gone.
    #[error("{cid} was acknowledged at {seq}, and isn't there in the final log")]
    AckLost {
        /// The sender's name for it.
        cid: Box<str>,
        /// Where it was said to be.
        seq: u64,
    },
    /// Two acks, or an ack and the log, put one command in two places.
    #[error("{cid} was acknowledged at {seq}, but is at {other}")]
    AckMoved {
        /// The sender's name for it.
        cid: Box<str>,
        /// Where this ack says it is.
        seq: u64,
        /// Where the first ack, or the log, says it is.
        other: u64,
    },
    /// An ack names another message than the event, or the command, does.
    #[error("{cid} was acknowledged at {seq} as being about {id}, but is about {other}")]
    AckOfAnother {
        /// The sender's name for it.
        cid: Box<str>,
        /// Where it is.
        seq: u64,
        /// The ack's `id`.
        id: u64,
        /// The message it is about.
        other: u64,
    },
    /// Two acks say that one command was stored just now.
    #[error("{cid} was acknowledged at {seq} twice without `dup`")]
    AckedTwice {
        /// The sender's name for it.
        cid: Box<str>,
        /// Where it is.
        seq: u64,
    },
    /// An ack that answers nothing: never sent on this connection, or answered already.
    #[error("{cid} was acknowledged at {seq}, but nothing was waiting for that")]
    AckUnasked {
        /// The name in the ack.
        cid: Box<str>,
        /// The place in the ack.
        seq: u64,
    },
    /// Every time it was sent it was refused for good, and yet it is stored.
    #[error("{seq} was stored although it was refused each time it was sent")]
    RefusedYetStored {
        /// Where it is.
        seq: u64,
    },
    /// What is stored isn't what was asked for.
    #[error("{seq} isn't what its author asked for: another kind, or about another message")]
    Twisted {
        /// Where it is.
        seq: u64,
    },
    /// Rule 2: the log doesn't run from floor to head without a gap.
    #[error("the log goes from {after} to {next}")]
    LogStep {
        /// The event before; the floor, if it is the first.
        after: u64,
        /// The event that follows.
        next: u64,
    },
    /// Rule 2: the log's last event isn't its head.
    #[error("the log ends at {last}, but its head is {head}")]
    LogEnd {
        /// Its last event, or its floor.
        last: u64,
        /// What it says its head is.
        head: u64,
    },
    /// Rule 2: one command is stored twice.
    #[error("{cid} of one person is at {first} and at {second}")]
    CidTwice {
        /// The sender's name for it.
        cid: Box<str>,
        /// Where it is.
        first: u64,
        /// Where it is again.
        second: u64,
    },
    /// An edit, deletion or reaction that couldn't have been accepted: of no message, of another's, of a deleted one.
    #[error("{seq} is about {id}, which wasn't its author's, or no message any more")]
    BadTarget {
        /// The event.
        seq: u64,
        /// What it is about.
        id: u64,
    },
    /// Rule 3: something was left out.
    #[error("{seq} came where {expected} was next")]
    Hole {
        /// What was next.
        expected: u64,
        /// What came.
        seq: u64,
    },
    /// Rule 3: something came again, or late.
    #[error("{seq} came after {last}")]
    Repeat {
        /// The latest before.
        last: u64,
        /// What came.
        seq: u64,
    },
    /// Rule 3: something came before the greeting, or a second greeting.
    #[error("a numbered frame or a second hello came where it can't")]
    Greeting,
    /// Rule 3: the last events never came.
    #[error("nothing came after {last}, although the log goes on to {head}")]
    Missed {
        /// The latest that came.
        last: u64,
        /// The log's newest.
        head: u64,
    },
    /// `recovered:true` that can't be: without `since`, ahead of the head, or in another epoch.
    #[error("recovered was true from {since:?} on, with the head at {head}, or in another epoch")]
    FalseRecovery {
        /// From where it resumed.
        since: Option<u64>,
        /// What hello said the head was.
        head: u64,
    },
    /// `recovered:false` without a reason.
    #[error("recovered was false from {since} on, with the head at {head}")]
    NotRecovered {
        /// From where it resumed.
        since: u64,
        /// What hello said the head was.
        head: u64,
    },
    /// A head went back.
    #[error("hello said {head}, although {witness} had seen {known} before this socket was opened")]
    HeadBack {
        /// What hello said.
        head: u64,
        /// What had been seen by then.
        known: u64,
        /// By whom.
        witness: Witness,
    },
    /// The log got another epoch during the run.
    #[error("the epoch is {epoch}, and was another")]
    NewEpoch {
        /// The one that hello said.
        epoch: Box<str>,
    },
    /// There is no final log of a room that was entered.
    #[error("there is no final log of this room to check against")]
    NoLog,
    /// Rule 4: two observers saw different events at one place.
    #[error("{seq} has another {what} than {other} tells")]
    Disagreement {
        /// The place.
        seq: u64,
        /// What differs.
        what: &'static str,
        /// Who saw it otherwise.
        other: Witness,
    },
    /// Rule 4: somebody saw an event that is gone.
    #[error("{seq} was shown, and isn't there in the final log")]
    ShownThenGone {
        /// The place.
        seq: u64,
    },
    /// Rule 4: a text that nobody gave this message.
    #[error("{seq} was shown with a text that it never had")]
    StrangeText {
        /// The event whose frame showed it.
        seq: u64,
    },
    /// Rule 4: a text from before an edit that was over and done.
    #[error("{seq} was shown with a text from before an edit that was known")]
    StaleText {
        /// The event whose frame showed it.
        seq: u64,
    },
    /// Rule 4: the text of a message whose deletion was over and done.
    #[error("{seq} was shown with its text after the deletion was known")]
    DeletedText {
        /// The event whose frame showed it.
        seq: u64,
    },
    /// Rule 4: shown as deleted, and nobody deleted it.
    #[error("{seq} was shown as deleted, and never was")]
    NeverDeleted {
        /// The event whose frame showed it.
        seq: u64,
    },
    /// Messages are missing from, or too many in, a page of history.
    #[error("a page after {after} up to {upto} has {found} messages of {expected}")]
    Page {
        /// The page covers what comes after this.
        after: u64,
        /// The page covers what comes up to this.
        upto: u64,
        /// How many messages the log has there.
        expected: u64,
        /// How many the page has.
        found: u64,
    },
    /// A page isn't in the order of the log, or holds what is no message.
    #[error("a page of history has {seq} where it can't be")]
    PageOrder {
        /// What is out of place.
        seq: u64,
    },
    /// Rule 5: it was sent after something later in the log had been seen.
    #[error("{seq} was sent after {other} had seen {later}")]
    TooEarly {
        /// Where it is.
        seq: u64,
        /// The later event, or head, that had been seen.
        later: u64,
        /// By whom.
        other: Witness,
    },
    /// Rule 6: an ended sign-in was let in.
    #[error("sign-in {session} was let in after its end")]
    AdmittedAfterEnd {
        /// The sign-in, as the run numbers it.
        session: u64,
    },
    /// Rule 6: something that happened after the end of a sign-in reached its socket.
    #[error("{seq}, sent after the end of sign-in {session}, reached its socket")]
    ReachedAfterEnd {
        /// The sign-in, as the run numbers it.
        session: u64,
        /// The event, by a delivery or an ack.
        seq: u64,
    },
    /// Rule 6: a socket of an ended sign-in still got something long after.
    #[error("a socket of sign-in {session} got something {millis} ms after its end")]
    LateAfterEnd {
        /// The sign-in, as the run numbers it.
        session: u64,
        /// How long after.
        millis: u64,
    },
}
