//! The settings of tokens.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// `[tokens]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The `iss` that tokens carry and must carry. Changing it signs everybody out.
    pub issuer: String,
    /// The `aud` that tokens carry and must carry. Changing it signs everybody out.
    pub audience: String,
    /// How long an access token of a session lives. Not above `max_ttl`.
    #[serde(with = "humantime_serde")]
    pub access_ttl: Duration,
    /// How long a session lives without being refreshed.
    #[serde(with = "humantime_serde")]
    pub refresh_idle_ttl: Duration,
    /// How long a session lives at most, however often it is refreshed.
    #[serde(with = "humantime_serde")]
    pub refresh_absolute_ttl: Duration,
    /// For how long after a refresh the token it replaced gives the same successor again (two tabs). 0: never, unless
    /// the answer was lost.
    #[serde(with = "humantime_serde")]
    pub refresh_grace: Duration,
    /// For how long the replaced token gives the same successor again while no access token that came with that
    /// successor was used (a phone that lost the answer). 0: not at all.
    #[serde(with = "humantime_serde")]
    pub lost_answer_grace: Duration,
    /// The longest that any access token may live, at most 24 h: a start reads so much of the system room to know what
    /// was ended. It also bounds `parlour token mint --ttl`.
    #[serde(with = "humantime_serde")]
    pub max_ttl: Duration,
    /// How long past its `exp` a token still counts. One clock signs and checks, so 0.
    #[serde(with = "humantime_serde")]
    pub leeway: Duration,
}

impl Config {
    /// The most that `max_ttl` may be.
    pub const MAX_TTL: Duration = Duration::from_hours(24);
}

impl Default for Config {
    fn default() -> Self {
        Self {
            issuer: "parlour".to_owned(),
            audience: "parlour".to_owned(),
            access_ttl: Duration::from_mins(15),
            refresh_idle_ttl: Duration::from_hours(14 * 24),
            refresh_absolute_ttl: Duration::from_hours(90 * 24),
            refresh_grace: Duration::from_secs(10),
            lost_answer_grace: Duration::from_hours(24),
            max_ttl: Self::MAX_TTL,
            leeway: Duration::ZERO,
        }
    }
}
