//! The baseline of Parlour's benchmarks: the least that a server can do which hands what one client says to all in the
//! room. One thread, one epoll, one read buffer; no tokens, no log, no protocol above WebSocket.
//!
//! `GET /ws/chat/{room}/` is answered 101; each text that comes in goes to every member of the room as it is, its sender
//! too. What came in together goes out together: one write a member for everything that one look at the sockets brought.
//!
//! ```text
//! broadcaster 127.0.0.1:9001
//! ```

mod connection;
mod frame;
mod handshake;
mod server;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use server::Server;

fn main() -> ExitCode {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let ended = match address.parse() {
        Ok(address) => serve(address),
        Err(error) => Err(io::Error::new(io::ErrorKind::InvalidInput, error)),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // When standard error is gone too, the exit code is all that is left to say it with.
            let _ = writeln!(io::stderr(), "broadcaster: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(address: SocketAddr) -> io::Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?;
    let mut server = Server::bind(address)?;
    writeln!(io::stdout(), "http://{}/", server.address()?)?;
    server.run()
}
