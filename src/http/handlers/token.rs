//! simplejwt's endpoints: signing in, refreshing and checking in its words.

use accounts::fields::Reader;
use accounts::{FieldErrors, Identifier, RefreshError};
use http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::login::sign_in;
use crate::http::app::App;
use crate::http::call::Call;
use crate::http::error::ApiError;
use crate::http::reply::{self, Answer};

/// The longest token that is looked at, in characters; ours are a tenth of it.
const MAX_TOKEN_CHARS: usize = 8192;

/// The longest password that is looked at, in characters (`http-api.md`, "Passwords").
const MAX_PASSWORD_CHARS: usize = 1024;

/// Whom somebody claims to be, by address or name, and their password.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read")]
pub struct ObtainBody {
    /// Either this or `username`.
    email: Option<String>,
    /// Either this or `email`.
    username: Option<String>,
    #[schema(format = Password)]
    password: String,
}

/// A refresh token.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read")]
pub struct RefreshBody {
    refresh: String,
}

/// A token of either kind.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read")]
pub struct VerifyBody {
    token: String,
}

/// A session's two tokens.
#[derive(Serialize, ToSchema)]
pub struct TokenPair {
    /// Opens the API and sockets.
    access: String,
    /// Gives the next pair, once.
    refresh: String,
}

/// Nothing.
#[derive(Serialize, ToSchema)]
pub struct NoBody {}

/// Signs in, as simplejwt does
#[utoipa::path(
    post,
    path = "/api/token/",
    tag = "tokens",
    request_body = ObtainBody,
    responses(
        (status = 200, description = "A new session's tokens", body = TokenPair),
        (status = 401, description = "The credentials sign nobody in", body = super::schema::ErrorBody),
    )
)]
pub async fn obtain(app: &App, call: Call) -> Answer {
    let client = call.origin_of_sign_in();
    let object = call.object(app).await?;
    let mut reader = Reader::new(&object);
    let by_name = !object.contains_key("email") && object.contains_key("username");
    let field = if by_name { "username" } else { "email" };
    let who = reader.text(field, MAX_PASSWORD_CHARS).unwrap_or_default().to_owned();
    let password = reader.password("password", MAX_PASSWORD_CHARS).unwrap_or_default();
    let who = reader.finish().unless_empty(who)?;
    let identifier = if by_name { Identifier::Username(who) } else { Identifier::Email(who) };
    let signed_in =
        sign_in(app, identifier, password, client).await.map_err(in_simplejwts_words)?;
    reply::json(StatusCode::OK, &pair(&signed_in.access, &signed_in.refresh))
}

fn in_simplejwts_words(error: ApiError) -> ApiError {
    match error {
        ApiError::Credentials { code, .. } => ApiError::Credentials {
            detail: "No active account found with the given credentials",
            code,
        },
        other => other,
    }
}

/// Trades a refresh token for the next pair
///
/// Two that ask with the same token within seconds get the same pair. A token that was traded in earlier ends its
/// session: somebody holds a copy.
#[utoipa::path(
    post,
    path = "/api/token/refresh/",
    tag = "tokens",
    request_body = RefreshBody,
    responses(
        (status = 200, description = "The next pair", body = TokenPair),
        (status = 401, description = "The token opens nothing", body = super::schema::ErrorBody),
    )
)]
pub async fn refresh(app: &App, call: Call) -> Answer {
    let token = token_in(&call.object(app).await?, "refresh")?;
    let (accounts, tree) = (app.accounts.clone(), app.tree.clone());
    let refreshed = app
        .run(async move {
            match accounts.refresh(&token).await {
                Ok(refreshed) => Ok(refreshed),
                Err(RefreshError::Token(error)) => Err(ApiError::token(error)),
                Err(RefreshError::Reused(ended)) => {
                    tree.auth().caught_up(ended.system_seq).await.map_err(ApiError::unavailable)?;
                    Err(ApiError::Token("Token is blacklisted"))
                }
                Err(RefreshError::Failure(failure)) => Err(failure.into()),
            }
        })
        .await?;
    reply::json(StatusCode::OK, &pair(&refreshed.access, &refreshed.refresh))
}

/// Says whether a token opens anything
#[utoipa::path(
    post,
    path = "/api/token/verify/",
    tag = "tokens",
    request_body = VerifyBody,
    responses(
        (status = 200, description = "It does", body = NoBody),
        (status = 401, description = "It doesn't", body = super::schema::ErrorBody),
    )
)]
pub async fn verify(app: &App, call: Call) -> Answer {
    let token = token_in(&call.object(app).await?, "token")?;
    match app.accounts.verify(&token).await {
        Ok(()) => reply::json(StatusCode::OK, &NoBody {}),
        Err(RefreshError::Token(error)) => Err(ApiError::token(error)),
        Err(RefreshError::Reused(_)) => Err(ApiError::Token("Token is blacklisted")),
        Err(RefreshError::Failure(failure)) => Err(failure.into()),
    }
}

/// The token that must stand in `field`.
pub fn token_in(
    object: &Map<String, Value>,
    field: &'static str,
) -> Result<SecretString, FieldErrors> {
    let mut reader = Reader::new(object);
    let token = reader.text(field, MAX_TOKEN_CHARS).unwrap_or_default();
    reader.finish().unless_empty(SecretString::from(token))
}

fn pair(access: &SecretString, refresh: &SecretString) -> TokenPair {
    TokenPair {
        access: access.expose_secret().to_owned(),
        refresh: refresh.expose_secret().to_owned(),
    }
}
