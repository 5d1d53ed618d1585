//! `toma lock`: fetches the packages that `toma.yaml` names, and pins what they and the weights hold.

use crate::arguments::Lock;
use crate::disk::manifest_for;
use crate::exit::Exit;
use crate::keep::Kept;
use crate::package::{HOLDS, digest_of};
use crate::program::{Program, plain, refuse};
use crate::why;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use toma_compiler::{Manifest, ManifestPackage, Source, lock_text};
use toma_models::cards;
use toma_syntax::diagnostic::{Diagnostic, Severity};

/// Locks a project.
pub(crate) fn lock(asked: &Lock) -> Exit {
    match locked(asked) {
        Ok(said) => {
            outln!("{said}");
            Exit::Done
        }
        Err((diagnostic, exit)) => refuse(diagnostic, exit),
    }
}

fn locked(asked: &Lock) -> Result<String, (Diagnostic, Exit)> {
    let given = asked.project.clone().unwrap_or_else(|| PathBuf::from("."));
    let folder = if given.is_dir() { given } else { crate::studio::folder_of(&given) };
    let manifest = manifest_of(&folder).map_err(|found| (found, Exit::Program))?;
    if let Some(unknown) = asked.update.iter().find(|name| !manifest.packages.contains_key(*name)) {
        let known: Vec<&str> = manifest.packages.keys().map(String::as_str).collect();
        let help = match known.as_slice() {
            [] => "it has none".to_owned(),
            known => format!("it has {}", known.join(", ")),
        };
        let message = format!("{} has no package `{unknown}`", manifest.file);
        return Err((plain("T0733", message, &help), Exit::Usage));
    }
    let path = format!("{}toma.lock", manifest.folder);
    let (kept, before) =
        Kept::read(Path::new(&path)).map_err(|found| (found, Exit::Surroundings))?;
    let mut packages = BTreeMap::new();
    for (name, package) in &manifest.packages {
        let tree = package_tree(name, package, &manifest, asked)?;
        packages.insert(name.clone(), (package.source.clone(), tree));
    }
    // The shots are planned with the packages as they will be locked.
    let weights = weights_of(&manifest, &path, &lock_text(&packages, &BTreeMap::new()));
    let text = lock_text(&packages, &weights);
    if text != before {
        kept.write(&text).map_err(|found| (found, Exit::Surroundings))?;
    }
    let state = if text == before { "is as it was" } else { "is written" };
    let count = |number: usize, word: &str| match number {
        1 => format!("1 {word}"),
        number => format!("{number} {word}s"),
    };
    let networks = count(weights.len(), "network");
    Ok(format!("{path} {state}: {}, weights of {networks}", count(packages.len(), "package")))
}

/// The manifest that governs a folder.
fn manifest_of(folder: &Path) -> Result<Manifest, Diagnostic> {
    let program = Program::empty(folder)?;
    let Some(manifest) = program.compiler.manifest(&program.path) else {
        let help = "make one there with the line `edition: 2027`, or begin with `toma new NAME`";
        let message = format!("there is no toma.yaml in or above {}", folder.display());
        return Err(plain("T0733", message, help));
    };
    // What lies in the lock and the packages is what is to be mended.
    let about = ["T0235", "T0236", "T0237", "T0238", "T0239"];
    let found = program.check().into_iter().find(|found| {
        found.severity == Severity::Error
            && !about.contains(&found.code)
            && found.labels.first().is_some_and(|label| label.file == manifest.file)
    });
    match found {
        Some(found) => Err(found),
        None => Ok(manifest),
    }
}

/// The hash of a package's files, fetched if need be.
fn package_tree(
    name: &str,
    package: &ManifestPackage,
    manifest: &Manifest,
    asked: &Lock,
) -> Result<String, (Diagnostic, Exit)> {
    let folder = Path::new(package.folder.as_str());
    let updated = asked.update.iter().any(|one| one == name);
    if let Source::Git { git, rev } = &package.source {
        if updated && folder.is_dir() {
            // What lies there may have been changed; the commit is fetched anew.
            std::fs::remove_dir_all(folder).map_err(|error| {
                let help = "check that you may write into this folder";
                let message = format!("{}: {error}", folder.display());
                (plain("T0732", message, help), Exit::Surroundings)
            })?;
        }
        if !folder.is_dir() {
            fetch(name, &address(git, &manifest.folder), rev, folder)
                .map_err(|found| (found, Exit::Surroundings))?;
        }
    }
    let Some(tree) = digest_of(folder) else {
        let message = format!("the package `{name}` can't be read in {}", folder.display());
        let help = "check that the folder is there and that you may read it";
        return Err((plain("T0733", message, help), Exit::Surroundings));
    };
    let tree = tree.map_err(|why| {
        let message = format!("the package `{name}` can't be pinned: {why}");
        (plain("T0239", message, HOLDS), Exit::Surroundings)
    })?;
    match manifest.locked.get(name) {
        Some((source, locked)) if *source == package.source && *locked != tree && !updated => {
            let message = format!("the package `{name}` is not what was locked");
            let help = format!(
                "its files have the hash {tree}, the lock says {locked}; if the change is meant, run `toma lock \
                 --update {name}`"
            );
            Err((plain("T0237", message, &help), Exit::Program))
        }
        _ => Ok(tree),
    }
}

/// Where a repository is, from everywhere: one that is a folder is counted from `toma.yaml`, as all its paths are.
fn address(git: &str, folder: &str) -> String {
    if git.starts_with('-') || git.contains(':') {
        return git.to_owned();
    }
    let path = Path::new(folder).join(git);
    std::path::absolute(&path).unwrap_or(path).display().to_string()
}

/// Fetches one commit into a folder, with the system's `git`. The folder appears whole or not at all.
fn fetch(name: &str, git: &str, rev: &str, folder: &Path) -> Result<(), Diagnostic> {
    let temporary = folder.with_extension(format!("tmp-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&temporary);
    let done = fetch_into(name, git, rev, &temporary).and_then(|()| {
        let _ = std::fs::remove_dir_all(temporary.join(".git"));
        std::fs::rename(&temporary, folder).map_err(|error| {
            let help = "check that you may write into the cache folder";
            plain("T0732", format!("{}: {error}", folder.display()), help)
        })
    });
    let _ = std::fs::remove_dir_all(&temporary);
    done
}

fn fetch_into(name: &str, git: &str, rev: &str, folder: &Path) -> Result<(), Diagnostic> {
    if git.starts_with('-') || git.contains("::") {
        let help = "write an address such as `https://example.com/acme.git`, or a folder";
        return Err(plain("T0734", format!("`{git}` is no address of a repository"), help));
    }
    std::fs::create_dir_all(folder).map_err(|error| {
        let help = "check that you may write into the cache folder";
        plain("T0732", format!("{}: {error}", folder.display()), help)
    })?;
    run(name, folder, &["init", "--quiet"])?;
    run(name, folder, &["remote", "add", "origin", git])?;
    // Not every server gives single commits; then everything is fetched and the commit is looked for there.
    let single = run(name, folder, &["fetch", "--quiet", "--depth", "1", "origin", rev]);
    if single.is_err() {
        run(
            name,
            folder,
            &["fetch", "--quiet", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*"],
        )?;
    }
    run(name, folder, &["-c", "advice.detachedHead=false", "checkout", "--quiet", rev]).map_err(|_| {
        let help = "check the commit in toma.yaml: `git rev-parse NAME` shows the whole commit of a branch or tag";
        plain("T0734", format!("{git} has no commit {rev}"), help)
    })
}

fn run(name: &str, folder: &Path, arguments: &[&str]) -> Result<(), Diagnostic> {
    let mut command = Command::new("git");
    // No question is asked on the terminal, no hook of a template runs, no other transport is used.
    command
        .args([
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "core.autocrlf=false",
            "-c",
            "core.symlinks=false",
        ])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ALLOW_PROTOCOL", "file:https:http:ssh:git")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .stdin(Stdio::null());
    let output = command.output().map_err(|error| {
        let missing = error.kind() == std::io::ErrorKind::NotFound;
        let help = if missing {
            "install git: `apt install git`, `dnf install git` or `brew install git`"
        } else {
            "check that git can be run"
        };
        let message = if missing {
            "there is no `git` on this machine".to_owned()
        } else {
            format!("git: {error}")
        };
        plain("T0734", message, help)
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("git says nothing");
    let help = "check the address in toma.yaml, and that `git clone` with it works in a terminal";
    Err(plain("T0734", format!("the package `{name}` can't be fetched: {said}"), help))
}

/// The hashes of the weights that the project's shots use, by card.
fn weights_of(manifest: &Manifest, path: &str, text: &str) -> BTreeMap<String, String> {
    let root = if manifest.folder.is_empty() {
        PathBuf::from(".")
    } else {
        PathBuf::from(&manifest.folder)
    };
    let mut files = Vec::new();
    why::collect(&root, 0, &mut files);
    files.sort();
    let mut weights = BTreeMap::new();
    let mut program: Option<Program> = None;
    for file in files {
        let file = file.strip_prefix("./").map_or_else(|_| file.clone(), Path::to_path_buf);
        // A folder with a manifest of its own is another project, with its own lock.
        if manifest_for(&file).is_some_and(|nearest| nearest != manifest.file) {
            continue;
        }
        let opened = match program.take() {
            None => Program::load(&file),
            Some(mut known) => known.turn_to(&file).map(|()| known),
        };
        let Ok(mut known) = opened else { continue };
        known.compiler.set_file(path, text.to_owned());
        for shot in known.compiler.shots(&known.path) {
            let (plan, _) = known.compiler.plan(&known.path, &shot);
            let Some(plan) = plan else {
                errln!("{}: the shot `{shot}` has errors; its weights are not locked", known.path);
                continue;
            };
            for name in plan.nodes.iter().filter_map(|node| node.weights.as_ref()) {
                if let Some(card) = cards().iter().find(|card| card.name == *name) {
                    weights.insert(name.clone(), card.sha256.clone());
                }
            }
        }
        program = Some(known);
    }
    weights
}
