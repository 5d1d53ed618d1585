//! What names of items mean in a file: its own items, what it uses, and the prelude behind them.

use crate::database::{Db, File, ItemId};
use crate::library::PRELUDE;
use crate::modules::{astray, files_of, name_spot, not_offered, resolve_use};
use crate::report::{Report, Spot};
use crate::source::{heads, item_tree, reference};
use std::collections::BTreeMap;
use toma_syntax::ast::{Import, ItemKind};
use toma_syntax::diagnostic::Span;

pub(crate) use crate::modules::Definition;

/// The names of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Scope {
    pub(crate) names: BTreeMap<String, Definition>,
    /// Sound imports, to say which are never used.
    pub(crate) imports: Vec<Imported>,
    /// Files of the project that it uses, and where it says so.
    pub(crate) modules: Vec<(String, Spot)>,
    /// Its own names that hide one of the prelude: where they stand.
    pub(crate) hiding: Vec<(String, Spot)>,
    pub(crate) reports: Vec<Report>,
}

/// A name that a `use` brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Imported {
    pub(crate) name: String,
    pub(crate) spot: Spot,
    /// What goes if it is taken out.
    pub(crate) whole: Spot,
    /// It is offered on.
    pub(crate) public: bool,
}

/// The names of a file.
#[salsa::tracked]
pub(crate) fn scope(db: &dyn Db, file: File) -> Scope {
    let path = file.path(db);
    let mut scope = Scope::default();
    // Imported names stand in `use` items, which have no names: where they are has to be remembered.
    let mut imported: BTreeMap<String, Spot> = BTreeMap::new();
    for head in heads(db, file) {
        let item = reference(path, &head.key);
        let id = ItemId::new(db, file, head.key.as_str());
        if head.word == "use" {
            let tree = item_tree(db, id);
            if let ItemKind::Use(imports) = &tree.kind {
                for (nth, import) in imports.iter().enumerate() {
                    let whole = match imports.as_slice() {
                        [_] => tree.span,
                        all => extent(all, nth),
                    };
                    let whole = Spot { item: item.clone(), span: whole };
                    scope.import(db, path, head.public, import, whole, &mut imported);
                }
            }
        } else if !head.name.is_empty() && head.word != "test" {
            let own = Definition::Item { item: item.clone(), word: head.word.clone() };
            if let Some(first) = scope.names.get(&head.name) {
                let first = match first {
                    Definition::Item { item, .. } if item.file == *path => {
                        Some(name_spot(db, item))
                    }
                    _ => imported.get(&head.name).cloned(),
                };
                scope.twice(&head.name, name_spot(db, &item), first);
            } else {
                scope.names.insert(head.name.clone(), own);
            }
        }
    }
    if path != PRELUDE {
        for (name, definition) in &scope_of_prelude(db).names {
            match scope.names.get(name) {
                None => {
                    scope.names.insert(name.clone(), definition.clone());
                }
                Some(own) if own != definition && *own != Definition::Unknown => {
                    let spot = match (imported.get(name), own) {
                        (Some(spot), _) => Some(spot.clone()),
                        (None, Definition::Item { item, .. }) => Some(name_spot(db, item)),
                        _ => None,
                    };
                    scope.hiding.extend(spot.map(|spot| (name.clone(), spot)));
                }
                Some(_) => {}
            }
        }
    }
    scope
}

/// What a name means in a file. A query of its own: who asks for one name doesn't care about the others.
#[salsa::tracked(returns(clone))]
pub(crate) fn named(db: &dyn Db, file: File, name: String) -> Option<Definition> {
    match scope(db, file).names.get(&name) {
        // The standard library can be named anywhere.
        None if name == "std" => Some(Definition::Module(name)),
        found => found.cloned(),
    }
}

pub(crate) fn scope_of_prelude(db: &dyn Db) -> &Scope {
    scope(db, db.file(PRELUDE))
}

/// An entry of a list with the comma that goes with it.
fn extent(imports: &[Import], nth: usize) -> Span {
    let start = |import: &Import| {
        import.path.names.last().map_or(import.alias.span, |name| name.span).start
    };
    let before = nth.checked_sub(1).and_then(|before| imports.get(before));
    match (imports.get(nth), before, imports.get(nth + 1)) {
        (Some(own), Some(before), _) => {
            Span { start: before.alias.span.end, end: own.alias.span.end }
        }
        (Some(own), None, Some(next)) => Span { start: start(own), end: start(next) },
        (Some(own), None, None) => Span { start: start(own), end: own.alias.span.end },
        (None, ..) => Span::default(),
    }
}

impl Scope {
    fn twice(&mut self, name: &str, spot: Spot, first: Option<Spot>) {
        let mut report =
            Report::error("T0203", format!("there are two things called `{name}`"), spot)
                .saying("the second one")
                .help("give one of them another name; an import can be renamed with `as`");
        if let Some(first) = first {
            report = report.label(first, "the first one");
        }
        self.reports.push(report);
    }

    fn import(
        &mut self,
        db: &dyn Db,
        from: &str,
        public: bool,
        import: &Import,
        whole: Spot,
        imported: &mut BTreeMap<String, Spot>,
    ) {
        let item = whole.item.clone();
        let spot = |span: Span| Spot { item: item.clone(), span };
        let here = spot(import.alias.span);
        let names = &import.path.names;
        let mut sound = true;
        let definition = match resolve_use(db, from, names) {
            Ok(found) => {
                let files = match &found.definition {
                    Definition::Item { item, .. } => vec![item.file.clone()],
                    Definition::Module(module) => files_of(db, module),
                    Definition::Unknown => Vec::new(),
                };
                let folder = files.len() > 1;
                // A file may use the folder that it lies in.
                let files = files.into_iter().filter(|file| !(folder && *file == from));
                let files = files.filter(|file| !file.starts_with("std/"));
                self.modules.extend(files.map(|file| (file, here.clone())));
                if let Some((_, item, word)) = &found.private {
                    sound = false;
                    self.reports.push(not_offered(db, item, word, here.clone()));
                }
                match names.get(found.taken) {
                    None => found.definition,
                    Some(rest) => {
                        sound = false;
                        self.reports.push(nothing_inside(db, &found.definition, spot(rest.span)));
                        Definition::Unknown
                    }
                }
            }
            Err(wrong) => {
                sound = false;
                self.reports.extend(astray(db, from, names, |name| spot(name.span), wrong));
                Definition::Unknown
            }
        };
        let name = &import.alias.text;
        if let Some(first) = self.names.get(name) {
            let first = match (imported.get(name), first) {
                (Some(spot), _) => Some(spot.clone()),
                (None, Definition::Item { item, .. }) => Some(name_spot(db, item)),
                _ => None,
            };
            self.twice(name, here, first);
            return;
        }
        self.names.insert(name.clone(), definition);
        imported.insert(name.clone(), here.clone());
        if sound {
            self.imports.push(Imported { name: name.clone(), spot: here, whole, public });
        }
    }
}

/// Only modules have something inside that can be used.
fn nothing_inside(db: &dyn Db, definition: &Definition, spot: Spot) -> Report {
    let Definition::Item { item, word } = definition else {
        return Report::error("T0262", "this leads nowhere", spot);
    };
    let name = item.key.split_once(' ').map_or("", |(_, name)| name);
    Report::error("T0262", format!("`{name}` is a {word}: nothing inside of it can be used"), spot)
        .label(name_spot(db, item), "declared here")
        .help(format!("end the path with `{name}`; what belongs to it is written behind that, as in `{name}.…`"))
}
