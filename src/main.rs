//! The program. All of it stands in the library, so that tests start the very same server.

use std::process::ExitCode;

fn main() -> ExitCode {
    parlour::cli::run()
}
