//! Names and paths in an item: what they mean, that they may be used here, and that they are still wanted.

use super::Checker;
use crate::modules::{Definition, Resolved, astray, not_offered, resolve_in};
use crate::report::ItemRef;
use crate::scope::{Scope, named, scope};
use toma_syntax::ast::{Expr, ExprKind, Name};

impl<'db> Checker<'db> {
    /// All names of the file, to look for one that was meant. What is right asks [`Self::definition`], which
    /// depends on that name only.
    pub(crate) fn scope(&self) -> &'db Scope {
        scope(self.db, self.db.file(&self.item.file))
    }

    /// What a name of the file means; it counts as used.
    pub(crate) fn definition(&mut self, name: &str) -> Option<Definition> {
        let found = self.named(name);
        if found.is_some() {
            self.used.insert(name.to_owned());
        }
        found
    }

    /// What a name of the file means.
    pub(crate) fn named(&self, name: &str) -> Option<Definition> {
        named(self.db, self.db.file(&self.item.file), name.to_owned())
    }

    /// Where a path leads: `wall`, `looks.film.warm`. `None` if its first name means nothing in this file, of
    /// which the caller knows best what to say. Whatever else is wrong with it is reported here, and is
    /// [`Definition::Unknown`]. Where fewer names were taken than there are, the others belong to the item.
    pub(crate) fn resolve(&mut self, names: &[Name]) -> Option<Resolved> {
        let first = names.first()?;
        let found = match self.definition(&first.text)? {
            Definition::Module(module) => {
                let from = self.item.file.clone();
                match resolve_in(self.db, &from, module, names) {
                    Ok(found) => found,
                    Err(wrong) => {
                        let spot = |name: &Name| self.spot(name.span);
                        let report = astray(self.db, &from, names, spot, wrong);
                        self.reports.extend(report);
                        Resolved {
                            definition: Definition::Unknown,
                            taken: names.len(),
                            private: None,
                        }
                    }
                }
            }
            definition => Resolved { definition, taken: 1, private: None },
        };
        if let Some((at, item, word)) = &found.private {
            let span = names.get(*at).map_or(first.span, |name| name.span);
            let report = not_offered(self.db, item, word, self.spot(span));
            self.report(report);
        }
        if let Definition::Item { item, .. } = &found.definition
            && let Some(last) = found.taken.checked_sub(1).and_then(|at| names.get(at))
        {
            self.outdated(item, last.span);
        }
        Some(found)
    }

    /// The record or enum that a path means or leads into, its word, and the names behind it: a case.
    pub(super) fn data_by_path(&mut self, expr: &Expr) -> Option<(ItemRef, String, Vec<Name>)> {
        let names = path_names(expr)?;
        let first = names.first()?;
        if !self.is_free(&first.text) {
            return None;
        }
        let is_data = |definition: &Definition| match definition {
            Definition::Item { word, .. } => matches!(word.as_str(), "record" | "enum"),
            _ => false,
        };
        // Looked at first without a word: others have more to say of what is no record.
        let found = match self.named(&first.text)? {
            Definition::Module(module) => {
                resolve_in(self.db, &self.item.file, module, &names).ok()?.definition
            }
            definition => definition,
        };
        if !is_data(&found) {
            return None;
        }
        let found = self.resolve(&names)?;
        let Definition::Item { item, word } = found.definition else { return None };
        Some((item, word, names.get(found.taken..)?.to_vec()))
    }

    /// The names of `a.b.c`, if it is nothing but names and begins with a module: then the path decides what
    /// is meant, and no value is looked for.
    pub(crate) fn module_path(&mut self, expr: &Expr) -> Option<Vec<Name>> {
        let names = path_names(expr)?;
        let first = names.first()?;
        if names.len() < 2 || self.locals.knows(&first.text) {
            return None;
        }
        matches!(self.named(&first.text)?, Definition::Module(_)).then_some(names)
    }
}

/// The names of `a.b.c`.
pub(crate) fn path_names(expr: &Expr) -> Option<Vec<Name>> {
    let mut names = Vec::new();
    let mut at = expr;
    loop {
        match &at.kind {
            ExprKind::Name(text) => {
                names.push(Name { text: text.clone(), span: at.span });
                names.reverse();
                return Some(names);
            }
            ExprKind::Field { base, name } => {
                names.push(name.clone());
                at = base;
            }
            _ => return None,
        }
    }
}

/// A path as it is written.
pub(crate) fn written_path(names: &[Name]) -> String {
    names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")
}

/// What isn't wanted any longer says so with `@deprecated("…")`.
pub(crate) fn deprecated(attributes: &[toma_syntax::ast::Attribute]) -> Option<String> {
    let attribute = attributes.iter().find(|attribute| attribute.name.text == "deprecated")?;
    let text = attribute.arguments.first().and_then(|argument| match &argument.value.kind {
        ExprKind::Text(text) => crate::signature::plain_text(text),
        _ => None,
    });
    Some(text.unwrap_or_default())
}
