//! Signing out.

use accounts::{LogoutError, Scope};
use http::StatusCode;
use secrecy::ExposeSecret;

use super::token::{NoBody, RefreshBody, token_in};
use crate::http::app::App;
use crate::http::call::{Call, bearer};
use crate::http::error::ApiError;
use crate::http::reply::{self, Answer};

/// Signs out
///
/// The session is ended, and its sockets are closed before this is answered. The refresh token is the proof; a Bearer
/// header may be missing or expired, but a valid one must be of the same person.
#[utoipa::path(
    post,
    path = "/api/logout/",
    tag = "accounts",
    params(("scope" = Option<String>, Query,
        description = "`session` (the default), `others` (all but this one) or `all`")),
    request_body = RefreshBody,
    responses((status = 205, description = "Signed out"))
)]
pub async fn logout(app: &App, call: Call) -> Answer {
    let scope = match call.query("scope").as_ref().map(ExposeSecret::expose_secret) {
        None | Some("session") => Scope::Session,
        Some("others") => Scope::Others,
        Some("all") => Scope::All,
        Some(_) => return Err(ApiError::Detail("Scope must be session, others or all.")),
    };
    end(app, call, scope).await.map_err(|refused| match refused {
        Refused::Blacklisted => ApiError::Legacy("Token is blacklisted"),
        Refused::Invalid => ApiError::Legacy("Token is invalid"),
        Refused::Otherwise(error) => error,
    })?;
    Ok(reply::empty(StatusCode::RESET_CONTENT))
}

/// Signs out, as simplejwt does
#[utoipa::path(
    post,
    path = "/api/token/blacklist/",
    tag = "tokens",
    request_body = RefreshBody,
    responses(
        (status = 200, description = "Signed out", body = NoBody),
        (status = 401, description = "The token opens nothing", body = super::schema::ErrorBody),
    )
)]
pub async fn blacklist(app: &App, call: Call) -> Answer {
    end(app, call, Scope::Session).await.map_err(|refused| match refused {
        Refused::Blacklisted => ApiError::Token("Token is blacklisted"),
        Refused::Invalid => ApiError::Token("Token is invalid"),
        Refused::Otherwise(error) => error,
    })?;
    reply::json(StatusCode::OK, &NoBody {})
}

/// Why nobody was signed out; the two endpoints have words of their own for it.
enum Refused {
    Blacklisted,
    Invalid,
    Otherwise(ApiError),
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Otherwise(error)
    }
}

async fn end(app: &App, call: Call, scope: Scope) -> Result<(), Refused> {
    let bearer = bearer(call.headers()).and_then(|token| app.accounts.authenticate(&token).ok());
    let object = call.object(app).await?;
    let token = token_in(&object, "refresh").map_err(ApiError::from)?;
    let (accounts, tree) = (app.accounts.clone(), app.tree.clone());
    app.run(async move {
        let (ended, outcome) = match accounts.logout(&token, bearer.as_ref(), scope).await {
            Ok(ended) => (Some(ended), Ok(())),
            Err(LogoutError::Blacklisted) => (None, Err(Refused::Blacklisted)),
            Err(LogoutError::Reused(ended)) => (Some(ended), Err(Refused::Blacklisted)),
            Err(LogoutError::Invalid) => (None, Err(Refused::Invalid)),
            Err(LogoutError::Failure(failure)) => return Err(ApiError::from(failure)),
        };
        // Index first, then sockets, then the answer: whoever is told that they are signed out, is.
        if let Some(ended) = ended {
            tree.auth().caught_up(ended.system_seq).await.map_err(ApiError::unavailable)?;
        }
        Ok(outcome)
    })
    .await?
}
