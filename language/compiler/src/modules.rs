//! The tree of modules: files and folders, what they offer, and where a path leads.
//!
//! A module is known by its path without `.toma`: `looks/film` is the file `looks/film.toma`, the folder
//! `looks/film/`, or both; `std/comp` is of the standard library. What a module has is asked by name, so that
//! a new recipe in it concerns nobody who doesn't use that name.
//!
//! **Invariant**: nothing here looks into a body; what it reads of a file are the heads of its items and its
//! `pub use` lines.

#![expect(clippy::needless_pass_by_value, reason = "salsa keeps the arguments of queries")]

use crate::database::{Db, File, ItemId, World, folder};
use crate::library::MODULES;
use crate::names::nearest;
use crate::project::{RootFolder, root, root_names};
use crate::report::{ItemRef, Report, Spot};
use crate::source::{heads, item_tree, name_span, reference};
use toma_syntax::ast::{Import, ItemKind, Name};
use toma_syntax::diagnostic::Span;

/// How many `pub use` a name may go through.
const MOST_DETOURS: usize = 32;
/// How deep a folder is searched for its first module.
const DEEPEST_FOLDER: u32 = 6;

/// What a name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Definition {
    /// An item, and its word.
    Item { item: ItemRef, word: String },
    /// A module, by its path without `.toma`.
    Module(String),
    /// Something whose import is wrong and was reported.
    Unknown,
}

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) definition: Definition,
    /// How many of its names led there; those behind are of the item: an enum's case, a field.
    pub(crate) taken: usize,
    /// Items on the way that are not offered to other files, by the name that reached for them.
    pub(crate) private: Option<(usize, ItemRef, String)>,
}

/// What a module has under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Member {
    Item {
        item: ItemRef,
        word: String,
        public: bool,
    },
    Module(String),
    /// An item of the file and a module of the folder at once.
    Both(Spot, String),
}

/// Why a path leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Astray {
    /// It begins with a root whose folder is missing, which was said.
    Said,
    /// No module begins so.
    Nowhere,
    /// Several places could be meant: a root of the project and a neighbour.
    Several(Vec<String>),
    /// A module has nothing of that name; by its place in the path.
    Missing { at: usize, module: String },
    /// A module has an item and a module of that name.
    Twice { at: usize, first: Spot, module: String },
}

fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |slash| &path[..=slash])
}

/// The file of a module: `looks/film.toma`.
pub(crate) fn file_of(module: &str) -> String {
    format!("{module}.toma")
}

fn is_standard(module: &str) -> bool {
    module == "std" || module.starts_with("std/")
}

/// A module in another one's folder.
fn below(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}/{name}") }
}

/// The folder of a module, as the system is asked for it.
fn folder_path(module: &str) -> String {
    if module.is_empty() { String::new() } else { format!("{module}/") }
}

/// The modules in a module's folder, by name.
pub(crate) fn children(db: &dyn Db, module: &str) -> Vec<String> {
    children_in(db, db.world(), module.to_owned())
}

#[salsa::tracked(returns(clone))]
fn children_in(db: &dyn Db, world: World, module: String) -> Vec<String> {
    let mut names = if module == "std" {
        let names = MODULES.iter().filter_map(|(path, _)| path.strip_prefix("std/"));
        names.map(str::to_owned).collect::<Vec<_>>()
    } else if is_standard(&module) {
        Vec::new()
    } else {
        folder(db, world, folder_path(&module))
    };
    names.retain(|name| is_file(name) || !name.contains('.'));
    let mut names: Vec<String> = names
        .into_iter()
        .filter_map(|name| match name.strip_suffix(".toma") {
            Some(stem) => Some(stem.to_owned()),
            None => has_modules(db, &below(&module, &name), 1).then_some(name),
        })
        .filter(|name| !is_hidden(&module, name))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The prelude is a list of names, not a module that programs use.
fn is_hidden(module: &str, name: &str) -> bool {
    module == "std" && name == "prelude"
}

/// A module's file, by its name. `.TOMA` is none, on any machine.
fn is_file(name: &str) -> bool {
    name.strip_suffix(".toma").is_some()
}

/// Are there modules in this folder?
fn has_modules(db: &dyn Db, module: &str, depth: u32) -> bool {
    let world: World = db.world();
    let names = folder(db, world, folder_path(module));
    names.iter().any(|name| is_file(name))
        || depth < DEEPEST_FOLDER
            && names
                .iter()
                .filter(|name| !name.contains('.'))
                .take(64)
                .any(|name| has_modules(db, &below(module, name), depth + 1))
}

/// Is there such a module, as a file or a folder?
pub(crate) fn module_exists(db: &dyn Db, module: &str) -> bool {
    module_exists_in(db, db.world(), module.to_owned())
}

#[salsa::tracked(returns(copy))]
fn module_exists_in(db: &dyn Db, _world: World, module: String) -> bool {
    module == "std"
        || db.file(&file_of(&module)).text(db).is_some()
        || !is_standard(&module) && has_modules(db, &module, 0)
}

/// The imports of a file that it offers on: `pub use`.
#[salsa::tracked]
fn offered_on(db: &dyn Db, file: File) -> Vec<(ItemRef, Import)> {
    let mut imports = Vec::new();
    for head in heads(db, file).iter().filter(|head| head.word == "use" && head.public) {
        let id = ItemId::new(db, file, head.key.as_str());
        if let ItemKind::Use(own) = &item_tree(db, id).kind {
            let item = reference(file.path(db), &head.key);
            imports.extend(own.iter().map(|import| (item.clone(), import.clone())));
        }
    }
    imports
}

/// What a module has under a name.
#[salsa::tracked(returns(clone))]
fn member(db: &dyn Db, module: String, name: String) -> Option<Member> {
    member_on_the_way(db, &module, &name, &mut Vec::new())
}

fn member_on_the_way(
    db: &dyn Db,
    module: &str,
    name: &str,
    way: &mut Vec<(String, String)>,
) -> Option<Member> {
    let place = (module.to_owned(), name.to_owned());
    if way.len() >= MOST_DETOURS || way.contains(&place) || is_hidden(module, name) {
        return None;
    }
    way.push(place);
    let path = file_of(module);
    let file = db.file(&path);
    let inside = below(module, name);
    let inside = (!(module.starts_with("std/")) && module_exists(db, &inside)).then_some(inside);
    let mut heads = heads(db, file).iter();
    let own = heads.find(|head| head.name == name && !matches!(head.word.as_str(), "use" | "test"));
    if let Some(head) = own {
        let item = reference(&path, &head.key);
        return Some(match inside {
            Some(inside) => Member::Both(name_spot(db, &item), inside),
            None => Member::Item { item, word: head.word.clone(), public: head.public },
        });
    }
    let import = offered_on(db, file).iter().find(|(_, import)| import.alias.text == name);
    let Some((item, import)) = import else { return inside.map(Member::Module) };
    let names = &import.path.names;
    let led = resolve_on_the_way(db, &path, names, way);
    if let Some(inside) = inside {
        let same = match &led {
            Ok(Resolved { definition: Definition::Module(module), .. }) => *module == inside,
            Ok(_) => false,
            // The way to what it offers on leads through this very name.
            Err(Astray::Missing { at, module: through }) if through == module => {
                names.get(*at).is_none_or(|passed| passed.text != name) || at + 1 == names.len()
            }
            Err(_) => true,
        };
        let offered = Spot { item: item.clone(), span: import.alias.span };
        return Some(if same { Member::Module(inside) } else { Member::Both(offered, inside) });
    }
    match led.ok()?.definition {
        Definition::Item { item, word } => Some(Member::Item { item, word, public: true }),
        Definition::Module(module) => Some(Member::Module(module)),
        Definition::Unknown => None,
    }
}

/// The module that a path in a file begins with.
fn beginning(db: &dyn Db, from: &str, name: &str) -> Result<String, Astray> {
    if name == "std" {
        return Ok(name.to_owned());
    }
    let beside = format!("{}{name}", folder_of(from));
    let mut found = match root(db, from, name) {
        Some(RootFolder::There(folder)) => vec![folder.trim_end_matches('/').to_owned()],
        Some(RootFolder::Missing) if is_standard(&beside) || !module_exists(db, &beside) => {
            return Err(Astray::Said);
        }
        Some(RootFolder::Missing) | None => Vec::new(),
    };
    if !is_standard(&beside) && !found.contains(&beside) && module_exists(db, &beside) {
        found.push(beside);
    }
    match found.len() {
        0 => Err(Astray::Nowhere),
        1 => found.pop().ok_or(Astray::Nowhere),
        _ => Err(Astray::Several(found)),
    }
}

/// Where the path of a `use` leads.
pub(crate) fn resolve_use(db: &dyn Db, from: &str, names: &[Name]) -> Result<Resolved, Astray> {
    resolve_on_the_way(db, from, names, &mut Vec::new())
}

fn resolve_on_the_way(
    db: &dyn Db,
    from: &str,
    names: &[Name],
    way: &mut Vec<(String, String)>,
) -> Result<Resolved, Astray> {
    let first = names.first().map_or("", |name| name.text.as_str());
    let module = beginning(db, from, first)?;
    inside(db, from, module, names, way)
}

/// Where a path leads whose first name is a module.
pub(crate) fn resolve_in(
    db: &dyn Db,
    from: &str,
    module: String,
    names: &[Name],
) -> Result<Resolved, Astray> {
    inside(db, from, module, names, &mut Vec::new())
}

fn inside(
    db: &dyn Db,
    from: &str,
    mut module: String,
    names: &[Name],
    way: &mut Vec<(String, String)>,
) -> Result<Resolved, Astray> {
    for (at, name) in names.iter().enumerate().skip(1) {
        // Only a path that comes through a `pub use` must mind where it has been.
        let found = if way.is_empty() {
            member(db, module.clone(), name.text.clone())
        } else {
            member_on_the_way(db, &module, &name.text, way)
        };
        match found {
            None => return Err(Astray::Missing { at, module }),
            Some(Member::Module(inner)) => module = inner,
            Some(Member::Both(first, module)) => return Err(Astray::Twice { at, first, module }),
            Some(Member::Item { item, word, public }) => {
                let private =
                    (!public && item.file != from).then(|| (at, item.clone(), word.clone()));
                let definition = Definition::Item { item, word };
                return Ok(Resolved { definition, taken: at + 1, private });
            }
        }
    }
    Ok(Resolved { definition: Definition::Module(module), taken: names.len(), private: None })
}

/// Everything that a module offers to others, by name; for "did you mean".
pub(crate) fn offered(db: &dyn Db, module: &str) -> Vec<String> {
    let file = db.file(&file_of(module));
    let mut names: Vec<String> = heads(db, file)
        .iter()
        .filter(|head| head.public && !matches!(head.word.as_str(), "use" | "test"))
        .map(|head| head.name.clone())
        .collect();
    names.extend(offered_on(db, file).iter().map(|(_, import)| import.alias.text.clone()));
    names.extend(children(db, module));
    names
}

/// The files of a module: its own, and all in its folder.
pub(crate) fn files_of(db: &dyn Db, module: &str) -> Vec<String> {
    if is_standard(module) {
        return Vec::new();
    }
    let mut files = Vec::new();
    let mut modules = vec![(module.to_owned(), 0)];
    while let Some((module, depth)) = modules.pop() {
        let path = file_of(&module);
        if db.file(&path).text(db).is_some() {
            files.push(path);
        }
        if depth < DEEPEST_FOLDER {
            let inner = children(db, &module).into_iter().rev();
            modules.extend(inner.map(|name| (below(&module, &name), depth + 1)));
        }
    }
    files
}

/// Where an item's name stands.
pub(crate) fn name_spot(db: &dyn Db, item: &ItemRef) -> Spot {
    let tree = item_tree(db, crate::database::item_id(db, item));
    Spot { item: item.clone(), span: name_span(&tree) }
}

/// Says that something is used from another file that keeps it to itself.
pub(crate) fn not_offered(db: &dyn Db, item: &ItemRef, word: &str, used: Spot) -> Report {
    let tree = item_tree(db, crate::database::item_id(db, item));
    let name = item.key.split_once(' ').map_or("", |(_, name)| name);
    let name = name.split('#').next().unwrap_or(name);
    let start = tree.span.start;
    let front = Spot { item: item.clone(), span: Span { start, end: start } };
    Report::error("T0212", format!("`{name}` is not offered to other files"), used)
        .saying("used here")
        .label(name_spot(db, item), "declared here, without `pub`")
        .help(format!("write `pub` in front of `{word} {name}`"))
        .fix(format!("write `pub` in front of `{word} {name}`"), front, "pub ")
}

/// Says why a path leads nowhere.
pub(crate) fn astray(
    db: &dyn Db,
    from: &str,
    names: &[Name],
    spot: impl Fn(&Name) -> Spot,
    astray: Astray,
) -> Option<Report> {
    let none = Name { text: String::new(), span: Span::default() };
    let name = |at: usize| names.get(at).or(names.last()).unwrap_or(&none);
    let path = |count: usize| {
        let names: Vec<&str> = names.iter().take(count).map(|name| name.text.as_str()).collect();
        names.join(".")
    };
    Some(match astray {
        Astray::Said => return None,
        Astray::Nowhere => no_module(db, from, names, spot(name(0))),
        Astray::Several(places) => {
            let files: Vec<String> = places.iter().map(|place| file_of(place)).collect();
            let wrong = name(0);
            let message = format!("`{}` could be two modules", wrong.text);
            Report::error("T0261", message, spot(wrong)).help(format!(
                "it is {}: give the root in `toma.yaml`, or the file beside this one, another name",
                crate::names::listed(&files, "and")
            ))
        }
        Astray::Twice { at, first, module } => {
            let wrong = name(at);
            let file = if db.file(&file_of(&module)).text(db).is_some() {
                format!("the file `{}`", file_of(&module))
            } else {
                format!("the folder `{module}`")
            };
            Report::error(
                "T0260",
                format!("`{}` is both something in a file and a module", path(at + 1)),
                spot(wrong),
            )
            .label(first, "it is declared here")
            .help(format!("and there is {file}: give one of them another name"))
        }
        Astray::Missing { at, module } => {
            let wrong = name(at);
            if module == "std" && crate::later::is_module(&wrong.text) {
                let what = format!("the module `std.{}` is", wrong.text);
                return Some(Report::unsupported(&what, spot(wrong)));
            }
            if module.starts_with("std/")
                && (crate::later::is_stage(&wrong.text)
                    || crate::types::LATER_TYPES.contains(&wrong.text.as_str()))
            {
                return Some(Report::unsupported(&format!("`{}` is", wrong.text), spot(wrong)));
            }
            if module == "std" {
                let known = children(db, &module);
                let near = nearest(&wrong.text, known.iter().map(String::as_str));
                let message = format!("there is no module `std.{}`", wrong.text);
                let listed = crate::names::listed(&known, "and");
                let report = Report::error("T0207", message, spot(wrong))
                    .help(format!("the standard library has {listed}"))
                    .did_you_mean(near, spot(wrong));
                return Some(report);
            }
            let message = format!("`{}` has nothing called `{}`", path(at), wrong.text);
            let report = Report::error("T0220", message, spot(wrong));
            let known = offered(db, &module);
            match nearest(&wrong.text, known.iter().map(String::as_str)) {
                Some(near) => report.did_you_mean(Some(near), spot(wrong)),
                None if known.is_empty() => report.help(format!(
                    "`{}` offers nothing yet: write `pub` in front of what others may use",
                    path(at)
                )),
                None => report.help(format!("it has {}", some_of(&known))),
            }
        }
    })
}

/// The first names, and how many more there are.
fn some_of(names: &[String]) -> String {
    match names.split_at_checked(8) {
        Some((front, rest)) if !rest.is_empty() => {
            let front: Vec<String> = front.iter().map(|name| format!("`{name}`")).collect();
            format!("{} and {} more", front.join(", "), rest.len())
        }
        _ => crate::names::listed(names, "and"),
    }
}

fn no_module(db: &dyn Db, from: &str, names: &[Name], spot: Spot) -> Report {
    let world: World = db.world();
    let here = folder_of(from);
    let wrong = names.first().map_or("", |name| name.text.as_str());
    let beside = folder(db, world, here.to_owned());
    let beside: Vec<&str> = beside
        .iter()
        .filter_map(|name| name.strip_suffix(".toma").or((!name.contains('.')).then_some(name)))
        .collect();
    let roots = root_names(db, from);
    let known = beside.iter().copied().chain(roots.iter().map(String::as_str));
    let near = nearest(wrong, known.chain(["std"]));
    let written: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
    let report =
        Report::error("T0207", format!("there is no module `{}`", written.join(".")), spot.clone());
    if let Some(near) = near {
        return report.did_you_mean(Some(near), spot);
    }
    // What stands in the standard library may have been meant without its root.
    if module_exists(db, &format!("std/{wrong}")) {
        return report.help(format!("did you mean `std.{wrong}`?")).fix(
            format!("write `std.{wrong}`"),
            spot,
            format!("std.{wrong}"),
        );
    }
    report.help(format!(
        "looked for the file `{here}{wrong}.toma` and the folder `{here}{wrong}`; other places are named in `toma.yaml`, under `roots`"
    ))
}
