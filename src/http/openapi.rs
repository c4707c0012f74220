//! The API's own description, put together from the handlers' annotations.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use super::handlers::{activation, health, jwks, login, logout, me, register, schema, token};
use super::{mailbox, pages, upgrade};

/// The `OpenAPI` 3.1 document of every route, as `/api/schema/` serves it.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Parlour",
        description = "Accounts, sign-in, and live chat rooms over WebSockets. Every path answers with and without its \
            trailing slash. What is said on a socket is described in `docs/`, not here: OpenAPI ends at the upgrade.",
    ),
    paths(
        register::register,
        activation::activate,
        activation::follow,
        activation::resend,
        login::login,
        me::me,
        logout::logout,
        token::obtain,
        token::refresh,
        token::verify,
        logout::blacklist,
        schema::schema,
        upgrade::socket,
        jwks::jwks,
        health::health,
        health::ready,
        mailbox::list,
        mailbox::letter,
        mailbox::letter_html,
        pages::home,
        pages::activation,
        pages::asset,
    ),
    components(schemas(schema::ErrorBody, schema::RequestErrors)),
    modifiers(&Aliases, &Bearer, &CommonErrors),
    tags(
        (name = "accounts", description = "Registering, activating, signing in and out"),
        (name = "tokens", description = "simplejwt's endpoints, and the keys that verify our tokens"),
        (name = "rooms", description = "Live rooms"),
        (name = "operations", description = "How the server is, and what it offers"),
        (name = "pages", description = "Our own pages"),
    ),
)]
struct Api;

/// The two other names under which old front ends ask for a refresh.
struct Aliases;

impl Modify for Aliases {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let Some(refresh) = openapi.paths.paths.get("/api/token/refresh/").cloned() else { return };
        for (alias, id) in
            [("/api/refresh/", "refresh_alias"), ("/api/api/refresh/", "refresh_alias_twice")]
        {
            let mut item = refresh.clone();
            if let Some(post) = &mut item.post {
                post.operation_id = Some(id.to_owned());
                post.summary = Some("Another name of `/api/token/refresh/`".to_owned());
            }
            openapi.paths.paths.insert(alias.to_owned(), item);
        }
    }
}

/// How callers say who they are.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// What every operation may be refused with, whatever it does.
struct CommonErrors;

impl Modify for CommonErrors {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        for item in openapi.paths.paths.values_mut() {
            for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
                add_common_errors(operation);
            }
        }
    }
}

fn add_common_errors(operation: &mut Operation) {
    const ANY: [(&str, &str, &str); 3] = [
        ("400", "RequestErrors", "Something in the request is wrong"),
        ("500", "ErrorBody", "The server is at fault"),
        ("503", "ErrorBody", "The server is overloaded; try again after Retry-After"),
    ];
    const WITH_BODY: [(&str, &str, &str); 3] = [
        ("408", "ErrorBody", "The body did not arrive in time"),
        ("413", "ErrorBody", "The body is larger than 64 KiB"),
        ("415", "ErrorBody", "The body is of another type than JSON"),
    ];
    let with_body: &[_] = if operation.request_body.is_some() { &WITH_BODY } else { &[] };
    for (status, schema, description) in ANY.iter().chain(with_body) {
        let responses = &mut operation.responses.responses;
        responses.entry((*status).to_owned()).or_insert_with(|| {
            let schema = RefOr::Ref(Ref::from_schema_name(*schema));
            let content = Content::new(Some(schema));
            let response = ResponseBuilder::new().description(*description);
            RefOr::T(response.content("application/json", content).build())
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::http::routes::ROUTES;

    #[test]
    fn every_route_and_no_other_is_described() {
        let document = document();
        let mut described = BTreeSet::new();
        for (path, item) in &document.paths.paths {
            let methods = [("GET", item.get.is_some()), ("POST", item.post.is_some())];
            described.extend(
                methods
                    .iter()
                    .filter(|(_, there)| *there)
                    .map(|(method, _)| (path.clone(), *method)),
            );
        }
        let mut served = BTreeSet::new();
        for route in ROUTES {
            let methods = [("GET", route.get.is_some()), ("POST", route.post.is_some())];
            served.extend(
                methods
                    .iter()
                    .filter(|(_, there)| *there)
                    .map(|(method, _)| (route.path.replace("{*", "{"), *method)),
            );
        }
        assert_eq!(described, served);
    }

    #[test]
    fn operations_have_names_of_their_own() {
        let document = document();
        let operations = document.paths.paths.values().flat_map(|item| [&item.get, &item.post]);
        let ids: Vec<_> = operations.flatten().map(|one| one.operation_id.clone()).collect();
        let distinct: BTreeSet<_> = ids.iter().cloned().collect();
        assert_eq!(ids.len(), distinct.len(), "{ids:?}");
        assert!(ids.iter().all(Option::is_some));
    }

    #[test]
    fn the_document_is_openapi_3_1() {
        let json: serde_json::Value =
            serde_json::from_str(&document().to_json().expect("JSON")).expect("JSON");
        assert!(json["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    }
}
