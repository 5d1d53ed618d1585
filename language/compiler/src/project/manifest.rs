//! `toma.yaml`: where a project begins, and what it calls its folders, packages, media and colours.
//!
//! ```yaml
//! edition: 2027
//! roots: {looks: lib/looks}
//! packages:
//!   acme: {git: "https://example.com/acme.git", rev: 0123…}
//! media: /mnt/plates
//! colour: {config: config.ocio, spaces: {Show Log: Log}}
//! cache: .toma
//! ```
//!
//! [`project`] is what the rest of the compiler asks: it finds the nearest `toma.yaml` at or above a file's
//! folder and reads it. A file without one has an empty project. Nothing here reads a module: resolving
//! `use looks.film` to `lib/looks/film.toma` is for the scope, with [`root`] and [`root_names`].

use super::form::{self, entries, value};
use super::literal::{Literals, is_name};
use super::lock::{self, Lock};
use super::paths::{folder_of, joined, joined_folder};
use super::tweaks::{not_text, reported};
use super::yaml::{self, Node};
use crate::database::{Db, File, file_exists, folder as listing, folder_exists, manifest_above};
use crate::report::{ItemRef, Report, Spot};
use crate::source::reference;
use crate::system::Family;
use std::collections::{BTreeMap, BTreeSet};
use toma_syntax::diagnostic::Span;

/// What governs a file: the nearest manifest, with its folders counted as the file's own path is.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Project {
    /// The path of `toma.yaml`; `None` where there is none, and then all else is empty.
    pub(crate) file: Option<String>,
    /// Its folder, with a `/` at the end; empty for the current one.
    pub(crate) folder: String,
    /// First names of `use` and where their modules lie: `roots`, and `packages` that are there.
    pub(crate) roots: BTreeMap<String, Root>,
    /// The packages, there or not.
    pub(crate) packages: BTreeMap<String, Package>,
    /// Where relative paths of `read` start from, with a `/` at the end.
    pub(crate) media: Option<String>,
    media_spot: Option<Spot>,
    /// The colour configuration: the path of a file, or the name of a built-in one.
    pub(crate) colour: Option<(String, Spot)>,
    /// Sorts of spaces that the manifest states.
    pub(crate) spaces: BTreeMap<String, Family>,
    /// The folder for caches, records and packages.
    pub(crate) cache: Option<String>,
    /// The folder with models' weights.
    pub(crate) models: Option<String>,
    /// The weights that are pinned, by their card's name.
    pub(crate) weights: BTreeMap<String, String>,
    /// Roots and packages that are written wrongly, which has been said.
    refused: BTreeSet<String>,
    /// Which roots and packages there are can't be known, which has been said.
    unread: bool,
    /// What is wrong with the manifest and its lock.
    pub(crate) reports: Vec<Report>,
}

/// A folder that `use` finds by name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Root {
    /// With a `/` at its end: `use looks.film` is the file `film.toma` in it.
    pub(crate) folder: String,
    /// Where the manifest names it.
    pub(crate) spot: Spot,
}

/// A package as the manifest names it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Package {
    /// Its folder: the one named, or the one that `toma lock` fills.
    pub(crate) folder: String,
    /// Repository and commit; `None` for a folder.
    pub(crate) git: Option<(String, String)>,
    /// The folder as it is written; empty for a repository.
    pub(crate) path: String,
    pub(crate) spot: Spot,
}

impl Project {
    /// The folder for packages, counted as everything here.
    pub(crate) fn packages_folder(&self) -> String {
        let cache = self.cache.clone().unwrap_or_else(|| format!("{}.toma", self.folder));
        joined_folder(&format!("{cache}/"), "packages")
    }
}

/// Where the modules of a root or package of a file's project lie. Changes of comments in the manifest
/// change no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RootFolder {
    /// With a `/` at its end: `use looks.film` is the file `film.toma` in it.
    There(String),
    /// Its folder is missing. That has been said; what is used of it is no second mistake.
    Missing,
}

/// What the first name of a `use` path means in the project of a file; `None` if it is no root's.
pub(crate) fn root(db: &dyn Db, file: &str, name: &str) -> Option<RootFolder> {
    let manifest = manifest(db, file);
    let known = root_folders(db, manifest).get(name).cloned();
    known.or_else(|| is_unread(db, manifest).then_some(RootFolder::Missing))
}

/// The names of all roots of a file's project, for "did you mean".
pub(crate) fn root_names(db: &dyn Db, file: &str) -> Vec<String> {
    root_folders(db, manifest(db, file)).keys().cloned().collect()
}

/// A source's path, relative to the shot's file: below the project's media folder where it has one.
pub(crate) fn source_path(db: &dyn Db, shot_file: &str, path: &str) -> String {
    match media_folder(db, manifest(db, shot_file)) {
        Some(media) if !super::paths::is_absolute(path) => {
            super::paths::relative(folder_of(shot_file), &format!("{media}{path}"))
        }
        _ => path.to_owned(),
    }
}

#[salsa::tracked]
fn root_folders(db: &dyn Db, manifest: File) -> BTreeMap<String, RootFolder> {
    let project = read_project(db, manifest);
    let there = project.roots.iter().map(|(name, root)| {
        let missing = !folder_exists(db, db.world(), root.folder.clone());
        let folder =
            if missing { RootFolder::Missing } else { RootFolder::There(root.folder.clone()) };
        (name.clone(), folder)
    });
    let names = project.packages.keys().chain(&project.refused);
    let missing = names.map(|name| (name.clone(), RootFolder::Missing));
    // A package that is there is a root, too.
    missing.chain(there).collect()
}

#[salsa::tracked]
fn is_unread(db: &dyn Db, manifest: File) -> bool {
    read_project(db, manifest).unread
}

#[salsa::tracked(returns(clone))]
fn media_folder(db: &dyn Db, manifest: File) -> Option<String> {
    read_project(db, manifest).media.clone()
}

/// The project of a file.
pub(crate) fn project<'db>(db: &'db dyn Db, path: &str) -> &'db Project {
    read_project(db, manifest(db, path))
}

/// The manifest that governs a file; one without a name where there is none.
fn manifest(db: &dyn Db, path: &str) -> File {
    let folder = folder_of(path).to_owned();
    // The standard library belongs to no project.
    let found =
        if path.starts_with("std/") { None } else { manifest_above(db, db.world(), folder) };
    db.file(found.as_deref().unwrap_or_default())
}

/// What a manifest says. A file without a name is no manifest.
#[salsa::tracked]
pub(crate) fn read_project(db: &dyn Db, file: File) -> Project {
    let path = file.path(db).clone();
    if path.is_empty() {
        return Project::default();
    }
    let item = reference(&path, "");
    let Some(text) = file.text(db) else {
        let reports = vec![not_text(&item)];
        return Project { reports, file: Some(path), unread: true, ..Project::default() };
    };
    let mut project = parse(text, &path, &item);
    let sound = project.reports.is_empty();
    lock::verify(db, &mut project, sound);
    folders(db, &mut project);
    project
}

/// Reads a manifest's text; asks nobody what is there.
pub(crate) fn parse(text: &str, path: &str, item: &ItemRef) -> Project {
    let folder = folder_of(path).to_owned();
    let mut project =
        Project { file: Some(path.to_owned()), folder: folder.clone(), ..Project::default() };
    let mut say = Literals::new(item.clone());
    let root = match yaml::read(text) {
        Ok(Some(root)) => root,
        Ok(None) => Node { kind: yaml::Kind::Map(Vec::new()), span: Span::default() },
        Err(broken) => {
            project.reports = vec![reported(*broken, item)];
            project.unread = true;
            return project;
        }
    };
    form::hold(&form::PROJECT, &root, "`toma.yaml`", &mut say);
    let is_map = |node: &Node| matches!(node.kind, yaml::Kind::Map(_));
    let mut of_names = ["roots", "packages"].into_iter().filter_map(|name| value(&root, name));
    let misspelt = say
        .reports
        .iter()
        .any(|report| report.code == "T0230" && report.message.starts_with("`toma.yaml`"));
    project.unread = misspelt || !is_map(&root) || of_names.any(|node| !is_map(node));
    let path_of = |name: &str| {
        let text = value(&root, name).and_then(Node::text).filter(|text| !text.is_empty());
        text.map(|path| joined(&folder, path))
    };
    project.media = path_of("media").map(|media| joined_folder("", &media));
    project.media_spot = value(&root, "media").map(|node| say.spot(node.span));
    project.cache = path_of("cache");
    project.models = path_of("models");
    let colour = value(&root, "colour");
    project.colour = colour.and_then(|colour| value(colour, "config")).and_then(|node| {
        let config = node.text()?;
        let config = if is_file(config) { joined(&folder, config) } else { config.to_owned() };
        Some((config, say.spot(node.span)))
    });
    let spaces = entries(colour.and_then(|colour| value(colour, "spaces")));
    for (name, _, sort) in spaces.take(form::MOST_NAMES) {
        let family = match sort.text() {
            Some("Linear") => Family::Linear,
            Some("Log") => Family::Log,
            Some("Display") => Family::Display,
            Some("Data") => Family::Data,
            _ => continue,
        };
        project.spaces.insert(name.to_owned(), family);
    }
    for (name, key, folder_node) in entries(value(&root, "roots")) {
        if let (true, Some(path)) = (name_is_right(name, key, &mut say), folder_node.text()) {
            let root =
                Root { folder: joined_folder(&folder, path), spot: say.spot(folder_node.span) };
            project.roots.insert(name.to_owned(), root);
        } else {
            project.refused.insert(name.to_owned());
        }
    }
    packages(&root, &folder, &mut project, &mut say);
    project.reports = say.reports;
    project
}

/// What a manifest takes from elsewhere: the name of each root and package, with the folder that it is in, counted
/// as `path`, the manifest's own, is.
pub fn folders_named(text: &str, path: &str) -> Vec<(String, String)> {
    let project = parse(text, path, &reference(path, ""));
    let roots = project.roots.into_iter().map(|(name, root)| (name, root.folder));
    let packages = project.packages.into_iter().map(|(name, package)| (name, package.folder));
    roots.chain(packages).collect()
}

fn packages(root: &Node, folder: &str, project: &mut Project, say: &mut Literals) {
    for (name, key, what) in entries(value(root, "packages")) {
        if !name_is_right(name, key, say) {
            project.refused.insert(name.to_owned());
            continue;
        }
        if let Some(first) = project.roots.get(name) {
            let report = Report::error(
                "T0233",
                format!("`{name}` is the name of a root and of a package"),
                say.spot(key.span),
            )
            .label(first.spot.clone(), "the root")
            .help("give one of them another name; `use` finds both by it");
            say.reports.push(report);
            continue;
        }
        let text = |name: &str| value(what, name).and_then(Node::text);
        let spot = say.spot(what.span);
        let package = match (text("path"), text("git"), text("rev")) {
            (Some(path), None, _) => {
                let (folder, path) = (joined_folder(folder, path), path.to_owned());
                Package { folder, git: None, path, spot }
            }
            (None, Some(git), Some(rev)) if rev.len() == 40 => {
                let short: String = rev.chars().take(12).collect();
                let folder = joined_folder(&project.packages_folder(), &format!("{name}-{short}"));
                let git = Some((git.to_owned(), rev.to_owned()));
                Package { folder, git, path: String::new(), spot }
            }
            _ => {
                project.refused.insert(name.to_owned());
                continue;
            }
        };
        project.packages.insert(name.to_owned(), package);
    }
}

/// A root's or package's name is the first of a `use` path.
fn name_is_right(name: &str, key: &Node, say: &mut Literals) -> bool {
    let message = if name == "std" {
        "`std` is Toma's own standard library".to_owned()
    } else if !is_name(name) {
        format!("`{name}` can't stand in a `use`")
    } else {
        return true;
    };
    let help = "give it another name: letters, digits and `_`, such as `looks` or `acme_2`";
    say.say("T0233", message, key.span, help);
    false
}

/// Is it a file's path, and no built-in configuration's name?
fn is_file(config: &str) -> bool {
    !config.starts_with("ocio://")
        && (config.contains('/') || config.strip_suffix(".ocio").is_some())
}

/// Says which folders are not there, and makes roots of the packages that are.
fn folders(db: &dyn Db, project: &mut Project) {
    let there = |folder: &str| folder_exists(db, db.world(), folder.to_owned());
    let shown = |folder: &str| folder.trim_end_matches('/').to_owned();
    let mut reports = Vec::new();
    for root in project.roots.values().filter(|root| !there(&root.folder)) {
        reports.push(
            Report::error(
                "T0234",
                format!("there is no folder `{}`", shown(&root.folder)),
                root.spot.clone(),
            )
            .help(format!("make it, or correct the path: it is counted from `{}`", place(project))),
        );
    }
    for (name, package) in &project.packages {
        if there(&package.folder) {
            let root = Root { folder: package.folder.clone(), spot: package.spot.clone() };
            project.roots.insert(name.clone(), root);
        } else {
            let folder = shown(&package.folder);
            let help = match package.git {
                Some(_) => "run `toma lock`: it fetches the packages".to_owned(),
                None => format!("correct the path: it is counted from `{}`", place(project)),
            };
            let code = if package.git.is_some() { "T0235" } else { "T0234" };
            let message = match package.git {
                Some(_) => format!("the package `{name}` has not been fetched"),
                None => format!("there is no folder `{folder}`"),
            };
            reports.push(Report::error(code, message, package.spot.clone()).help(help));
        }
    }
    if let (Some(media), Some(spot)) = (&project.media, &project.media_spot)
        && !there(media)
    {
        let message = format!("there is no media folder `{}`", shown(media));
        reports.push(
            Report::warning("T0234", message, spot.clone())
                .help("it may be on a drive that is not connected; nothing can be read from it"),
        );
    }
    if let Some((config, spot)) = &project.colour
        && is_file(config)
        && !file_exists(db, db.world(), config.clone())
    {
        let help = format!("correct the path: it is counted from `{}`", place(project));
        let message = format!("there is no file `{config}`");
        reports.push(Report::error("T0234", message, spot.clone()).help(help));
    }
    project.reports.extend(reports);
}

fn place(project: &Project) -> &str {
    if project.folder.is_empty() { "toma.yaml" } else { project.folder.trim_end_matches('/') }
}

/// The lock beside a manifest, read.
pub(crate) fn lock_of(db: &dyn Db, project: &Project) -> Option<Lock> {
    let file = db.file(&format!("{}{}", project.folder, lock::LOCK));
    let item = reference(file.path(db), "");
    if let Some(text) = file.text(db) {
        return Some(lock::parse(text, &item));
    }
    // What can't be read is no lock that isn't there: nothing would be pinned, and nobody told.
    let there =
        listing(db, db.world(), project.folder.clone()).iter().any(|name| name == lock::LOCK);
    there.then(|| Lock { reports: vec![not_text(&item)], ..Lock::default() })
}
