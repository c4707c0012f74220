//! The shipped `config.toml` says what the code does: every key at its default, with a comment that explains it.

use std::path::Path;

use serde_json::Value;

use super::Config;
use super::file;
use super::layers::Layers;
use super::schema::Schema;

const SHIPPED: &str = include_str!("../../config.toml");

/// A key's line in the shipped file.
struct Line<'a> {
    key: String,
    /// Whether it stands behind a `#`, as an example of a key that has no default.
    example: bool,
    /// The comment above it.
    comment: Vec<&'a str>,
}

fn lines() -> Vec<Line<'static>> {
    let (mut section, mut comment, mut lines) = ("", Vec::new(), Vec::new());
    for line in SHIPPED.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if let Some(text) = line.strip_prefix("# ") {
            comment.push(text);
            continue;
        } else if let Some((name, _)) = line.split_once(" = ") {
            let key = format!("{section}.{}", name.trim_start_matches('#'));
            let comment = std::mem::take(&mut comment);
            lines.push(Line { key, example: name.starts_with('#'), comment });
        }
        comment.clear();
    }
    lines
}

fn schema() -> Schema {
    Schema::of(&Config::default(), Config::SECRETS).expect("defaults can be written")
}

#[test]
fn every_key_stands_in_the_shipped_file_once_and_is_explained() {
    let lines = lines();
    for line in &lines {
        assert!(!line.comment.is_empty(), "{} has no comment", line.key);
    }
    let mut shipped: Vec<_> = lines.iter().map(|line| line.key.as_str()).collect();
    shipped.retain(|key| !key.ends_with("_file"));
    shipped.sort_unstable();
    let schema = schema();
    let known: Vec<_> = schema.keys().map(|(key, _)| key).collect();
    assert_eq!(shipped, known);
}

#[test]
fn every_key_stands_there_at_its_default() {
    let schema = schema();
    let (settings, problems) = file::parse(Path::new("config.toml"), SHIPPED, &schema);
    assert_eq!(problems, []);
    let mut layers = Layers::default();
    layers.lay(settings, &mut Vec::new());
    let read: Config = layers.read(&[], &mut Vec::new()).expect("a configuration");
    let read = Schema::of(&read, Config::SECRETS).expect("it can be written");
    let pairs = |schema: &Schema| {
        schema.keys().map(|(key, value)| (key.to_owned(), value.clone())).collect::<Vec<_>>()
    };
    assert_eq!(pairs(&read), pairs(&schema));
    // What has a default stands there for all to see, not as an example.
    for line in lines() {
        let default = schema.keys().find(|(key, _)| *key == line.key).map(|(_, value)| value);
        let has_default = default.is_some_and(|value| *value != Value::Null);
        assert_eq!(line.example, !has_default, "{}", line.key);
    }
}

#[test]
fn every_example_is_a_value_its_key_takes() {
    let examples: String = SHIPPED.lines().map(|line| uncommented(line) + "\n").collect();
    let schema = schema();
    let (mut settings, mut problems) = file::parse(Path::new("config.toml"), &examples, &schema);
    settings.retain(|setting| !matches!(setting.content, super::setting::Content::SecretFile(_)));
    let mut layers = Layers::default();
    layers.lay(settings, &mut problems);
    layers.read::<Config>(&[], &mut problems).expect("a configuration");
    assert_eq!(problems, []);
}

/// An example's line as it would be used: `#key = …` without its `#`, which no space follows.
fn uncommented(line: &str) -> String {
    line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned()
}
