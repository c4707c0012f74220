//! Hashes of passwords, as they are stored.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

use super::{Config, legacy};

/// Argon2id with the parameters of the settings, for new hashes; those of a stored one, for verifying.
pub(crate) struct Hasher {
    argon2: Argon2<'static>,
    params: Params,
}

/// Whether a password is the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is.
    Right {
        /// Whether its hash was made in another way than new ones are.
        outdated: bool,
    },
    /// It isn't, or what is stored is no hash.
    Wrong,
}

/// The password as new hashes are made of it: NFC, so that it doesn't depend on the keyboard that typed it.
pub(crate) fn normalized(password: &SecretString) -> SecretString {
    SecretString::from(password.expose_secret().nfc().collect::<String>())
}

impl Hasher {
    pub(crate) fn new(config: &Config) -> Result<Self, argon2::Error> {
        let params = Params::new(config.memory_kib, config.passes, config.lanes, None)?;
        Ok(Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone()),
            params,
        })
    }

    /// A new hash, as a PHC string.
    pub(crate) fn hash(
        &self,
        password: &[u8],
        salt: [u8; 16],
    ) -> Result<SecretString, password_hash::Error> {
        let hash: PasswordHash = self.argon2.hash_password_with_salt(password, &salt)?;
        Ok(SecretString::from(hash.to_string()))
    }

    /// Whether `stored` was made from `password`: as it was typed, then in NFC.
    pub(crate) fn verify(&self, password: &SecretString, stored: &SecretString) -> Verdict {
        let typed = password.expose_secret();
        let normalized = normalized(password);
        let normalized = normalized.expose_secret();
        let stored = stored.expose_secret();
        let outdated = match self.verify_exactly(typed, stored) {
            Some(outdated) => Some(outdated),
            None if normalized != typed => self.verify_exactly(normalized, stored),
            None => None,
        };
        outdated.map_or(Verdict::Wrong, |outdated| Verdict::Right { outdated })
    }

    /// If it matches, whether it is outdated.
    fn verify_exactly(&self, password: &str, stored: &str) -> Option<bool> {
        if let Some(rest) = stored.strip_prefix(legacy::PREFIX) {
            return legacy::verify(password, rest).then_some(true);
        }
        let hash = PasswordHash::new(stored).ok()?;
        self.argon2.verify_password(password.as_bytes(), &hash).ok()?;
        let present = hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into())
            && Params::try_from(&hash).is_ok_and(|params| self.same(&params));
        Some(!present)
    }

    fn same(&self, other: &Params) -> bool {
        let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        costs(&self.params) == costs(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(memory_kib: u32) -> Hasher {
        Hasher::new(&Config { memory_kib, passes: 1, ..Config::default() }).expect("parameters")
    }

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[test]
    fn a_hash_verifies_its_password_and_no_other() {
        let hasher = hasher(16);
        let stored = hasher.hash(b"correct horse", [7; 16]).expect("a hash");
        assert!(stored.expose_secret().starts_with("$argon2id$v=19$m=16,t=1,p=1$"));
        let verdict = |password| hasher.verify(&secret(password), &stored);
        assert_eq!(verdict("correct horse"), Verdict::Right { outdated: false });
        for wrong in ["correct horse ", "Correct horse", ""] {
            assert_eq!(verdict(wrong), Verdict::Wrong, "{wrong:?}");
        }
    }

    #[test]
    fn other_parameters_verify_and_are_outdated() {
        let stored = hasher(32).hash(b"correct horse", [7; 16]).expect("a hash");
        let verdict = hasher(16).verify(&secret("correct horse"), &stored);
        assert_eq!(verdict, Verdict::Right { outdated: true });
    }

    #[test]
    fn djangos_hashes_verify_and_are_outdated() {
        // Django 5: make_password("correct horse", salt="somesalt", hasher with 1000 iterations).
        let stored = secret(legacy::EXAMPLE);
        let hasher = hasher(16);
        let right = hasher.verify(&secret("correct horse"), &stored);
        assert_eq!(right, Verdict::Right { outdated: true });
        assert_eq!(hasher.verify(&secret("wrong horse"), &stored), Verdict::Wrong);
    }

    #[test]
    fn a_password_verifies_however_its_letters_are_composed() {
        let hasher = hasher(16);
        let composed = normalized(&secret("caf\u{65}\u{301} creme"));
        assert_eq!(composed.expose_secret(), "caf\u{e9} creme");
        let stored = hasher.hash(composed.expose_secret().as_bytes(), [7; 16]).expect("a hash");
        let decomposed = hasher.verify(&secret("caf\u{65}\u{301} creme"), &stored);
        assert_eq!(decomposed, Verdict::Right { outdated: false });
        let old = hasher.hash("caf\u{65}\u{301} creme".as_bytes(), [7; 16]).expect("a hash");
        let typed = hasher.verify(&secret("caf\u{65}\u{301} creme"), &old);
        assert_eq!(typed, Verdict::Right { outdated: false }, "as typed comes first");
    }

    #[test]
    fn what_is_no_hash_matches_nothing() {
        for stored in ["", "!", "$argon2id$", "plain", "pbkdf2_sha256$", "md5$a$b"] {
            let verdict = hasher(16).verify(&secret(stored), &secret(stored));
            assert_eq!(verdict, Verdict::Wrong, "{stored}");
        }
    }
}
