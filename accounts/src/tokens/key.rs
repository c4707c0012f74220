//! One signing key.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use domain::{Entropy, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::Kind;

/// The PEM label of a PKCS #8 key (RFC 7468, 10).
const LABEL: &str = "PRIVATE KEY";

/// An Ed25519 key. Its id tells when it was made and is bound to its public half:
/// `<seconds since 1970>-<16 hex digits of SHA-256(public half)>`, so that ids sort by age and a file can't be mistaken.
pub(crate) struct Key {
    id: String,
    created_at: Timestamp,
    public: Vec<u8>,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Key {
    /// A new key, made at `now`.
    pub(crate) fn generate(entropy: &dyn Entropy, now: Timestamp) -> Option<Self> {
        let seed: SecretSlice<u8> = entropy.bytes::<32>().to_vec().into();
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose_secret()).ok()?;
        Self::from_pair(&pair, now)
    }

    /// The key named `id` in `pem`, if both are well formed and belong together.
    pub(crate) fn from_pem(id: &str, pem: &SecretString) -> Option<Self> {
        let (seconds, _) = id.split_once('-')?;
        let created_at = Timestamp::from_secs(seconds.parse().ok()?);
        let document = pem::parse(pem.expose_secret()).ok().filter(|pem| pem.tag() == LABEL)?;
        let document: SecretSlice<u8> = document.into_contents().into();
        let pair = Ed25519KeyPair::from_pkcs8(document.expose_secret()).ok()?;
        Self::from_pair(&pair, created_at).filter(|key| key.id == id)
    }

    fn from_pair(pair: &Ed25519KeyPair, created_at: Timestamp) -> Option<Self> {
        let public = pair.public_key().as_ref().to_vec();
        let print = digest(&SHA256, &public);
        let print = print.as_ref().first_chunk::<8>().map(|head| u64::from_be_bytes(*head))?;
        Some(Self {
            id: format!("{}-{print:016x}", created_at.secs()),
            created_at,
            encoding: EncodingKey::from_ed_der(pair.to_pkcs8v1().ok()?.as_ref()),
            decoding: DecodingKey::from_ed_der(&public),
            public,
        })
    }

    /// What goes into its file: PKCS #8 version 1, which every OpenSSL reads.
    pub(crate) fn to_pem(&self) -> SecretSlice<u8> {
        let document = pem::Pem::new(LABEL, self.encoding.as_bytes());
        let lines = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
        pem::encode_config(&document, lines).into_bytes().into()
    }

    /// The `kid` of its tokens.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// When it was made, to the second.
    pub(crate) fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// Its public half: 32 bytes.
    pub(crate) fn public(&self) -> &[u8] {
        &self.public
    }

    /// For signing.
    pub(crate) fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }

    /// For checking.
    pub(crate) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    /// The one header that its tokens of this kind carry.
    pub(crate) fn header(&self, kind: Kind) -> Header {
        Header {
            typ: Some(kind.typ().to_owned()),
            kid: Some(self.id.clone()),
            ..Header::new(Algorithm::EdDSA)
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::OsEntropy;

    use super::*;

    #[test]
    fn a_key_reads_back_what_it_writes_under_its_own_name_only() {
        let now = Timestamp::from_secs(1_795_503_636);
        let key = Key::generate(&OsEntropy, now).expect("a key");
        let other = Key::generate(&OsEntropy, now).expect("a key");
        let pem = String::from_utf8(key.to_pem().expose_secret().to_vec()).expect("text");
        assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"), "{pem}");
        let pem = SecretString::from(pem);
        let read = Key::from_pem(key.id(), &pem).expect("the key");
        assert_eq!(read.public(), key.public());
        assert_eq!(read.created_at(), now);
        assert!(Key::from_pem(other.id(), &pem).is_none());
        assert!(Key::from_pem("key", &pem).is_none());
        assert!(Key::from_pem(key.id(), &SecretString::from("no key")).is_none());
    }
}
