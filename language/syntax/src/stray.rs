//! Text at the left edge that begins no item.

use crate::build::dangling_doc;
use crate::diagnostic::{Diagnostic, Span};
use crate::prepare::is_doc;
use crate::words::{CLAUSE_WORDS, ITEM_WORDS, first_word, nearest};

/// How other languages begin what has another word here.
const HABITS: [(&str, &str); 13] = [
    ("def", RECIPE),
    ("fn", RECIPE),
    ("func", RECIPE),
    ("function", RECIPE),
    ("proc", RECIPE),
    ("import", USE),
    ("include", USE),
    ("from", USE),
    ("class", DATA),
    ("struct", DATA),
    ("type", DATA),
    ("var", CONSTANT),
    ("val", CONSTANT),
];
const RECIPE: &str =
    "what is made of parameters is a recipe: `recipe soften(a: Matte) -> Matte { … }`";
const USE: &str = "what another file offers is brought in by `use`: `use looks.{warm, cold}`";
const DATA: &str = "what holds several values is a record, `record Beauty { rgba: Clip<ACEScg>, z: Depth }`; \
                    a choice is an `enum`";
const CONSTANT: &str = "what is the same everywhere is a constant: `const limit: Ratio = 80%`";

/// Says why a stray piece is none of the items, with spans counted from its own beginning.
pub fn stray(text: &str) -> Diagnostic {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let code = line.trim_end();
        if !(code.is_empty() || code.starts_with("//") || code.starts_with('@')) {
            return stray_line(code, at);
        }
        at += line.len();
    }
    let first = text.lines().next().unwrap_or_default().trim_end();
    let span = Span::new(0, first.len());
    if is_doc(first) { dangling_doc(span) } else { crate::build::dangling_attribute(span) }
}

fn stray_line(line: &str, at: usize) -> Diagnostic {
    let blank = line.len() - line.trim_start().len();
    let code = &line[blank..];
    let word = first_word(code);
    let here = Span::new(at + blank, at + blank + word.len());
    let whole = Span::new(at + blank, at + line.len());
    if blank > 0 && ITEM_WORDS.contains(&word) {
        let span = Span::new(at, at + blank);
        return Diagnostic::error("T0101", "an item begins at the very left of its line", here)
            .help("take away the blanks in front of it")
            .fix("take away the blanks", span, "");
    }
    if CLAUSE_WORDS.contains(&word) {
        let message = format!("`{word}` is a clause: it belongs inside a shot");
        return Diagnostic::error("T0102", message, whole).help(format!(
            "move it between the braces of `shot NAME {{ … }}` and indent it: `    {code}`"
        ));
    }
    if ["- ", "+ ", "* ", "/ "].iter().any(|sign| code.starts_with(sign)) {
        let sign = &code[..1];
        let message = format!("a line can't begin with `{sign}`");
        return Diagnostic::error("T0101", message, whole).help(format!(
            "it never goes on from the line above: end that one with `{sign}` and indent this one"
        ));
    }
    if word.is_empty() {
        let message = "no item begins like this";
        return Diagnostic::error("T0101", message, whole).help(
            "at the left edge stand only items, as `shot A { … }`, docs `///` and comments `//`",
        );
    }
    let error = Diagnostic::error("T0101", format!("no item begins with `{word}`"), here);
    let habit = HABITS.iter().find(|(known, _)| *known == word);
    if let Some((_, help)) = habit {
        return error.help(*help);
    }
    match nearest(word, ITEM_WORDS) {
        Some(meant) => error.help(format!("did you mean `{meant}`?")).fix(
            format!("write `{meant}`"),
            here,
            meant,
        ),
        None if nearest(word, CLAUSE_WORDS).is_some() => {
            error.help("a clause belongs inside a shot and is indented: `shot A { … }`")
        }
        None => error.help(
            "items begin with use, recipe, stage, show, sequence, shot, record, enum, const, \
             policy or test; what belongs to one is indented",
        ),
    }
}
