//! An address letters can go to.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use email_address::{EmailAddress, Options};

/// An e-mail address: `local@domain` without display name, comment or literal; the domain in lower case and punycode.
/// Its Debug shows it: an address is personal, but no secret. Logs name people by id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(Arc<str>);

/// A text that is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Enter a valid email address.")]
pub struct EmailError;

impl Email {
    /// The longest an address may be, in bytes (RFC 5321, 4.5.3.1.3, less the angle brackets).
    pub const MAX_BYTES: usize = 254;

    /// The address `text` out of the store. It was parsed before it was stored, under the rules of that day; they aren't
    /// asked again.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(text.into())
    }

    /// The address, the local part as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What an address is unique by: all of it in lower case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        // Also bounds what the parsers below see.
        if text.len() > Self::MAX_BYTES {
            return Err(EmailError);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError)?;
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| EmailError)?;
        let address = format!("{local}@{domain}");
        let options =
            Options::default().with_required_tld().without_display_text().without_domain_literal();
        let plain = address.len() <= Self::MAX_BYTES && !address.contains(char::is_control);
        if plain && EmailAddress::parse_with_options(&address, options).is_ok() {
            Ok(Self(address.into()))
        } else {
            Err(EmailError)
        }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_the_domain_is_made_plain() {
        let email: Email = " Ann.Lee+x@Example.COM ".parse().expect("an address");
        assert_eq!(email.as_str(), "Ann.Lee+x@example.com");
        assert_eq!(email.key(), "ann.lee+x@example.com");
        let international: Email = "ann@bücher.example".parse().expect("an address");
        assert_eq!(international.as_str(), "ann@xn--bcher-kva.example");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(250));
        for bad in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "ann@localhost",
            "Ann <ann@example.com>",
            "ann@example.com\r\nBcc: x@example.com",
            "ann\r\nx@example.com",
            "ann@[127.0.0.1]",
            "a b@example.com",
            &long,
        ] {
            assert_eq!(bad.parse::<Email>(), Err(EmailError), "{bad:?}");
        }
    }
}
