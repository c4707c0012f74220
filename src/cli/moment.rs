//! How a moment is written.

use domain::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment in RFC 3339, UTC.
pub fn moment(at: Timestamp) -> String {
    let nanos = i128::from(at.millis()) * 1_000_000;
    let time = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok();
    // Years past 9999 have no such form; nothing here is that old or that young.
    time.and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_else(|| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_utc() {
        assert_eq!(moment(Timestamp::from_millis(1_795_503_636_123)), "2026-11-24T07:00:36.123Z");
    }
}
