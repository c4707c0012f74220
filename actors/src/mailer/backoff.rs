//! When a letter that couldn't be sent is tried again.

use std::time::Duration;

use domain::Entropy;

/// So many failures and a letter is given up: after about 43 minutes.
const TRIES: u32 = 10;
/// The wait after the first failure; it doubles from one to the next.
const FIRST: Duration = Duration::from_secs(5);
/// A wait is off by up to one in so many parts, so that letters that failed together don't come back together.
const JITTER: u32 = 5;

/// How long to wait after the `failures`-th failure. None: give the letter up.
pub(super) fn wait(failures: u32, entropy: &dyn Entropy) -> Option<Duration> {
    if failures >= TRIES {
        return None;
    }
    let doubled = FIRST * 2u32.pow(failures.saturating_sub(1));
    let spread = doubled / JITTER;
    // From 0 to 2, evenly.
    let random = f64::from(u32::from_le_bytes(entropy.bytes())) / f64::from(u32::MAX) * 2.0;
    Some(spread * (JITTER - 1) + spread.mul_f64(random))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives nothing but one byte.
    struct Constant(u8);

    impl Entropy for Constant {
        fn fill(&self, out: &mut [u8]) {
            out.fill(self.0);
        }
    }

    #[test]
    fn waits_double_from_five_seconds_and_the_tenth_failure_is_the_last() {
        let waits = |byte| (1..).map_while(move |n| wait(n, &Constant(byte))).collect::<Vec<_>>();
        let (earliest, latest) = (waits(0), waits(255));
        assert_eq!(earliest.len(), 9);
        for (n, (early, late)) in earliest.iter().zip(&latest).enumerate() {
            let middle = FIRST * 2u32.pow(u32::try_from(n).expect("few"));
            assert_eq!(*early, middle * 4 / 5);
            assert_eq!(*late, middle * 6 / 5);
        }
        let sum: Duration = earliest.iter().zip(&latest).map(|(a, b)| (*a + *b) / 2).sum();
        assert_eq!(sum, Duration::from_secs(5 * 511));
    }
}
