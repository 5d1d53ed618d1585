//! The language's specification and its test at once: the Markdown files beside this one.
//!
//! A ` ```toma ` block is a program. `// error: [T0312]` and `// warning: [T0209]` at the end of a line say
//! what is found there, and nothing else is found. A block that begins with `// file: looks.toma` is a file
//! of the project for the blocks below it; a ` ```yaml ` block that begins with `# file: A.tweaks.yaml` is one,
//! too, with its mistakes promised in its own comments: `# error: [T0553]`. It is found out about when a
//! program below it is checked. A ` ```message ` block behind a program is everything that is
//! said about it; a ` ```plan ` block is the plan of its first shot: nodes, then writes. With
//! `TOMA_BLESS=1` these two are written anew.

#![expect(clippy::format_push_string, reason = "what is written is read, not timed")]

use crate::project::{blocks, compiler, line, line_and_column, severity};
use std::path::{Path, PathBuf};
use toma_compiler::Compiler;
use toma_plan::{Domain, Plan, Value};
use toma_syntax::diagnostic::Diagnostic;

const FILE: &str = "shot.toma";

pub(crate) fn chapters(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            chapters(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
    found.sort();
}

/// Line, severity and code of what a program's comments promise.
fn promised(program: &str) -> Vec<(usize, String, String)> {
    let mut promised = Vec::new();
    for (index, line) in program.lines().enumerate() {
        for word in ["error", "warning"] {
            // Either mark of a comment: YAML has its own.
            let line = line.replace(&format!("# {word}: ["), &format!("// {word}: ["));
            for rest in line.split(&format!("// {word}: [")).skip(1) {
                for code in rest.split(']').next().unwrap_or_default().split(", ") {
                    promised.push((index + 1, word.to_owned(), code.to_owned()));
                }
            }
        }
    }
    promised.sort();
    promised
}

/// Is it YAML, with promises of its own?
fn is_yaml(file: &str) -> bool {
    [".yaml", ".lock"].iter().any(|end| file.strip_suffix(end).is_some())
}

/// What was found in the program or in one of its YAML files.
fn found(file: &str, program: &str, diagnostics: &[Diagnostic]) -> Vec<(usize, String, String)> {
    let here = |found: &&Diagnostic| {
        let place = found.labels.first().map_or("", |label| label.file.as_str());
        if is_yaml(file) || is_yaml(place) { place == file } else { true }
    };
    let mut found: Vec<_> = diagnostics
        .iter()
        .filter(here)
        .map(|found| {
            let at = found.labels.first().map_or(0, |label| label.span.start);
            (line(program, at), severity(found).to_owned(), found.code.to_owned())
        })
        .collect();
    found.sort();
    found
}

fn rendered(program: &str, files: &[(String, String)], diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for found in diagnostics {
        text += &format!("{}[{}]: {}\n", severity(found), found.code, found.message);
        for label in &found.labels {
            let shown = |text: &str| {
                let (line, column) = line_and_column(text, label.span.start);
                let from = label.span.start as usize;
                let marked = text.get(from..label.span.end as usize).unwrap_or_default();
                let marked = marked.lines().next().unwrap_or_default();
                format!("{line}:{column} `{marked}`")
            };
            let yaml = files.iter().find(|(path, _)| is_yaml(path) && *path == label.file);
            let place = match yaml {
                _ if label.file == FILE => shown(program),
                Some((path, text)) => format!("{path}:{}", shown(text)),
                None => label.file.clone(),
            };
            text += format!("  {place} {}", label.text).trim_end();
            text.push('\n');
        }
        if let Some(help) = &found.help {
            text += &format!("  help: {help}\n");
        }
        for fix in &found.fixes {
            text += &format!("  fix: {}\n", fix.title);
        }
    }
    text
}

fn shown(value: &Value) -> String {
    match value {
        Value::None => "none".to_owned(),
        Value::Text(text) | Value::Path(text) => format!("{text:?}"),
        Value::Int(value) => value.to_string(),
        Value::Number { value, .. } => value.to_string(),
        Value::Vector { values, .. } => format!("{values:?}"),
        Value::Curve(_) => toma_plan::written::value(value),
        other => format!("{other:?}"),
    }
}

fn planned(plan: &Plan) -> String {
    let mut text = String::new();
    for node in &plan.nodes {
        text += &format!("{}: {}", node.path, node.stage);
        for (port, input) in &node.inputs {
            text += &format!(" {port}={}", plan.nodes[input.node.0 as usize].path);
        }
        let port = &node.ports[0];
        text += &format!(" -> {}", port.kind);
        if let Some((width, height)) = port.format {
            text += &format!(" {width}x{height}");
        }
        match node.domain {
            Domain::Still => text += " still",
            Domain::Inputs => {}
            Domain::Frames(frames) => text += &format!(" {}..{}", frames.first, frames.last),
        }
        text.push('\n');
        let defaults: Vec<String> = node
            .parameters
            .iter()
            .filter(|(_, value)| **value != Value::None)
            .map(|(name, value)| format!("{name} {}", shown(value)))
            .collect();
        if !defaults.is_empty() {
            text += &format!("    {}\n", defaults.join(", "));
        }
    }
    for output in &plan.outputs {
        let from = &plan.nodes[output.input.node.0 as usize].path;
        let (first, last) = (output.frames.first, output.frames.last);
        text += &format!("{} = {from} -> {} {first}..{last}\n", output.name, output.path);
    }
    text
}

fn first_plan(compiler: &Compiler) -> Option<Plan> {
    compiler.shots(FILE).first().and_then(|shot| compiler.plan(FILE, shot).0)
}

#[test]
fn every_program_of_the_specification_is_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/spec");
    let bless = std::env::var_os("TOMA_BLESS").is_some();
    let mut paths = Vec::new();
    chapters(&folder, &mut paths);
    assert!(!paths.is_empty());
    let mut wrong = Vec::new();
    let mut programs = 0;
    for path in paths {
        let chapter = std::fs::read_to_string(&path).unwrap();
        let mut blessed = chapter.clone();
        let mut files: Vec<(String, String)> = Vec::new();
        let mut program = String::new();
        let mut fresh: Vec<String> = Vec::new();
        for (word, number, text) in blocks(&chapter) {
            let place = format!("{}:{number}", path.display());
            let mut project: Vec<(&str, &str)> =
                files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            match word.as_str() {
                "yaml" => {
                    if let Some(rest) = text.strip_prefix("# file: ") {
                        let name = rest.split_whitespace().next().unwrap_or_default().to_owned();
                        files.retain(|(known, _)| *known != name);
                        fresh.push(name.clone());
                        files.push((name, text.clone()));
                    }
                }
                "toma" => {
                    if let Some(rest) = text.strip_prefix("// file: ") {
                        let name = rest.lines().next().unwrap_or_default();
                        files.push((name.to_owned(), text.clone()));
                        continue;
                    }
                    programs += 1;
                    program.clone_from(&text);
                    // A tweak file goes with the next program, and with later ones that have its shot.
                    files.retain(|(path, _)| {
                        let Some(shot) = path.strip_suffix(".tweaks.yaml") else { return true };
                        fresh.contains(path) || text.contains(&format!("shot {shot} "))
                    });
                    fresh.clear();
                    let mut project: Vec<(&str, &str)> =
                        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
                    project.push((FILE, &text));
                    let diagnostics = compiler(&project).check(FILE);
                    let yaml = files.iter().filter(|(path, _)| is_yaml(path));
                    let yaml = yaml.map(|(path, text)| (path.as_str(), text.as_str()));
                    for (file, text) in std::iter::once((FILE, text.as_str())).chain(yaml) {
                        let promised = promised(text);
                        let found = found(file, text, &diagnostics);
                        if promised != found {
                            let said = rendered(&program, &files, &diagnostics);
                            wrong.push(format!(
                                "{place} ({file})\npromised {promised:?}\nfound    {found:?}\n{said}"
                            ));
                        }
                    }
                }
                "message" | "plan" => {
                    project.push((FILE, &program));
                    let compiler = compiler(&project);
                    let now = if word == "message" {
                        rendered(&program, &files, &compiler.check(FILE))
                    } else {
                        first_plan(&compiler).map_or("no plan\n".to_owned(), |plan| planned(&plan))
                    };
                    if now != text {
                        if bless {
                            let (old, new) =
                                (format!("```{word}\n{text}```"), format!("```{word}\n{now}```"));
                            blessed = blessed.replacen(&old, &new, 1);
                        } else {
                            wrong.push(format!("{place}\nshould be:\n{text}\nis:\n{now}"));
                        }
                    }
                }
                _ => {}
            }
        }
        if blessed != chapter {
            std::fs::write(&path, blessed).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{} of {programs} programs:\n{}", wrong.len(), wrong.join("\n\n"));
}
