//! The verdict on an upgrade.

use std::sync::Arc;
use std::time::Duration;

use accounts::{Identity, Revoked, TokenError};
use domain::{Action, Seq, Standing};
use tokio::time::Instant;
use wire::CloseReason;

use super::handle::subject;
use super::{Connection, Context, Who};
use crate::connections::{Admission, Credential};
use crate::live::{Attached, Place};
use crate::metrics::Resumed;
use crate::registry::OpenError;
use crate::room::Room;

/// Why a `ConnectionActor` didn't start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Denied {
    /// They may not enter.
    #[error("refused: {}", .0.reason())]
    Refused(CloseReason),
    /// Nobody can tell now.
    #[error("busy")]
    Busy,
}

impl From<CloseReason> for Denied {
    fn from(reason: CloseReason) -> Self {
        Self::Refused(reason)
    }
}

/// Lets somebody in: who they are, whether they may be in the room, then the guard that makes their socket a live one, and
/// only then whether what they came with was ended meanwhile. `AuthActor` does the mirror (first the index, then the live
/// sockets), so that nobody slips through between.
pub(super) async fn admit(
    admission: Admission,
    place: Place,
    context: Arc<Context>,
) -> Result<Attached, Denied> {
    let who = match &admission.credential {
        Some(credential) => Some(authenticate(credential, &context).await?),
        None => None,
    };
    let room = open(&admission, who.as_ref(), &context).await?;
    let expires = expiry(who.as_ref(), &context);
    let since = since(&admission, &room, &context);
    let connection =
        Connection::new(who, room, since, expires, admission.trace, Arc::clone(&context));
    let attached = context.live.attach(connection, place).ok_or(CloseReason::ConnectionLimit)?;
    if let Some(who) = &attached.connection().who {
        context.accounts.check(&who.identity).map_err(revoked)?;
    }
    if context.live.is_closed() {
        return Err(Denied::Busy);
    }
    Ok(attached)
}

async fn authenticate(credential: &Credential, context: &Context) -> Result<Who, Denied> {
    let Credential::Access(token) = credential;
    let identity = context.accounts.authenticate(token).map_err(|error| match error {
        TokenError::Expired => CloseReason::TokenExpired,
        TokenError::Invalid | TokenError::WrongType => CloseReason::InvalidToken,
        TokenError::Revoked(why) => revoked(why),
    })?;
    let person = context.people.find(identity.user).await.map_err(|error| {
        tracing::warn!(user = %identity.user, %error, "nobody can be let in");
        Denied::Busy
    })?;
    match person {
        Some(person) if person.standing == Standing::Active => Ok(Who { identity, person }),
        _ => Err(CloseReason::UserNotFound.into()),
    }
}

/// What somebody is told whose token was ended before its time.
fn revoked(why: Revoked) -> CloseReason {
    match why {
        Revoked::Session => CloseReason::InvalidToken,
        Revoked::Person => CloseReason::UserNotFound,
    }
}

async fn open(
    admission: &Admission,
    who: Option<&Who>,
    context: &Context,
) -> Result<Arc<Room>, Denied> {
    // A guest learns no more of a room than that it asks for a name.
    let closed = match who {
        Some(_) => CloseReason::PermissionDenied,
        None => CloseReason::AuthenticationRequired,
    };
    let creator = who.map(|who| who.person.id);
    let room = match context.registry.open(&admission.room, creator).await {
        Ok(room) => room,
        Err(OpenError::NoSuchRoom) => return Err(closed.into()),
        Err(OpenError::TooMany) => return Err(CloseReason::TooManyRequests.into()),
        Err(OpenError::Unavailable) => return Err(Denied::Busy),
    };
    let asking = subject(who.map(|who| who.person.standing));
    if domain::allows(asking, room.visibility(), Action::Enter) {
        Ok(room)
    } else {
        Err(closed.into())
    }
}

/// What the client has of this telling of the log. Without the right epoch, its number says nothing about it.
fn since(admission: &Admission, room: &Room, context: &Context) -> Option<Seq> {
    let since = admission.since?;
    if admission.epoch == Some(room.epoch()) {
        return Some(since);
    }
    context.metrics.resumes.get_or_create(&Resumed::NOT).inc();
    None
}

/// When the socket is closed 3005: at `sockets.max_age`, and a token without a session doesn't outlive itself.
fn expiry(who: Option<&Who>, context: &Context) -> Option<Instant> {
    let token = who.and_then(|who| {
        let Identity { session, expires_at, .. } = who.identity;
        session.is_none().then(|| expires_at.since(context.clock.now()))
    });
    let age = Some(context.sockets.max_age).filter(|age| *age > Duration::ZERO);
    let lifetime = [token, age].into_iter().flatten().min()?;
    Instant::now().checked_add(lifetime)
}
