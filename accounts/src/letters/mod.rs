//! Letters: what stands in them, and the links they carry.
//!
//! The outbox holds which template goes to whom and which row its token is made from, never a link, never a text: both
//! are made here at the moment of sending ([`crate::Accounts::compose`]), from what is stored then.

mod compose;
mod queue;
mod template;
mod token;

use minijinja::Error;
use url::Url;

pub use compose::ComposeError;
pub(crate) use queue::an_hour_before;
pub use template::Template;
use template::Templates;
pub(crate) use token::{MailKey, fingerprint};

use crate::Config;

/// What writing a letter needs.
pub(crate) struct Letters {
    pub(crate) key: MailKey,
    templates: Templates,
    activate_url: Url,
    home_url: Url,
    /// The right-hand side of Message-IDs, and what the server calls itself.
    host: String,
}

impl Letters {
    pub(crate) fn new(
        key: MailKey,
        config: &Config,
        public_url: &Url,
        frontend_url: &Url,
    ) -> Result<Self, Error> {
        Ok(Self {
            key,
            templates: Templates::new()?,
            activate_url: config.activation_page(frontend_url),
            home_url: frontend_url.clone(),
            host: public_url.host_str().unwrap_or("localhost").to_owned(),
        })
    }
}
