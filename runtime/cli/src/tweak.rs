//! `toma tweak`: looks at and changes a shot's tweak file. Every change is checked with the shot first.

use crate::arguments::TweakAction;
use crate::check::programs;
use crate::exit::Exit;
use crate::keep::Kept;
use crate::program::{Program, plain, refuse};
use crate::report::{self, Format};
use crate::studio::folder_of;
use crate::why;
use std::path::{Path, PathBuf};
use toma_compiler::{TweakEdit, edit_tweaks};
use toma_plan::Plan;
use toma_syntax::diagnostic::{Diagnostic, Severity};

/// Does what is asked.
pub(crate) fn tweak(action: &TweakAction) -> Exit {
    let (shot, file) = match action {
        TweakAction::Set { shot, file, .. }
        | TweakAction::Unset { shot, file, .. }
        | TweakAction::List { shot, file, .. }
        | TweakAction::Bake { shot, file } => (shot, file),
    };
    let program = match found(shot, file.as_deref()) {
        Ok(program) => program,
        Err(diagnostic) => return refuse(diagnostic, Exit::Program),
    };
    match action {
        TweakAction::Set { address, value, at, hard, .. } => {
            // As it stands in the file: `fall.dust!`.
            let (hard, address) = match address.strip_suffix('!') {
                Some(address) => (true, address),
                None => (*hard, address.as_str()),
            };
            let frames = at.as_deref();
            change(program, shot, &TweakEdit { address, hard, frames, value: Some(value) })
        }
        TweakAction::Unset { address, at, .. } => {
            let (address, frames) = (address.strip_suffix('!').unwrap_or(address), at.as_deref());
            change(program, shot, &TweakEdit { address, hard: false, frames, value: None })
        }
        TweakAction::List { json, .. } => list(&program, shot, *json),
        TweakAction::Bake { .. } => bake(program, shot),
    }
}

/// The program with the shot: in the file that is named, or below this folder.
fn found(shot: &str, file: Option<&Path>) -> Result<Program, Diagnostic> {
    let Some(file) = file else { return why::search(shot).map(|(program, _)| program) };
    let program = Program::load(file)?;
    let shots = program.compiler.shots(&program.path);
    if shots.iter().any(|one| one == shot) {
        return Ok(program);
    }
    let help = match shots.as_slice() {
        [] => "it has none".to_owned(),
        shots => format!("it has {}", shots.join(", ")),
    };
    Err(plain("T0515", format!("{} has no shot `{shot}`", program.path), &help))
}

fn said_of(program: &Program, shot: &str) -> Vec<Diagnostic> {
    program.compiler.plan(&program.path, shot).1
}

fn errors(program: &Program, shot: &str) -> Vec<Diagnostic> {
    said_of(program, shot).into_iter().filter(|one| one.severity == Severity::Error).collect()
}

fn change(mut program: Program, shot: &str, edit: &TweakEdit<'_>) -> Exit {
    let path = toma_compiler::tweaks_path(&program.path, shot);
    let (kept, text) = match Kept::read(Path::new(&path)) {
        Ok(read) => read,
        Err(diagnostic) => return refuse(diagnostic, Exit::Surroundings),
    };
    let changed = match edit_tweaks(&text, edit) {
        Ok(changed) => changed,
        Err(diagnostic) => {
            let mut diagnostic = *diagnostic;
            if diagnostic.code == "T0730" {
                diagnostic.labels.clear();
            }
            for label in &mut diagnostic.labels {
                label.file.clone_from(&path);
            }
            program.sources.add(&path, &text);
            report::print(&[diagnostic], &program.sources, Format::Human);
            return Exit::Program;
        }
    };
    // What was wrong before is no reason not to make this change.
    let before = said_of(&program, shot);
    program.compiler.set_file(&path, changed.clone());
    program.sources.add(&path, &changed);
    let places: Vec<usize> = toma_compiler::read_tweaks(&changed)
        .iter()
        .filter(|tweak| tweak.address == edit.address)
        .map(|tweak| program.sources.position(&path, tweak.place.start).0)
        .collect();
    let here = |one: &Diagnostic| {
        let mut labels = one.labels.iter().filter(|label| label.file == path);
        labels.any(|label| places.contains(&program.sources.position(&path, label.span.start).0))
    };
    let known = |one: &Diagnostic| {
        !here(one) && before.iter().any(|old| old.code == one.code && old.message == one.message)
    };
    let new: Vec<Diagnostic> =
        said_of(&program, shot).into_iter().filter(|one| !known(one)).collect();
    report::print(&new, &program.sources, Format::Human);
    let broken = new.iter().any(|one| one.severity == Severity::Error);
    if broken && edit.value.is_some() {
        errln!("{path}: {}; nothing was written", report::count(&new));
        return Exit::Program;
    }
    if changed == text {
        errln!("{path}: it is as it was");
        return Exit::Done;
    }
    let nothing_left = toma_compiler::read_tweaks(&changed).is_empty() && !changed.contains('#');
    let done =
        if edit.value.is_none() && nothing_left { kept.remove() } else { kept.write(&changed) };
    match done {
        Ok(()) => {
            errln!("{path}: {}", changed_from(&text, &changed, edit));
            if edit.value.is_none() && edit.frames.is_none() {
                for left in left_of(&changed, edit) {
                    errln!("{path}: {left}");
                }
            }
            if !broken {
                return Exit::Done;
            }
            // A tweak can always be taken away; what it hid is said.
            errln!("{path}: without it the shot has {}", report::count(&new));
            Exit::Program
        }
        Err(diagnostic) => refuse(diagnostic, Exit::Surroundings),
    }
}

/// What is still tweaked behind an `unset` of the value for all other frames.
fn left_of(after: &str, edit: &TweakEdit<'_>) -> Vec<String> {
    let left = toma_compiler::read_tweaks(after).into_iter();
    left.filter(|tweak| tweak.address == edit.address)
        .filter_map(|tweak| tweak.frames)
        .map(|frames| {
            format!("{} is still tweaked at {frames}: `--at {frames}` takes that out", edit.address)
        })
        .collect()
}

/// `soft.size: 4px -> 6px`; several for a value that a `set` for all frames replaces.
fn changed_from(before: &str, after: &str, edit: &TweakEdit<'_>) -> String {
    let of = |text: &str| -> Vec<(String, String)> {
        toma_compiler::read_tweaks(text)
            .into_iter()
            .filter(|tweak| tweak.address == edit.address)
            .map(|tweak| {
                let hard = if tweak.hard { "!" } else { "" };
                let at = tweak.frames.map_or(String::new(), |frames| format!(" at {frames}"));
                // A value over several lines is shown on one.
                let value = tweak.value.split_whitespace().collect::<Vec<_>>().join(" ");
                (format!("{}{hard}{at}", tweak.address), value)
            })
            .collect()
    };
    let (before, after) = (of(before), of(after));
    let value = |all: &[(String, String)], name: &str| {
        let one = all.iter().find(|(known, _)| known == name);
        one.map_or_else(|| "not tweaked".to_owned(), |(_, value)| value.clone())
    };
    let mut names: Vec<&String> = before.iter().chain(&after).map(|(name, _)| name).collect();
    names.dedup();
    let mut said: Vec<String> = Vec::new();
    for name in names {
        let (old, new) = (value(&before, name), value(&after, name));
        let line = format!("{name}: {old} -> {new}");
        if old != new && !said.contains(&line) {
            said.push(line);
        }
    }
    said.join("; ")
}

fn list(program: &Program, shot: &str, json: bool) -> Exit {
    let path = toma_compiler::tweaks_path(&program.path, shot);
    let text = match Kept::read(Path::new(&path)) {
        Ok((_, text)) => text,
        Err(diagnostic) => return refuse(diagnostic, Exit::Surroundings),
    };
    let (_, found) = program.compiler.plan(&program.path, shot);
    let here: Vec<Diagnostic> = found
        .into_iter()
        .filter(|one| one.labels.first().is_some_and(|label| label.file == path))
        .collect();
    report::print(&here, &program.sources, Format::Human);
    let mut lines = Vec::new();
    for tweak in toma_compiler::read_tweaks(&text) {
        let hard = if tweak.hard { "!" } else { "" };
        let (line, _) = program.sources.position(&path, tweak.place.start);
        if json {
            let line = serde_json::json!({
                "address": tweak.address,
                "hard": tweak.hard,
                "frames": tweak.frames,
                "value": tweak.value,
                "file": path,
                "line": line,
            });
            outln!("{line}");
        } else {
            let at = tweak.frames.map_or(String::new(), |frames| format!(" at {frames}"));
            // A value over several lines is shown on one.
            let value = tweak.value.split_whitespace().collect::<Vec<_>>().join(" ");
            lines.push((format!("{}{hard}{at} = {value}", tweak.address), line));
        }
    }
    let width =
        lines.iter().map(|(text, _)| text.chars().count()).max().unwrap_or_default().min(60);
    for (text, line) in lines {
        outln!("{text:width$}  {path}:{line}");
    }
    if here.iter().any(|one| one.severity == Severity::Error) { Exit::Program } else { Exit::Done }
}

/// Writes the tweaks into the shot's text. The text is written first: whatever happens then, no value is lost.
fn bake(mut program: Program, shot: &str) -> Exit {
    let path = toma_compiler::tweaks_path(&program.path, shot);
    let read = Kept::read(Path::new(&path))
        .and_then(|tweaks| Ok((tweaks, Kept::read(&PathBuf::from(&program.path))?)));
    let ((tweaks, tweaks_text), (text, _)) = match read {
        Ok(read) => read,
        Err(diagnostic) => return refuse(diagnostic, Exit::Surroundings),
    };
    if !tweaks.is_there() {
        let help = "`toma tweak set` makes one";
        return refuse(
            plain("T0735", format!("the shot `{shot}` has no tweaks"), help),
            Exit::Program,
        );
    }
    let (Some(wanted), _) = program.compiler.plan(&program.path, shot) else {
        let found = errors(&program, shot);
        report::print(&found, &program.sources, Format::Human);
        errln!("{}: {}; nothing was written", program.path, report::count(&found));
        return Exit::Program;
    };
    let file = program.path.clone();
    let project = Others::of(&program, shot);
    for baked in program.compiler.baked(&file, shot) {
        for name in &project.names {
            program.compiler.set_file(name, baked.clone());
        }
        program.compiler.set_file(&path, String::new());
        let (plan, _) = program.compiler.plan(&file, shot);
        if plan.as_ref() != Some(&wanted) {
            continue;
        }
        for (other, place) in project.changed(&program) {
            errln!(
                "{place}: the shot `{other}` comes from `{shot}` and gets these values, too; `set` in it what is to stay"
            );
        }
        let done = text.write(&baked).and_then(|()| tweaks.remove());
        return match done {
            Ok(()) => {
                errln!("{file}: {} baked", tweaks_count(&tweaks_text));
                Exit::Done
            }
            Err(diagnostic) => refuse(diagnostic, Exit::Surroundings),
        };
    }
    let message = format!(
        "the tweaks of `{shot}` can't be written into its text without changing what they mean"
    );
    let help = "write them into the shot by hand, as `set` and `at` clauses; nothing was changed";
    refuse(plain("T0735", message, help), Exit::Program)
}

/// The project's other shots, as they are before one is baked.
struct Others {
    /// What the baked shot's file is called, by this command and by other files' `use`.
    names: Vec<String>,
    /// File, shot and plan.
    shots: Vec<(String, String, Option<Plan>)>,
}

impl Others {
    /// Looks at all files of the project; without a `toma.yaml`, at those below the shot's folder and this one.
    fn of(program: &Program, shot: &str) -> Self {
        let manifest = program.compiler.manifest(&program.path).map(|manifest| manifest.folder);
        let folders = match manifest {
            Some(folder) => vec![folder],
            None => vec![folder_of(Path::new(&program.path)).display().to_string(), String::new()],
        };
        let folders: Vec<PathBuf> = folders
            .into_iter()
            .map(|folder| PathBuf::from(if folder.is_empty() { ".".to_owned() } else { folder }))
            .collect();
        let (files, _) = programs(&folders);
        let real = |path: &str| std::fs::canonicalize(path).ok();
        let here = real(&program.path);
        let mut others = Self { names: vec![program.path.clone()], shots: Vec::new() };
        let mut seen = vec![here.clone()];
        let mut paths = vec![program.path.clone()];
        for file in files {
            let path = file.display().to_string().replace('\\', "/");
            let place = real(&path);
            if place == here && path != program.path {
                others.names.push(path);
                continue;
            }
            // Only a shot that comes from another can get its values.
            let text = program.compiler.text(&path);
            if !seen.contains(&place) && text.is_some_and(|text| text.contains(" from ")) {
                seen.push(place);
                paths.push(path);
            }
        }
        for path in paths {
            for other in program.compiler.shots(&path) {
                if path != program.path || other != shot {
                    let plan = program.compiler.plan(&path, &other).0;
                    others.shots.push((path.clone(), other, plan));
                }
            }
        }
        others
    }

    /// Those that are no longer what they were, with their files.
    fn changed(&self, program: &Program) -> Vec<(&str, &str)> {
        let differs = |(file, shot, before): &&(String, String, Option<Plan>)| {
            program.compiler.plan(file, shot).0 != *before
        };
        let changed = self.shots.iter().filter(differs);
        changed.map(|(file, shot, _)| (shot.as_str(), file.as_str())).collect()
    }
}

fn tweaks_count(text: &str) -> String {
    match toma_compiler::read_tweaks(text).len() {
        1 => "1 tweak".to_owned(),
        count => format!("{count} tweaks"),
    }
}
