//! The API's own description, held against what the server really answers.

use std::collections::HashMap;
use std::sync::LazyLock;

use http::Method;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::http::Answer;

/// The description that the program serves at `/api/schema/`.
pub static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(parlour::http::openapi::document()).unwrap());

/// For each path template, method and status: what its body must be. `None`: no body of JSON.
static ANSWERS: LazyLock<HashMap<(String, String, String), Option<Validator>>> =
    LazyLock::new(|| {
        let mut answers = HashMap::new();
        for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let Some(responses) = operation["responses"].as_object() else { continue };
                for (status, response) in responses {
                    let body = response["content"]
                        .get("application/json")
                        .map(|content| validator(&content["schema"]));
                    answers.insert((path.clone(), method.clone(), status.clone()), body);
                }
            }
        }
        answers
    });

fn validator(schema: &Value) -> Validator {
    let whole = json!({ "allOf": [schema], "components": DOCUMENT["components"] });
    jsonschema::draft202012::options().should_validate_formats(true).build(&whole).unwrap()
}

/// The template of the described path that `path` is an instance of.
pub fn template(path: &str) -> Option<&'static str> {
    let matches = |template: &str| {
        let (wanted, found) = (segments(template), segments(path));
        wanted.len() == found.len()
            && wanted.iter().zip(&found).all(|(wanted, found)| {
                (wanted.starts_with('{') && !found.is_empty()) || wanted == found
            })
    };
    let templates = DOCUMENT["paths"].as_object().unwrap().keys();
    // A path without parameters wins over one with them.
    templates
        .map(String::as_str)
        .filter(|template| matches(template))
        .min_by_key(|t| t.matches('{').count())
}

/// Every path answers with and without its trailing slash, and is described once.
fn segments(path: &str) -> Vec<&str> {
    path.trim_matches('/').split('/').collect()
}

/// Checks that `answer` is one that the description foresees for `method path`.
pub fn check(method: &Method, path: &str, answer: &Answer) {
    let status = answer.status.as_str().to_owned();
    let Some(template) = template(path) else {
        answer.expect_json(404, &json!({ "detail": "Not found." }));
        return;
    };
    let method = method.as_str().to_lowercase();
    if DOCUMENT["paths"][template].get(&method).is_none() {
        assert_eq!(answer.status, 405, "{method} {path} is not described, but answers");
        return;
    }
    let key = (template.to_owned(), method.clone(), status.clone());
    let Some(body) = ANSWERS.get(&key) else {
        panic!("{method} {template} answers {status}, which is not described: {}", answer.text());
    };
    let Some(body) = body else { return };
    let errors =
        body.iter_errors(&answer.json()).map(|error| error.to_string()).collect::<Vec<_>>();
    assert!(errors.is_empty(), "{method} {template} {status}: {errors:?} in {}", answer.text());
}
