//! The program's other commands, each run to its end.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::AsyncWriteExt;

use super::program::command;
use super::wait::within;

/// What a command left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// What it printed, if it ended with exit code 0.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// What it said on standard error, if it printed nothing and ended with `code`.
    #[track_caller]
    pub fn failed(self, code: i32) -> String {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{self:?}");
        self.err
    }

    /// The JSON objects it printed, one a line.
    #[track_caller]
    pub fn json(self) -> Vec<Value> {
        self.ok().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Runs `parlour` with `arguments` (parted at spaces) in `folder`.
pub async fn parlour(folder: &Path, arguments: &str) -> Ran {
    parlour_with(folder, &[], arguments, "").await
}

/// Runs `parlour` with `settings` in its environment and `input` on its standard input.
pub async fn parlour_with(
    folder: &Path,
    settings: &[(&str, &str)],
    arguments: &str,
    input: &str,
) -> Ran {
    let mut child = command(folder, settings)
        .args(arguments.split_whitespace())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that reads nothing may be gone before it is written to.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = within(arguments, child.wait_with_output()).await.unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
