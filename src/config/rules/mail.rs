//! How letters leave.

use actors::mailer::Transport;

use super::{Config, Refuse};

pub fn check(config: &Config, refuse: &mut Refuse<'_>) {
    let mail = &config.mail;
    if mail.transport == Transport::Smtp && mail.url.is_none() {
        refuse(
            "mail.transport",
            "smtp needs mail.url (or mail.url_file), like smtps://user:password@mail.example.org"
                .into(),
        );
    }
    if files_in_public(config) && !mail.allow_file_in_public {
        refuse(
            "mail.transport",
            format!(
                "letters would lie in files while {} is open to others: set mail.transport = \"smtp\" and mail.url, or mail.allow_file_in_public = true",
                config.server.listen
            ),
        );
    }
}

pub fn warnings(config: &Config) -> Vec<String> {
    if !files_in_public(config) {
        return Vec::new();
    }
    vec!["letters lie in files: nobody gets them, and whoever reads the data folder can activate accounts".into()]
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
