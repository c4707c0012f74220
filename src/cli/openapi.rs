//! `parlour openapi`.

use std::io::Write;

use super::CliError;

pub fn run(out: &mut dyn Write) -> Result<(), CliError> {
    let document = crate::http::openapi::document();
    let json = document.to_pretty_json().map_err(CliError::failed)?;
    Ok(writeln!(out, "{json}")?)
}
