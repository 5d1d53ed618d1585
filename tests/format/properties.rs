//! What holds for every program: nothing is lost, a second time changes nothing, an item is laid out
//! by itself.

use crate::kept::{pieces_are_kept, tokens};
use toma_syntax::diagnostic::Severity;
use toma_syntax::{ItemTextKind, format, items, parse_file};

/// Everything that must hold for any text.
pub(crate) fn check(source: &str) {
    let once = format(source);
    let again = format(&once.text);
    assert_eq!(once.text, again.text, "a second time changes:\n{source}");
    assert_eq!(once.unread.len(), again.unread.len(), "{source}");
    pieces_are_kept(source);
    if once.unread.is_empty() {
        assert_eq!(tokens(source), tokens(&once.text), "{source}\n--- became\n{}", once.text);
        let said = |text: &str| -> Vec<String> {
            // Lines at the left edge are what formatting mends.
            let said = parse_file(text).1.into_iter().filter(|d| d.code != "T0133");
            said.map(|d| format!("{} {}", d.code, d.message)).collect()
        };
        let at_the_edge = |d: &toma_syntax::diagnostic::Diagnostic| d.code == "T0133";
        assert!(!parse_file(&once.text).1.iter().any(at_the_edge), "{}", once.text);
        assert_eq!(said(source), said(&once.text), "{source}\n--- became\n{}", once.text);
        for (number, line) in once.text.lines().enumerate() {
            assert_eq!(line, line.trim_end(), "line {} ends with blanks", number + 1);
        }
        assert!(!once.text.contains("\n\n\n") && !once.text.starts_with('\n'), "{}", once.text);
    }
    let cut = |text: &str| -> Vec<String> {
        // What is written behind an item belongs to none.
        let of_items = items(text).into_iter().filter(|piece| piece.kind == ItemTextKind::Item);
        of_items.map(|piece| piece.text(text).to_owned()).collect()
    };
    // Each item's form is its own: the others could be anything.
    let whole = cut(&once.text);
    let apart: Vec<String> = cut(source).iter().flat_map(|item| cut(&format(item).text)).collect();
    if once.unread.is_empty() {
        assert_eq!(whole, apart, "{source}");
    }
}

/// Is it a program without errors of syntax?
pub(crate) fn is_right(source: &str) -> bool {
    parse_file(source).1.iter().all(|said| said.severity != Severity::Error)
}
