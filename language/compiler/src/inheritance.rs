//! How much the shots of a file come with, together: a shot costs little text and inherits all lines of the one
//! that it comes from. Only clauses are counted here; what they say is not asked.

use crate::check::layer;
use crate::database::{Db, File, ItemId, item_id};
use crate::report::Report;
use crate::source::{heads, item_tree, reference};
use std::collections::BTreeSet;
use toma_syntax::ast::ItemKind;

/// Clauses that the shots of a file may have together, their own and inherited ones.
const MOST_CLAUSES: usize = 100_000;
/// Steps up that are counted; who comes from more is refused by itself.
const MOST_STEPS: usize = 100;

/// The clauses of a layer's own text.
#[salsa::tracked(returns(copy))]
fn clauses<'db>(db: &'db dyn Db, item: ItemId<'db>) -> usize {
    match &item_tree(db, item).kind {
        ItemKind::Layer(layer) => layer.clauses.len(),
        _ => 0,
    }
}

/// The clauses that a shot consists of.
fn all_clauses<'db>(db: &'db dyn Db, shot: ItemId<'db>) -> usize {
    let mut count = 0;
    let mut within = None;
    let mut next = Some(shot);
    for _ in 0..MOST_STEPS {
        let Some(item) = next.take().or_else(|| within.take()) else { break };
        let own = layer(db, item);
        count += 1 + clauses(db, item);
        next = own.from.as_ref().map(|(from, _)| item_id(db, from));
        within = within.or_else(|| own.within.as_ref().map(|within| item_id(db, within)));
    }
    count
}

/// The shots of a file that are not looked at, for those in front of them have as much as there may be.
#[salsa::tracked]
fn beyond_in(db: &dyn Db, file: File) -> BTreeSet<String> {
    let mut sum: usize = 0;
    let mut beyond = BTreeSet::new();
    for head in heads(db, file).iter().filter(|head| head.word == "shot") {
        if sum <= MOST_CLAUSES {
            sum = sum.saturating_add(all_clauses(db, ItemId::new(db, file, head.key.as_str())));
        }
        if sum > MOST_CLAUSES {
            beyond.insert(head.key.clone());
        }
    }
    beyond
}

/// Is the item a shot that is not looked at?
#[salsa::tracked(returns(copy))]
pub(crate) fn beyond<'db>(db: &'db dyn Db, item: ItemId<'db>) -> bool {
    item.key(db).starts_with("shot ") && beyond_in(db, item.file(db)).contains(item.key(db))
}

/// Says that there are such shots, at the first of them.
pub(crate) fn overfull(db: &dyn Db, file: File) -> Option<Report> {
    let beyond = beyond_in(db, file);
    let first = heads(db, file).iter().find(|head| beyond.contains(&head.key))?;
    let item = reference(file.path(db), &first.key);
    let message = format!(
        "up to here the shots of this file have {MOST_CLAUSES} clauses with what they inherit, and that is \
         the most"
    );
    let report = Report::error("T0420", message, crate::modules::name_spot(db, &item));
    Some(report.saying("from here on no shot is looked at").help(
        "move some shots into a file of their own, or put what they share into a `recipe` that they call",
    ))
}
