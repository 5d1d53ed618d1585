//! How much may stand in one file and in one item: what is longer is refused with one message instead of being
//! looked at. No program is written so, and what is asked of every name about every other one stays quick.

use toma_syntax::ast::{Clause, Item, ItemKind};
use toma_syntax::diagnostic::{Diagnostic, Severity, Span};

/// Items that a file may have.
pub(crate) const MOST_ITEMS: usize = 5_000;
/// Lines of a body, clauses, parameters, fields or cases that an item may have.
const MOST_LINES: usize = 10_000;
/// Bytes of an item.
const MOST_BYTES: usize = 256 << 10;
/// Messages about one item; what is behind them is counted.
pub(crate) const MOST_REPORTS: usize = 200;

/// Messages about one file; what is behind them is counted.
const MOST_OF_A_FILE: usize = 1_000;

/// Of more messages than anybody reads, the first ones in the text stay, and how many there were besides.
pub(crate) fn count_the_rest(found: &mut Vec<Diagnostic>, path: &str) {
    if found.len() <= MOST_OF_A_FILE {
        return;
    }
    let at =
        |one: &Diagnostic| one.labels.first().map(|label| (label.file != path, label.span.start));
    // What limits there are is said, wherever that stands.
    found.sort_by_key(|one| (one.code != "T0420", at(one)));
    let more = found.split_off(MOST_OF_A_FILE);
    let Some(first) = more.first().and_then(|first| first.labels.first()) else { return };
    let mut rest = Diagnostic::error(
        "T0100",
        format!("{} more messages follow in this file", more.len()),
        first.span,
    )
    .help("mend the ones above first");
    if let Some(label) = rest.labels.first_mut() {
        label.file.clone_from(&first.file);
    }
    if more.iter().all(|one| one.severity == Severity::Warning) {
        rest.severity = Severity::Warning;
    }
    found.push(rest);
}

/// Characters of a message, a label or help; a name or text in it may be longer than anybody reads.
const LONGEST_TEXT: usize = 2_000;

/// Leaves out the end of texts that nobody reads.
pub(crate) fn shorten(found: &mut Diagnostic) {
    let labels = found.labels.iter_mut().map(|label| &mut label.text);
    for text in labels.chain([&mut found.message]).chain(&mut found.help) {
        if text.len() > LONGEST_TEXT {
            text.truncate(text.floor_char_boundary(LONGEST_TEXT));
            text.push('…');
        }
    }
}

/// A file of too many items; `first` is the first one that is not looked at.
pub(crate) fn crowded_file(count: usize, first: Span) -> Diagnostic {
    let message = format!("this file has {count} items, and {MOST_ITEMS} are the most");
    Diagnostic::error("T0420", message, first)
        .saying("from here on nothing is looked at")
        .help("move some of them into a file of their own, and `use` them from there")
}

/// What is wrong with an item's text that is too long to be read.
pub(crate) fn too_large(text: &str) -> Option<Diagnostic> {
    if text.len() <= MOST_BYTES {
        return None;
    }
    let message = format!(
        "this item has {} KB of text, and {} are the most",
        text.len() >> 10,
        MOST_BYTES >> 10
    );
    // The end of a long line is no part of its name.
    let line = Span { start: 0, end: text.lines().next().unwrap_or_default().len().min(64) as u32 };
    let end = text.floor_char_boundary(line.end as usize) as u32;
    let error = Diagnostic::error("T0420", message, Span { end, ..line });
    Some(error.help("make several of it, each with a name that says what it is for"))
}

/// What is wrong with an item of too many lines; it is looked at no further.
pub(crate) fn crowded(item: &Item) -> Option<Diagnostic> {
    let (what, count) = lines(&item.kind);
    if count <= MOST_LINES {
        return None;
    }
    let message = format!("this item has {count} {what}, and {MOST_LINES} are the most");
    let name = crate::source::name_span(item);
    let error = Diagnostic::error("T0420", message, name);
    Some(error.help("make several of it, each with a name that says what it is for"))
}

fn lines(kind: &ItemKind) -> (&'static str, usize) {
    match kind {
        ItemKind::Recipe(recipe) => {
            let signature = &recipe.signature;
            let heads = signature.parameters.len().max(signature.generics.len());
            let body = recipe.body.lets.len() + recipe.body.results.len();
            if heads > body { ("parameters", heads) } else { ("lines", body) }
        }
        ItemKind::Stage(signature) => ("parameters", signature.parameters.len()),
        ItemKind::Layer(layer) => {
            ("clauses", layer.clauses.iter().map(|clause: &Clause| 1 + inside(clause)).sum())
        }
        ItemKind::Record { fields, .. } => ("fields", fields.len()),
        ItemKind::Enum { variants, .. } => ("cases", variants.len()),
        ItemKind::Policy { rules, .. } => ("rules", rules.len()),
        ItemKind::Test { body, .. } => ("lines", body.lets.len() + body.results.len()),
        ItemKind::Use(imports) => ("names", imports.len()),
        ItemKind::Const { .. } | ItemKind::Broken(_) => ("lines", 0),
    }
}

/// Lines inside of a clause.
fn inside(clause: &Clause) -> usize {
    match &clause.kind {
        toma_syntax::ast::ClauseKind::At { sets, .. } => sets.len(),
        _ => 0,
    }
}
