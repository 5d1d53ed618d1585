//! Characters in texts and comments that nobody sees but that change what one reads: signs that turn
//! the direction of reading, by which a line can show something other than it says, and control
//! characters, by which it can steer the terminal that shows it.
//!
//! In code they mean nothing anyway and are said there (T0127).

use crate::diagnostic::{Diagnostic, Span};
use crate::texts::text_end;

/// Places that one message shows.
const MOST_PLACES: usize = 5;

/// Says which hidden characters stand in the texts and comments of a stretch of a file. Linear.
pub(crate) fn hidden(text: &str) -> Option<Diagnostic> {
    let suspicious = |b: u8| {
        (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) || matches!(b, 0x7f | 0xc2 | 0xe2)
    };
    if !text.bytes().any(suspicious) {
        return None;
    }
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        in_line(line.trim_end_matches(['\n', '\r']), at, &mut found);
        at += line.len();
    }
    let (first, character) = *found.first()?;
    let (message, help) = if character.is_control() {
        (
            format!("a control character (U+{:04X}) hides here", character as u32),
            "take it away; in a text write it as an escape: `\\n`, `\\t`, `\\u{1b}`",
        )
    } else {
        (
            format!(
                "a hidden sign (U+{:04X}) turns the direction of reading here",
                character as u32
            ),
            "take it away: the line shows something other than it says; where a text needs it, \
             write it as `\\u{202e}`",
        )
    };
    let mut diagnostic = Diagnostic::error("T0132", message, place(first, character)).help(help);
    for (other, character) in found.iter().skip(1).take(MOST_PLACES - 1) {
        diagnostic = diagnostic.label(place(*other, *character), "and here");
    }
    Some(diagnostic.fix("take it away", place(first, character), ""))
}

fn place(at: usize, character: char) -> Span {
    Span::new(at, at + character.len_utf8())
}

/// The texts of a line and the comment at its end.
fn in_line(line: &str, start: usize, found: &mut Vec<(usize, char)>) {
    let bytes = line.as_bytes();
    let mut i = 0;
    while let Some(&byte) = bytes.get(i) {
        let end = match byte {
            b'"' => text_end(line, i).end,
            b'/' if bytes.get(i + 1) == Some(&b'/') => bytes.len(),
            _ => {
                i += 1;
                continue;
            }
        };
        let inside = line.get(i..end).unwrap_or_default();
        let hides = |(_, c): &(usize, char)| c.is_control() && *c != '\t' || turns(*c);
        found.extend(inside.char_indices().filter(hides).map(|(at, c)| (start + i + at, c)));
        i = end.max(i + 1);
    }
}

/// Unicode's embeddings, overrides and isolates. (Marks of direction belong to right-to-left writing.)
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
