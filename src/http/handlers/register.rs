//! Registering.

use accounts::Registration;
use domain::UserId;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::app::App;
use crate::http::call::Call;
use crate::http::reply::{self, Answer};

/// What a person fills in.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what `accounts::Registration` reads")]
pub struct RegisterBody {
    /// The name others see: letters, digits and `@ . + - _`.
    #[schema(max_length = 150)]
    username: String,
    /// Where the activation letter goes.
    #[schema(format = Email)]
    email: String,
    #[schema(format = Password)]
    password: String,
    /// The same once more.
    #[schema(format = Password)]
    confirm_password: String,
    first_name: Option<String>,
    last_name: Option<String>,
    /// `startup` or `investor`.
    representative_type: Option<String>,
    /// The same, or `1` for `startup` and `2` for `investor`; where both are given they must agree.
    #[schema(value_type = Option<serde_json::Value>)]
    role: Option<String>,
    company_name: Option<String>,
    website: Option<String>,
}

/// A new account, not active yet.
#[derive(Serialize, ToSchema)]
pub struct RegisteredBody {
    /// `Registration successful.`
    message: &'static str,
    /// Its id.
    #[schema(value_type = i64)]
    user_id: UserId,
    /// Where the activation letter goes.
    email: String,
}

/// Makes an account
///
/// The account is inactive until the link in the letter is followed.
#[utoipa::path(
    post,
    path = "/api/users/register/",
    tag = "accounts",
    request_body = RegisterBody,
    responses((status = 201, description = "An inactive account; its activation letter is on its way", body = RegisteredBody))
)]
pub async fn register(app: &App, call: Call) -> Answer {
    let registration = Registration::from_json(&call.object(app).await?)?;
    let (accounts, tree) = (app.accounts.clone(), app.tree.clone());
    let registered = app
        .run(async move {
            let registered = accounts.register(registration).await?;
            tree.mailer().wake();
            Ok::<_, accounts::RegisterError>(registered)
        })
        .await?;
    let body = RegisteredBody {
        message: "Registration successful.",
        user_id: registered.user_id,
        email: registered.email.to_string(),
    };
    reply::json(StatusCode::CREATED, &body)
}
