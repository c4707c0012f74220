//! How letters leave.

use actors::mailer::{MailError, Transport};

use super::{Config, Refuse};

pub fn check(config: &Config, refuse: &mut Refuse<'_>) {
    let mail = &config.mail;
    match mail.check() {
        Ok(()) => (),
        Err(MailError::NoUrl) => refuse(
            "mail.transport",
            "smtp needs mail.url (or mail.url_file), like smtps://user:password@mail.example.org"
                .into(),
        ),
        Err(MailError::From(_)) => {
            refuse("mail.from", "no address; write `Name <address>` or a bare one".into());
        }
        Err(MailError::PasswordInTheClear) => {
            refuse("mail.url", "a password but no TLS; write smtps:// or add ?tls=required".into());
        }
        // Not quoted: it may hold a password.
        Err(MailError::Url | MailError::Folder(_)) => refuse(
            "mail.url",
            "no SMTP server; write smtps://user:password@host or smtp://host:port?tls=required"
                .into(),
        ),
    }
    if files_in_public(config) && !mail.allow_file_in_public {
        refuse(
            "mail.transport",
            format!(
                "letters would lie in files while {} is open to others: set mail.transport = \"smtp\" and mail.url, or \
                 mail.allow_file_in_public = true",
                config.server.listen
            ),
        );
    }
}

pub fn warnings(config: &Config) -> Vec<String> {
    if !files_in_public(config) {
        return Vec::new();
    }
    let words = "letters lie in files: nobody gets them, and whoever reads the data folder can activate accounts";
    vec![words.into()]
}

fn files_in_public(config: &Config) -> bool {
    config.mail.transport == Transport::File
        && !config.server.listen.ip().to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::rules::tests::refused;

    #[test]
    fn smtp_needs_a_server() {
        let without = refused(|config| config.mail.transport = Transport::Smtp);
        assert_eq!(without.first().map(|(key, _)| *key), Some("mail.transport"));
        let with = refused(|config| {
            config.mail.transport = Transport::Smtp;
            config.mail.url = Some("smtp://localhost:25".into());
        });
        assert_eq!(with, []);
    }

    #[test]
    fn letters_come_from_somebody_and_go_to_a_server() {
        let wrong = |from: &str, url: &'static str| {
            let refused = refused(|config| {
                config.mail.transport = Transport::Smtp;
                config.mail.from = from.into();
                config.mail.url = Some(url.into());
            });
            refused.into_iter().map(|(key, _)| key).collect::<Vec<_>>()
        };
        assert_eq!(wrong("Ann <ann@example.org>", "smtps://u:p@mail.example.org"), [""; 0]);
        assert_eq!(wrong("nobody", "smtps://mail.example.org"), ["mail.from"]);
        assert_eq!(wrong("ann@example.org", "mail.example.org"), ["mail.url"]);
        assert_eq!(wrong("ann@example.org", "smtp://u:p@mail.example.org"), ["mail.url"]);
    }

    #[test]
    fn letters_in_files_are_for_this_machine_alone() {
        let public = |config: &mut Config| config.server.listen = ([0, 0, 0, 0], 8080).into();
        assert_eq!(refused(public).first().map(|(key, _)| *key), Some("mail.transport"));
        let meant = |config: &mut Config| {
            public(config);
            config.mail.allow_file_in_public = true;
        };
        assert_eq!(refused(meant), []);
        let mut config = Config::default();
        meant(&mut config);
        assert_eq!(warnings(&config).len(), 1);
        assert_eq!(refused(|config| config.server.listen = "[::1]:1".parse().expect("one")), []);
    }
}
