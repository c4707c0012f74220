//! Signing in.

use accounts::{Identifier, SignedIn};
use domain::{SessionId, UserId};
use http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::http::app::App;
use crate::http::call::Call;
use crate::http::error::ApiError;
use crate::http::reply::{self, Answer};

/// Whom somebody claims to be, and their password.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read")]
pub struct LoginBody {
    #[schema(format = Email)]
    email: String,
    #[schema(format = Password)]
    password: String,
}

/// A new session.
#[derive(Serialize, ToSchema)]
pub struct SignedInBody {
    /// Gives the next access token, once.
    refresh: String,
    /// Opens the API and sockets.
    access: String,
    /// For how many seconds the access token counts.
    expires_in: u64,
    /// Names the session; it opens nothing.
    session_id: String,
    /// The name others see.
    username: String,
    /// Who signed in.
    user: UserBody,
}

/// A person as they see themselves.
#[derive(Serialize, ToSchema)]
pub struct UserBody {
    #[schema(value_type = i64)]
    id: UserId,
    email: String,
    username: String,
    first_name: String,
    last_name: String,
    /// `startup`, `investor`, or null.
    #[schema(required)]
    role: Option<&'static str>,
}

impl UserBody {
    /// The person, without what only they ask for.
    pub fn of(me: &accounts::Me) -> Self {
        Self {
            id: me.id,
            email: me.email.to_string(),
            username: me.username.to_string(),
            first_name: me.first_name.clone(),
            last_name: me.last_name.clone(),
            role: me.role.map(domain::Role::as_str),
        }
    }
}

/// Signs in
///
/// Unknown, wrong, not activated and disabled are answered alike, and take the same time.
#[utoipa::path(
    post,
    path = "/api/users/login/",
    tag = "accounts",
    request_body = LoginBody,
    responses(
        (status = 200, description = "A new session", body = SignedInBody),
        (status = 401, description = "The credentials sign nobody in", body = super::schema::ErrorBody),
    )
)]
pub async fn login(app: &App, call: Call) -> Answer {
    let client = call.origin_of_sign_in();
    let object = call.object(app).await?;
    let missing = ApiError::Detail("Email and password are required.");
    let (Some(email), Some(password)) = (typed(&object, "email"), typed(&object, "password"))
    else {
        return Err(missing);
    };
    let email = Identifier::Email(email.trim().to_owned());
    let signed_in = sign_in(app, email, password.into(), client).await?;
    reply::json(StatusCode::OK, &body_of(&signed_in))
}

/// What stands in `field`, if it is a text that isn't blank.
fn typed<'a>(object: &'a Map<String, Value>, field: &str) -> Option<&'a str> {
    object.get(field)?.as_str().filter(|text| !text.trim().is_empty())
}

/// Signs somebody in: the one way, whichever endpoint was asked.
pub async fn sign_in(
    app: &App,
    identifier: Identifier,
    password: SecretString,
    client: accounts::Client,
) -> Result<SignedIn, ApiError> {
    let accounts = app.accounts.clone();
    app.run(async move { accounts.login(&identifier, &password, client).await }).await
}

fn body_of(signed_in: &SignedIn) -> SignedInBody {
    let session: SessionId = signed_in.session_id;
    SignedInBody {
        refresh: signed_in.refresh.expose_secret().to_owned(),
        access: signed_in.access.expose_secret().to_owned(),
        expires_in: signed_in.expires_in.as_secs(),
        session_id: session.to_string(),
        username: signed_in.user.username.to_string(),
        user: UserBody::of(&signed_in.user),
    }
}
