//! Where the server listens and what it is called.

use std::net::IpAddr;

use url::{Host, Url};

use super::{Config, Refuse};

pub fn check(config: &Config, refuse: &mut Refuse<'_>) {
    let server = &config.server;
    if let Some(url) = &server.public_url {
        match page(url) {
            Err(words) => refuse("server.public_url", words),
            Ok(()) if url.path() != "/" => refuse(
                "server.public_url",
                format!(
                    "`{}` can't be kept: the API and the pages stand at the root; leave the path out",
                    url.path()
                ),
            ),
            Ok(()) => (),
        }
    }
    for (key, url) in [
        ("server.frontend_url", &server.frontend_url),
        ("accounts.activate_url", &config.accounts.activate_url),
        ("accounts.reset_url", &config.accounts.reset_url),
    ] {
        if let Some(Err(words)) = url.as_ref().map(page) {
            refuse(key, words);
        }
    }
    if server.data_dir.as_os_str().is_empty() {
        refuse("server.data_dir", "name a folder; `.` is the one the server starts in".into());
    }
    if server.listen == config.metrics.listen && server.listen.port() != 0 {
        refuse(
            "metrics.listen",
            "server.listen is the same; give the metrics a port of their own".into(),
        );
    }
}

/// Whether `url` is a page's address to which `?token=` can be added.
fn page(url: &Url) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err("write it as a browser does, like https://chat.example.org".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("leave the name and the password out: everybody sees this URL".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("leave out what follows `?` or `#`".into());
    }
    Ok(())
}

pub fn warnings(config: &Config) -> Vec<String> {
    let server = &config.server;
    let mut warnings = Vec::new();
    match &server.public_url {
        Some(url) if url.scheme() == "http" && !is_loopback(url) => warnings.push(format!(
            "server.public_url is {url}: passwords and tokens travel in the clear; put a TLS proxy in front \
             and write https"
        )),
        None if !server.listen.ip().is_loopback() => warnings.push(format!(
            "server.public_url is not set: links and the Origin rules take this server for http://{}, which other \
             machines hardly call it; set it to what browsers use",
            server.listen
        )),
        _ => (),
    }
    warnings
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical().is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::rules::tests::refused;

    fn url(text: &str) -> Url {
        text.parse().expect("a URL")
    }

    #[test]
    fn the_public_url_is_an_origin() {
        let key = |text| refused(|config| config.server.public_url = Some(url(text))).pop();
        for good in ["http://localhost:8080", "https://chat.example.org/", "http://[::1]:1"] {
            assert_eq!(key(good), None, "{good}");
        }
        for (bad, why) in [
            ("https://example.org/chat", "`/chat` can't be kept"),
            ("ftp://example.org", "like https://chat.example.org"),
            ("mailto:ann@example.org", "like https://chat.example.org"),
            ("https://ann:pw@example.org", "leave the name and the password out"),
            ("https://example.org/?a=b", "leave out what follows"),
        ] {
            let (key, words) = key(bad).expect(bad);
            assert_eq!(key, "server.public_url");
            assert!(words.contains(why), "{bad}: {words}");
        }
    }

    #[test]
    fn links_in_letters_may_have_a_path_but_no_query() {
        let keys = |text| {
            let refused = refused(|config| {
                config.server.frontend_url = Some(url(text));
                config.accounts.activate_url = Some(url(text));
                config.accounts.reset_url = Some(url(text));
            });
            refused.into_iter().map(|(key, _)| key).collect::<Vec<_>>()
        };
        assert_eq!(keys("https://example.org/app"), [""; 0]);
        let all = ["server.frontend_url", "accounts.activate_url", "accounts.reset_url"];
        assert_eq!(keys("https://example.org/app?x=1"), all);
    }

    #[test]
    fn two_listeners_need_two_ports() {
        let same = |port| {
            refused(|config| {
                config.server.listen = ([127, 0, 0, 1], port).into();
                config.metrics.listen = config.server.listen;
            })
        };
        assert_eq!(same(0), []);
        assert_eq!(same(9000).pop().map(|(key, _)| key), Some("metrics.listen"));
    }

    #[test]
    fn a_server_without_tls_or_a_name_is_warned_of() {
        let warned = |change: fn(&mut Config)| {
            let mut config = Config::default();
            change(&mut config);
            warnings(&config).len()
        };
        assert_eq!(
            warned(|config| config.server.public_url = Some(url("http://chat.example.org"))),
            1
        );
        assert_eq!(
            warned(|config| config.server.public_url = Some(url("https://chat.example.org"))),
            0
        );
        assert_eq!(warned(|config| config.server.public_url = Some(url("http://127.0.0.1:1"))), 0);
        assert_eq!(warned(|config| config.server.listen = ([0, 0, 0, 0], 80).into()), 1);
    }
}
