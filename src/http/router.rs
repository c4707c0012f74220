//! Finds the route of a path.

use matchit::InsertError;
use percent_encoding::percent_decode_str;

use super::routes::{ROUTES, Route};

/// Finds the route of a path, whether or not it ends in a slash.
pub struct Router(matchit::Router<&'static Route>);

/// A route, and what stood in its template's place.
#[derive(Debug)]
pub struct Matched {
    /// The route.
    pub route: &'static Route,
    /// What stood in the place of `{…}`, decoded. None: the template has no such place, or it wasn't UTF-8.
    pub parameter: Option<String>,
}

impl Router {
    /// A router for every route there is.
    ///
    /// # Errors
    ///
    /// When two routes have the same path: a mistake in the table, which a test would find first.
    pub fn new() -> Result<Self, InsertError> {
        let mut router = matchit::Router::new();
        for route in ROUTES {
            router.insert(route.path, route)?;
            if let Some(other) = other_spelling(route.path) {
                router.insert(other, route)?;
            }
        }
        Ok(Self(router))
    }

    /// The route of `path`, which is as it stood in the request, without the query.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<Matched> {
        let found = self.0.at(path).ok()?;
        let decoded = |(_, text): (&str, &str)| {
            Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
        };
        let parameter = found.params.iter().next().and_then(decoded);
        Some(Matched { route: found.value, parameter })
    }
}

/// The path with its trailing slash when it has none, and without it when it has one. The root has one spelling, and
/// what ends in a file's name isn't a folder.
fn other_spelling(path: &str) -> Option<String> {
    match path.strip_suffix('/') {
        Some("") => None,
        Some(without) => Some(without.to_owned()),
        None if path.ends_with("{*file}") => None,
        None => Some(format!("{path}/")),
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::http::routes::Endpoint;

    fn found(path: &str) -> Option<(&'static str, Option<String>)> {
        let router = Router::new().expect("routes that don't contradict each other");
        router.find(path).map(|found| (found.route.path, found.parameter))
    }

    #[test]
    fn every_path_answers_with_and_without_its_trailing_slash() {
        for route in ROUTES.iter().filter(|route| route.path != "/" && !route.path.contains('*')) {
            let without = route.path.trim_end_matches('/').replace(['{', '}'], "");
            for path in [without.clone(), format!("{without}/")] {
                assert_eq!(found(&path).map(|(path, _)| path), Some(route.path), "{path}");
            }
        }
        assert_eq!(found("/").map(|(path, _)| path), Some("/"));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for path in [
            "",
            "/nothing",
            "/api",
            "/api/users",
            "//",
            "/api//users/login/",
            "/ws/chat/",
            "/ws/chat/a/b",
            "/assets/",
        ] {
            assert_eq!(found(path), None, "{path}");
        }
    }

    #[test]
    fn parameters_are_decoded() {
        let room = |path| found(path).and_then(|(_, parameter)| parameter);
        assert_eq!(room("/ws/chat/lobby/").as_deref(), Some("lobby"));
        assert_eq!(room("/ws/chat/a%62c").as_deref(), Some("abc"));
        assert_eq!(room("/ws/chat/a%2fb").as_deref(), Some("a/b"));
        assert_eq!(room("/ws/chat/%ff"), None);
        assert_eq!(room("/assets/js/chat.js").as_deref(), Some("js/chat.js"));
    }

    #[test]
    fn a_route_says_which_methods_it_has() {
        let router = Router::new().expect("routes that don't contradict each other");
        let route = router.find("/api/users/activate").expect("a route").route;
        assert_eq!(route.endpoint(&Method::POST), Some(Endpoint::Activate));
        assert_eq!(route.endpoint(&Method::HEAD), Some(Endpoint::FollowActivation));
        assert_eq!(route.endpoint(&Method::DELETE), None);
        assert_eq!(route.allow(), "GET, HEAD, POST, OPTIONS");
    }
}
