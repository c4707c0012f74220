//! Activating an account by the token of a letter.

use accounts::fields::Reader;
use accounts::{ActivateError, FieldErrors};
use domain::Email;
use http::header::ACCEPT;
use http::{HeaderMap, Method, StatusCode};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::app::App;
use crate::http::call::Call;
use crate::http::error::ApiError;
use crate::http::pages;
use crate::http::reply::{self, Answer};

/// The token of a letter.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read")]
pub struct TokenBody {
    /// As it stands behind `?token=` in the letter's link.
    token: String,
}

/// An address.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read")]
pub struct EmailBody {
    #[schema(format = Email)]
    email: String,
}

/// What happened, in words.
#[derive(Serialize, ToSchema)]
pub struct DetailBody {
    /// In words.
    detail: &'static str,
}

/// Activates an account
///
/// Repeating a used token changes nothing and says the same.
#[utoipa::path(
    post,
    path = "/api/users/activate/",
    tag = "accounts",
    request_body = TokenBody,
    responses((status = 200, description = "The account is active", body = DetailBody))
)]
pub async fn activate(app: &App, call: Call) -> Answer {
    let object = call.object(app).await?;
    let token = match object.get("token") {
        None | Some(Value::Null) => return Err(ActivateError::Missing.into()),
        Some(Value::String(token)) if token.trim().is_empty() => {
            return Err(ActivateError::Missing.into());
        }
        Some(Value::String(token)) => SecretString::from(token.trim()),
        Some(_) => return Err(ActivateError::Invalid.into()),
    };
    run(app, token).await
}

/// What a click on a letter's link finds
///
/// A browser gets the page with the button: programs that scan mail follow links, and would activate accounts whose
/// owners never saw the letter. Anything else is answered 405, unless `accounts.activate_on_get` is set.
#[utoipa::path(
    get,
    path = "/api/users/activate/",
    tag = "accounts",
    params(("token" = Option<String>, Query, description = "The token of the letter")),
    responses(
        (status = 200, description = "The page with the button, or with `accounts.activate_on_get` an active account",
            content((String = "text/html"), (DetailBody = "application/json"))),
        (status = 405, description = "Not a browser's navigation: use POST", body = super::schema::ErrorBody),
    )
)]
pub async fn follow(app: &App, call: Call) -> Answer {
    if is_navigation(call.headers()) {
        return pages::activation(&call);
    }
    if !app.accounts.config().activate_on_get || call.request.method() != Method::GET {
        let method = call.request.method().clone();
        return Err(ApiError::Method { method, allow: "POST, OPTIONS" });
    }
    let token = call.query("token").ok_or(ActivateError::Missing)?;
    run(app, token).await
}

async fn run(app: &App, token: SecretString) -> Answer {
    let (accounts, tree) = (app.accounts.clone(), app.tree.clone());
    app.run(async move {
        let activated = accounts.activate(&token).await?;
        // Who activates signs in next, and must not be met by what was known of them before.
        if let Some(seq) = activated.system_seq {
            tree.auth().caught_up(seq).await.map_err(ApiError::unavailable)?;
        }
        Ok::<_, ApiError>(())
    })
    .await?;
    reply::json(StatusCode::OK, &DetailBody { detail: "Account activated successfully" })
}

/// Whether a person's browser goes to this address, rather than a program that reads it. Browsers say so
/// (`Sec-Fetch-Mode`); older ones at least prefer HTML.
fn is_navigation(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => text(ACCEPT.as_str()).is_some_and(|types| types.contains("text/html")),
    }
}

/// Sends the activation letter again
///
/// The answer is the same whether or not the address has an account.
#[utoipa::path(
    post,
    path = "/api/users/resend-activation/",
    tag = "accounts",
    request_body = EmailBody,
    responses((status = 200, description = "If there is such an account, its letter is on its way", body = DetailBody))
)]
pub async fn resend(app: &App, call: Call) -> Answer {
    let object = call.object(app).await?;
    let mut reader = Reader::new(&object);
    let typed = reader.text("email", Email::MAX_BYTES).unwrap_or_default();
    let typed = reader.finish().unless_empty(typed)?;
    let email: Email = typed
        .parse()
        .map_err(|error: domain::EmailError| FieldErrors::one("email", error.to_string()))?;
    let tree = app.tree.clone();
    app.accounts.resend_activation(email, move || tree.mailer().wake());
    let detail = "If the email exists, an activation link has been sent.";
    reply::json(StatusCode::OK, &DetailBody { detail })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_person_s_browser_navigates() {
        let says = |headers: &[(&'static str, &'static str)]| {
            let pairs = headers.iter().map(|(name, value)| {
                (http::HeaderName::from_static(name), HeaderValue::from_static(value))
            });
            is_navigation(&pairs.collect())
        };
        assert!(says(&[("sec-fetch-mode", "navigate")]));
        assert!(!says(&[("sec-fetch-mode", "cors"), ("accept", "text/html")]));
        assert!(says(&[("accept", "text/html,application/xhtml+xml")]));
        assert!(!says(&[("accept", "*/*")]));
        assert!(!says(&[]));
    }
}
