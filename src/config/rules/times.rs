//! How long things live.

use std::time::Duration;

use accounts::tokens;

use super::{Config, Refuse};

/// Tokens count in whole seconds (RFC 7519, `NumericDate`).
const SECOND: Duration = Duration::from_secs(1);

/// What the clocks of two machines that somebody looks after may differ by, generously.
const MOST_LEEWAY: Duration = Duration::from_mins(5);

pub fn check(config: &Config, refuse: &mut Refuse<'_>) {
    let tokens = &config.tokens;
    for (key, duration) in [
        ("tokens.access_ttl", tokens.access_ttl),
        ("tokens.refresh_idle_ttl", tokens.refresh_idle_ttl),
        ("tokens.refresh_absolute_ttl", tokens.refresh_absolute_ttl),
        ("tokens.max_ttl", tokens.max_ttl),
        ("accounts.activation_ttl", config.accounts.activation_ttl),
    ] {
        if duration < SECOND {
            refuse(key, "nothing could be done in so short a time; at least 1s".into());
        }
    }
    if tokens.max_ttl > tokens::Config::MAX_TTL {
        let words = "at most 24h: a start reads that much of the log to know what was ended";
        refuse("tokens.max_ttl", words.into());
    }
    if tokens.access_ttl > tokens.max_ttl {
        refuse("tokens.access_ttl", "at most tokens.max_ttl; shorten this or lengthen that".into());
    }
    if tokens.refresh_idle_ttl > tokens.refresh_absolute_ttl {
        let words = "at most tokens.refresh_absolute_ttl; shorten this or lengthen that";
        refuse("tokens.refresh_idle_ttl", words.into());
    }
    if tokens.leeway > MOST_LEEWAY {
        refuse("tokens.leeway", "at most 5m: set the clocks right instead".into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::rules::tests::refused;

    const HOUR: Duration = Duration::from_hours(1);

    fn keys(change: impl FnOnce(&mut Config)) -> Vec<&'static str> {
        refused(change).into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn no_token_outlives_a_day() {
        assert_eq!(keys(|config| config.tokens.max_ttl = HOUR * 25), ["tokens.max_ttl"]);
        assert_eq!(keys(|config| config.tokens.access_ttl = HOUR * 25), ["tokens.access_ttl"]);
        assert_eq!(keys(|config| config.tokens.max_ttl = HOUR), [""; 0]);
    }

    #[test]
    fn a_session_s_limits_fit_each_other() {
        let wrong = keys(|config| config.tokens.refresh_absolute_ttl = HOUR);
        assert_eq!(wrong, ["tokens.refresh_idle_ttl"]);
        assert_eq!(keys(|config| config.tokens.leeway = HOUR), ["tokens.leeway"]);
    }

    #[test]
    fn what_lives_for_no_time_makes_no_sense() {
        assert_eq!(keys(|config| config.tokens.access_ttl = Duration::ZERO), ["tokens.access_ttl"]);
        let wrong = keys(|config| config.accounts.activation_ttl = Duration::from_millis(1));
        assert_eq!(wrong, ["accounts.activation_ttl"]);
    }
}
