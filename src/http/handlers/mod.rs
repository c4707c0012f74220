//! Who answers on each route: a file a noun. A handler reads what the request says, runs one flow to its end, and puts
//! the outcome into the contract's words; what can go wrong is put into words by [`ApiError`] alone.
//!
//! [`ApiError`]: super::error::ApiError

pub mod activation;
pub mod health;
pub mod jwks;
pub mod login;
pub mod logout;
pub mod me;
mod refusal;
pub mod register;
pub mod schema;
pub mod token;

use std::sync::Arc;

use super::app::App;
use super::call::Call;
use super::reply::Answer;
use super::routes::Endpoint;
use super::{mailbox, pages, upgrade};

/// Hands the request to who answers it.
pub async fn answer(app: &Arc<App>, endpoint: Endpoint, call: Call) -> Answer {
    match endpoint {
        Endpoint::Register => register::register(app, call).await,
        Endpoint::Activate => activation::activate(app, call).await,
        Endpoint::FollowActivation => activation::follow(app, call).await,
        Endpoint::ResendActivation => activation::resend(app, call).await,
        Endpoint::Login => login::login(app, call).await,
        Endpoint::ObtainToken => token::obtain(app, call).await,
        Endpoint::RefreshToken => token::refresh(app, call).await,
        Endpoint::VerifyToken => token::verify(app, call).await,
        Endpoint::Logout => logout::logout(app, call).await,
        Endpoint::BlacklistToken => logout::blacklist(app, call).await,
        Endpoint::Me => me::me(app, call).await,
        Endpoint::Socket => upgrade::socket(app, call).await,
        Endpoint::Jwks => jwks::jwks(app),
        Endpoint::Schema => schema::schema(),
        Endpoint::Health => health::health(),
        Endpoint::Ready => health::ready(app).await,
        Endpoint::Mailbox => mailbox::list(app, &call).await,
        Endpoint::Letter => mailbox::letter(app, &call).await,
        Endpoint::LetterHtml => mailbox::letter_html(app, &call).await,
        Endpoint::HomePage => pages::home(&call),
        Endpoint::ActivationPage => pages::activation(&call),
        Endpoint::Asset => pages::asset(&call),
    }
}
