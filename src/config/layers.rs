//! The layers, laid over each other and read into a typed configuration.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::setting::{Content, Setting};
use super::{Origin, Problem};

/// What stands in effect for each key that somebody set.
#[derive(Default)]
pub struct Layers {
    settings: BTreeMap<String, Setting>,
}

/// A setting in effect, ready to be read.
struct Effective {
    value: Value,
    otherwise: Option<Value>,
    setting: Setting,
    first_failure: Option<String>,
}

impl Layers {
    /// Lays `layer` over what is there. Within one layer a key may stand once.
    pub fn lay(&mut self, layer: Vec<Setting>, problems: &mut Vec<Problem>) {
        for setting in layer {
            match self.settings.get(&setting.key) {
                Some(other) if other.origin.same_layer(&setting.origin) => {
                    let words = format!("given twice, here and at {}; keep one", other.origin);
                    problems.push(setting.problem(words));
                }
                _ => {
                    self.settings.insert(setting.key.clone(), setting);
                }
            }
        }
    }

    /// Where each key that somebody set was set.
    #[must_use]
    pub fn origins(&self) -> BTreeMap<String, Origin> {
        let origin = |(key, setting): (&String, &Setting)| (key.clone(), setting.origin.clone());
        self.settings.iter().map(origin).collect()
    }

    /// Reads what is in effect into a `T`, and says of every value that doesn't fit why. The values of `secrets` are
    /// never quoted.
    pub fn read<T: DeserializeOwned>(
        self,
        secrets: &[&str],
        problems: &mut Vec<Problem>,
    ) -> Option<T> {
        let mut effective = BTreeMap::new();
        for (key, setting) in self.settings {
            match resolve(setting) {
                Ok(setting) => {
                    effective.insert(key, setting);
                }
                Err(problem) => problems.push(problem),
            }
        }
        // serde stops at the first value that doesn't fit. Leaving that one out and reading again finds the next, so
        // that all can be told at once; each round drops a reading, so there is an end.
        loop {
            let error = match serde_path_to_error::deserialize(table_of(&effective)) {
                Ok(config) => return Some(config),
                Err(error) => error,
            };
            let path = error.path().to_string();
            let words = error.into_inner().message().to_owned();
            let Some(key) = effective.keys().find(|key| covers(key, &path)).cloned() else {
                problems.push(Problem { origin: None, key: Some(path), words });
                return None;
            };
            if let Some(problem) = reject(&mut effective, &key, words, secrets) {
                problems.push(problem);
            }
        }
    }
}

/// Turns to the other reading of `key`, or, when there is none, leaves it out and tells why.
fn reject(
    effective: &mut BTreeMap<String, Effective>,
    key: &str,
    words: String,
    secrets: &[&str],
) -> Option<Problem> {
    let found = effective.get_mut(key)?;
    if let Some(otherwise) = found.otherwise.take() {
        found.value = otherwise;
        found.first_failure = Some(words);
        return None;
    }
    let found = effective.remove(key)?;
    let words = found.first_failure.unwrap_or(words);
    let secret = secrets.contains(&key);
    Some(found.setting.problem(if secret {
        "the value doesn't fit this key".into()
    } else {
        words
    }))
}

fn resolve(setting: Setting) -> Result<Effective, Problem> {
    let (value, otherwise) = match &setting.content {
        Content::Value(value) => (value.clone(), None),
        Content::Text { first, second } => (first.clone(), second.clone()),
        Content::SecretFile(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                setting.problem(format!("can't read the secret's file {}: {error}", path.display()))
            })?;
            // Editors and `echo` end a file with a line break that belongs to no secret.
            let text = text.trim_end_matches(['\r', '\n']);
            if text.is_empty() {
                let words = format!("the secret's file {} is empty", path.display());
                return Err(setting.problem(words));
            }
            (Value::String(text.to_owned()), None)
        }
    };
    Ok(Effective { value, otherwise, setting, first_failure: None })
}

fn table_of(effective: &BTreeMap<String, Effective>) -> Value {
    let mut root = Table::new();
    for (key, setting) in effective {
        insert(&mut root, key, &setting.value);
    }
    Value::Table(root)
}

fn insert(table: &mut Table, key: &str, value: &Value) {
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value.clone());
        }
        Some((section, rest)) => {
            let section = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(section) = section {
                insert(section, rest, value);
            }
        }
    }
}

/// Whether what went wrong at `path` (`a.b[2].c`) went wrong in the value of `key` (`a.b`).
fn covers(key: &str, path: &str) -> bool {
    path.strip_prefix(key)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('[') || rest.starts_with('.'))
}
