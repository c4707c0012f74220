//! The public halves of the signing keys.

use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};

use crate::http::app::App;
use crate::http::reply::{self, Answer};

/// How long a verifier may keep them: short against a rotation, whose keys overlap for a day.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The public halves of the signing keys
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "tokens",
    responses((status = 200, description = "A JSON Web Key Set (RFC 7517)", body = serde_json::Value))
)]
pub fn jwks(app: &App) -> Answer {
    let mut reply = reply::json(StatusCode::OK, &app.accounts.jwks())?;
    reply.headers_mut().insert(CACHE_CONTROL, CACHE);
    Ok(reply)
}
