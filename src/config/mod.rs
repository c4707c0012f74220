//! The configuration: the sum of each part's own `Config`, and how it is read.
//!
//! Built-in defaults ← `config.toml` ← `PARLOUR__SECTION__KEY` ← flags. A part's settings are a struct beside that
//! part; this module only sums them, reads them, and knows what no part can know alone (`rules`). Nothing starts with an
//! unknown key, a value of the wrong type or an impossible one: each is told with its file, its line and what to do.

mod derived;
mod environment;
mod file;
mod layers;
mod load;
mod origin;
mod problem;
mod rules;
mod schema;
mod setting;
#[cfg(test)]
mod shipped;
mod show;
mod sources;
#[cfg(test)]
mod tests;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub use self::load::Loaded;
pub use self::origin::Origin;
pub use self::problem::{ConfigError, Problem};
pub use self::show::Shown;
pub use self::sources::Sources;

/// Every setting there is, a section a part.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `[server]`.
    pub server: crate::http::Config,
    /// `[database]`.
    pub database: store::Config,
    /// `[tokens]`.
    pub tokens: accounts::tokens::Config,
    /// `[passwords]`.
    pub passwords: accounts::passwords::Config,
    /// `[accounts]`.
    pub accounts: accounts::Config,
    /// `[mail]`.
    pub mail: actors::mailer::Config,
    /// `[rooms]`.
    pub rooms: actors::room::Config,
    /// `[sockets]`.
    pub sockets: actors::connection::Config,
    /// `[throttle]`.
    pub throttle: crate::http::throttle::Config,
    /// `[metrics]`.
    pub metrics: crate::telemetry::metrics::Config,
    /// `[log]`.
    pub log: crate::telemetry::logs::Config,
    /// `[shutdown]`.
    pub shutdown: crate::server::ShutdownConfig,
}

impl Config {
    /// The keys whose values nobody sees, and which may come from a file of their own (`…_file`). Each has a type that
    /// redacts itself.
    const SECRETS: &[&str] = &["database.url", "mail.url"];

    /// Reads the configuration from `sources`, and refuses one that no server could start with.
    pub fn load(sources: Sources) -> Result<Loaded<Self>, ConfigError> {
        let loaded: Loaded<Self> = load::load(sources, Self::SECRETS)?;
        let mut problems = Vec::new();
        rules::check(&loaded.config, &mut |key, words| {
            let origin = Some(loaded.origin(key)).filter(|origin| *origin != Origin::Default);
            problems.push(Problem { origin, key: Some(key.to_owned()), words });
        });
        if problems.is_empty() { Ok(loaded) } else { Err(ConfigError(problems)) }
    }
}

impl Loaded<Config> {
    /// The file it was read from, if there was one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// What a server would start with, but somebody should know of.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        rules::warnings(&self.config)
    }

    /// Every key, its value and where it came from; secrets redacted, and what isn't set as it follows from the rest.
    #[must_use]
    pub fn show(&self) -> Vec<Shown> {
        show::show(self, &derived::derived(&self.config))
    }
}
