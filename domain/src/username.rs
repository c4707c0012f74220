//! The name a person goes by.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;
use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

/// Names that would let somebody pass for the server or its staff.
const RESERVED: [&str; 14] = [
    "admin",
    "administrator",
    "anonymous",
    "everyone",
    "guest",
    "here",
    "mod",
    "moderator",
    "owner",
    "parlour",
    "root",
    "staff",
    "support",
    "system",
];

/// A person's name: NFKC, 1 to 150 letters, digits, marks or `. @ + - _` (Django's rule), of one script, not reserved.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Username(Arc<str>);

/// Why a text can't be a username. The words of the first two are Django's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// A character that isn't allowed.
    #[error(
        "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."
    )]
    Character,
    /// Over 150 characters.
    #[error("Ensure this field has no more than 150 characters.")]
    TooLong,
    /// Letters of several scripts, which make look-alikes.
    #[error("This username mixes letters of different scripts.")]
    MixedScripts,
    /// A reserved name.
    #[error("This username is reserved.")]
    Reserved,
}

impl Username {
    /// The longest a name may be, in characters (Django's limit).
    pub const MAX_CHARS: usize = 150;

    /// The name `text` out of the store. It was parsed before it was stored, under the rules of that day; they aren't
    /// asked again.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(text.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names that look alike have in common: the case-folded skeleton of UTS 39, by which names are unique.
    #[must_use]
    pub fn key(&self) -> String {
        key_of(&self.0)
    }
}

fn key_of(name: &str) -> String {
    skeleton(&name.to_lowercase()).collect::<String>().to_lowercase()
}

impl FromStr for Username {
    type Err = UsernameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The longest UTF-8 text that could still be 150 characters after NFKC; it bounds the work below.
        if text.len() > Self::MAX_CHARS * 4 * 4 {
            return Err(UsernameError::TooLong);
        }
        let name: String = text.nfkc().collect();
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '@' | '+' | '-');
        if name.is_empty() || !name.chars().all(allowed) {
            return Err(UsernameError::Character);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(UsernameError::TooLong);
        }
        if !name.as_str().is_single_script() {
            return Err(UsernameError::MixedScripts);
        }
        let key = key_of(&name);
        if RESERVED.iter().any(|reserved| key_of(reserved) == key) {
            return Err(UsernameError::Reserved);
        }
        Ok(Self(name.into()))
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Username, UsernameError> {
        text.parse()
    }

    #[test]
    fn djangos_alphabet_is_allowed() {
        for good in ["ann", "Ann.Lee+1@home-2_x", "Олена", "李雷", "ａｎｎ"] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in ["", " ann", "ann lee", "a/b", "a\0", "a\u{202e}b", "<b>"] {
            assert_eq!(parse(bad), Err(UsernameError::Character), "{bad:?}");
        }
        assert_eq!(parse(&"a".repeat(151)), Err(UsernameError::TooLong));
        assert_eq!(parse(&"a".repeat(100_000)), Err(UsernameError::TooLong));
    }

    #[test]
    fn look_alikes_share_a_key() {
        let key = |text: &str| parse(text).expect(text).key();
        assert_eq!(key("Ann"), key("aNN"));
        assert_eq!(key("ａｎｎ"), key("ann"));
        assert_eq!(key("аре"), key("ape"), "Cyrillic letters that look like Latin ones");
        assert_ne!(key("ann"), key("anna"));
    }

    #[test]
    fn mixed_scripts_and_reserved_names_are_refused() {
        assert_eq!(parse("pаypal"), Err(UsernameError::MixedScripts));
        assert_eq!(parse("Admin"), Err(UsernameError::Reserved));
        assert_eq!(parse("r00t"), Err(UsernameError::Reserved));
        assert!(parse("administrators").is_ok());
    }
}
