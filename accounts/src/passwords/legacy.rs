//! Hashes that the old system made.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How Django's default hashes begin: `pbkdf2_sha256$<iterations>$<salt>$<base64>`.
pub(super) const PREFIX: &str = "pbkdf2_sha256$";

/// The most iterations that are believed: ten times what Django 5 makes. It bounds what one sign-in costs.
const MAX_ITERATIONS: u32 = 10_000_000;

/// Whether the hash whose part after the prefix is `rest` was made from `password`.
pub(super) fn verify(password: &str, rest: &str) -> bool {
    let mut parts = rest.split('$');
    let (Some(iterations), Some(salt), Some(hash), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let iterations = iterations.parse().ok().filter(|n: &NonZeroU32| n.get() <= MAX_ITERATIONS);
    let (Some(iterations), Ok(hash)) = (iterations, STANDARD.decode(hash)) else { return false };
    let (salt, password) = (salt.as_bytes(), password.as_bytes());
    pbkdf2::verify(PBKDF2_HMAC_SHA256, iterations, salt, password, &hash).is_ok()
}

/// Made by Django: the password `correct horse`, 1,000 iterations.
#[cfg(test)]
pub(super) const EXAMPLE: &str =
    "pbkdf2_sha256$1000$somesalt$3UXLHR2dsBArfqHwukhrdUO9gJfc1BvmMq0GPd9sP6E=";
