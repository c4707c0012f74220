//! Reading a JSON object field by field.

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::FieldErrors;

/// Reads the fields of one JSON object and keeps what was wrong with them.
#[derive(Debug)]
pub struct Reader<'a> {
    object: &'a Map<String, Value>,
    errors: FieldErrors,
}

impl<'a> Reader<'a> {
    /// A reader of `object`.
    #[must_use]
    pub fn new(object: &'a Map<String, Value>) -> Self {
        Self { object, errors: FieldErrors::default() }
    }

    /// A text that must be there, trimmed, not blank, of at most `max_chars` characters.
    pub fn text(&mut self, field: &'static str, max_chars: usize) -> Option<&'a str> {
        self.present(field)?;
        self.optional_text(field, max_chars).filter(|text| {
            let blank = text.is_empty();
            if blank {
                self.errors.add(field, "This field may not be blank.");
            }
            !blank
        })
    }

    /// A text that may be missing or blank, trimmed, of at most `max_chars` characters.
    pub fn optional_text(&mut self, field: &'static str, max_chars: usize) -> Option<&'a str> {
        let text = self.string(field)?.trim();
        self.short_enough(field, text, max_chars).then_some(text)
    }

    /// A password, which must be there, isn't blank, and is taken exactly as it was typed.
    pub fn password(&mut self, field: &'static str, max_chars: usize) -> Option<SecretString> {
        self.present(field)?;
        let text = self.string(field)?;
        // Django REST framework calls what is blank when trimmed blank, even where it doesn't trim.
        if text.trim().is_empty() {
            self.errors.add(field, "This field may not be blank.");
            return None;
        }
        self.short_enough(field, text, max_chars).then(|| SecretString::from(text))
    }

    /// The field as it came, if it is there and not null.
    pub fn value(&mut self, field: &'static str) -> Option<&'a Value> {
        match self.object.get(field)? {
            Value::Null => {
                self.errors.add(field, "This field may not be null.");
                None
            }
            value => Some(value),
        }
    }

    /// Says that something is wrong with `field`.
    pub fn wrong(&mut self, field: &'static str, message: impl Into<String>) {
        self.errors.add(field, message);
    }

    /// What was wrong.
    #[must_use]
    pub fn finish(self) -> FieldErrors {
        self.errors
    }

    fn present(&mut self, field: &'static str) -> Option<()> {
        let present = self.object.contains_key(field);
        if !present {
            self.errors.add(field, "This field is required.");
        }
        present.then_some(())
    }

    fn string(&mut self, field: &'static str) -> Option<&'a str> {
        let text = self.value(field)?.as_str();
        match text {
            None => self.errors.add(field, "Not a valid string."),
            Some(text) if text.contains('\0') => {
                self.errors.add(field, "Null characters are not allowed.");
                return None;
            }
            Some(_) => {}
        }
        text
    }

    fn short_enough(&mut self, field: &'static str, text: &str, max_chars: usize) -> bool {
        // A text has at most as many characters as bytes: most are settled without counting.
        let fits = text.len() <= max_chars || text.chars().count() <= max_chars;
        if !fits {
            let message = format!("Ensure this field has no more than {max_chars} characters.");
            self.errors.add(field, message);
        }
        fits
    }
}
