//! What names of items mean in a file: its own items, what it uses, and the prelude behind them.

use crate::database::{Db, File, ItemId, World, folder};
use crate::library::{MODULES, PRELUDE};
use crate::names::nearest;
use crate::report::{ItemRef, Report, Spot};
use crate::source::{Head, heads, item_tree, name_span, reference};
use std::collections::{BTreeMap, BTreeSet};
use toma_syntax::ast::{Import, ItemKind, Name};

/// What a name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Definition {
    /// An item, and its word.
    Item { item: ItemRef, word: String },
    /// A module, by its file's path.
    Module(String),
    /// Something whose import is wrong and was reported.
    Unknown,
}

/// The names of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Scope {
    pub(crate) names: BTreeMap<String, Definition>,
    /// Imported names and where, to say which are never used.
    pub(crate) imports: Vec<(String, Spot)>,
    /// Files of the project that it uses, and where it says so.
    pub(crate) modules: Vec<(String, Spot)>,
    pub(crate) reports: Vec<Report>,
}

/// The names of a file.
#[salsa::tracked]
pub(crate) fn scope(db: &dyn Db, file: File) -> Scope {
    let path = file.path(db);
    let mut scope = Scope::default();
    let mut own: BTreeMap<String, Spot> = BTreeMap::new();
    for head in heads(db, file) {
        let item = reference(path, &head.key);
        let id = ItemId::new(db, file, head.key.clone());
        if head.word == "use" {
            if let ItemKind::Use(imports) = &item_tree(db, id).kind {
                for import in imports {
                    scope.import(db, path, &item, import, &mut own);
                }
            }
        } else if !head.name.is_empty() && head.word != "test" {
            let spot = Spot { item: item.clone(), span: name_span(&item_tree(db, id)) };
            if scope.define(&head.name, Definition::Item { item, word: head.word.clone() }) {
                own.insert(head.name.clone(), spot);
            } else {
                scope.twice(&head.name, spot, own.get(&head.name));
            }
        }
    }
    if path != PRELUDE {
        for (name, definition) in &scope_of_prelude(db).names {
            scope.names.entry(name.clone()).or_insert_with(|| definition.clone());
        }
    }
    scope
}

fn scope_of_prelude(db: &dyn Db) -> &Scope {
    scope(db, db.file(PRELUDE))
}

impl Scope {
    /// Adds a name; false if there is one already.
    fn define(&mut self, name: &str, definition: Definition) -> bool {
        if self.names.contains_key(name) {
            return false;
        }
        self.names.insert(name.to_owned(), definition);
        true
    }

    fn twice(&mut self, name: &str, spot: Spot, first: Option<&Spot>) {
        let mut report =
            Report::error("T0203", format!("there are two things called `{name}`"), spot)
                .saying("the second one")
                .help("give one of them another name; an import can be renamed with `as`");
        if let Some(first) = first {
            report = report.label(first.clone(), "the first one");
        }
        self.reports.push(report);
    }

    fn import(
        &mut self,
        db: &dyn Db,
        from: &str,
        item: &ItemRef,
        import: &Import,
        own: &mut BTreeMap<String, Spot>,
    ) {
        let spot = |name: &Name| Spot { item: item.clone(), span: name.span };
        let reports = self.reports.len();
        let definition = match find(db, from, import) {
            Ok(Found::Module(path)) => {
                if !path.starts_with("std/") {
                    self.modules.push((path.clone(), spot(&import.alias)));
                }
                Definition::Module(path)
            }
            Ok(Found::Item(path, head)) => {
                if !path.starts_with("std/") {
                    self.modules.push((path.clone(), spot(&import.alias)));
                }
                if !head.public && matches!(head.word.as_str(), "recipe" | "stage" | "const") {
                    let target = reference(&path, &head.key);
                    let id = ItemId::new(db, db.file(&path), head.key.clone());
                    let there = Spot { item: target, span: name_span(&item_tree(db, id)) };
                    self.reports.push(
                        Report::error(
                            "T0212",
                            format!("`{}` is not offered to other files", head.name),
                            spot(&import.alias),
                        )
                        .saying("used here")
                        .label(there, "declared here, without `pub`")
                        .help(format!("write `pub` in front of `{} {}`", head.word, head.name)),
                    );
                }
                Definition::Item { item: reference(&path, &head.key), word: head.word }
            }
            Err(missing) => {
                let name = import.path.names.get(missing.at).unwrap_or(&import.alias);
                let report = match missing.module {
                    Some(module) => Report::error(
                        "T0220",
                        format!("`{module}` has nothing called `{}`", name.text),
                        spot(name),
                    ),
                    None => Report::error(
                        "T0207",
                        format!("there is no module `{}`", missing.path),
                        spot(name),
                    )
                    .maybe_help(missing.help),
                };
                self.reports.push(report.did_you_mean(missing.nearest, spot(name)));
                Definition::Unknown
            }
        };
        let here = spot(&import.alias);
        let sound = definition != Definition::Unknown && self.reports.len() == reports;
        if self.define(&import.alias.text, definition) {
            own.insert(import.alias.text.clone(), here.clone());
            if sound {
                self.imports.push((import.alias.text.clone(), here));
            }
        } else {
            self.twice(&import.alias.text, here, own.get(&import.alias.text));
        }
    }
}

enum Found {
    Module(String),
    Item(String, Head),
}

/// An import that leads nowhere.
struct Missing {
    /// Which name of the path is wrong.
    at: usize,
    /// The module that was found, if it was.
    module: Option<String>,
    /// As written, up to what is wrong.
    path: String,
    /// Where it could have been.
    help: Option<String>,
    nearest: Option<String>,
}

fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |slash| &path[..=slash])
}

/// The file of a module: `std/…` or beside the file that uses it.
fn module_path(from: &str, names: &[&str]) -> String {
    match names {
        ["std", rest @ ..] => format!("std/{}.toma", rest.join("/")),
        names => format!("{}{}.toma", folder_of(from), names.join("/")),
    }
}

fn find(db: &dyn Db, from: &str, import: &Import) -> Result<Found, Missing> {
    let names: Vec<&str> = import.path.names.iter().map(|name| name.text.as_str()).collect();
    let there = |names: &[&str]| {
        let path = module_path(from, names);
        let standard = names.first() == Some(&"std");
        // Only std's own names may lead into the standard library.
        (path.starts_with("std/") == standard && db.file(&path).text(db).is_some()).then_some(path)
    };
    if let Some(path) = there(&names) {
        return Ok(Found::Module(path));
    }
    let Some((last, module)) = names.split_last() else {
        return Err(Missing {
            at: 0,
            module: None,
            path: String::new(),
            help: None,
            nearest: None,
        });
    };
    if let (false, Some(path)) = (module.is_empty(), there(module)) {
        let heads = heads(db, db.file(&path));
        if let Some(head) = heads.iter().find(|head| head.name == *last && head.word != "use") {
            return Ok(Found::Item(path, head.clone()));
        }
        let known = heads.iter().filter(|head| head.public).map(|head| head.name.as_str());
        return Err(Missing {
            at: names.len() - 1,
            module: Some(module.join(".")),
            path: names.join("."),
            help: None,
            nearest: nearest(last, known),
        });
    }
    if names.first() == Some(&"std") {
        let known: Vec<&str> = MODULES
            .iter()
            .filter_map(|(path, _)| path.strip_prefix("std/")?.strip_suffix(".toma"))
            .filter(|name| *name != "prelude")
            .collect();
        let wrong = names.get(1).copied().unwrap_or_default();
        return Err(Missing {
            at: 1.min(names.len() - 1),
            module: None,
            path: names.iter().take(2).copied().collect::<Vec<_>>().join("."),
            nearest: nearest(wrong, known.iter().copied()),
            help: Some(format!("the standard library has {}", crate::names::listed(&known, "and"))),
        });
    }
    let world: World = db.world();
    let beside = folder(db, world, folder_of(from).to_owned());
    let known = beside.iter().map(|name| name.strip_suffix(".toma").unwrap_or(name));
    let wrong = names.first().copied().unwrap_or_default();
    let mut files = format!("`{}`", module_path(from, &names));
    if !module.is_empty() {
        files = format!("{files} and `{}`", module_path(from, module));
    }
    Err(Missing {
        at: 0,
        module: None,
        path: names.join("."),
        help: Some(format!("looked for {files}")),
        nearest: nearest(wrong, known),
    })
}

/// The project's files that a file uses, itself first, each once, and the reports of circles among them
/// that go through it.
pub(crate) fn reached(db: &dyn Db, path: &str) -> (Vec<String>, Vec<Report>) {
    let mut reports = Vec::new();
    let mut order = vec![path.to_owned()];
    let mut seen: BTreeSet<String> = order.iter().cloned().collect();
    let mut next = 0;
    while let Some(current) = order.get(next).cloned() {
        next += 1;
        for (used, spot) in &scope(db, db.file(&current)).modules {
            if used == path && (current != path || reports.is_empty()) {
                reports.push(
                    Report::error("T0211", "these files use each other in a circle", spot.clone())
                        .saying(format!("`{used}` is used here and uses `{current}`"))
                        .help("move what both need into a third file"),
                );
            }
            if seen.insert(used.clone()) {
                order.push(used.clone());
            }
        }
    }
    reports.truncate(1);
    (order, reports)
}
