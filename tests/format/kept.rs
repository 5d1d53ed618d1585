//! Nothing is lost: each piece of a file by itself, so that one that can't be read excuses no other. The fuzz
//! targets hold the same.

use toma_syntax::{ItemTextKind, SyntaxKind, format, items, tree};

/// Its tokens without commas, and its comments.
pub(crate) fn tokens(source: &str) -> (Vec<String>, Vec<String>) {
    let (mut tokens, mut comments) = (Vec::new(), Vec::new());
    for leaf in tree(source).descendants_with_tokens() {
        let Some(token) = leaf.into_token() else { continue };
        let text = token.text().trim_end();
        match token.kind() {
            SyntaxKind::Blank => {}
            SyntaxKind::Comment => comments.push(text.to_owned()),
            _ if text == "," => {}
            _ => tokens.push(text.to_owned()),
        }
    }
    (tokens, comments)
}

/// Finds in the canonical form of a file its pieces and what stands between them, in their order, and nothing
/// else: what can't be read byte for byte, an item with its tokens and comments.
pub(crate) fn pieces_are_kept(source: &str) {
    let formatted = format(source);
    let mut rest = formatted.text.as_str();
    let mut next = |part: &str| {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part:?} is lost of\n{source}"));
        assert!(rest[..at].trim().is_empty(), "{:?} came into\n{source}", &rest[..at]);
        rest = &rest[at + part.len()..];
    };
    let mut at = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    for piece in items(source) {
        let start = piece.span.start as usize;
        source[at..start].lines().for_each(|line| next(line.trim()));
        at = piece.span.end as usize;
        let text = piece.text(source);
        if piece.kind != ItemTextKind::Item || formatted.unread.contains(&piece.span) {
            next(text);
            continue;
        }
        let alone = format(text);
        assert_eq!(alone.unread, [], "{text:?} can be read in\n{source}");
        assert_eq!(tokens(text), tokens(&alone.text), "{text}\n--- became\n{}", alone.text);
        next(alone.text.trim_end());
    }
    source[at..].lines().for_each(|line| next(line.trim()));
    assert!(rest.trim().is_empty(), "{rest:?} came behind\n{source}");
}
