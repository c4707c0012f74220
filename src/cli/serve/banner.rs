//! What is said once everything runs.

use std::io::{self, Write};
use std::path::Path;

use crate::server::Server;

/// Says where the page, the mailbox, the metrics and the data are.
pub fn print(server: &Server, data_dir: &Path, out: &mut dyn Write) -> io::Result<()> {
    let page = &server.public().url;
    writeln!(out, "Parlour {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "  page     {page}")?;
    if server.has_mailbox() {
        writeln!(out, "  mailbox  {page}dev/mailbox")?;
    }
    writeln!(out, "  metrics  http://{}/metrics", server.metrics_addr())?;
    writeln!(out, "  data     {}", std::path::absolute(data_dir)?.display())?;
    // A pipe is not flushed at each line, and whoever started this waits for these lines.
    out.flush()
}
