//! What no server can mean: values that fit their type and still make no sense, alone or together.
//!
//! Each rule says what to do. What only needs to be known is a [warning](warnings).

mod mail;
mod sizes;
mod times;
mod urls;

use super::Config;

/// Called with the key of an impossible value and what to do about it.
type Refuse<'a> = dyn FnMut(&'static str, String) + 'a;

/// Refuses every value of `config` that no server could start with.
pub fn check(config: &Config, refuse: &mut Refuse<'_>) {
    urls::check(config, refuse);
    times::check(config, refuse);
    sizes::check(config, refuse);
    mail::check(config, refuse);
}

/// What a server would start with, but somebody should know of.
pub fn warnings(config: &Config) -> Vec<String> {
    let mut warnings = urls::warnings(config);
    warnings.extend(mail::warnings(config));
    if !config.throttle.enabled {
        warnings.push("throttle.enabled is false: nobody is slowed down, whoever guesses".into());
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys that are refused, and the words.
    pub fn refused(change: impl FnOnce(&mut Config)) -> Vec<(&'static str, String)> {
        let mut config = Config::default();
        change(&mut config);
        let mut refused = Vec::new();
        check(&config, &mut |key, words| refused.push((key, words)));
        refused
    }

    #[test]
    fn the_defaults_are_good_and_nothing_to_warn_of() {
        assert_eq!(refused(|_| ()), []);
        assert_eq!(warnings(&Config::default()), Vec::<String>::new());
    }

    #[test]
    fn a_server_without_throttles_is_warned_of() {
        let mut config = Config::default();
        config.throttle.enabled = false;
        assert_eq!(warnings(&config).len(), 1);
    }
}
