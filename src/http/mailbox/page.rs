//! The mailbox's pages. The template engine escapes all that a letter says.

use minijinja::value::Serde;
use minijinja::{Environment, Value, context};

use super::letter::Letter;
use super::links;
use crate::http::error::ApiError;

/// The pages' templates. The ending of their names turns escaping on.
pub struct Pages(Environment<'static>);

const LIST: &str = "list.html";
const LETTER: &str = "letter.html";

impl Pages {
    /// The pages.
    pub fn new() -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        environment.add_template("layout.html", include_str!("layout.html"))?;
        environment.add_template(LIST, include_str!("list.html"))?;
        environment.add_template(LETTER, include_str!("letter.html"))?;
        Ok(Self(environment))
    }

    /// The list of letters.
    pub fn list(&self, letters: &[Letter]) -> Result<String, ApiError> {
        self.render(LIST, context! { letters => Value::from(Serde(letters)) })
    }

    /// One letter.
    pub fn letter(&self, letter: &Letter) -> Result<String, ApiError> {
        let pieces = Value::from(Serde(links::pieces(letter.text.trim())));
        let (has_html, letter) = (letter.html.is_some(), Value::from(Serde(letter)));
        self.render(LETTER, context! { letter, pieces, has_html })
    }

    fn render(&self, name: &str, context: Value) -> Result<String, ApiError> {
        let page = self.0.get_template(name).and_then(|template| template.render(context));
        page.map_err(ApiError::internal)
    }
}

/// A letter's HTML, whose links open in a new tab: inside the frame they would find pages that don't let themselves be
/// framed.
pub fn framed(html: &str) -> String {
    const TARGET: &str = "<base target=\"_blank\">";
    match html.split_once("<head>") {
        Some((before, after)) => format!("{before}<head>{TARGET}{after}"),
        None => format!("{TARGET}{html}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_s_words_are_shown_and_never_run() {
        let evil = "<script>alert(1)</script> http://a.org/?x=1&y=\"><img src=x>";
        let letter = Letter {
            name: "1".into(),
            from: evil.into(),
            to: evil.into(),
            subject: evil.into(),
            date: evil.into(),
            text: evil.into(),
            html: Some(evil.into()),
        };
        let pages = Pages::new().expect("templates");
        for page in [pages.letter(&letter), pages.list(&[letter])] {
            let page = page.expect("a page");
            assert!(!page.contains("<script"), "{page}");
            assert!(!page.contains("<img src=x"), "{page}");
            assert!(page.contains("&lt;script&gt;"), "{page}");
        }
    }

    #[test]
    fn the_link_of_a_letter_can_be_clicked() {
        let text = "Go to http://localhost:8080/activate?token=abc&x=1.".to_owned();
        let letter = Letter { name: "1".into(), text, ..Letter::default() };
        let page = Pages::new().expect("templates").letter(&letter).expect("a page");
        let link = "<a href=\"http:&#x2f;&#x2f;localhost:8080&#x2f;activate?token=abc&amp;x=1\"";
        assert!(page.contains(link), "{page}");
    }

    #[test]
    fn a_framed_letter_opens_its_links_elsewhere() {
        let html = framed("<!doctype html><html><head><title>x</title></head></html>");
        assert!(html.starts_with("<!doctype html><html><head><base target=\"_blank\"><title>"));
        assert!(framed("<p>x</p>").starts_with("<base target=\"_blank\"><p>"));
    }
}
