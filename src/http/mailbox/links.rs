//! Finds the links in a plain text.

use serde::Serialize;

/// A piece of a text: a link, or what stands between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Piece<'a> {
    /// As it is written.
    pub text: &'a str,
    /// Whether it is an address of the web. Nothing else is made a link: `javascript:` is an address too.
    pub link: bool,
}

/// Cuts `text` into pieces; together they are the text.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = next_link(rest) {
        let (before, from) = rest.split_at(start);
        let (link, after) = from.split_at(link_length(from));
        pieces.extend([Piece { text: before, link: false }, Piece { text: link, link: true }]);
        rest = after;
    }
    pieces.push(Piece { text: rest, link: false });
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

fn next_link(text: &str) -> Option<usize> {
    ["https://", "http://"].iter().filter_map(|scheme| text.find(scheme)).min()
}

/// How long the link is that `text` begins with: up to a space, quote or bracket, less the punctuation of the sentence
/// it stands in.
fn link_length(text: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`');
    let end = text.find(ends).unwrap_or(text.len());
    text.get(..end)
        .unwrap_or(text)
        .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\''])
        .len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<&str> {
        let pieces = pieces(text);
        let joined: String = pieces.iter().map(|piece| piece.text).collect();
        assert_eq!(joined, text, "nothing is lost");
        pieces.into_iter().filter(|piece| piece.link).map(|piece| piece.text).collect()
    }

    #[test]
    fn links_are_found_without_the_sentence_around_them() {
        assert_eq!(
            links("Go to http://a.org/activate?token=x-y_z."),
            ["http://a.org/activate?token=x-y_z"]
        );
        assert_eq!(
            links("(https://a.org/), <http://b.org/x>\nhttp://c.org"),
            ["https://a.org/", "http://b.org/x", "http://c.org"]
        );
        assert_eq!(links("no link, javascript:alert(1), ftp://a.org"), Vec::<&str>::new());
        assert_eq!(links(""), Vec::<&str>::new());
    }
}
