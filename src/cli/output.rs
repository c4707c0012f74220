//! What commands print: a table for people, a JSON object a line for programs.

use std::io::{self, Write};

use serde::Serialize;

/// Writes `rows`, each column as wide as its widest cell, under `heads` if `headed`: a table that comes in pages has
/// its heads over the first.
pub fn table<const N: usize>(
    out: &mut dyn Write,
    heads: [&str; N],
    rows: &[[String; N]],
    headed: bool,
) -> io::Result<()> {
    let mut widths = heads.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    if headed {
        line(out, widths, heads)?;
    }
    for row in rows {
        line(out, widths, row.each_ref().map(String::as_str))?;
    }
    Ok(())
}

fn line<const N: usize>(
    out: &mut dyn Write,
    widths: [usize; N],
    cells: [&str; N],
) -> io::Result<()> {
    let padded: Vec<_> =
        cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
    writeln!(out, "{}", padded.join("  ").trim_end())
}

/// Writes `value` as one line of JSON.
pub fn json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut out = Vec::new();
        let row = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        table(&mut out, ["id", "name"], &[row("1", "ann"), row("1024", "")], true).expect("memory");
        assert_eq!(String::from_utf8_lossy(&out), "id    name\n1     ann\n1024\n");
    }
}
