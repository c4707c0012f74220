//! The names there are, and what stands in their place by default.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// The keys a configuration may have, read off its defaults. A key without a default is `null` in them, which JSON can
/// say and TOML can't.
pub struct Schema {
    leaves: BTreeMap<String, Value>,
    sections: Vec<String>,
    /// `section.key_file`, and the key whose value such a file holds.
    secret_files: BTreeMap<String, &'static str>,
}

/// What a dotted name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// A section: it holds keys.
    Section,
    /// A key, with its default.
    Key(&'a Value),
    /// The path of a file that holds the value of this key.
    SecretFile(&'static str),
    /// Nothing of that name.
    Unknown,
}

impl Schema {
    /// The keys that `defaults` has, and a `…_file` beside each of `secrets`.
    pub fn of<T: Serialize>(
        defaults: &T,
        secrets: &'static [&'static str],
    ) -> Result<Self, serde_json::Error> {
        let secret_files = secrets.iter().map(|key| (format!("{key}_file"), *key)).collect();
        let mut schema = Self { leaves: BTreeMap::new(), sections: Vec::new(), secret_files };
        schema.add("", serde_json::to_value(defaults)?);
        Ok(schema)
    }

    fn add(&mut self, name: &str, value: Value) {
        match value {
            Value::Object(fields) => {
                if !name.is_empty() {
                    self.sections.push(name.to_owned());
                }
                for (field, value) in fields {
                    self.add(&join(name, &field), value);
                }
            }
            value => {
                self.leaves.insert(name.to_owned(), value);
            }
        }
    }

    /// What `name` is.
    #[must_use]
    pub fn kind(&self, name: &str) -> Kind<'_> {
        if let Some(default) = self.leaves.get(name) {
            Kind::Key(default)
        } else if let Some(key) = self.secret_files.get(name) {
            Kind::SecretFile(key)
        } else if self.sections.iter().any(|section| section == name) {
            Kind::Section
        } else {
            Kind::Unknown
        }
    }

    /// Every key with its default, in the order of their names.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.leaves.iter().map(|(name, default)| (name.as_str(), default))
    }

    /// Says what an unknown `name` may have been meant to be.
    #[must_use]
    pub fn suggest(&self, name: &str) -> String {
        if let Some(near) = self.nearest(name) {
            return format!("unknown key; did you mean `{near}`?");
        }
        let section = name.rsplit_once('.').map_or("", |(section, _)| section);
        let siblings: Vec<_> = self.names().filter_map(|known| child_of(known, section)).collect();
        if siblings.is_empty() {
            return "unknown key; `parlour config show` lists all there are".into();
        }
        format!("unknown key; known here: {}", siblings.join(", "))
    }

    fn nearest(&self, name: &str) -> Option<&str> {
        let last = last_part(name);
        // The right key in the wrong section is a likelier slip than any misspelling.
        let moved = self.leaves.keys().filter(|known| last_part(known) == last);
        let mut moved = moved.map(String::as_str);
        if let (Some(only), None) = (moved.next(), moved.next()) {
            return Some(only);
        }
        let distance = |known: &str| strsim::damerau_levenshtein(known, name);
        let (distance, nearest) = self.names().map(|known| (distance(known), known)).min()?;
        // A third of the key's own letters may be wrong: beyond that it is a guess, not a correction.
        (distance <= (last.chars().count() / 3).max(1)).then_some(nearest)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let files = self.secret_files.keys();
        self.leaves.keys().chain(files).chain(&self.sections).map(String::as_str)
    }
}

/// `name` under `section`; the root's name is empty.
pub fn join(section: &str, name: &str) -> String {
    if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") }
}

fn last_part(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, last)| last)
}

fn child_of<'a>(name: &'a str, section: &str) -> Option<&'a str> {
    let (parent, last) = name.rsplit_once('.').unwrap_or(("", name));
    (parent == section).then_some(last)
}
