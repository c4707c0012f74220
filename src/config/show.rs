//! The configuration in effect, in words.

use serde::Serialize;
use serde_json::Value;

use super::schema::Schema;
use super::{Loaded, Origin};

/// One setting as it is in effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The key, `section.key`.
    pub key: String,
    /// The value; `null` when there is none. TOML writes all the others too. A secret's own type writes stars in its
    /// place.
    pub value: Value,
    /// Where it came from; none when it follows from other keys' values.
    pub origin: Option<Origin>,
}

impl Shown {
    /// The value as TOML writes it; none when there is none.
    #[must_use]
    pub fn toml(&self) -> Option<String> {
        toml::Value::try_from(&self.value).ok().map(|value| value.to_string())
    }
}

/// Every key of `loaded` in the order of their names. What isn't set is as it is `derived`, if it is.
pub fn show<T: Serialize>(loaded: &Loaded<T>, derived: &[(&str, Value)]) -> Vec<Shown> {
    // What was read can be written: `load` has written the defaults of the same type.
    let Ok(values) = Schema::of(&loaded.config, &[]) else { return Vec::new() };
    let shown = |(key, value): (&str, &Value)| {
        let follows = derived.iter().find(|(name, _)| *name == key).filter(|_| value.is_null());
        let (value, origin) = match follows {
            Some((_, derived)) => (derived.clone(), None),
            None => (plain(value), Some(loaded.origin(key))),
        };
        Shown { key: key.to_owned(), value, origin }
    };
    values.keys().map(shown).collect()
}

/// A duration in days. `humantime` writes 90 days as "2months 29days 2h 52m 48s".
fn plain(value: &Value) -> Value {
    const DAY: u64 = 24 * 60 * 60;
    let months = value.as_str().filter(|text| text.contains("month") || text.contains("year"));
    match months.map(humantime::parse_duration) {
        Some(Ok(long)) if long.as_secs() % DAY == 0 && long.subsec_nanos() == 0 => {
            format!("{}days", long.as_secs() / DAY).into()
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_duration_is_written_in_days() {
        assert_eq!(plain(&"2months 29days 2h 52m 48s".into()), Value::from("90days"));
        assert_eq!(plain(&"2months".into()), Value::from("2months"), "60.88 days");
        assert_eq!(plain(&"15m".into()), Value::from("15m"));
        assert_eq!(plain(&"the month of May".into()), Value::from("the month of May"));
        assert_eq!(plain(&3.into()), Value::from(3));
    }
}
