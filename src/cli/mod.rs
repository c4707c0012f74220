//! The command line: a file a subcommand.
//!
//! ```text
//! parlour                        run the server (the same as `parlour serve`)
//! parlour user add --username ann --email ann@example.org --active
//! parlour token mint --user ann --ttl 1h
//! parlour config show            what is in effect, and where each value came from
//! ```
//!
//! Commands work beside a running server and on a fresh folder alike: what they change in the database they also append
//! to the system room, which a server follows.

mod completions;
mod config;
mod error;
mod keys;
mod load;
mod man;
mod migrate;
mod moment;
mod openapi;
mod output;
mod parts;
mod password;
mod room;
mod serve;
mod token;
mod user;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

pub use self::error::CliError;
use crate::config::{Config, Loaded, Sources};

const AFTER_HELP: &str = "\
Configuration, each layer over the one before:
  1. built-in defaults
  2. a file: --config, else $PARLOUR_CONFIG, else ./config.toml, else /etc/parlour/config.toml
  3. the environment: PARLOUR__SECTION__KEY, such as PARLOUR__LOG__LEVEL=debug
  4. flags

Exit codes: 0 done, 1 failed, 2 wrong usage, 64 bad configuration.";

/// A realtime chat server: accounts and durable rooms over WebSockets, in one program.
///
/// Without a command it serves, as `parlour serve` does.
#[derive(Debug, Parser)]
#[command(name = "parlour", version, after_help = AFTER_HELP)]
struct Cli {
    /// The configuration file; it must be there.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server (the default).
    Serve(serve::Serve),
    /// Look at the configuration.
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Bring the database's schema up to date, or tell whether it is.
    Migrate(migrate::Migrate),
    /// Accounts: add, list, show, activate, disable, enable, password, role.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Rooms: export what is in one's log, say how long it keeps that.
    #[command(subcommand)]
    Room(room::RoomCommand),
    /// Access tokens for scripts and load tests.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Load a server with clients, measure it, and check what it promises.
    #[command(subcommand)]
    Load(load::LoadCommand),
    /// The keys that sign tokens.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Write the HTTP API's OpenAPI 3.1 document, as JSON.
    Openapi,
    /// Write a completion script for a shell.
    Completions(completions::Completions),
    /// Write the manual, in roff.
    Man(man::Man),
}

/// Runs the program on this process's arguments.
#[must_use]
pub fn run() -> ExitCode {
    run_with(std::env::args_os(), &mut std::io::stdout(), &mut std::io::stderr())
}

fn run_with(
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        // Also how clap answers `--help` and `--version`; it knows the stream and the exit code (0 or 2) of each.
        Err(answer) => answer.exit(),
    };
    match execute(cli, out).and_then(|()| Ok(out.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(err),
    }
}

fn execute(cli: Cli, out: &mut dyn Write) -> Result<(), CliError> {
    let sources = Sources::of_process(cli.config);
    match cli.command.unwrap_or_else(|| Command::Serve(serve::Serve::default())) {
        Command::Serve(serve) => serve.run(sources, out),
        Command::Config(command) => command.run(&load(sources)?, out),
        Command::Migrate(command) => command.run(&load(sources)?.config, out),
        Command::User(command) => command.run(&load(sources)?.config, out),
        Command::Room(command) => command.run(&load(sources)?.config, out),
        Command::Token(command) => command.run(&load(sources)?.config, out),
        Command::Load(command) => command.run(&load(sources)?.config, out),
        Command::Keys(command) => command.run(&load(sources)?.config, out),
        Command::Openapi => openapi::run(out),
        Command::Completions(command) => command.run(Cli::command(), out),
        Command::Man(command) => command.run(Cli::command(), out),
    }
}

fn load(sources: Sources) -> Result<Loaded<Config>, CliError> {
    Ok(Config::load(sources)?)
}
