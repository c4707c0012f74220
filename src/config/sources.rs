//! Where a configuration is read from.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::Origin;
use super::setting::{Content, Setting};

/// Where the configuration file is looked for when nobody names one.
const USUAL_PLACES: [&str; 2] = ["config.toml", "/etc/parlour/config.toml"];

/// The environment variable that names the configuration file.
const CONFIG_VARIABLE: &str = "PARLOUR_CONFIG";

/// What a configuration is read from: a test names all of it, the program takes its own process's.
#[derive(Default)]
pub struct Sources {
    /// The configuration file, which must be readable; none is fine.
    pub file: Option<PathBuf>,
    /// The environment, of which `PARLOUR__SECTION__KEY` counts.
    pub environment: Vec<(OsString, OsString)>,
    pub(super) flags: Vec<Setting>,
}

impl Sources {
    /// This process's: the file is `named` (`--config`), else `$PARLOUR_CONFIG`, else `./config.toml`, else
    /// `/etc/parlour/config.toml`, else none.
    #[must_use]
    pub fn of_process(named: Option<PathBuf>) -> Self {
        let variable = || std::env::var_os(CONFIG_VARIABLE).filter(|path| !path.is_empty());
        let usual = || USUAL_PLACES.map(Path::new).into_iter().find(|path| path.exists());
        let file =
            named.or_else(|| variable().map(PathBuf::from)).or_else(|| usual().map(Path::to_owned));
        Self { file, environment: std::env::vars_os().collect(), flags: Vec::new() }
    }

    /// Adds what a flag says of `key`.
    #[must_use]
    pub fn flag(mut self, flag: &'static str, key: &str, value: Option<String>) -> Self {
        if let Some(value) = value {
            let content = Content::Value(toml::Value::String(value));
            let setting = Setting { key: key.to_owned(), content, origin: Origin::Flag(flag) };
            self.flags.push(setting);
        }
        self
    }
}
