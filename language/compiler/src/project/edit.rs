//! Changes of a tweak file that leave everything else as it stands: comments, order, quotes, blank lines, line
//! ends. Text in, text out; who writes it to the disk is another's matter.
//!
//! **Invariant**: what comes out reads back as the old file with exactly this change, or nothing comes out.

use super::splice::{Style, Text};
use super::yaml::{self, Kind, Node};
use toma_syntax::diagnostic::{Diagnostic, Span};

/// What is changed about one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TweakEdit<'a> {
    /// `fall.dust`, without `!`.
    pub address: &'a str,
    /// Silence weaker layers' `at`, too: `fall.dust!`. An entry that does so already goes on to.
    pub hard: bool,
    /// Only these frames: `1040..last`.
    pub frames: Option<&'a str>,
    /// The value as it would stand in the file; `None` takes it out.
    pub value: Option<&'a str>,
}

/// One value of a tweak file, for comparison: address, `!`, frames, value.
type Said = (String, bool, Option<String>, String);

/// Changes a tweak file's text.
///
/// # Errors
/// When the file can't be read, the value can't stand in one, there is nothing to take out, or the file is
/// written in a way that can't be changed without touching more.
pub fn edit_tweaks(text: &str, edit: &TweakEdit<'_>) -> Result<String, Box<Diagnostic>> {
    let root = yaml::read(text)?;
    let value = edit.value.map(written).transpose()?;
    if let Some(frames) = edit.frames {
        let spaced = frames.contains([':', '#', ',', '{', '}', '[', ']', '\n', '"', '\'']);
        if spaced || frames.trim().is_empty() {
            return Err(refusal("T0730", format!("`{frames}` names no frames"), FRAMES));
        }
    }
    let before = root.as_ref().map(said).unwrap_or_default();
    let wanted = expected(&before, edit, value.as_ref())?;
    let ways = [false, true].map(|behind_last| {
        let mut file = Text::new(text);
        change(&mut file, root.as_ref(), edit, value.as_ref(), behind_last);
        file.finish()
    });
    // At the end of the file; where something stands there that ends it, behind the last entry.
    ways.into_iter().find(|text| reads_as(text, &wanted)).ok_or_else(|| {
        refusal(
            "T0730",
            format!("`{}` is written in a way that can't be changed by itself", edit.address),
            "change this line of the tweak file in an editor",
        )
    })
}

const FRAMES: &str = "write a frame or a range: `1040`, `1040..last`, `first + 8fr..1010`";

#[expect(clippy::unnecessary_box_returns, reason = "it goes into an `Err`, which is small then")]
fn refusal(code: &'static str, message: String, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, message, Span::default()).help(help))
}

fn reads_as(text: &str, wanted: &[Said]) -> bool {
    let mut said = match yaml::read(text) {
        Ok(Some(root)) => said(&root),
        Ok(None) => Vec::new(),
        Err(_) => return false,
    };
    let mut wanted = wanted.to_vec();
    said.sort();
    wanted.sort();
    said == wanted
}

/// A value as it stands in a file: on one line, or as a block of its own.
pub(crate) struct Written {
    /// Behind `ADDRESS: `.
    pub(crate) line: String,
    /// What it is.
    node: Node,
}

/// What of the command line is no YAML is a text, and goes in quotes.
fn written(value: &str) -> Result<Written, Box<Diagnostic>> {
    let alone = |value: &str| {
        let read = yaml::read(&format!("a: {value}\n")).ok().flatten()?;
        let Kind::Map(pairs) = read.kind else { return None };
        let [(_, node)] = <[(Node, Node); 1]>::try_from(pairs).ok()?;
        // All of it, no comment behind it.
        (node.span.start == 3 && node.span.end as usize == 3 + value.len()).then_some(node)
    };
    let value = value.trim();
    if let Some(node) = alone(value).filter(|_| !value.contains(['\n', '\r'])) {
        return Ok(Written { line: value.to_owned(), node });
    }
    let begun = value.starts_with(['{', '[', '"', '\'', '&', '*', '!']);
    let quoted = super::splice::quoted(value);
    match alone(&quoted) {
        Some(node) if !begun && !value.is_empty() => Ok(Written { line: quoted, node }),
        _ => Err(refusal(
            "T0730",
            format!("`{value}` is no value"),
            "write it as it would stand in the tweak file: `55%`, `\"a text\"`, `[1px, 2px]`, \
             `{1001: 0%, 1040: 100% smooth}`",
        )),
    }
}

/// Everything a file says, flat.
fn said(root: &Node) -> Vec<Said> {
    let Kind::Map(pairs) = &root.kind else { return Vec::new() };
    let mut all = Vec::new();
    for (key, value) in pairs {
        let key = key.text().unwrap_or_default();
        let (address, hard) = match key.strip_suffix('!') {
            Some(address) => (address.to_owned(), true),
            None => (key.to_owned(), false),
        };
        match layers(value) {
            None => all.push((address, hard, None, shown(value))),
            Some((base, at)) => {
                all.extend(base.map(|base| (address.clone(), hard, None, shown(base))));
                for (frames, value) in at {
                    let frames = frames.text().map(plain);
                    all.push((address.clone(), hard, frames, shown(value)));
                }
            }
        }
    }
    all
}

/// `value` and the pairs of `at`.
type Layers<'a> = (Option<&'a Node>, &'a [(Node, Node)]);

/// What a layered value says; `None` for what isn't layered.
fn layers(value: &Node) -> Option<Layers<'_>> {
    let Kind::Map(pairs) = &value.kind else { return None };
    let find =
        |name: &str| pairs.iter().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value);
    let (base, at) = (find("value"), find("at"));
    if base.is_none() && at.is_none() {
        return None;
    }
    let at = match at.map(|at| &at.kind) {
        Some(Kind::Map(pairs)) => pairs.as_slice(),
        _ => &[],
    };
    Some((base, at))
}

/// Frames without blanks: `1040 .. last` is `1040..last`.
fn plain(frames: &str) -> String {
    frames.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A value without its style.
fn shown(node: &Node) -> String {
    match &node.kind {
        Kind::Empty => "~".to_owned(),
        Kind::Plain(text) => format!("plain {text:?}"),
        Kind::Quoted(text) => format!("text {text:?}"),
        Kind::List(nodes) => format!("{:?}", nodes.iter().map(shown).collect::<Vec<_>>()),
        Kind::Map(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| (shown(key), shown(value)));
            format!("{:?}", pairs.collect::<Vec<_>>())
        }
    }
}

/// What the file has to say afterwards.
fn expected(
    before: &[Said],
    edit: &TweakEdit<'_>,
    value: Option<&Written>,
) -> Result<Vec<Said>, Box<Diagnostic>> {
    let frames = edit.frames.map(plain);
    let here = |one: &Said| one.0 == edit.address && one.2 == frames;
    let mut after: Vec<Said> = before.iter().filter(|one| !here(one)).cloned().collect();
    let Some(value) = value else {
        if after.len() < before.len() {
            return Ok(after);
        }
        let known = before.iter().map(|one| one.0.as_str());
        let near = crate::names::nearest(edit.address, known.clone());
        let ranges: Vec<String> = before
            .iter()
            .filter(|one| one.0 == edit.address)
            .map(|one| {
                one.2.clone().map_or("for the whole shot".to_owned(), |at| format!("at {at}"))
            })
            .collect();
        let mut all: Vec<&str> = known.collect();
        all.dedup();
        let help = match (near, ranges.is_empty(), all.is_empty()) {
            (_, false, _) if edit.frames.is_some() => {
                format!(
                    "it is tweaked {}: name these frames, or leave the frames out",
                    ranges.join(" and ")
                )
            }
            (_, false, _) => {
                format!("it is tweaked {}: add `--at` with these frames", ranges.join(" and "))
            }
            (Some(near), ..) => format!("did you mean `{near}`?"),
            (None, _, true) => "the shot has no tweaks".to_owned(),
            (None, _, false) => format!("there is {}", crate::names::listed(&all, "and")),
        };
        let at = edit.frames.map_or(String::new(), |frames| format!(" at {frames}"));
        let message = format!("`{}` is not tweaked{at}", edit.address);
        return Err(refusal("T0730", message, &help));
    };
    let hard = edit.hard || before.iter().any(|one| one.0 == edit.address && one.1);
    for one in after.iter_mut().filter(|one| one.0 == edit.address) {
        one.1 = hard;
    }
    after.push((edit.address.to_owned(), hard, frames, shown(&value.node)));
    Ok(after)
}

fn change(
    file: &mut Text<'_>,
    root: Option<&Node>,
    edit: &TweakEdit<'_>,
    value: Option<&Written>,
    behind_last: bool,
) {
    let pairs = match root.map(|root| &root.kind) {
        Some(Kind::Map(pairs)) => pairs.as_slice(),
        _ => &[],
    };
    let own = |key: &Node| key.text().map(|key| key.strip_suffix('!').unwrap_or(key).to_owned());
    let found = pairs.iter().find(|(key, _)| own(key).as_deref() == Some(edit.address));
    match (found, value) {
        (None, None) => {}
        (None, Some(value)) => {
            let hard = if edit.hard { "!" } else { "" };
            let style = root.map_or(Style::Block, |root| file.style(root));
            let line = match edit.frames {
                None => super::splice::entry(&value.node, &value.line, style, 0),
                Some(frames) => format!(" {{at: {{{frames}: {}}}}}", value.line),
            };
            let line = format!("{}{hard}:{line}", edit.address);
            match root {
                Some(root) if style == Style::Flow => file.insert_pair(root, pairs, &line),
                _ if behind_last => file.insert_behind(pairs.last(), &line),
                _ => file.append(&line),
            }
        }
        (Some((key, node)), Some(value)) => {
            if edit.hard && key.text().is_some_and(|key| !key.ends_with('!')) {
                file.harden(key);
            }
            set(file, key, node, edit.frames, value);
        }
        (Some((key, node)), None) => {
            let root = root.unwrap_or(node);
            unset(file, root, pairs, (key, node), edit.frames);
        }
    }
}

fn set(file: &mut Text<'_>, key: &Node, node: &Node, frames: Option<&str>, value: &Written) {
    let pairs = match &node.kind {
        Kind::Map(pairs) => pairs.as_slice(),
        _ => &[],
    };
    let part = |name: &str| pairs.iter().find(|(key, _)| key.text() == Some(name));
    match (layers(node), frames) {
        (None, None) => file.replace(key, node, &value.line),
        (None, Some(frames)) => file.wrap(key, node, frames, &value.line),
        (Some(_), None) => match part("value") {
            Some((key, old)) => file.replace(key, old, &value.line),
            None => file.insert_first(node, pairs, &format!("value: {}", value.line)),
        },
        (Some((_, ranges)), Some(frames)) => {
            let wanted = plain(frames);
            let same = |key: &Node| key.text().map(plain).as_deref() == Some(wanted.as_str());
            match (ranges.iter().find(|(key, _)| same(key)), part("at")) {
                (Some((key, old)), _) => file.replace(key, old, &value.line),
                (None, Some((_, at))) if !ranges.is_empty() => {
                    file.insert_pair(at, ranges, &format!("{frames}: {}", value.line));
                }
                (None, Some((key, at))) => {
                    file.replace(key, at, &format!("{{{frames}: {}}}", value.line));
                }
                (None, None) => {
                    let line = format!("at: {{{frames}: {}}}", value.line);
                    file.insert_pair(node, pairs, &line);
                }
            }
        }
    }
}

fn unset(
    file: &mut Text<'_>,
    root: &Node,
    all: &[(Node, Node)],
    entry: (&Node, &Node),
    frames: Option<&str>,
) {
    let (key, node) = entry;
    let Some((base, ranges)) = layers(node) else { return file.remove(root, all, key) };
    let Kind::Map(pairs) = &node.kind else { return };
    let part = |name: &str| pairs.iter().find(|(key, _)| key.text() == Some(name));
    match frames {
        None if ranges.is_empty() => file.remove(root, all, key),
        None => {
            if let Some((value, _)) = part("value") {
                file.remove(node, pairs, value);
            }
        }
        Some(frames) => {
            let wanted = plain(frames);
            let same = |key: &Node| key.text().map(plain).as_deref() == Some(wanted.as_str());
            match (ranges.iter().find(|(key, _)| same(key)), part("at")) {
                (Some((range, _)), Some((_, at))) if ranges.len() > 1 => {
                    file.remove(at, ranges, range);
                }
                (Some(_), Some((at, _))) if base.is_some() => file.remove(node, pairs, at),
                (Some(_), _) => file.remove(root, all, key),
                (None, _) => {}
            }
        }
    }
}
