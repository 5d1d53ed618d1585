//! Which files a file uses, and files that use each other in a circle.

use crate::database::{Db, File};
use crate::diagnose::said;
use crate::report::{Report, Spot};
use crate::scope::scope;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use toma_syntax::diagnostic::Diagnostic;

/// Files that one file may lead to.
const MOST_FILES: usize = 2_000;
/// Links of a long circle that are shown one by one.
const MOST_LINKS: usize = 12;

/// Files that are walked through at once; what lies behind them is asked for by itself.
const NEAR: usize = 64;

/// The files that a file uses itself.
fn used(db: &dyn Db, file: File) -> impl Iterator<Item = File> {
    scope(db, file).modules.iter().map(move |(path, _)| db.file(path))
}

/// Is no circle of files to be met from here on? Where this says no there may be none all the same.
///
/// Every file looks at a few others and leaves the rest to them: many files in a row, or wide ones, cost each
/// no more for there being more of them, and questions within questions stay few.
#[salsa::tracked(returns(copy), cycle_result = may_not_end)]
fn ends(db: &dyn Db, file: File) -> bool {
    let mut order = vec![file];
    let mut numbers = HashMap::from([(file, 0)]);
    let mut edges: Vec<Vec<usize>> = Vec::new();
    while let Some(current) = order.get(edges.len()).copied().filter(|_| edges.len() < NEAR) {
        let mut below = Vec::new();
        for used in used(db, current) {
            below.push(*numbers.entry(used).or_insert(order.len()));
            if numbers.len() > order.len() {
                order.push(used);
            }
        }
        edges.push(below);
    }
    // Those that nobody uses are taken away until none is left, or only circles are.
    let mut users = vec![0_usize; order.len()];
    for used in edges.iter().flatten() {
        if let Some(users) = users.get_mut(*used) {
            *users += 1;
        }
    }
    let mut free: Vec<usize> = Vec::new();
    free.extend(
        users.iter().take(edges.len()).enumerate().filter(|(_, n)| **n == 0).map(|at| at.0),
    );
    let mut gone = 0;
    while let Some(file) = free.pop() {
        gone += 1;
        for used in edges.get(file).into_iter().flatten() {
            if let Some(users) = users.get_mut(*used) {
                *users -= 1;
                if *users == 0 && *used < edges.len() {
                    free.push(*used);
                }
            }
        }
    }
    gone == edges.len() && order.iter().skip(edges.len()).all(|file| ends(db, *file))
}

fn may_not_end(_: &dyn Db, _: salsa::Id, _: File) -> bool {
    false
}

/// Does a file lead back to itself?
pub(crate) fn leads_back(db: &dyn Db, file: File) -> bool {
    if ends(db, file) {
        return false;
    }
    let mut seen = HashSet::new();
    let mut open = vec![file];
    while let Some(current) = open.pop() {
        for used in used(db, current) {
            if used == file {
                return true;
            }
            if seen.insert(used) {
                open.push(used);
            }
        }
    }
    false
}

/// Who uses whom among files, and of which there is something to say: asked once, however many walks begin.
pub(crate) struct Uses<'db> {
    db: &'db dyn Db,
    numbers: HashMap<File, usize>,
    known: Vec<Known<'db>>,
    /// Walks so far.
    walks: usize,
}

struct Known<'db> {
    file: File,
    /// The last walk that came here.
    walk: usize,
    used: Option<Vec<(usize, &'db Spot)>>,
    /// What there is to say of the file by itself.
    said: Option<&'db [Diagnostic]>,
}

/// What is met on a walk.
pub(crate) struct Reached<'db> {
    /// The project's files of which there is something to say, that where the walk began first.
    pub(crate) said: Vec<(File, &'db [Diagnostic])>,
    /// Circles among all that are met, each file in at most one report, and that there are too many.
    pub(crate) reports: Vec<Report>,
}

impl<'db> Uses<'db> {
    pub(crate) fn new(db: &'db dyn Db) -> Self {
        Self { db, numbers: HashMap::new(), known: Vec::new(), walks: 0 }
    }

    fn number(&mut self, file: File) -> usize {
        let next = self.known.len();
        let number = *self.numbers.entry(file).or_insert(next);
        if number == next {
            self.known.push(Known { file, walk: 0, used: None, said: None });
        }
        number
    }

    /// The files that this one uses itself, by their numbers.
    fn used(&mut self, number: usize) -> Vec<(usize, &'db Spot)> {
        let Some(file) = self.known.get(number).map(|known| known.file) else { return Vec::new() };
        let modules = &scope(self.db, file).modules;
        modules.iter().map(|(path, spot)| (self.number(self.db.file(path)), spot)).collect()
    }

    /// The project's files that a file uses, each once. `own` is what is said of the first one where that is
    /// not everything.
    pub(crate) fn reached(&mut self, file: File, own: Option<&'db [Diagnostic]>) -> Reached<'db> {
        self.walks += 1;
        let walk = self.walks;
        let first = self.number(file);
        let mut order = vec![first];
        if let Some(known) = self.known.get_mut(first) {
            known.walk = walk;
        }
        let mut all = Vec::new();
        let mut crowd = None;
        let mut next = 0;
        while let Some(current) = order.get(next).copied() {
            next += 1;
            let links = match self.known.get_mut(current).and_then(|known| known.used.take()) {
                Some(links) => links,
                None => self.used(current),
            };
            for (used, spot) in &links {
                let Some(known) = self.known.get_mut(*used).filter(|known| known.walk != walk)
                else {
                    continue;
                };
                if order.len() == MOST_FILES {
                    crowd.get_or_insert_with(|| too_many((*spot).clone()));
                } else {
                    known.walk = walk;
                    order.push(*used);
                }
            }
            let Some(known) = self.known.get_mut(current) else { continue };
            known.used = Some(links);
            let words = match own.filter(|_| current == first) {
                Some(own) => own,
                None => known.said.get_or_insert_with(|| said(self.db, known.file)),
            };
            if !words.is_empty() || current == first {
                all.push((known.file, words));
            }
        }
        let mut reports = Vec::new();
        if !ends(self.db, file) {
            let files = order.iter().filter_map(|number| self.known.get(*number));
            let met = files.map(|known| known.file.path(self.db).clone()).collect();
            reports = circles(self.db, file.path(self.db), &met);
        }
        reports.extend(crowd);
        Reached { said: all, reports }
    }
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
