//! Why a server can't start.

use std::net::SocketAddr;

/// Why the server can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A listener can't say where it listens.
    #[error("the listener has no address: {0}")]
    Listener(#[source] std::io::Error),
    /// Letters would go to files on a server that others reach.
    #[error(
        "mail goes to files, but {0} is not a loopback address: set mail.transport = \"smtp\", listen on 127.0.0.1, or \
         allow it with mail.allow_file_in_public = true"
    )]
    FileMailInPublic(SocketAddr),
    /// The addresses of the listener make no URL.
    #[error("server.public_url can't be made out; set it")]
    PublicUrl,
    /// The table of routes contradicts itself.
    #[error("the routes contradict each other: {0}")]
    Routes(#[from] matchit::InsertError),
    /// A page of the mailbox is broken.
    #[error("a page of the mailbox is broken: {0}")]
    Mailbox(#[from] minijinja::Error),
    /// The store can't be opened.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The keys can't be read or made.
    #[error(transparent)]
    Accounts(#[from] accounts::StartError),
    /// The actor tree didn't start.
    #[error(transparent)]
    Tree(#[from] actors::StartError),
}
