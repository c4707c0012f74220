//! From sources to a typed configuration: built-in defaults ← file ← environment ← flags.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::layers::Layers;
use super::schema::Schema;
use super::{ConfigError, Origin, Problem, Sources, environment, file};

/// A configuration, and where each of its values came from.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    /// What is in effect.
    pub config: T,
    pub(super) file: Option<PathBuf>,
    origins: BTreeMap<String, Origin>,
}

impl<T> Loaded<T> {
    /// Where the value of `key` came from.
    #[must_use]
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).cloned().unwrap_or(Origin::Default)
    }
}

/// Reads a `T` from `sources`. The keys named in `secrets` may come from files (`…_file`) and are never quoted in a
/// problem. All that is wrong is told at once.
pub fn load<T>(sources: Sources, secrets: &'static [&'static str]) -> Result<Loaded<T>, ConfigError>
where
    T: Default + Serialize + DeserializeOwned,
{
    let schema = Schema::of(&T::default(), secrets).map_err(|error| {
        let words = format!("the built-in defaults can't be written down: {error}");
        ConfigError(vec![Problem { origin: None, key: None, words }])
    })?;
    let mut problems = Vec::new();
    let mut layers = Layers::default();
    let path = sources.file;
    let from_file = path.as_deref().map(|path| file::read(path, &schema)).unwrap_or_default();
    let from_environment = environment::read(&sources.environment, &schema);
    for (layer, wrong) in [from_file, from_environment, (sources.flags, Vec::new())] {
        problems.extend(wrong);
        layers.lay(layer, &mut problems);
    }
    let origins = layers.origins();
    match layers.read(secrets, &mut problems) {
        Some(config) if problems.is_empty() => Ok(Loaded { config, file: path, origins }),
        _ => Err(ConfigError(problems)),
    }
}
