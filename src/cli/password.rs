//! Passwords: asked for on a terminal, read from standard input elsewhere, never an argument (which every process of
//! the machine can see).

use std::io::{self, BufRead, IsTerminal};

use secrecy::{ExposeSecret, SecretString};

use super::CliError;

/// More than the longest password (1,024 characters of at most 4 bytes) and its line break.
const MAX_BYTES: u64 = 4 * 1024 + 2;

/// A new password: typed twice on a terminal, else the first line of standard input.
pub fn ask(whose: &str) -> Result<SecretString, CliError> {
    if !io::stdin().is_terminal() {
        return first_line(io::stdin().lock());
    }
    let ask = |prompt: String| rpassword::prompt_password(prompt).map(SecretString::from);
    let password = ask(format!("Password for {whose}: "))?;
    let again = ask("Again: ".into())?;
    if password.expose_secret() == again.expose_secret() {
        Ok(password)
    } else {
        Err(CliError::Failed("the two passwords differ; nothing was changed".into()))
    }
}

fn first_line(input: impl BufRead) -> Result<SecretString, CliError> {
    let mut line = String::new();
    input.take(MAX_BYTES).read_line(&mut line)?;
    let password = SecretString::from(line.trim_end_matches(['\r', '\n']));
    if password.expose_secret().is_empty() {
        let words = "no password came on standard input; give one there, or run this on a terminal";
        return Err(CliError::Usage(words.into()));
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_first_line_as_it_stands() {
        let read = |text: &str| first_line(text.as_bytes()).map(|p| p.expose_secret().to_owned());
        assert_eq!(read(" secret pass \r\nmore\n").expect("a line"), " secret pass ");
        assert_eq!(read("secret").expect("a line"), "secret");
        assert!(matches!(read("\n"), Err(CliError::Usage(_))));
        assert!(matches!(read(""), Err(CliError::Usage(_))));
    }
}
