//! Tweak files that belong to no shot: what an artist has moved would be passed over without a word.

#![expect(clippy::needless_pass_by_value, reason = "salsa keeps the arguments of queries")]

use super::paths::folder_of;
use crate::database::{Db, World, folder};
use crate::names::{listed, nearest};
use crate::report::{Report, Spot};
use crate::source::{heads, reference};
use std::collections::BTreeSet;
use toma_syntax::diagnostic::Span;

/// How a tweak file's name goes on behind that of its shot.
const ENDING: &str = ".tweaks.yaml";

/// The tweak files beside a file that no shot of their folder claims.
pub(crate) fn unclaimed_beside(db: &dyn Db, path: &str) -> Vec<Report> {
    if path.starts_with("std/") {
        return Vec::new();
    }
    // A file that isn't on the disk yet may have the shot.
    let own: Vec<&str> = shots(db, path);
    let beside = unclaimed(db, db.world(), folder_of(path).to_owned());
    beside
        .iter()
        .filter(|(shot, _)| !own.contains(&shot.as_str()))
        .map(|(_, said)| said.clone())
        .collect()
}

/// The tweak files of a folder that none of its shots claims, by the name that their shot would have.
#[salsa::tracked]
fn unclaimed(db: &dyn Db, world: World, parent: String) -> Vec<(String, Report)> {
    let names = folder(db, world, parent.clone());
    let mut tweaked: Vec<&str> =
        names.iter().filter_map(|name| name.strip_suffix(ENDING)).collect();
    let mut known = BTreeSet::new();
    for name in names.iter().filter(|name| name.strip_suffix(".toma").is_some()) {
        // Most folders have none, or each belongs to a shot: then no more files are read.
        if tweaked.is_empty() {
            return Vec::new();
        }
        let path = format!("{parent}{name}");
        if db.file(&path).text(db).is_none() {
            // What can't be read may have the shots.
            return Vec::new();
        }
        let shots = shots(db, &path);
        tweaked.retain(|shot| !shots.contains(shot));
        known.extend(shots.into_iter().map(str::to_owned));
    }
    let known: Vec<String> = known.into_iter().collect();
    let report = |shot: &str| {
        let path = format!("{parent}{shot}{ENDING}");
        let spot = Spot { item: reference(&path, ""), span: Span::default() };
        let help = match (nearest(shot, known.iter().map(String::as_str)), known.as_slice()) {
            (Some(near), _) => {
                format!("did you mean the shot `{near}`? then call the file `{near}{ENDING}`")
            }
            (None, []) => "it is called as its shot is, and lies beside the shot's file".to_owned(),
            (None, known) => format!(
                "call it as its shot is called: there {} {}",
                if known.len() == 1 { "is" } else { "are" },
                listed(known.get(..8).unwrap_or(known), "and")
            ),
        };
        let message = format!("no shot beside it is called `{shot}`: these tweaks change nothing");
        Report::warning("T0557", message, spot).help(help)
    };
    tweaked.into_iter().map(|shot| (shot.to_owned(), report(shot))).collect()
}

/// The names of a file's shots.
fn shots<'db>(db: &'db dyn Db, path: &str) -> Vec<&'db str> {
    let shots = heads(db, db.file(path)).iter().filter(|head| head.word == "shot");
    shots.map(|head| head.name.as_str()).collect()
}
