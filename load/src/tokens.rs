//! What the clients authenticate themselves with.

use std::rc::Rc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::UserId;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::LoadError;

/// Access tokens, dealt out to the clients in turn. The load tester makes none: it is given them.
#[derive(Debug, Clone)]
pub struct Tokens(Rc<[Token]>);

/// One of them.
#[derive(Debug)]
pub(crate) struct Token {
    pub secret: SecretString,
    /// Whose it says it is; none: it says nothing that can be read.
    pub user: Option<UserId>,
    /// Which of the tokens it is: records tell sign-ins apart by it.
    pub session: u64,
}

impl Tokens {
    /// These tokens.
    ///
    /// # Errors
    ///
    /// When there is none, or one holds what can't stand in an `Authorization` header.
    pub fn new(tokens: impl IntoIterator<Item = SecretString>) -> Result<Self, LoadError> {
        let token = |(index, secret): (usize, SecretString)| {
            if !is_token(secret.expose_secret()) {
                return Err(LoadError::Token { number: index + 1 });
            }
            let user = subject(secret.expose_secret());
            Ok(Token { secret, user, session: index as u64 })
        };
        let tokens: Rc<[_]> =
            tokens.into_iter().enumerate().map(token).collect::<Result<_, _>>()?;
        if tokens.is_empty() { Err(LoadError::NoTokens) } else { Ok(Self(tokens)) }
    }

    /// Those of a file that holds one a line; empty lines are skipped.
    ///
    /// # Errors
    ///
    /// As [`Tokens::new`].
    pub fn of_lines(text: &str) -> Result<Self, LoadError> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        Self::new(lines.map(SecretString::from))
    }

    /// The token of client `number`.
    pub(crate) fn of(&self, number: usize) -> Option<&Token> {
        self.0.get(number.checked_rem(self.0.len())?)
    }
}

/// RFC 6750, 2.1: `b64token`.
fn is_token(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    !text.is_empty() && text.bytes().all(letter)
}

/// The `sub` of a JWT (RFC 7519, 4.1.2). Nothing is verified: the server is the judge of that.
fn subject(token: &str) -> Option<UserId> {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
    }

    let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let Claims { sub } = serde_json::from_slice(&claims).ok()?;
    sub.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_take_turns_with_the_tokens_of_a_file() {
        let tokens = Tokens::of_lines("a.b.c\n\n  d.e.f \n").unwrap();
        let of = |number| tokens.of(number).map(|token| token.secret.expose_secret());
        assert_eq!([of(0), of(1), of(2)], [Some("a.b.c"), Some("d.e.f"), Some("a.b.c")]);
    }

    #[test]
    fn a_token_that_would_break_a_header_is_refused_without_being_shown() {
        let error = Tokens::of_lines("fine\nnot fine").unwrap_err();
        assert_eq!(error.to_string(), "token 2 holds characters that no token has");
        assert!(matches!(Tokens::of_lines("\n"), Err(LoadError::NoTokens)));
        assert!(!format!("{:?}", Tokens::of_lines("hunter2").unwrap()).contains("hunter2"));
    }

    #[test]
    fn a_token_says_whose_it_is() {
        let claims = BASE64_URL_SAFE_NO_PAD.encode(r#"{"sub":"7","exp":1}"#);
        let tokens = Tokens::of_lines(&format!("e30.{claims}.x\nopaque")).unwrap();
        assert_eq!(tokens.of(0).unwrap().user, UserId::new(7));
        assert_eq!(tokens.of(1).unwrap().user, None);
    }
}
