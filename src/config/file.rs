//! The layer of the configuration file.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::schema::{Kind, Schema, join};
use super::setting::{Content, Setting};
use super::{Origin, Problem};

/// A configuration file, while it is being read.
struct Reading<'a> {
    path: &'a Path,
    text: &'a str,
    schema: &'a Schema,
    settings: Vec<Setting>,
    problems: Vec<Problem>,
}

/// Reads the file at `path`: its settings and everything that is wrong with it.
pub fn read(path: &Path, schema: &Schema) -> (Vec<Setting>, Vec<Problem>) {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(path, &text, schema),
        Err(error) => {
            let words = format!("can't read the configuration file {}: {error}", path.display());
            (Vec::new(), vec![Problem { origin: None, key: None, words }])
        }
    }
}

/// Reads `text`, which stands in the file at `path`.
pub fn parse(path: &Path, text: &str, schema: &Schema) -> (Vec<Setting>, Vec<Problem>) {
    let (settings, problems) = (Vec::new(), Vec::new());
    let mut reading = Reading { path, text, schema, settings, problems };
    match DeTable::parse(text) {
        Ok(table) => reading.table("", table.into_inner()),
        Err(error) => {
            let origin = reading.at(error.span().map_or(0, |span| span.start));
            let words = error.message().to_owned();
            reading.problems.push(Problem { origin: Some(origin), key: None, words });
        }
    }
    (reading.settings, reading.problems)
}

impl Reading<'_> {
    fn at(&self, offset: usize) -> Origin {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        Origin::File { path: self.path.to_owned(), line }
    }

    fn table(&mut self, section: &str, table: DeTable<'_>) {
        for (name, value) in table {
            let origin = self.at(name.span().start);
            self.entry(join(section, name.get_ref()), value, origin);
        }
    }

    fn entry(&mut self, key: String, value: Spanned<DeValue<'_>>, origin: Origin) {
        let words = match (self.schema.kind(&key), value.get_ref()) {
            (Kind::Section, DeValue::Table(_)) => {
                if let DeValue::Table(table) = value.into_inner() {
                    self.table(&key, table);
                }
                return;
            }
            (Kind::Section, _) => format!("this is a section; write [{key}] and its keys below it"),
            (Kind::Key(_), _) => match to_value(value) {
                Ok(value) => {
                    self.settings.push(Setting { key, content: Content::Value(value), origin });
                    return;
                }
                Err(error) => error.message().to_owned(),
            },
            (Kind::SecretFile(secret), DeValue::String(path)) => {
                let content = Content::SecretFile(PathBuf::from(path.as_ref()));
                self.settings.push(Setting { key: secret.to_owned(), content, origin });
                return;
            }
            (Kind::SecretFile(_), _) => "give the path of a file, in quotes".into(),
            (Kind::Unknown, _) => self.schema.suggest(&key),
        };
        self.problems.push(Problem { origin: Some(origin), key: Some(key), words });
    }
}

fn to_value(value: Spanned<DeValue<'_>>) -> Result<toml::Value, toml::de::Error> {
    toml::Value::deserialize(ValueDeserializer::from(value).into_deserializer())
}
