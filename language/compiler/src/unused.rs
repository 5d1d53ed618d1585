//! What stands in a file and nobody uses: imports, and what isn't offered to other files. Also names that
//! hide one of the prelude.

use crate::database::{Db, File};
use crate::modules::name_spot;
use crate::report::Report;
use crate::scope::{Definition, scope, scope_of_prelude};
use crate::source::{heads, reference};
use std::collections::BTreeSet;

/// Warnings about the names of a file, of which these are used in it.
pub(crate) fn unused(db: &dyn Db, file: File, used: &BTreeSet<String>) -> Vec<Report> {
    let names = scope(db, file);
    let mut reports = Vec::new();
    for import in &names.imports {
        if !import.public && !import.name.starts_with('_') && !used.contains(&import.name) {
            reports.push(
                Report::warning(
                    "T0208",
                    format!("`{}` is never used", import.name),
                    import.spot.clone(),
                )
                .help("take it out of the `use`")
                .fix("take it out", import.whole.clone(), ""),
            );
        }
    }
    reports.extend(private(db, file, used));
    for (name, spot) in &names.hiding {
        let Some(Definition::Item { item, word }) = scope_of_prelude(db).names.get(name) else {
            continue;
        };
        if used.contains(name) {
            let module = crate::library::module_name(&item.file);
            reports.push(
                Report::warning(
                    "T0265",
                    format!("`{name}` hides the {word} of that name"),
                    spot.clone(),
                )
                .saying("in this file, this is meant")
                .label(name_spot(db, item), format!("and not the {word} that every file knows"))
                .help(format!(
                    "give it another name; the {word} is still there as `{module}.{name}`"
                )),
            );
        }
    }
    reports
}

/// Items that are neither offered nor used. A file that neither renders nor offers anything is being written:
/// nobody is told off for it.
fn private(db: &dyn Db, file: File, used: &BTreeSet<String>) -> Vec<Report> {
    let heads = heads(db, file);
    let finished = heads.iter().any(|head| {
        matches!(head.word.as_str(), "shot" | "test") || head.public && head.word != "use"
    });
    if !finished {
        return Vec::new();
    }
    heads
        .iter()
        .filter(|head| matches!(head.word.as_str(), "recipe" | "const" | "record" | "enum"))
        .filter(|head| !head.public && head.nth == 1 && !head.name.is_empty())
        .filter(|head| !head.name.starts_with('_') && !used.contains(&head.name))
        .map(|head| {
            let spot = name_spot(db, &reference(file.path(db), &head.key));
            let message = format!("the {} `{}` is never used", head.word, head.name);
            Report::warning("T0264", message, spot).help(format!(
                "take it out, or write `pub` in front of it if other files use it; `_{}` says that it is meant",
                head.name
            ))
        })
        .collect()
}
