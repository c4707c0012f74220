//! The API's own description. That every answer conforms to it is checked on every request of every test here
//! (`harness::contract`).

use http::Method;
use serde_json::{Value, json};

use crate::harness::App;
use crate::harness::contract::{DOCUMENT, template};

/// Every route of the contract so far.
const ROUTES: &[(&str, &str)] = &[
    ("post", "/api/users/register/"),
    ("post", "/api/users/activate/"),
    ("get", "/api/users/activate/"),
    ("post", "/api/users/resend-activation/"),
    ("post", "/api/users/login/"),
    ("get", "/api/users/me/"),
    ("post", "/api/logout/"),
    ("post", "/api/token/"),
    ("post", "/api/token/refresh/"),
    ("post", "/api/token/verify/"),
    ("post", "/api/token/blacklist/"),
    ("post", "/api/refresh/"),
    ("post", "/api/api/refresh/"),
    ("get", "/api/schema/"),
    ("get", "/.well-known/jwks.json"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/ws/chat/lobby/"),
];

#[test]
fn every_route_is_described() {
    for (method, path) in ROUTES {
        let template = template(path).unwrap_or_else(|| panic!("{path} is not described"));
        assert!(DOCUMENT["paths"][template].get(method).is_some(), "{method} {path}");
    }
}

#[tokio::test]
async fn every_described_route_answers() {
    let app = App::start().await;
    for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let path = path.replace("{room}", "lobby").replace("{letter}", "none");
            let answer = app.call(method.clone(), &path).send_unchecked().await;
            let unknown = answer.status == 404
                && answer.header("content-type").starts_with("application/json")
                && answer.json() == json!({ "detail": "Not found." });
            let foreseen = operation["responses"].get(answer.status.as_str()).is_some();
            assert!(
                foreseen && !(unknown && path.starts_with("/api/")),
                "{method} {path}: {}",
                answer.status
            );
        }
    }
}

#[tokio::test]
async fn the_description_is_served_as_it_is_written() {
    let app = App::start().await;
    let served = app.get("/api/schema/").send().await;
    assert_eq!(served.json(), *DOCUMENT);
    assert!(DOCUMENT["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
}

#[test]
fn every_reference_in_the_description_leads_somewhere() {
    fn walk(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    found.push(reference.clone());
                }
                fields.values().for_each(|value| walk(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&DOCUMENT, &mut found);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(DOCUMENT.pointer(pointer).is_some(), "{reference}");
    }
}
