//! The tokens that links in letters carry. They follow from a row of the database and a key that isn't in it: who reads
//! the database, or a copy of it, can make none.

use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Email, Entropy, Timestamp, UserId};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use store::one_time_tokens::{OneTimeToken, Purpose, TokenId};

use crate::secret_file::{self, SecretFileError};

/// The key of letters' tokens: 256 bits in a file that only its owner can read, base64url.
pub(crate) struct MailKey(hmac::Key);

impl MailKey {
    /// The key in `path`, which is made where it isn't.
    pub(crate) fn open(path: &Path, entropy: &dyn Entropy) -> Result<Self, SecretFileError> {
        let malformed = || SecretFileError::Malformed { path: path.to_owned() };
        if let Some(text) = secret_file::read(path)? {
            return Self::parse(&text).ok_or_else(malformed);
        }
        let bytes: SecretSlice<u8> = entropy.bytes::<32>().to_vec().into();
        let line = format!("{}\n", URL_SAFE_NO_PAD.encode(bytes.expose_secret()));
        secret_file::create(path, &line.into_bytes().into())?;
        // It may be another process that made it.
        let text = secret_file::read(path)?.ok_or_else(malformed)?;
        Self::parse(&text).ok_or_else(malformed)
    }

    fn parse(text: &SecretString) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.expose_secret().trim_end()).ok()?;
        let bytes: SecretSlice<u8> = bytes.into();
        let whole = bytes.expose_secret().len() == 32;
        whole.then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, bytes.expose_secret())))
    }

    /// A new token for `person` at `address`, good for what `purpose` says: the row to be stored.
    pub(crate) fn issue(
        &self,
        purpose: Purpose,
        (person, address): (UserId, Email),
        (created_at, expires_at): (Timestamp, Timestamp),
        entropy: &dyn Entropy,
    ) -> OneTimeToken {
        let id = TokenId::random(entropy);
        let nonce = entropy.bytes();
        let digest = fingerprint(&self.token(purpose, id, &nonce));
        let used_at = None;
        OneTimeToken {
            id,
            purpose,
            person,
            address,
            nonce,
            digest,
            created_at,
            expires_at,
            used_at,
        }
    }

    /// The token of `row`, computed again; none if it is of another key.
    pub(crate) fn token_of(&self, row: &OneTimeToken) -> Option<SecretString> {
        let token = self.token(row.purpose, row.id, &row.nonce);
        (fingerprint(&token) == row.digest).then_some(token)
    }

    /// `base64url(HMAC-SHA256(key, purpose ‖ 0 ‖ row id ‖ nonce))`.
    fn token(&self, purpose: Purpose, id: TokenId, nonce: &[u8; 16]) -> SecretString {
        let purpose: &[u8] = match purpose {
            Purpose::Activation => b"activation\0",
            Purpose::PasswordReset => b"password reset\0",
        };
        let mut context = hmac::Context::with_key(&self.0);
        context.update(purpose);
        context.update(&id.get().to_be_bytes());
        context.update(nonce);
        SecretString::from(URL_SAFE_NO_PAD.encode(context.sign()))
    }
}

/// What the database keeps of a token, and finds it by.
pub(crate) fn fingerprint(token: &SecretString) -> [u8; 32] {
    let print = digest(&SHA256, token.expose_secret().as_bytes());
    let mut bytes = [0; 32];
    // Both are 32 bytes long.
    for (to, from) in bytes.iter_mut().zip(print.as_ref()) {
        *to = *from;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use domain::OsEntropy;

    use super::*;

    fn row(key: &MailKey, purpose: Purpose) -> OneTimeToken {
        let person = UserId::new(7).expect("an id");
        let address = "ann@example.com".parse().expect("an address");
        let times = (Timestamp::from_secs(0), Timestamp::from_secs(60));
        key.issue(purpose, (person, address), times, &OsEntropy)
    }

    #[test]
    fn a_token_is_computed_again_from_its_row_and_the_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mail.key");
        let key = MailKey::open(&path, &OsEntropy).expect("made");
        let row = row(&key, Purpose::Activation);
        let token = key.token_of(&row).expect("the token");
        assert_eq!(token.expose_secret().len(), 43);
        assert_eq!(fingerprint(&token), row.digest);
        let again = MailKey::open(&path, &OsEntropy).expect("read").token_of(&row);
        assert_eq!(again.expect("the token").expose_secret(), token.expose_secret());
    }

    #[test]
    fn another_key_purpose_row_or_nonce_makes_no_such_token() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = MailKey::open(&folder.path().join("one.key"), &OsEntropy).expect("made");
        let other = MailKey::open(&folder.path().join("two.key"), &OsEntropy).expect("made");
        let row = row(&key, Purpose::Activation);
        assert!(other.token_of(&row).is_none());
        let changed = [
            OneTimeToken { purpose: Purpose::PasswordReset, ..row.clone() },
            OneTimeToken { id: TokenId::random(&OsEntropy), ..row.clone() },
            OneTimeToken { nonce: [0; 16], ..row.clone() },
        ];
        for row in changed {
            assert!(key.token_of(&row).is_none(), "{row:?}");
        }
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mail.key");
        secret_file::create(&path, &b"c2hvcnQ\n".to_vec().into()).expect("written");
        assert!(matches!(MailKey::open(&path, &OsEntropy), Err(SecretFileError::Malformed { .. })));
    }
}
