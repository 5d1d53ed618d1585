//! What isn't wanted any longer: `@deprecated("use blur")` on an item or a parameter. Whoever uses it is told,
//! with a fix where the text names what takes its place.

use super::Checker;
use super::path::deprecated;
use crate::database::{Db, ItemId, item_id};
use crate::modules::name_spot;
use crate::report::{ItemRef, Report, Spot};
use crate::signature::{Parameter, Signature};
use crate::source::{heads, item_tree};
use toma_syntax::diagnostic::Span;

/// What an item says to those who still use it.
#[salsa::tracked(returns(clone))]
fn farewell<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Option<String> {
    deprecated(&item_tree(db, item).attributes)
}

/// The words of a text that may be names: `use std.filter.blur` has `use` and `std.filter.blur`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty())
}

impl Checker<'_> {
    /// Says that an item isn't wanted any longer, if that is so.
    pub(crate) fn outdated(&mut self, item: &ItemRef, used: Span) {
        if *item == self.item {
            return;
        }
        let Some(text) = farewell(self.db, item_id(self.db, item)) else { return };
        let name = item.key.split_once(' ').map_or("", |(_, name)| name).to_owned();
        let instead = words(&text)
            .filter(|word| *word != name)
            .find(|word| self.takes_its_place(item, word))
            .map(str::to_owned);
        let declared = (!item.file.starts_with("std/")).then(|| name_spot(self.db, item));
        self.say_outdated(&name, &text, used, declared, instead);
    }

    /// Does this word of the text name something that can be written where the item stood?
    fn takes_its_place(&self, item: &ItemRef, word: &str) -> bool {
        let visible =
            |name: &str| matches!(self.named(name), Some(crate::scope::Definition::Item { .. }));
        match word.split_once('.') {
            Some(("std", _)) => crate::library::has(word),
            Some(_) => false,
            None if visible(word) => true,
            None => {
                // In the other file, from where it would have to be used first.
                item.file == self.item.file
                    && heads(self.db, self.db.file(&item.file)).iter().any(|head| head.name == word)
            }
        }
    }

    /// The same for a parameter that is passed.
    pub(crate) fn outdated_parameter(
        &mut self,
        signature: &Signature,
        parameter: &Parameter,
        used: Span,
        by_name: bool,
    ) {
        let Some(text) = &parameter.deprecated else { return };
        let others = &signature.parameters;
        let instead = words(text)
            .find(|word| *word != parameter.name && others.iter().any(|other| other.name == *word))
            .filter(|_| by_name)
            .map(str::to_owned);
        let declared = (!signature.item.file.starts_with("std/"))
            .then(|| Spot { item: signature.item.clone(), span: parameter.span });
        let name = format!("{}` of `{}", parameter.name, signature.name);
        self.say_outdated(&name, text, used, declared, instead);
    }

    fn say_outdated(
        &mut self,
        name: &str,
        text: &str,
        used: Span,
        declared: Option<Spot>,
        instead: Option<String>,
    ) {
        let spot = self.spot(used);
        let message = format!("`{name}` isn't wanted any longer");
        let mut report = Report::warning("T0266", message, spot.clone()).saying("used here");
        if let Some(declared) = declared {
            report = report.label(declared, "it says so here");
        }
        report = report.help(if text.is_empty() {
            "its declaration doesn't say what takes its place: ask who wrote it".to_owned()
        } else {
            format!("its author says: {text}")
        });
        if let Some(instead) = instead {
            report = report.fix(format!("write `{instead}`"), spot, instead);
        }
        self.report(report);
    }
}
