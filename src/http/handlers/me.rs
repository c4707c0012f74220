//! Oneself.

use accounts::Me;
use domain::Timestamp;
use http::StatusCode;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use super::login::UserBody;
use crate::http::app::App;
use crate::http::call::Call;
use crate::http::error::ApiError;
use crate::http::reply::{self, Answer};

/// A person as they see themselves, with their profile.
#[derive(Serialize, ToSchema)]
pub struct MeBody {
    #[serde(flatten)]
    user: UserBody,
    /// Whether they administer the server.
    is_admin: bool,
    /// When the account was made.
    #[schema(format = DateTime)]
    created_at: String,
    profile: ProfileBody,
}

/// What a person says of their company; any may be empty.
#[derive(Serialize, ToSchema)]
pub struct ProfileBody {
    company_name: String,
    website: String,
    description: String,
}

/// Tells who is asking
#[utoipa::path(
    get,
    path = "/api/users/me/",
    tag = "accounts",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The person and their profile", body = MeBody),
        (status = 401, description = "No access token, or one that opens nothing", body = super::schema::ErrorBody),
    )
)]
pub async fn me(app: &App, call: Call) -> Answer {
    let identity = call.identity(app)?;
    let me = app.accounts.me(identity.user).await?;
    // The token is good, but its person is gone: simplejwt's words for it.
    let me = me.ok_or(ApiError::AccessToken("User not found"))?;
    reply::json(StatusCode::OK, &body_of(me))
}

fn body_of(me: Me) -> MeBody {
    MeBody {
        user: UserBody::of(&me),
        is_admin: me.is_admin,
        created_at: rfc3339(me.created_at),
        profile: ProfileBody {
            company_name: me.profile.company_name,
            website: me.profile.website,
            description: me.profile.description,
        },
    }
}

/// As HTTP writes a moment (RFC 3339, UTC). One past the year 9999, which no clock of ours shows, is left empty.
fn rfc3339(at: Timestamp) -> String {
    let nanos = i128::from(at.millis()) * 1_000_000;
    let at = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok();
    at.and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_rfc_3339() {
        let at = Timestamp::from_millis(1_795_503_636_123);
        assert_eq!(rfc3339(at), "2026-11-24T07:00:36.123Z");
        assert_eq!(rfc3339(Timestamp::from_secs(0)), "1970-01-01T00:00:00Z");
    }
}
