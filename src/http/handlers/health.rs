//! Whether the process is up, and whether the server does its work.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::app::App;
use crate::http::readiness::Trouble;
use crate::http::reply::{self, Answer};

/// How things stand.
#[derive(Serialize, ToSchema)]
pub struct HealthBody {
    /// `ok`; or what is wrong: `draining`, `database`, `mail`.
    status: &'static str,
}

/// Says that the process is up
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operations",
    responses((status = 200, description = "It is", body = HealthBody))
)]
pub fn health() -> Answer {
    reply::json(StatusCode::OK, &HealthBody { status: "ok" })
}

/// Says whether the server does its work
///
/// The database is writable, the mail queue moves, and the server isn't on its way down.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operations",
    responses(
        (status = 200, description = "It does", body = HealthBody),
        (status = 503, description = "It doesn't, and why", body = HealthBody),
    )
)]
pub async fn ready(app: &App) -> Answer {
    let status = if app.draining.has_begun() {
        Err("draining")
    } else {
        app.readiness.check(&app.store, &*app.clock).await.map_err(Trouble::words)
    };
    match status {
        Ok(()) => reply::json(StatusCode::OK, &HealthBody { status: "ok" }),
        Err(status) => reply::json(StatusCode::SERVICE_UNAVAILABLE, &HealthBody { status }),
    }
}
