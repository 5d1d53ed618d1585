//! What is listed can be set: every address of every shot in the book takes, as a tweak, the value that it has, and
//! bakes; the plan stays what it was.

use crate::project::{blocks, compiler};
use std::path::Path;
use toma_compiler::Control;
use toma_plan::{Layer, SettingOrigin};
use toma_syntax::ast::{Expr, ExprKind, TextPart, Unary};
use toma_syntax::diagnostic::Severity;

const FILE: &str = "shot.toma";

/// Is it a value by itself, which a tweak can hold?
fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number { .. } | ExprKind::Size(..) | ExprKind::Bool(_) | ExprKind::None => true,
        ExprKind::Text(text) => text.parts.iter().all(|part| matches!(part, TextPart::Plain(_))),
        ExprKind::Unary { operator: Unary::Negate, operand } => is_literal(operand),
        ExprKind::List(values) => values.iter().all(is_literal),
        ExprKind::Curve(keys) => {
            keys.iter().all(|key| is_frame(&key.frame) && is_literal(&key.value))
        }
        _ => false,
    }
}

/// A constant names no frame in a tweak.
fn is_frame(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => name == "first" || name == "last",
        ExprKind::Binary { left, right, .. } => is_frame(left) && is_frame(right),
        _ => is_literal(expr),
    }
}

/// The value that an address has, as it was written.
fn written(control: &Control) -> Option<&str> {
    let base = control.origins.iter().find(|one| one.frames.is_none() && !one.silenced)?;
    let (value, wrong) = toma_syntax::parse_expression(&base.written);
    (wrong.is_empty() && is_literal(&value)).then_some(base.written.as_str())
}

/// The calls that lead to an address: `fall/gen` of `fall/gen.strength`, nothing of a `param`.
fn calls_of(address: &str) -> &str {
    address.rsplit_once('.').map_or("", |(calls, _)| calls)
}

/// Is an `at` that counts here said about what is passed from outside? Setting the inner address replaces that.
fn follows(control: &Control, all: &[Control]) -> bool {
    let calls = calls_of(&control.address);
    let outer: Vec<&Control> = all
        .iter()
        .filter(|one| {
            let around = calls_of(&one.address);
            calls
                .strip_prefix(around)
                .is_some_and(|rest| around.is_empty() || rest.starts_with('/'))
                && one.address != control.address
        })
        .collect();
    let counts = |one: &&SettingOrigin| one.frames.is_some() && !one.silenced;
    control.origins.iter().filter(counts).any(|own| {
        outer.iter().flat_map(|one| &one.origins).filter(counts).any(|it| it.place == own.place)
    })
}

/// Every address of a program's shots that can be tweaked, tried one by one.
fn tried(files: &[(&str, &str)], place: &str, wrong: &mut Vec<String>) -> usize {
    let mut compiler = compiler(files);
    let mut count = 0;
    for shot in compiler.shots(FILE) {
        let (Some(plan), _) = compiler.plan(FILE, &shot) else { continue };
        let tweaks = format!("{shot}.tweaks.yaml");
        let all = compiler.controls(FILE, &shot);
        for control in &all {
            let Some(value) = written(control).filter(|_| control.value.is_some()) else {
                continue;
            };
            if control.refused.is_some() || follows(control, &all) {
                continue;
            }
            count += 1;
            let address = &control.address;
            let mut say =
                |what: String| wrong.push(format!("{place}: {shot}.{address} = {value}: {what}"));
            match compiler.control(FILE, &shot, address) {
                Ok(asked) if asked.origins == control.origins && asked.value == control.value => {}
                other => say(format!("asked by itself: {other:#?}")),
            }
            compiler.set_file(&tweaks, format!("{address}: {value}\n"));
            let (tweaked, said) = compiler.plan(FILE, &shot);
            let errors = said.iter().filter(|one| one.severity == Severity::Error);
            let errors: Vec<&str> = errors.map(|one| one.message.as_str()).collect();
            if tweaked.as_ref() != Some(&plan) {
                say(format!("tweaked, the plan is another; {errors:?}"));
            }
            let first = compiler.control(FILE, &shot, address).ok();
            let first = first.and_then(|control| Some(control.origins.first()?.layer));
            if first != Some(Layer::Tweaks) {
                say(format!("tweaked, the strongest say has {first:?}"));
            }
            let text = compiler.text(FILE).expect("the program");
            let baked = compiler.baked(FILE, &shot);
            compiler.set_file(&tweaks, String::new());
            let equal = baked.into_iter().any(|baked| {
                compiler.set_file(FILE, baked);
                compiler.plan(FILE, &shot).0.as_ref() == Some(&plan)
            });
            compiler.set_file(FILE, text.to_string());
            if !equal {
                say("it can't be baked".to_owned());
            }
        }
    }
    count
}

#[test]
fn every_address_that_is_listed_can_be_set_and_baked() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/spec");
    let (mut wrong, mut count) = (Vec::new(), 0);
    for entry in std::fs::read_dir(folder).expect("the book") {
        let path = entry.expect("a chapter").path();
        if path.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let mut files: Vec<(String, String)> = Vec::new();
        for (word, number, text) in blocks(&std::fs::read_to_string(&path).expect("a chapter")) {
            if word != "toma" {
                continue;
            }
            if let Some(rest) = text.strip_prefix("// file: ") {
                let name = rest.lines().next().unwrap_or_default();
                files.push((name.to_owned(), text.clone()));
                continue;
            }
            let mut project: Vec<(&str, &str)> =
                files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            project.push((FILE, &text));
            let place = format!("{}:{number}", path.file_name().unwrap_or_default().display());
            count += tried(&project, &place, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 250, "only {count} addresses were tried");
}
