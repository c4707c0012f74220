//! What makes a password good enough: Django's four rules, in its words and its order.

use super::Config;
use super::similarity::too_similar;

/// How many characters zxcvbn looks at. Its time grows steeply with the length, and what is strong so far stays strong.
const JUDGED_CHARS: usize = 100;

/// What is known of the person whose password it is to be, and their password may not resemble.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attributes {
    pub(crate) username: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
}

impl Attributes {
    /// Each with the name by which Django calls it, in its order.
    fn named(&self) -> [(&'static str, &str); 4] {
        [
            ("username", &self.username),
            ("first name", &self.first_name),
            ("last name", &self.last_name),
            ("email address", &self.email),
        ]
    }
}

/// Every rule that `password` breaks, in words.
pub(super) fn broken(password: &str, attributes: &Attributes, config: &Config) -> Vec<String> {
    let mut broken = Vec::new();
    let similar = attributes.named().into_iter().find(|(_, value)| too_similar(password, value));
    if let Some((name, _)) = similar {
        broken.push(format!("The password is too similar to the {name}."));
    }
    let min = config.min_length;
    if password.chars().count() < usize::try_from(min).unwrap_or(usize::MAX) {
        let characters = if min == 1 { "character" } else { "characters" };
        broken.push(format!(
            "This password is too short. It must contain at least {min} {characters}."
        ));
    }
    if strength(password) < config.min_strength {
        broken.push("This password is too common.".to_owned());
    }
    if !password.is_empty() && password.chars().all(char::is_numeric) {
        broken.push("This password is entirely numeric.".to_owned());
    }
    broken
}

/// The score that zxcvbn gives: 0 (guessed at once) to 4.
fn strength(password: &str) -> u8 {
    let end = password.char_indices().nth(JUDGED_CHARS).map_or(password.len(), |(at, _)| at);
    zxcvbn::zxcvbn(password.get(..end).unwrap_or(password), &[]).score().into()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn judge(password: &str) -> Vec<String> {
        let attributes = Attributes {
            username: "ann.lee".into(),
            first_name: "Ann".into(),
            last_name: "Leeuwenhoek".into(),
            email: "microscope@delft.example".into(),
        };
        broken(password, &attributes, &Config::default())
    }

    const SHORT: &str = "This password is too short. It must contain at least 8 characters.";
    const COMMON: &str = "This password is too common.";
    const NUMERIC: &str = "This password is entirely numeric.";

    #[test]
    fn a_good_password_breaks_no_rule() {
        for good in ["correct horse battery", "Tr0ub4dor&3-x", "Пароль зелёной рощи", "x9$Lq2!v"]
        {
            assert_eq!(judge(good), Vec::<String>::new(), "{good}");
        }
    }

    #[test]
    fn every_broken_rule_is_told_in_djangos_order() {
        assert_eq!(judge("12345"), [SHORT, COMMON, NUMERIC]);
        assert_eq!(judge("password"), [COMMON]);
        assert_eq!(judge("73"), [SHORT, COMMON, NUMERIC]);
        assert_eq!(judge("ann.lee"), ["The password is too similar to the username.", SHORT]);
    }

    #[test]
    fn what_resembles_the_person_is_refused() {
        let similar = |to: &str| format!("The password is too similar to the {to}.");
        assert!(judge("ann.lee-1").contains(&similar("username")));
        assert!(judge("leeuwenhoek99").contains(&similar("last name")));
        assert!(judge("Microscope7").contains(&similar("email address")));
        assert!(!judge("bicycle repair kit").iter().any(|words| words.contains("similar")));
    }

    #[test]
    fn the_settings_move_the_bounds() {
        let config = Config { min_length: 1, min_strength: 0, ..Config::default() };
        let nobody = Attributes::default();
        assert!(broken("a", &nobody, &config).is_empty());
        let words = broken("", &nobody, &config);
        assert_eq!(words, ["This password is too short. It must contain at least 1 character."]);
    }

    #[test]
    fn the_longest_password_is_judged_in_time() {
        let started = Instant::now();
        for hard in ["a".repeat(1024), "aB3$".repeat(256), "qwertyuiop".repeat(100)] {
            let _ = judge(&hard);
        }
        let took = started.elapsed();
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
}
