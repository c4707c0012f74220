//! What an operator may write into the configuration file and the environment: whatever it is, it is taken or told of.

#![no_main]

use std::cell::RefCell;
use std::io::{Seek, Write};

use libfuzzer_sys::fuzz_target;
use parlour::config::{Config, Sources};
use tempfile::NamedTempFile;

/// Below this line stands the environment, a variable a line.
const ENVIRONMENT: &str = "\n# environment\n";

thread_local! {
    static FILE: RefCell<NamedTempFile> = RefCell::new(NamedTempFile::new().expect("a file"));
}

fuzz_target!(|text: &str| {
    // A secret's own file may be any file of this machine, such as one that never ends.
    if text.to_ascii_lowercase().contains("_file") {
        return;
    }
    let (file, environment) = text.split_once(ENVIRONMENT).unwrap_or((text, ""));
    let variables = environment.lines().filter_map(|line| line.split_once('='));
    let environment = variables.map(|(name, value)| (name.into(), value.into())).collect();
    let path = FILE.with_borrow_mut(|there| {
        there.rewind().and_then(|()| there.write_all(file.as_bytes())).expect("a file takes it");
        there.as_file().set_len(file.len() as u64).expect("a file can be cut");
        there.path().to_owned()
    });
    let mut sources = Sources::default();
    (sources.file, sources.environment) = (Some(path), environment);
    match Config::load(sources) {
        Ok(loaded) => {
            loaded.warnings().iter().for_each(|warning| assert!(!warning.is_empty()));
            assert!(!loaded.show().is_empty());
        }
        Err(error) => {
            assert!(!error.0.is_empty());
            assert!(error.0.iter().all(|problem| !problem.to_string().is_empty()));
        }
    }
});
