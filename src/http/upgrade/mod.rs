//! From HTTP to a WebSocket: who may come to the door, and what they ask for. Whether they are let in is the actor tree's
//! to say.

mod gate;
mod handover;
pub mod handshake;

use actors::connections::{Admission, Credential, NotAdmitted};
use domain::{Epoch, RoomName, Seq};
use secrecy::{ExposeSecret, SecretString};

pub use self::gate::Upgrades;
use self::handover::{Bearer, accept};
use self::handshake::must_be_upgrade;
use super::app::App;
use super::call::{Call, bearer};
use super::error::ApiError;
use super::metrics::UpgradeRefusal;
use super::reply::Answer;

/// Opens a WebSocket in a room
///
/// The access token goes behind `?token=`, or into an `Authorization: Bearer` header. The first that is present decides.
/// A browser can't read a refused handshake, so a bad token is answered 101 too: `{"error":"Authentication required"}`,
/// then a close frame.
#[utoipa::path(
    get,
    path = "/ws/chat/{room}/",
    tag = "rooms",
    params(
        ("room" = String, Path, description = "1 to 64 letters, digits, `_` and `-`"),
        ("token" = Option<String>, Query, description = "An access token"),
        ("since" = Option<i64>, Query, description = "The last numbered frame received, to resume from"),
        ("epoch" = Option<String>, Query, description = "The epoch that `since` belongs to"),
    ),
    security((), ("bearer" = [])),
    responses(
        (status = 101, description = "A WebSocket"),
        (status = 401, description = "The credential is refused, and too many are being told so", body = super::handlers::schema::ErrorBody),
        (status = 403, description = "A page of this origin may not open sockets", body = super::handlers::schema::ErrorBody),
        (status = 404, description = "No room can have this name", body = super::handlers::schema::ErrorBody),
        (status = 429, description = "This address asked too often; try again after Retry-After", body = super::handlers::schema::ErrorBody),
        (status = 426, description = "Not a WebSocket upgrade", body = super::handlers::schema::ErrorBody),
    )
)]
pub async fn socket(app: &App, call: Call) -> Answer {
    let refused = |reason, error| {
        app.metrics.refused(reason);
        Err(error)
    };
    if !app.upgrades.admits(call.headers()) {
        let words = "This page's origin may not open sockets.";
        return refused(UpgradeRefusal::Origin, ApiError::Forbidden(words));
    }
    if let Err(wait) = app.upgrades.count(call.client) {
        return refused(UpgradeRefusal::Throttled, ApiError::Throttled { wait });
    }
    let room = call.parameter.as_deref().and_then(|name| name.parse::<RoomName>().ok());
    let room = room.ok_or(ApiError::NotFound)?;
    must_be_upgrade(&call.request)?;
    match app.tree.connections().open(admission(&call, room)).await {
        Ok(admitted) => accept(app, call, Bearer::Admitted(admitted)),
        Err(NotAdmitted::Refused(refusal)) => {
            app.metrics.refused(UpgradeRefusal::Credential);
            accept(app, call, Bearer::Refused(refusal))
        }
        Err(NotAdmitted::Crowded) => {
            refused(UpgradeRefusal::CredentialUnheard, ApiError::NotAuthenticated)
        }
        Err(NotAdmitted::Busy) => {
            refused(UpgradeRefusal::Busy, ApiError::unavailable("no sockets to be had"))
        }
    }
}

fn admission(call: &Call, room: RoomName) -> Admission {
    let number = |text: SecretString| text.expose_secret().parse().ok().map(Seq::new);
    let epoch = |text: SecretString| text.expose_secret().parse::<Epoch>().ok();
    Admission {
        credential: credential(call),
        room,
        since: call.query("since").and_then(number),
        epoch: call.query("epoch").and_then(epoch),
        peer: call.client,
        user_agent: call.user_agent(),
        trace: call.trace(),
    }
}

/// What the caller proves themselves by. The first that is present decides, even when it is bad and a later one would
/// pass: an empty `?token=` is present, and bad.
fn credential(call: &Call) -> Option<Credential> {
    call.query("token").or_else(|| bearer(call.headers())).map(Credential::Access)
}
