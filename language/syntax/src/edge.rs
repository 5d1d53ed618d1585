//! Lines of an item at the left edge, where only the next item may begin.

use crate::diagnostic::{Diagnostic, Span};
use crate::words::{ITEM_WORDS, first_word};

/// What a line of an item is indented by.
const INDENT: &str = "    ";

/// Says that lines of an item stand where items begin. One mistake, however many lines there are; the fix takes
/// them all. `text` is an item that is sound otherwise.
pub(crate) fn at_the_edge(text: &str) -> Option<Diagnostic> {
    let mut inside = false;
    let mut at = 0;
    let mut first: Option<(usize, &str)> = None;
    // The text from the first such line to the end of the last, indented.
    let mut indented = String::new();
    let (mut end, mut kept) = (0, 0);
    for line in text.split_inclusive('\n') {
        let code = line.trim_end();
        if !inside {
            inside = ITEM_WORDS.contains(&first_word(code));
        } else if stands_astray(code) {
            first.get_or_insert((at, code));
            indented.push_str(INDENT);
            end = at + code.len();
            kept = indented.len() + code.len();
        }
        if first.is_some() {
            indented.push_str(line);
        }
        at += line.len();
    }
    let (start, code) = first?;
    indented.truncate(kept);
    let word = first_word(code);
    let shown = if word.is_empty() { "this".to_owned() } else { format!("`{word}`") };
    let message = format!("{shown} stands at the left edge, where only items begin");
    let whole = Span::new(start, start + code.len());
    let help = "indent what belongs to an item, as `toma fmt` does";
    let all = Span::new(start, end);
    Some(Diagnostic::error("T0133", message, whole).help(help).fix("indent it", all, indented))
}

fn stands_astray(code: &str) -> bool {
    !code.is_empty()
        && !code.starts_with(char::is_whitespace)
        && !code.starts_with(['}', ')', ']', '@'])
        && !code.starts_with("//")
}
