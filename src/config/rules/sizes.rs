//! How much, how many.

use super::{Config, Refuse};

/// The highest score zxcvbn gives.
const MOST_STRENGTH: u8 = 4;

/// The longest a password may be, in characters.
const LONGEST_PASSWORD: u32 = 1024;

/// The least memory Argon2 works with, in KiB a lane (RFC 9106, 3.1).
const LEAST_KIB_A_LANE: u32 = 8;

/// The least an outbox works with, in bytes: an answer to `history` (256 KiB) and a catch-up's backlog must fit, or
/// asking would count as being slow.
const LEAST_OUTBOUND: u32 = 512 * 1024;

pub fn check(config: &Config, refuse: &mut Refuse<'_>) {
    let passwords = &config.passwords;
    for (key, count) in [
        ("database.readers", config.database.readers),
        ("passwords.passes", passwords.passes),
        ("passwords.lanes", passwords.lanes),
    ] {
        if count == 0 {
            refuse(key, "at least 1".into());
        }
    }
    if passwords.min_length > LONGEST_PASSWORD {
        let words = format!("no password may be longer than {LONGEST_PASSWORD} characters");
        refuse("passwords.min_length", words);
    }
    if passwords.min_strength > MOST_STRENGTH {
        refuse("passwords.min_strength", format!("at most {MOST_STRENGTH}, zxcvbn's best"));
    }
    let least = passwords.lanes.saturating_mul(LEAST_KIB_A_LANE).max(LEAST_KIB_A_LANE);
    if passwords.memory_kib < least {
        refuse("passwords.memory_kib", format!("at least {least}: 8 KiB a lane"));
    }
    let outbound = config.sockets.outbound_bytes;
    if outbound != 0 && outbound < LEAST_OUTBOUND {
        let words = format!(
            "at least {LEAST_OUTBOUND} (0: no limit): whoever asks for history must be able to take it"
        );
        refuse("sockets.outbound_bytes", words);
    }
    for (key, text) in
        [("tokens.issuer", &config.tokens.issuer), ("tokens.audience", &config.tokens.audience)]
    {
        if text.trim().is_empty() {
            refuse(key, "give it a name: tokens must carry one".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::rules::tests::refused;

    fn keys(change: impl FnOnce(&mut Config)) -> Vec<&'static str> {
        refused(change).into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn zero_is_refused_where_it_means_nothing() {
        let wrong = keys(|config| {
            config.database.readers = 0;
            config.passwords.passes = 0;
            config.passwords.lanes = 0;
            config.passwords.memory_kib = 0;
        });
        let expected =
            ["database.readers", "passwords.passes", "passwords.lanes", "passwords.memory_kib"];
        assert_eq!(wrong, expected);
    }

    #[test]
    fn a_password_nobody_could_choose_is_not_asked_for() {
        assert_eq!(keys(|config| config.passwords.min_length = 1025), ["passwords.min_length"]);
        assert_eq!(keys(|config| config.passwords.min_strength = 5), ["passwords.min_strength"]);
    }

    #[test]
    fn an_outbox_holds_what_may_be_asked_for() {
        let wrong = |bytes| keys(|config| config.sockets.outbound_bytes = bytes);
        assert_eq!(wrong(0), [""; 0]);
        assert_eq!(wrong(1000), ["sockets.outbound_bytes"]);
        assert_eq!(wrong(LEAST_OUTBOUND), [""; 0]);
    }

    #[test]
    fn tokens_carry_names() {
        assert_eq!(keys(|config| config.tokens.issuer = " ".into()), ["tokens.issuer"]);
    }
}
