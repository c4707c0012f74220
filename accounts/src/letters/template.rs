//! What letters say: templates, a folder a language.

use std::time::Duration;

use minijinja::{Environment, UndefinedBehavior, Value, context};
use secrecy::{ExposeSecret, SecretString};

/// Which letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// The link that activates an account.
    Activation,
    /// Somebody tried to register with an address that has an account.
    AddressTaken,
}

impl Template {
    /// The name under which it waits in the outbox.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::AddressTaken => "address_taken",
        }
    }

    /// The template of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Activation, Self::AddressTaken].into_iter().find(|one| one.name() == name)
    }
}

/// A language in which there is every letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    #[default]
    English,
}

impl Language {
    /// Its folder of templates (an ISO 639 code).
    const fn folder(self) -> &'static str {
        match self {
            Self::English => "en",
        }
    }
}

/// What a letter needs to know.
pub(crate) struct Context<'a> {
    pub(crate) username: &'a str,
    /// Where the letter leads: with its token, where it has one.
    pub(crate) link: &'a SecretString,
    /// For how long the link works, where it ever stops.
    pub(crate) left: Option<Duration>,
    /// The server's own address, by which it names itself.
    pub(crate) site: &'a str,
}

/// A letter, written.
pub(crate) struct Written {
    pub(crate) subject: String,
    pub(crate) plain: String,
    pub(crate) html: String,
}

/// Every template there is, as a file name and its text. In `.html` what is filled in is escaped.
const FILES: [(&str, &str); 7] = [
    ("en/layout.html", include_str!("../../templates/en/layout.html")),
    ("en/activation.subject", include_str!("../../templates/en/activation.subject")),
    ("en/activation.txt", include_str!("../../templates/en/activation.txt")),
    ("en/activation.html", include_str!("../../templates/en/activation.html")),
    ("en/address_taken.subject", include_str!("../../templates/en/address_taken.subject")),
    ("en/address_taken.txt", include_str!("../../templates/en/address_taken.txt")),
    ("en/address_taken.html", include_str!("../../templates/en/address_taken.html")),
];

/// The templates, read.
pub(crate) struct Templates(Environment<'static>);

impl Templates {
    pub(crate) fn new() -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        // A name that isn't there is a mistake in the template, not an empty place in somebody's letter.
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for (name, text) in FILES {
            environment.add_template(name, text)?;
        }
        Ok(Self(environment))
    }

    /// Writes a letter.
    pub(crate) fn write(
        &self,
        language: Language,
        template: Template,
        context: &Context<'_>,
    ) -> Result<Written, minijinja::Error> {
        let link = context.link.expose_secret();
        let (hours, minutes) = spoken(context.left.unwrap_or_default());
        let part = |suffix| {
            let values = context! {
                username => context.username,
                link => if suffix == "html" { attribute(link) } else { Value::from(link) },
                hours,
                minutes,
                site => context.site,
            };
            let name = format!("{}/{}.{suffix}", language.folder(), template.name());
            self.0.get_template(&name)?.render(values)
        };
        let subject = part("subject")?;
        // A header is one line, whatever a template or a name holds.
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Written { subject, plain: part("txt")?, html: part("html")? })
    }
}

/// `left` as people say it: whole hours, or below one hour minutes, never more than there are but by half a minute, in
/// which a letter reaches its reader.
fn spoken(left: Duration) -> (u64, u64) {
    let minutes = (left.as_secs() + 30) / 60;
    match minutes / 60 {
        0 => (0, minutes.max(1)),
        hours => (hours, 0),
    }
}

/// A URL as an attribute or a text of HTML. The engine's own escaping also turns each slash into a reference, which
/// readers of the source, people and scanners alike, no longer take for a link.
fn attribute(url: &str) -> Value {
    let escaped = url.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    Value::from_safe_string(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(template: Template, username: &str) -> Written {
        let link = SecretString::from("https://chat.example.org/activate?token=abc");
        let context = Context {
            username,
            link: &link,
            left: Some(Duration::from_hours(24)),
            site: "chat.example.org",
        };
        let templates = Templates::new().expect("every template is well formed");
        templates.write(Language::English, template, &context).expect("every name is there")
    }

    #[test]
    fn every_letter_has_a_link_that_one_can_see() {
        for template in [Template::Activation, Template::AddressTaken] {
            let letter = write(template, "ann");
            let link = "https://chat.example.org/activate?token=abc";
            assert!(letter.plain.contains(&format!("\n{link}\n")), "{}", letter.plain);
            let html = &letter.html;
            assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
            assert!(html.matches(link).count() >= 2, "once to click, once to read: {html}");
            assert!(!letter.subject.is_empty() && !letter.subject.contains('\n'));
            assert!(letter.plain.contains("ann") && letter.html.contains("ann"));
            assert_eq!(Template::from_name(template.name()), Some(template));
        }
        assert_eq!(Template::from_name("no_such"), None);
    }

    #[test]
    fn a_link_of_several_parameters_is_a_link_in_html() {
        let link = SecretString::from("https://a.example/?x=1&token=\"abc");
        let left = Some(Duration::from_hours(1));
        let context = Context { username: "ann", link: &link, left, site: "a.example" };
        let templates = Templates::new().expect("every template is well formed");
        let letter = templates.write(Language::English, Template::Activation, &context);
        let letter = letter.expect("every name is there");
        assert!(letter.plain.contains("within 1 hour."), "{}", letter.plain);
        let html = letter.html;
        assert!(html.contains("href=\"https://a.example/?x=1&amp;token=&quot;abc\""), "{html}");
    }

    #[test]
    fn the_time_that_is_left_is_never_rounded_up_but_by_what_a_letter_takes() {
        for (seconds, said) in [
            (0, (0, 1)),
            (119, (0, 2)),
            (45 * 60, (0, 45)),
            (59 * 60, (0, 59)),
            (3600, (1, 0)),
            (2 * 3600 - 60, (1, 0)),
            (24 * 3600 - 5, (24, 0)),
        ] {
            assert_eq!(spoken(Duration::from_secs(seconds)), said, "{seconds} s");
        }
    }

    #[test]
    fn what_is_filled_in_is_escaped_in_html_only() {
        let letter = write(Template::Activation, "a<b>&\"c");
        assert!(letter.plain.contains("a<b>&\"c"), "{}", letter.plain);
        assert!(letter.html.contains("a&lt;b&gt;&amp;&quot;c"), "{}", letter.html);
    }
}
