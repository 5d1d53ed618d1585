//! Documentation in a terminal: declarations as written, docs lightly set, parameters in a list.

use crate::declared::{Item, Module, Parameter};
use crate::markdown::{first_sentence, programs, prose};
use std::fmt::Write as _;

/// How wide lines become.
const WIDTH: usize = 96;

/// What a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Letters only.
    Plain,
    /// Bold and dim letters, and colours.
    Colour,
}

impl Ink {
    fn with(self, code: &str, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn code(self, text: &str) -> String {
        self.with("36", text)
    }
}

/// One item: its declaration, its docs, its parameters, what it reads, an example.
pub fn item(item: &Item, ink: Ink) -> String {
    let mut out = String::new();
    let kind = if item.public { item.word.to_owned() } else { format!("private {}", item.word) };
    let _ = writeln!(out, "{}  {}\n", ink.bold(&item.path), ink.dim(&kind));
    if let Some(text) = &item.deprecated {
        let _ = writeln!(out, "{}\n", ink.with("33", &format!("Not wanted any longer: {text}")));
    }
    for line in item.declaration.lines() {
        let _ = writeln!(out, "    {}", ink.code(line));
    }
    out.push('\n');
    markdown(&prose(&item.docs), ink, &mut out);
    let (ports, settings): (Vec<_>, Vec<_>) = item.parameters.iter().partition(|one| one.port);
    let fields = matches!(item.word, "record" | "show" | "sequence" | "shot");
    parameters(if fields { "Pictures" } else { "Inputs" }, &ports, ink, &mut out);
    parameters(if fields { "Fields" } else { "Parameters" }, &settings, ink, &mut out);
    if !item.cases.is_empty() {
        let _ = writeln!(out, "{}\n", ink.bold("Cases"));
        for case in &item.cases {
            let fields: Vec<String> =
                case.fields.iter().map(|field| format!("{}: {}", field.name, field.ty)).collect();
            let carried =
                if fields.is_empty() { String::new() } else { format!("({})", fields.join(", ")) };
            let _ = writeln!(out, "  {}{}", ink.bold(&case.name), ink.code(&carried));
            wrapped(&case.docs, 6, ink, &mut out);
        }
        out.push('\n');
    }
    let facts = facts(item);
    if !facts.is_empty() {
        let _ = writeln!(out, "{}\n", ink.bold("What it reads"));
        for fact in facts {
            wrapped(&fact, 2, ink, &mut out);
        }
        out.push('\n');
    }
    for (nth, example) in programs(&item.docs).iter().enumerate() {
        let _ = writeln!(out, "{}\n", ink.bold(if nth == 0 { "Example" } else { "Another" }));
        for line in example.trim_end().lines() {
            let _ = writeln!(out, "    {}", ink.code(line));
        }
        out.push('\n');
    }
    out
}

/// What there is to say of an item beside its declaration, each as a sentence.
pub(crate) fn facts(item: &Item) -> Vec<String> {
    let mut facts = Vec::new();
    for generic in &item.generics {
        let (name, bound) = generic.split_once(": ").unwrap_or((generic, "Space"));
        facts.push(match bound {
            "Linear" => format!("`{name}` is a scene-linear space, such as `ACEScg`."),
            "Display" => format!("`{name}` is a display space, such as `sRGB`."),
            "Log" => format!("`{name}` is a camera's logarithmic space."),
            "Data" => format!("`{name}` is no colour."),
            "Space" => format!("`{name}` is any colour space."),
            other => format!("`{name}` is any `{other}`."),
        });
    }
    for ambient in &item.ambient {
        facts.push(
            match ambient.as_str() {
                "frame" => "It depends on the number of the frame.",
                "format" => "It makes a picture in the shot's format.",
                "rate" => "It depends on the shot's rate.",
                "space" => "It depends on the show's working space.",
                "colour_config" => "Conversions are those of the colour configuration.",
                _ => continue,
            }
            .to_owned(),
        );
    }
    if item.class.as_deref() == Some("network") {
        facts.push(match &item.weights {
            Some(weights) => format!("It is a neural network; its weights are `{weights}`."),
            None => "It is a neural network.".to_owned(),
        });
    }
    facts
}

/// What bounds a parameter, in a few words: `0% to 100%, in steps of 5%`.
pub(crate) fn bounds(parameter: &Parameter) -> Vec<String> {
    let mut bounds = Vec::new();
    if let Some(range) = &parameter.range {
        bounds.push(range.replace("..", " to "));
    }
    if let Some(step) = &parameter.step {
        bounds.push(format!("in steps of {step}"));
    }
    if let Some(choices) = &parameter.choices {
        let choices = choices.trim_matches(['[', ']']).replace(", ", " or ");
        bounds.push(format!("one of {choices}"));
    }
    bounds
}

fn parameters(title: &str, list: &[&Parameter], ink: Ink, out: &mut String) {
    if list.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}\n", ink.bold(title));
    for parameter in list {
        let mut head = format!("{}: {}", ink.bold(&parameter.name), ink.code(&parameter.ty));
        if let Some(default) = &parameter.default {
            let _ = write!(head, " = {}", ink.code(default));
        } else if parameter.optional {
            head.push_str(&ink.dim("  may be left out"));
        }
        let _ = writeln!(out, "  {head}");
        let mut about = bounds(parameter);
        if about.is_empty() && !parameter.unit.is_empty() {
            about.push(format!("in {}", parameter.unit));
        }
        about.extend(parameter.sampling.map(|how| format!("read {how}")));
        if let Some(text) = &parameter.deprecated {
            about.push(format!("not wanted any longer: {text}"));
        }
        if !about.is_empty() {
            let _ = writeln!(out, "      {}", ink.dim(&about.join("; ")));
        }
        wrapped(&parameter.docs, 6, ink, out);
    }
    out.push('\n');
}

/// A module: its docs and what it offers.
pub fn module(module: &Module, modules: &[String], ink: Ink) -> String {
    let mut out = format!("{}  {}\n\n", ink.bold(&module.name), ink.dim("module"));
    markdown(&module.docs, ink, &mut out);
    index(
        module.public().map(|item| (item.name.as_str(), item.word, item.docs.as_str())),
        ink,
        &mut out,
    );
    let private = module.items.iter().filter(|item| !item.public);
    let private: Vec<&str> = private.map(|item| item.name.as_str()).collect();
    if !private.is_empty() {
        wrapped(&format!("Not offered to other files: {}.", private.join(", ")), 0, ink, &mut out);
        out.push('\n');
    }
    if !modules.is_empty() {
        let _ = writeln!(out, "{}\n", ink.bold("Modules"));
        for name in modules {
            let _ = writeln!(out, "  {}", ink.code(&format!("{}.{name}", module.name)));
        }
        out.push('\n');
    }
    out
}

/// Several modules, one line each.
pub fn modules<'a>(title: &str, list: impl Iterator<Item = &'a Module>, ink: Ink) -> String {
    let mut out = format!("{}\n\n", ink.bold(title));
    index(list.map(|module| (module.name.as_str(), "", module.docs.as_str())), ink, &mut out);
    out
}

/// A line each: name, what it is, its first sentence.
fn index<'a>(
    entries: impl Iterator<Item = (&'a str, &'a str, &'a str)>,
    ink: Ink,
    out: &mut String,
) {
    let entries: Vec<_> = entries.collect();
    let wide = entries.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or_default();
    let words = entries.iter().map(|(_, word, _)| word.len()).max().unwrap_or_default();
    for (name, word, docs) in &entries {
        let space = WIDTH.saturating_sub(wide + words + 6);
        let mut about = first_sentence(docs);
        if about.chars().count() > space {
            about = about.chars().take(space.saturating_sub(1)).collect::<String>();
            about.push('…');
        }
        let name = ink.code(&format!("{name:<wide$}"));
        let word = if words == 0 { String::new() } else { ink.dim(&format!("{word:<words$}  ")) };
        let _ = writeln!(out, "  {name}  {word}{about}");
    }
    if !entries.is_empty() {
        out.push('\n');
    }
}

/// Markdown as paragraphs, lists and blocks.
fn markdown(text: &str, ink: Ink, out: &mut String) {
    let mut paragraph = String::new();
    let mut fence = false;
    for line in text.lines().chain([""]) {
        let trimmed = line.trim();
        let item = trimmed.starts_with("- ") || trimmed.starts_with("* ");
        let starts = trimmed.is_empty() || trimmed.starts_with('#') || trimmed.starts_with("```");
        if fence && !trimmed.starts_with("```") {
            let _ = writeln!(out, "    {}", ink.code(line));
            continue;
        }
        if (starts || item) && !paragraph.is_empty() {
            let list = paragraph.starts_with("- ") || paragraph.starts_with("* ");
            wrapped(&paragraph, if list { 2 } else { 0 }, ink, out);
            paragraph.clear();
            if !item {
                out.push('\n');
            }
        }
        if trimmed.starts_with("```") {
            if fence {
                out.push('\n');
            }
            fence = !fence;
        } else if trimmed.starts_with('#') {
            let _ = writeln!(out, "{}\n", ink.bold(trimmed.trim_start_matches(['#', ' '])));
        } else if !trimmed.is_empty() {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(trimmed);
        }
    }
}

/// A paragraph in lines; `code` and **bold** are set without their marks.
fn wrapped(text: &str, indent: usize, ink: Ink, out: &mut String) {
    if text.trim().is_empty() {
        return;
    }
    let front = " ".repeat(indent);
    let mut line = String::new();
    let mut used = 0;
    // Whether a word stands within marks goes on over blanks.
    let (mut code, mut bold) = (false, false);
    for word in text.split_whitespace() {
        let long = word.chars().filter(|c| *c != '`').count();
        if used > 0 && indent + used + 1 + long > WIDTH {
            let _ = writeln!(out, "{front}{line}");
            line.clear();
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(&set(word, &mut code, &mut bold, ink));
        used += long;
    }
    let _ = writeln!(out, "{front}{line}");
}

fn set(word: &str, code: &mut bool, bold: &mut bool, ink: Ink) -> String {
    let mut out = String::new();
    for (nth, part) in word.split('`').enumerate() {
        if nth > 0 {
            *code = !*code;
        }
        if *code {
            out.push_str(&if part.is_empty() { String::new() } else { ink.code(part) });
            continue;
        }
        for (nth, part) in part.split("**").enumerate() {
            if nth > 0 {
                *bold = !*bold;
            }
            out.push_str(&if *bold && !part.is_empty() { ink.bold(part) } else { part.to_owned() });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_lines_are_bounded() {
        let mut out = String::new();
        markdown("A **bold** `code word` here.\n\n- one\n- two\n\n# Head", Ink::Plain, &mut out);
        assert_eq!(out, "A bold code word here.\n\n  - one\n  - two\n\nHead\n\n");
        let mut out = String::new();
        wrapped(&"word ".repeat(100), 4, Ink::Plain, &mut out);
        assert!(out.lines().all(|line| line.len() <= WIDTH && line.starts_with("    w")));
    }
}
