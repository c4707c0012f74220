//! Whether a password resembles something that is known of its owner, as Django measures it
//! (`UserAttributeSimilarityValidator` and Python's `difflib.SequenceMatcher.quick_ratio`).

use std::collections::HashMap;

/// From which ratio on two texts are too similar (Django's default).
const MAX_SIMILARITY: f64 = 0.7;

/// Whether `password` is too similar to `value` or one of its parts.
pub(super) fn too_similar(password: &str, value: &str) -> bool {
    if value.is_empty() {
        return false;
    }
    let password: Vec<char> = password.to_lowercase().chars().collect();
    let value = value.to_lowercase();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    value.split(|c| !word(c)).chain([value.as_str()]).any(|part| {
        let part: Vec<char> = part.chars().collect();
        !part.is_empty()
            && !far_longer(password.len(), part.len())
            && quick_ratio(&password, &part) >= MAX_SIMILARITY
    })
}

/// Whether a password is so much longer than a part that they can't be similar: it spares the counting.
fn far_longer(password: usize, part: usize) -> bool {
    password >= 10 * part && as_f64(part) < MAX_SIMILARITY / 2.0 * as_f64(password)
}

/// How much two texts have in common, whatever the order of their characters: 0 (nothing) to 1.
fn quick_ratio(one: &[char], other: &[char]) -> f64 {
    let mut available: HashMap<char, usize> = HashMap::new();
    for c in other {
        *available.entry(*c).or_default() += 1;
    }
    let mut matches = 0;
    for c in one {
        if let Some(left) = available.get_mut(c).filter(|left| **left > 0) {
            *left -= 1;
            matches += 1;
        }
    }
    match one.len() + other.len() {
        0 => 1.0,
        total => 2.0 * as_f64(matches) / as_f64(total),
    }
}

/// Lengths here are at most some thousand.
fn as_f64(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(one: &str, other: &str) -> f64 {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        quick_ratio(&chars(one), &chars(other))
    }

    #[test]
    fn the_ratio_is_pythons() {
        // python3 -c 'from difflib import *; print(SequenceMatcher(a="abcd", b="bcde").quick_ratio())'
        assert!((ratio("abcd", "bcde") - 0.75).abs() < 1e-9);
        assert!((ratio("private thought", "private") - 14.0 / 22.0).abs() < 1e-9);
        assert!((ratio("", "") - 1.0).abs() < 1e-9);
        assert!(ratio("abc", "xyz").abs() < 1e-9);
    }

    #[test]
    fn parts_count_as_the_whole_does() {
        assert!(too_similar("delft123", "microscope@delft.example"));
        assert!(too_similar("DELFT123", "microscope@delft.example"));
        assert!(!too_similar("correct horse battery", "ann"));
        assert!(!too_similar("anything", ""));
        assert!(!too_similar("anything", "@"));
    }

    #[test]
    fn a_long_password_that_holds_a_short_name_is_fine() {
        assert!(!too_similar(&"ab".repeat(50), "ab"));
    }
}
