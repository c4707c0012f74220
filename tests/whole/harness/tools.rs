//! Programs that aren't Rust's and gcc's: used where they are, missed loudly where they aren't.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The root of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Python with the packages of `tests/peers/requirements.txt`.
pub fn python(test: &str) -> Option<PathBuf> {
    let path = root().join("target/test-tools/python/bin/python");
    wanted(test, "Python with aiosmtpd and websockets", path.exists().then_some(path))
}

/// Node with the packages of `tests/package.json`.
pub fn node(test: &str) -> Option<PathBuf> {
    let packages = root().join("tests/node_modules/installed.json").exists();
    wanted(test, "Node with ws and playwright-core", on_path("node").filter(|_| packages))
}

/// Chromium, or Chrome.
pub fn chromium(test: &str) -> Option<PathBuf> {
    wanted(test, "Chromium", on_path("chromium").or_else(|| on_path("google-chrome")))
}

/// `websocat`, whose name says what it is.
pub fn websocat(test: &str) -> Option<PathBuf> {
    let ours = root().join("target/test-tools/websocat/bin/websocat");
    wanted(test, "websocat", ours.exists().then_some(ours).or_else(|| on_path("websocat")))
}

/// A missing tool skips the test that wants it, except where nothing may be skipped.
pub fn wanted<T>(test: &str, what: &str, found: Option<T>) -> Option<T> {
    if found.is_none() {
        let ci = std::env::var_os("CI").is_some_and(|value| value == "true");
        assert!(!ci, "{what} is missing, and with CI=true nothing is skipped: run tests/install");
        // Not `eprintln!`, which the test runner would swallow.
        let line = format!("\nSKIPPED {test}: {what} is missing; tests/install brings it\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    found
}

fn on_path(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}
