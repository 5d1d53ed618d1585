//! What may stand in `toma.yaml` and `toma.lock`, as a table: the reader holds files against it and the JSON
//! schemas are made of it, so that both say the same.

use super::literal::Literals;
use super::yaml::{Kind, Node};
use crate::names::{listed, nearest};
use crate::report::Report;

/// Names that a mapping of names may have.
pub(crate) const MOST_NAMES: usize = 5_000;

/// What a value has to be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// Named entries.
    Table(&'static [Entry]),
    /// Any names, each with a value of this form.
    Each(&'static Form),
    /// One of these tables, told apart by the first entry's name.
    Either(&'static [&'static [Entry]]),
    /// A name in the language: a letter or `_`, then letters, digits and `_`.
    Text,
    /// A whole number, one of these.
    Number(&'static [u32]),
    /// One of these words.
    Word(&'static [&'static str]),
    /// So many hexadecimal digits, behind this.
    Hex(&'static str, usize),
}

/// A named entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) form: Form,
    pub(crate) needed: bool,
    /// For the schema and for messages: what it is.
    pub(crate) docs: &'static str,
}

const fn entry(name: &'static str, form: Form, needed: bool, docs: &'static str) -> Entry {
    Entry { name, form, needed, docs }
}

/// The editions of the language that this release knows.
pub(crate) const EDITIONS: &[u32] = &[2027];

/// The forms of a lock file that this release knows.
pub(crate) const LOCKS: &[u32] = &[1];

/// `toma.yaml`
pub(crate) const PROJECT: Form = Form::Table(&[
    entry("edition", Form::Number(EDITIONS), true, "The edition of the language"),
    entry(
        "roots",
        Form::Each(&Form::Text),
        false,
        "Folders whose modules `use` finds by the root's name",
    ),
    entry(
        "packages",
        Form::Each(&Form::Either(&[PATH_PACKAGE, GIT_PACKAGE])),
        false,
        "Modules of others, pinned by toma.lock",
    ),
    entry("media", Form::Text, false, "The folder that relative paths of `read` start from"),
    entry("colour", Form::Table(COLOUR), false, "The project's colour configuration"),
    entry("cache", Form::Text, false, "The folder for caches, records and packages"),
    entry("models", Form::Text, false, "The folder with models' weights"),
]);

const PATH_PACKAGE: &[Entry] = &[entry("path", Form::Text, true, "The package's folder")];

const GIT_PACKAGE: &[Entry] = &[
    entry("git", Form::Text, true, "The repository's address"),
    entry("rev", Form::Hex("", 40), true, "The commit, in full"),
];

const COLOUR: &[Entry] = &[
    entry("config", Form::Text, false, "An OpenColorIO file, or the name of a built-in one"),
    entry(
        "spaces",
        Form::Each(&Form::Word(&["Linear", "Log", "Display", "Data"])),
        false,
        "Which sort of space a name is, where the configuration does not say it",
    ),
];

/// `toma.lock`
pub(crate) const LOCK: Form = Form::Table(&[
    entry("version", Form::Number(LOCKS), true, "The form of this file"),
    entry(
        "packages",
        Form::Each(&Form::Either(&[LOCKED_PATH, LOCKED_GIT])),
        false,
        "What each package held when it was locked",
    ),
    entry(
        "weights",
        Form::Each(&Form::Hex("sha256:", 64)),
        false,
        "The weights that the project's shots use",
    ),
]);

const TREE: Entry =
    entry("tree", Form::Hex("blake3:", 64), true, "The hash of the package's files");

const LOCKED_PATH: &[Entry] = &[entry("path", Form::Text, true, "The package's folder"), TREE];

const LOCKED_GIT: &[Entry] = &[
    entry("git", Form::Text, true, "The repository's address"),
    entry("rev", Form::Hex("", 40), true, "The commit, in full"),
    TREE,
];

/// Says what of a file is not as its form wants it. `what` is the file's name.
pub(crate) fn hold(form: &Form, node: &Node, what: &str, say: &mut Literals) {
    match form {
        Form::Table(entries) => table(entries, node, what, say),
        Form::Either(tables) => {
            let fits = |table: &&&[Entry]| {
                table.first().is_some_and(|first| value(node, first.name).is_some())
            };
            match tables.iter().find(fits).or_else(|| tables.first()) {
                Some(_)
                    if !matches!(node.kind, Kind::Map(_)) || tables.iter().all(|t| !fits(&t)) =>
                {
                    let ways: Vec<&str> =
                        tables.iter().filter_map(|table| Some(table.first()?.name)).collect();
                    wrong(
                        node,
                        &format!("{what} has {}", listed(&ways, "or")),
                        "write `{path: FOLDER}`, or `{git: ADDRESS, rev: COMMIT}`",
                        say,
                    );
                }
                Some(_) if tables.iter().filter(fits).count() > 1 => {
                    let ways: Vec<&str> =
                        tables.iter().filter_map(|table| Some(table.first()?.name)).collect();
                    let message = format!("{what} has both {}", listed(&ways, "and"));
                    wrong(node, &message, "keep the one that it comes from", say);
                }
                Some(entries) => table(entries, node, what, say),
                None => {}
            }
        }
        Form::Each(form) => {
            let Kind::Map(pairs) = &node.kind else {
                let help = "write a name and its value on each line, indented: `looks: lib/looks`";
                return wrong(node, &format!("{what} has names with values"), help, say);
            };
            if pairs.len() > MOST_NAMES {
                let message =
                    format!("{what} has {} names, and {MOST_NAMES} are the most", pairs.len());
                let help = "take out those that nobody uses";
                return say.say("T0420", message, node.span, help);
            }
            for (key, value) in pairs {
                match key.text() {
                    Some(name) if matches!((form, &value.kind), (Form::Text, Kind::Map(_))) => {
                        let help = format!(
                            "write `{name}: FOLDER`; what has `path` or `git` stands under `packages`"
                        );
                        wrong(value, &format!("`{name}` is the path of a folder here"), &help, say);
                    }
                    Some(name) => hold(form, value, &format!("`{name}`"), say),
                    None => wrong(key, "this is a name", "write a word without brackets", say),
                }
            }
        }
        Form::Text => {
            if node.text().is_none_or(str::is_empty) {
                let help = "write one text behind the `:`, in quotes if it holds unusual signs";
                wrong(node, &format!("{what} is a text"), help, say);
            }
        }
        Form::Number(known) => number(known, node, what, say),
        Form::Word(words) => {
            let text = node.text().unwrap_or_default();
            if !words.contains(&text) {
                let help = format!("it is {}", listed(words, "or"));
                let near = nearest(text, words.iter().copied());
                let spot = say.spot(node.span);
                let message = format!("{what} can't be `{text}`");
                let report = Report::error("T0231", message, spot.clone()).help(help);
                let report = match near {
                    Some(near) => report.did_you_mean(Some(near), spot),
                    None => report,
                };
                say.reports.push(report);
            }
        }
        Form::Hex(front, digits) => {
            let text = node.text().unwrap_or_default();
            let hex = text.strip_prefix(front).unwrap_or_default();
            let right = hex.len() == *digits && hex.bytes().all(|b| b.is_ascii_hexdigit());
            if !right {
                let help = match *digits {
                    40 => "`git rev-parse NAME` shows the whole commit of a branch or tag",
                    _ => "let `toma lock` write this file",
                };
                let front =
                    if front.is_empty() { String::new() } else { format!("`{front}` and ") };
                wrong(node, &format!("{what} is {front}{digits} hexadecimal digits"), help, say);
            }
        }
    }
}

fn number(known: &[u32], node: &Node, what: &str, say: &mut Literals) {
    let number = match &node.kind {
        Kind::Plain(text) => text.parse::<u32>().ok(),
        _ => None,
    };
    if !number.is_some_and(|number| known.contains(&number)) {
        let last = known.last().copied().unwrap_or_default();
        let code = if what == "`edition`" { "T0232" } else { "T0231" };
        let read = node.text().and_then(|text| text.parse().ok());
        let quoted = read.is_some_and(|number: u32| known.contains(&number));
        let message = match node.text() {
            Some(_) if quoted => format!("{what} is a number, and this is a text"),
            Some(text) => format!("this Toma knows no {} {text}", what.trim_matches('`')),
            None => format!("{what} is a number"),
        };
        let help = if number.is_some_and(|number| number > last) {
            format!("it was written for a newer Toma; this one knows {last}")
        } else if quoted {
            format!("write it without quotes: {last}")
        } else {
            format!("write {last}")
        };
        let report = Report::error(code, message, say.spot(node.span)).help(help).fix(
            format!("write {last}"),
            say.spot(node.span),
            last.to_string(),
        );
        say.reports.push(report);
    }
}

fn table(entries: &'static [Entry], node: &Node, what: &str, say: &mut Literals) {
    let Kind::Map(pairs) = &node.kind else {
        let names: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
        let help = format!("it may have {}, each on a line of its own", listed(&names, "and"));
        return wrong(node, &format!("{what} is made of entries"), &help, say);
    };
    for (key, value) in pairs {
        let name = key.text().unwrap_or_default();
        if let Some(entry) = entries.iter().find(|entry| entry.name == name) {
            hold(&entry.form, value, &format!("`{name}`"), say);
        } else {
            let names: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
            let near = nearest(name, names.iter().copied());
            let spot = say.spot(key.span);
            let help = match &near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it may have {}", listed(&names, "and")),
            };
            let message = format!("{what} has no entry `{name}`");
            let mut report = Report::error("T0230", message, spot.clone()).help(help);
            if let Some(near) = near {
                report = report.fix(format!("write `{near}`"), spot, near);
            }
            say.reports.push(report);
        }
    }
    for entry in entries.iter().filter(|entry| entry.needed) {
        let misspelt = || {
            let known = |name: &str| entries.iter().any(|entry| entry.name == name);
            let mut unknown = pairs.iter().filter_map(|(key, _)| key.text()).filter(|n| !known(n));
            unknown.any(|name| nearest(name, [entry.name]).is_some())
        };
        if value(node, entry.name).is_none() && !misspelt() {
            let example = match entry.form {
                Form::Number(known) => {
                    known.last().map_or_else(|| "`".to_owned(), |last| format!(": {last}`"))
                }
                _ if entry.name == "rev" => {
                    ": COMMIT`, all 40 digits of it; `git rev-parse NAME` shows them".to_owned()
                }
                _ => "`".to_owned(),
            };
            let help = format!("add `{}{example}", entry.name);
            wrong(node, &format!("{what} needs an entry `{}`", entry.name), &help, say);
        }
    }
}

fn wrong(node: &Node, message: &str, help: &str, say: &mut Literals) {
    say.say("T0231", message.to_owned(), node.span, help);
}

/// The value of a mapping's entry.
pub(crate) fn value<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let Kind::Map(pairs) = &node.kind else { return None };
    pairs.iter().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value)
}

/// Name, its place's node, and value of a mapping's entries.
pub(crate) fn entries(node: Option<&Node>) -> impl Iterator<Item = (&str, &Node, &Node)> {
    let pairs = match node.map(|node| &node.kind) {
        Some(Kind::Map(pairs)) => pairs.as_slice(),
        _ => &[],
    };
    pairs.iter().filter_map(|(key, value)| Some((key.text()?, key, value)))
}
