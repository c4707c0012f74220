//! The listeners.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

use crate::cli::CliError;

/// How many connections may wait to be accepted; the kernel cuts it to `net.core.somaxconn`. Everybody comes back at
/// once after a restart.
const BACKLOG: u32 = 4096;

/// Listens on `address`, which stands in the setting `key`.
pub fn on(address: SocketAddr, key: &str) -> Result<TcpListener, CliError> {
    bind(address).map_err(|error| {
        let advice = match error.kind() {
            io::ErrorKind::AddrInUse => {
                format!("something else listens there; stop it, or set {key} to another port")
            }
            io::ErrorKind::PermissionDenied => format!(
                "this user may not; ports below 1024 need CAP_NET_BIND_SERVICE, or set {key} to a higher one"
            ),
            io::ErrorKind::AddrNotAvailable => {
                format!("this machine has no such address; set {key} to one it has, or to 0.0.0.0")
            }
            _ => format!("{error}; see {key}"),
        };
        CliError::Failed(format!("can't listen on {address}: {advice}"))
    })
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Else a restart would have to wait for the old connections' TIME_WAIT to pass.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
