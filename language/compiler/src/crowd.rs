//! How much may stand in one file and in one item: what is longer is refused with one message instead of being
//! looked at. No program is written so, and what is asked of every name about every other one stays quick.

use toma_syntax::ast::{Clause, Item, ItemKind};
use toma_syntax::diagnostic::{Diagnostic, Span};

/// Items that a file may have.
pub(crate) const MOST_ITEMS: usize = 20_000;
/// Lines of a body, clauses, parameters, fields or cases that an item may have.
const MOST_LINES: usize = 10_000;
/// Messages about one item; what is behind them is counted.
pub(crate) const MOST_REPORTS: usize = 200;

/// A file of too many items; `first` is the first one that is not looked at.
pub(crate) fn crowded_file(count: usize, first: Span) -> Diagnostic {
    let message = format!("this file has {count} items, and {MOST_ITEMS} are the most");
    Diagnostic::error("T0420", message, first)
        .saying("from here on nothing is looked at")
        .help("move some of them into a file of their own, and `use` them from there")
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
