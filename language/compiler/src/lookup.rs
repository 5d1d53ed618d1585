//! Finds what a name or path means for someone who asks from outside of any file: `toma doc over`,
//! `toma doc looks.film.warm`.

use crate::database::Db;
use crate::library::{MODULES, module_name};
use crate::modules::{Astray, Definition, children, file_of, offered, resolve_use};
use crate::names::{listed, nearest};
use crate::scope::scope_of_prelude;
use crate::source::heads;
use crate::types::{NAMED_SPACES, PLAIN_TYPES, PORT_TYPES, Type, Vector, unit};
use toma_syntax::ast::Name;
use toma_syntax::diagnostic::{Diagnostic, Severity, Span};

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Something that a file declares.
    Item {
        /// The file's path; `std/comp.toma` for the standard library.
        file: String,
        /// Its name.
        name: String,
    },
    /// A module.
    Module {
        /// As programs write it: `std.comp`.
        name: String,
        /// Its file, if it has one.
        file: Option<String>,
        /// The modules in its folder, by name.
        modules: Vec<String>,
    },
}

/// The texts of the standard library, by path: `std/comp.toma`. The prelude is not among them.
pub fn library() -> impl Iterator<Item = (&'static str, &'static str)> {
    MODULES.iter().copied().filter(|(path, _)| *path != crate::library::PRELUDE)
}

/// The unit in which people write numbers of a type: `px` for `Length`. `None` if it is no type of numbers.
pub fn unit_of(ty: &str) -> Option<&'static str> {
    let (_, ty) = PLAIN_TYPES.iter().find(|(name, _)| *name == ty)?;
    match ty {
        Type::Number(dimension) => Some(unit(*dimension)),
        Type::Rate => Some("fps"),
        _ => None,
    }
}

/// The types that the language knows by itself, and what they are in words: `Length`, "a length (px)".
pub fn type_words() -> Vec<(String, String)> {
    let said = |name: &str, words: &str| (name.to_owned(), words.to_owned());
    let mut types = vec![
        said("Clip", "a picture for each frame, in a colour space: `Clip<ACEScg>`"),
        said("Image", "one picture, in a colour space; stands wherever a clip does"),
    ];
    types.extend(PORT_TYPES.iter().map(|name| said(name, &Type::Port(name).words())));
    let plain = PLAIN_TYPES.iter().filter(|(name, _)| !PORT_TYPES.contains(name));
    types.extend(plain.map(|(name, ty)| said(name, &ty.words())));
    types.extend(
        Vector::ALL.iter().map(|vector| said(vector.name(), &Type::Vector(*vector).words())),
    );
    types.push(said("Curve", "a value that changes from frame to frame: `Curve<Ratio>`"));
    types.push(said("List", "several values of one type: `List<Clip<ACEScg>>`"));
    types.push(said("Work", "the show's working space, ACEScg unless it says otherwise"));
    types.extend(
        NAMED_SPACES.iter().map(|(name, family)| {
            said(name, &format!("the colour space {name}, {}", family.words()))
        }),
    );
    types
}

/// The names that every file knows without a `use`, and what they stand for: `over`, `std.comp.over`.
pub(crate) fn everyday(db: &dyn Db) -> Vec<(String, String)> {
    let names = scope_of_prelude(db).names.iter();
    names
        .filter_map(|(name, definition)| match definition {
            Definition::Item { item, .. } => {
                Some((name.clone(), format!("{}.{name}", module_name(&item.file))))
            }
            _ => None,
        })
        .collect()
}

/// What a path leads to, from the folder that paths are counted from.
pub(crate) fn lookup(db: &dyn Db, path: &str) -> Result<Found, Diagnostic> {
    let names: Vec<Name> = path
        .split('.')
        .map(|text| Name { text: text.trim().to_owned(), span: Span::default() })
        .collect();
    if let [one] = names.as_slice()
        && let Some(Definition::Item { item, .. }) = scope_of_prelude(db).names.get(&one.text)
    {
        return Ok(Found::Item { file: item.file.clone(), name: one.text.clone() });
    }
    let wrong = match resolve_use(db, "", &names) {
        Ok(found) if found.taken == names.len() => match found.definition {
            Definition::Item { item, .. } => {
                let name = item.key.split_once(' ').map_or("", |(_, name)| name).to_owned();
                return Ok(Found::Item { file: item.file.clone(), name });
            }
            Definition::Module(module) => {
                let file = file_of(&module);
                let file = db.file(&file).text(db).is_some().then_some(file);
                let modules = children(db, &module);
                return Ok(Found::Module { name: path.to_owned(), file, modules });
            }
            Definition::Unknown => Astray::Nowhere,
        },
        Ok(found) => Astray::Missing { at: found.taken, module: String::new() },
        Err(wrong) => wrong,
    };
    // A name without its module, if only one module has it.
    if let [one] = names.as_slice() {
        let all = everything(db);
        let mut exact = all.iter().filter(|(name, _)| *name == one.text);
        if let (Some((_, path)), None) = (exact.next(), exact.next()) {
            return lookup(db, path);
        }
    }
    Err(nothing(db, path, &names, wrong))
}

/// "Did you mean": within the module that was found, else among everything that has a name of its own.
fn nothing(db: &dyn Db, path: &str, names: &[Name], wrong: Astray) -> Diagnostic {
    let last = names.last().map_or("", |name| name.text.as_str());
    let elsewhere = || {
        // A name without its module: who has it?
        let all = everything(db);
        let exact = all.iter().filter(|(name, _)| *name == last).map(|(_, path)| path.clone());
        let exact: Vec<String> = exact.collect();
        if !exact.is_empty() {
            return Some(format!("did you mean {}?", listed(&exact, "or")));
        }
        let near = nearest(last, all.iter().map(|(name, _)| name.as_str()))?;
        let (_, path) = all.iter().find(|(name, _)| *name == near)?;
        Some(format!("did you mean `{path}`?"))
    };
    let help = match wrong {
        Astray::Missing { at, module } if !module.is_empty() => {
            let front: Vec<&str> = names.iter().take(at).map(|name| name.text.as_str()).collect();
            let wrong = names.get(at).map_or("", |name| name.text.as_str());
            let known = offered(db, &module);
            match nearest(wrong, known.iter().map(String::as_str)) {
                Some(near) => Some(format!("did you mean `{}.{near}`?", front.join("."))),
                None => elsewhere(),
            }
        }
        _ => elsewhere(),
    };
    Diagnostic {
        code: "T0745",
        severity: Severity::Error,
        message: format!("there is nothing called `{path}`"),
        labels: Vec::new(),
        help: Some(help.unwrap_or_else(|| {
            "`toma doc` lists the standard library; modules of the project are looked for in this folder"
                .to_owned()
        })),
        fixes: Vec::new(),
    }
}

/// Every module and everything public of the standard library: its own name and its path.
fn everything(db: &dyn Db) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (path, _) in library() {
        let module = module_name(path);
        let own = module.rsplit('.').next().unwrap_or(&module).to_owned();
        for head in heads(db, db.file(path)).iter().filter(|head| head.public) {
            all.push((head.name.clone(), format!("{module}.{}", head.name)));
        }
        all.push((own, module));
    }
    all
}
