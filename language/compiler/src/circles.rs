//! Which files a file uses, and files that use each other in a circle.

use crate::database::Db;
use crate::report::{Report, Spot};
use crate::scope::scope;
use std::collections::{BTreeMap, BTreeSet};

/// Files that one file may lead to.
const MOST_FILES: usize = 2_000;
/// Links of a long circle that are shown one by one.
const MOST_LINKS: usize = 12;

/// The project's files that a file uses, itself first, each once; and the circles among them, each file in
/// at most one report.
pub(crate) fn reached(db: &dyn Db, path: &str) -> (Vec<String>, Vec<Report>) {
    let mut order = vec![path.to_owned()];
    let mut seen: BTreeSet<String> = order.iter().cloned().collect();
    let mut next = 0;
    let mut crowd = None;
    while let Some(current) = order.get(next).cloned() {
        next += 1;
        for (used, spot) in &scope(db, db.file(&current)).modules {
            if seen.contains(used) {
                continue;
            }
            if order.len() == MOST_FILES {
                crowd.get_or_insert_with(|| too_many(spot.clone()));
            } else {
                seen.insert(used.clone());
                order.push(used.clone());
            }
        }
    }
    let mut reports = circles(db, path, &seen);
    reports.extend(crowd);
    (order, reports)
}

fn too_many(spot: Spot) -> Report {
    let message = format!("this is one file more than the {MOST_FILES} that may be used together");
    Report::error("T0420", message, spot)
        .saying("from here on no other file is looked at")
        .help("divide the project: a shot's file uses only what its shots need")
}

/// A file on the way down, and which of its uses comes next.
struct Step {
    file: String,
    next: usize,
}

fn circles(db: &dyn Db, path: &str, known: &BTreeSet<String>) -> Vec<Report> {
    let mut reports = Vec::new();
    let mut told: BTreeSet<String> = BTreeSet::new();
    // Where a file stands on the way; `None` when all below it has been seen.
    let mut places: BTreeMap<String, Option<usize>> = BTreeMap::new();
    places.insert(path.to_owned(), Some(0));
    let mut way = vec![Step { file: path.to_owned(), next: 0 }];
    while let Some(step) = way.last_mut() {
        let used = scope(db, db.file(&step.file)).modules.get(step.next);
        step.next += 1;
        let Some((used, _)) = used else {
            places.insert(step.file.clone(), None);
            way.pop();
            continue;
        };
        match places.get(used).copied() {
            None if !known.contains(used) => {}
            None => {
                places.insert(used.clone(), Some(way.len()));
                way.push(Step { file: used.clone(), next: 0 });
            }
            Some(None) => {}
            Some(Some(from)) => {
                let circle = way.get(from..).unwrap_or_default();
                if circle.iter().any(|step| told.contains(&step.file)) {
                    continue;
                }
                told.extend(circle.iter().map(|step| step.file.clone()));
                let links = circle.iter().filter_map(|step| {
                    let uses = &scope(db, db.file(&step.file)).modules;
                    uses.get(step.next.checked_sub(1)?)
                });
                reports.extend(circle_of(&links.cloned().collect::<Vec<_>>()));
            }
        }
    }
    reports
}

fn circle_of(links: &[(String, Spot)]) -> Option<Report> {
    let (_, first) = links.first()?;
    let message = match links {
        [_] => "this file uses itself".to_owned(),
        [_, _] => "these two files use each other".to_owned(),
        links => format!("these {} files use each other in a circle", links.len()),
    };
    let mut report = Report::error("T0211", message, first.clone());
    let last = links.len() - 1;
    for (index, (used, spot)) in links.iter().enumerate().take(MOST_LINKS) {
        let text = match (index, last) {
            (0, 0) => "here".to_owned(),
            (0, _) => format!("this uses `{used}`"),
            (index, last) if index == last => format!("which uses `{used}` again"),
            _ => format!("which uses `{used}`"),
        };
        report = if index == 0 { report.saying(text) } else { report.label(spot.clone(), text) };
    }
    Some(match links {
        [_] => report.help("names of this file are known in it anyway: take the `use` out"),
        _ => report.help("move what they both need into a file of its own, and let both use that"),
    })
}
