//! Who someone is: the flows by which people come, prove who they are, and go. No HTTP and no actors here.
//!
//! [`Accounts`] holds what the flows need and has one method a flow: [`Accounts::register`], [`Accounts::activate`],
//! [`Accounts::login`], [`Accounts::refresh`], [`Accounts::logout`] … Each does its work in one transaction. What ends
//! something ([`Ended`]) has appended to the system room in that same transaction; its caller waits until that entry was
//! acted on before it answers. A flow must run to its end once begun: a caller spawns it as a tracked task.
//!
//! [`Accounts::authenticate`] checks an access token: a signature and a look-up in memory, no query.
//! What a person typed wrong comes back as [`FieldErrors`], in the words of Django REST framework.

mod accounts;
mod admin;
mod config;
mod failure;
pub mod fields;
mod flows;
pub mod letters;
mod metrics;
pub mod passwords;
pub mod revocation;
mod secret_file;
pub mod tokens;
mod usage;

pub use accounts::{Accounts, Parts, StartError};
pub use admin::{AdminError, NewAccount};
pub use config::Config;
pub use failure::Failure;
pub use fields::FieldErrors;
pub use flows::activate::{ActivateError, Activated};
pub use flows::login::{Client, Identifier, LoginError, SignedIn};
pub use flows::logout::{Ended, LogoutError, Scope};
pub use flows::me::{Me, Profile};
pub use flows::mint::MintError;
pub use flows::refresh::{RefreshError, Refreshed};
pub use flows::register::{RegisterError, Registered};
pub use flows::registration::Registration;
pub use metrics::Metrics;
pub use revocation::{Revocations, Revoked};
pub use tokens::{Identity, TokenError};
