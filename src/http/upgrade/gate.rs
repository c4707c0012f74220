//! Who may come to the door at all.

use std::net::IpAddr;
use std::time::Duration;

use http::HeaderMap;
use http::header::ORIGIN;

use crate::http::origin_pattern::OriginPattern;
use crate::http::throttle::AddressThrottle;

/// Who may open a socket, and how often.
pub struct Upgrades {
    origins: Vec<OriginPattern>,
    throttle: AddressThrottle,
}

impl Upgrades {
    /// Pages of `origins` may, and each address as often as `throttle` lets it.
    #[must_use]
    pub fn new(origins: Vec<OriginPattern>, throttle: AddressThrottle) -> Self {
        Self { origins, throttle }
    }

    /// Whether a page of this origin may. Programs send none, and pass.
    pub fn admits(&self, request: &HeaderMap) -> bool {
        let mut origins = request.get_all(ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => true,
            // A header that isn't even text is the origin of no page, but `*` asks for none.
            (Some(origin), None) => {
                let origin = origin.to_str().unwrap_or("null");
                self.origins.iter().any(|pattern| pattern.admits(origin))
            }
            (Some(_), Some(_)) => false,
        }
    }

    /// Counts one more upgrade that `address` asks for.
    ///
    /// # Errors
    ///
    /// How long to wait, when it was one too many.
    pub fn count(&self, address: IpAddr) -> Result<(), Duration> {
        self.throttle.check(address)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::http::throttle::Config;

    #[test]
    fn a_page_comes_in_by_its_origin_and_a_program_without_one() {
        let throttle = AddressThrottle::of_upgrades(&Config::default());
        let upgrades = Upgrades::new(vec![OriginPattern::new("https://a.example")], throttle);
        let admits = |origins: &[&'static str]| {
            let mut request = HeaderMap::new();
            for origin in origins {
                request.append(ORIGIN, HeaderValue::from_static(origin));
            }
            upgrades.admits(&request)
        };
        assert!(admits(&[]));
        assert!(admits(&["https://a.example"]));
        for refused in [&["https://b.example"][..], &["null"], &[""], &["https://a.example"; 2]] {
            assert!(!admits(refused), "{refused:?}");
        }
    }
}
