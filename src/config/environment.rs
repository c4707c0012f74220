//! The layer of the environment: `PARLOUR__SECTION__KEY`.

use std::ffi::{OsStr, OsString};

use serde_json::Value as Json;
use toml::Value;

use super::schema::{Kind, Schema};
use super::setting::{Content, Setting};
use super::{Origin, Problem};

const PREFIX: &str = "PARLOUR__";

/// Reads every variable of `environment` that is named like a setting.
pub fn read(environment: &[(OsString, OsString)], schema: &Schema) -> (Vec<Setting>, Vec<Problem>) {
    let (mut settings, mut problems) = (Vec::new(), Vec::new());
    for (name, text) in environment {
        let Some((name, path)) = name.to_str().and_then(|name| Some((name, key_path(name)?)))
        else {
            continue;
        };
        match variable(name, &path, text, schema) {
            Ok(setting) => settings.push(setting),
            Err(problem) => problems.push(problem),
        }
    }
    (settings, problems)
}

fn key_path(name: &str) -> Option<String> {
    Some(name.strip_prefix(PREFIX)?.to_lowercase().replace("__", "."))
}

fn variable(name: &str, path: &str, text: &OsStr, schema: &Schema) -> Result<Setting, Problem> {
    let origin = Origin::Environment(name.to_owned());
    let problem =
        |words: String| Problem { origin: Some(origin.clone()), key: Some(path.to_owned()), words };
    let Some(text) = text.to_str() else {
        return Err(problem("the value is not UTF-8".into()));
    };
    let (key, content) = match schema.kind(path) {
        Kind::Key(default) => (path, reading(text, default)),
        Kind::SecretFile(key) => (key, Content::SecretFile(text.into())),
        Kind::Section => {
            return Err(problem(format!("this is a section; name one of its keys: {name}__KEY")));
        }
        Kind::Unknown => return Err(problem(schema.suggest(path))),
    };
    Ok(Setting { key: key.to_owned(), content, origin: origin.clone() })
}

/// What `text` means where `default` stands. A variable is text, whatever its key wants: the default tells what to try
/// first, and the key's type has the last word.
fn reading(text: &str, default: &Json) -> Content {
    let plain = Value::String(text.to_owned());
    let literal: Option<Value> = text.parse().ok();
    match default {
        Json::Array(_) => Content::Text { first: list(text, literal), second: None },
        Json::Bool(_) | Json::Number(_) => match literal {
            Some(literal) => Content::Text { first: literal, second: Some(plain) },
            None => Content::Text { first: plain, second: None },
        },
        _ => Content::Text {
            first: plain,
            second: Some(literal.unwrap_or_else(|| list(text, None))),
        },
    }
}

/// A list is written as TOML writes it, or as plain words between commas.
fn list(text: &str, literal: Option<Value>) -> Value {
    if let Some(list @ Value::Array(_)) = literal {
        return list;
    }
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    Value::Array(words.map(|word| Value::String(word.to_owned())).collect())
}
