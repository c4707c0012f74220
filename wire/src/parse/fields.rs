//! The fields of a frame, found but not yet understood.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Every field that some command knows, as it stands in the text; `null` counts as absent. Each is understood by itself
/// later, so that an error can name the field, and the request, it is about.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    pub kind: Option<&'a RawValue>,
    pub rid: Option<&'a RawValue>,
    pub cid: Option<&'a RawValue>,
    pub message: Option<&'a RawValue>,
    pub reply_to: Option<&'a RawValue>,
    pub id: Option<&'a RawValue>,
    pub emoji: Option<&'a RawValue>,
    pub on: Option<&'a RawValue>,
    pub before: Option<&'a RawValue>,
    pub after: Option<&'a RawValue>,
    pub limit: Option<&'a RawValue>,
    /// A known field that stands there twice. Parsers differ on which one counts, so neither does.
    pub twice: Option<&'static str>,
}

impl<'a> Fields<'a> {
    /// The place of the field `name`, with its name; none for a field that no command knows.
    fn place(&mut self, name: &str) -> Option<(&'static str, &mut Option<&'a RawValue>)> {
        Some(match name {
            "type" => ("type", &mut self.kind),
            "rid" => ("rid", &mut self.rid),
            "cid" => ("cid", &mut self.cid),
            "message" => ("message", &mut self.message),
            "reply_to" => ("reply_to", &mut self.reply_to),
            "id" => ("id", &mut self.id),
            "emoji" => ("emoji", &mut self.emoji),
            "on" => ("on", &mut self.on),
            "before" => ("before", &mut self.before),
            "after" => ("after", &mut self.after),
            "limit" => ("limit", &mut self.limit),
            _ => return None,
        })
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Object)
    }
}

/// Takes an object and nothing else (a derived one would take a list as well).
struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields::default();
        let mut seen: Vec<&'static str> = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            let Some((name, place)) = fields.place(&name) else {
                // New clients may say more than this server understands.
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value: &RawValue = map.next_value()?;
            *place = (value.get() != "null").then_some(value);
            if seen.contains(&name) {
                fields.twice = Some(name);
            }
            seen.push(name);
        }
        Ok(fields)
    }
}

/// A field's name, borrowed where it is written without escapes.
struct Name<'a>(std::borrow::Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(AnyName)
    }
}

struct AnyName;

impl<'de> Visitor<'de> for AnyName {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Name(name.into()))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Name(name.to_owned().into()))
    }
}
