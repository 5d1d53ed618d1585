//! `toma.lock`: what each package and each network's weights held when `toma lock` was last run.
//!
//! A package's files are hashed as they lie there, so a change is seen wherever it came from: a changed hash
//! is an error with the way out. Roots are the project's own folders and are not locked.

use super::form::{self, entries, value};
use super::literal::Literals;
use super::manifest::{Package, Project, lock_of};
use super::tweaks::reported;
use super::yaml::{self, Node};
use crate::database::{Db, package_digest};
use crate::report::{ItemRef, Report, Spot};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use toma_syntax::diagnostic::Span;

/// The name of the file beside `toma.yaml`.
pub(crate) const LOCK: &str = "toma.lock";

/// What a lock file says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Lock {
    pub(crate) packages: BTreeMap<String, Locked>,
    /// The hash of each card's weights, with its place.
    pub(crate) weights: BTreeMap<String, (String, Spot)>,
    pub(crate) reports: Vec<Report>,
}

/// A package as it was locked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Locked {
    /// Folder as written, or repository and commit.
    pub(crate) source: Source,
    /// `blake3:…`
    pub(crate) tree: String,
    pub(crate) spot: Spot,
}

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A folder, as `toma.yaml` writes it.
    Path(String),
    /// A repository and a commit of it.
    Git {
        /// The address.
        git: String,
        /// The commit, in full.
        rev: String,
    },
}

/// Reads a lock file's text.
pub(crate) fn parse(text: &str, item: &ItemRef) -> Lock {
    let mut lock = Lock::default();
    let mut say = Literals::new(item.clone());
    let root = match yaml::read(text) {
        Ok(Some(root)) => root,
        Ok(None) => Node { kind: yaml::Kind::Map(Vec::new()), span: Span::default() },
        Err(broken) => {
            lock.reports = vec![reported(*broken, item)];
            return lock;
        }
    };
    form::hold(&form::LOCK, &root, "`toma.lock`", &mut say);
    for (name, key, what) in entries(value(&root, "packages")) {
        let text = |name: &str| value(what, name).and_then(Node::text).map(str::to_owned);
        let source = match (text("path"), text("git"), text("rev")) {
            (Some(path), None, _) => Source::Path(path),
            (None, Some(git), Some(rev)) => Source::Git { git, rev },
            _ => continue,
        };
        let Some(tree) = text("tree") else { continue };
        let spot = say.spot(key.span);
        lock.packages.insert(name.to_owned(), Locked { source, tree, spot });
    }
    for (name, key, digest) in entries(value(&root, "weights")) {
        if let Some(digest) = digest.text() {
            let digest = digest.strip_prefix("sha256:").unwrap_or(digest).to_owned();
            lock.weights.insert(name.to_owned(), (digest, say.spot(key.span)));
        }
    }
    lock.reports = say.reports;
    lock
}

/// The text of a lock file: names sorted, nothing in it that depends on when or where it was written.
pub fn lock_text(
    packages: &BTreeMap<String, (Source, String)>,
    weights: &BTreeMap<String, String>,
) -> String {
    let mut text = String::from("# Written by `toma lock`. Keep it in git.\nversion: 1\n");
    let quoted = |text: &str| format!("{text:?}");
    if !packages.is_empty() {
        text.push_str("packages:\n");
    }
    for (name, (source, tree)) in packages {
        let _ = writeln!(text, "  {name}:");
        let _ = match source {
            Source::Path(path) => writeln!(text, "    path: {}", quoted(path)),
            Source::Git { git, rev } => {
                writeln!(text, "    git: {}\n    rev: {}", quoted(git), quoted(rev))
            }
        };
        let _ = writeln!(text, "    tree: {tree}");
    }
    if !weights.is_empty() {
        text.push_str("weights:\n");
    }
    for (name, digest) in weights {
        let _ = writeln!(text, "  {name}: sha256:{digest}");
    }
    text
}

/// Holds a project's packages against its lock. Where the manifest itself is wrong, a missing entry is no
/// second mistake.
pub(crate) fn verify(db: &dyn Db, project: &mut Project, sound: bool) {
    let lock = lock_of(db, project);
    let mut reports = Vec::new();
    let missing = Lock::default();
    let lock = lock.as_ref().unwrap_or(&missing);
    reports.extend(lock.reports.iter().cloned());
    if lock.reports.is_empty() && sound {
        for (name, package) in &project.packages {
            reports.extend(held(db, name, package, lock));
        }
        for (name, locked) in &lock.packages {
            if !project.packages.contains_key(name) {
                reports.push(
                    Report::warning(
                        "T0238",
                        format!("`toma.yaml` has no package `{name}` any more"),
                        locked.spot.clone(),
                    )
                    .help("run `toma lock`: it keeps what is used"),
                );
            }
        }
    }
    project.weights =
        lock.weights.iter().map(|(name, (digest, _))| (name.clone(), digest.clone())).collect();
    project.reports.extend(reports);
}

/// What stands against a package that is there.
fn held(db: &dyn Db, name: &str, package: &Package, lock: &Lock) -> Option<Report> {
    // What isn't there is said once, as missing.
    let digest = match package_digest(db, db.world(), package.folder.clone())? {
        Ok(digest) => digest,
        Err(why) => {
            let message = format!("the package `{name}` can't be pinned: {why}");
            return Some(Report::error("T0239", message, package.spot.clone()).help(
                "a package holds at most 20000 files and 256 MiB, all of them readable, and neither links nor a \
                 `toma.yaml` that lead out of it; put what it needs into its folder, and keep plates and other \
                 large media in the project's own",
            ));
        }
    };
    let source = match &package.git {
        Some((git, rev)) => Source::Git { git: git.clone(), rev: rev.clone() },
        None => Source::Path(package.path.clone()),
    };
    let Some(locked) = lock.packages.get(name) else {
        let message = format!("the package `{name}` is not in `toma.lock`");
        return Some(
            Report::error("T0236", message, package.spot.clone())
                .help("run `toma lock`, look at what it wrote, and keep it in git"),
        );
    };
    if locked.source != source {
        let message = format!("`toma.lock` has the package `{name}` from somewhere else");
        return Some(
            Report::error("T0236", message, package.spot.clone())
                .saying("what it should be")
                .label(locked.spot.clone(), "what was locked")
                .help(format!("run `toma lock --update {name}` if the change is meant")),
        );
    }
    if locked.tree == digest {
        return None;
    }
    let message = format!("the package `{name}` is not what was locked");
    let again = match &package.git {
        Some(_) => format!(
            "remove `{}` and run `toma lock` to have the locked commit again",
            package.folder.trim_end_matches('/')
        ),
        None => "undo the change in its folder".to_owned(),
    };
    Some(
        Report::error("T0237", message, package.spot.clone())
            .saying(format!("its files have the hash {}", short(&digest)))
            .label(locked.spot.clone(), format!("locked with the hash {}", short(&locked.tree)))
            .help(format!("if the change is meant, run `toma lock --update {name}`; else {again}")),
    )
}

/// Enough of a hash to tell it from another.
fn short(digest: &str) -> String {
    let hex = digest.split(':').next_back().unwrap_or_default();
    hex.chars().take(16).collect()
}
