//! Changes at places of a YAML text, in the text's own style. Knows mappings and values, not what they mean.

use super::yaml::{Kind, Node};
use std::fmt::Write as _;

/// How a mapping is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// An entry a line.
    Block,
    /// In braces.
    Flow,
}

/// A text and what is to be put in place of parts of it.
pub(crate) struct Text<'t> {
    text: &'t str,
    /// Places and what comes there, in any order; they don't overlap.
    changes: Vec<(usize, usize, String)>,
}

impl<'t> Text<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, changes: Vec::new() }
    }

    /// The text with all changes.
    pub(crate) fn finish(mut self) -> String {
        self.changes.sort();
        let mut out = String::with_capacity(self.text.len() + 64);
        let mut from = 0;
        for (start, end, new) in &self.changes {
            out.push_str(self.text.get(from..*start).unwrap_or_default());
            out.push_str(new);
            from = *end;
        }
        out.push_str(self.text.get(from..).unwrap_or_default());
        out
    }

    /// `\r\n` where the file has it.
    fn newline(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// Something else in place of a stretch.
    pub(crate) fn put(&mut self, start: usize, end: usize, new: String) {
        let new = if self.newline() == "\n" {
            new
        } else {
            new.replace("\r\n", "\n").replace('\n', "\r\n")
        };
        self.changes.push((start, end, new));
    }

    fn at(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    pub(crate) fn style(&self, map: &Node) -> Style {
        let start = map.span.start as usize;
        let flow = self.at(start, self.text.len()).starts_with(['{', '[']);
        if flow { Style::Flow } else { Style::Block }
    }

    /// Where the line begins that holds this byte.
    fn line_start(&self, at: usize) -> usize {
        self.at(0, at).rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Behind the newline of the line that holds this byte.
    fn line_end(&self, at: usize) -> usize {
        self.at(at, self.text.len()).find('\n').map_or(self.text.len(), |newline| at + newline + 1)
    }

    /// The blanks in front of what begins at this byte, if only blanks stand there.
    fn indent(&self, at: usize) -> String {
        let front = self.at(self.line_start(at), at).trim_start_matches('\u{feff}');
        front.chars().take_while(|c| *c == ' ').collect()
    }

    /// Behind the colon of a key.
    fn behind_colon(&self, key: &Node) -> usize {
        let end = key.span.end as usize;
        self.at(end, self.text.len()).find(':').map_or(end, |colon| end + colon + 1)
    }

    /// Behind the value of a key, also where there is none.
    fn value_end(&self, key: &Node, value: &Node) -> usize {
        self.behind_colon(key).max(value.span.end as usize)
    }

    /// Another value for a key.
    pub(crate) fn replace(&mut self, key: &Node, value: &Node, new: &str) {
        let (start, end) = (value.span.start as usize, value.span.end as usize);
        let colon = self.behind_colon(key);
        let between = self.at(colon, start);
        if value.kind == Kind::Empty {
            return self.put(colon, colon, format!(" {new}"));
        }
        if !between.contains('\n') {
            return self.put(start, end, new.to_owned());
        }
        // A block below its key: what stands behind the colon stays, and goes behind the value.
        let rest = between.lines().next().unwrap_or_default().trim_end();
        self.put(colon, end, format!(" {new}{rest}"));
    }

    /// `ADDRESS: VALUE` becomes `ADDRESS: {value: VALUE, at: {FRAMES: NEW}}`, or the same as a block.
    pub(crate) fn wrap(&mut self, key: &Node, value: &Node, frames: &str, new: &str) {
        let (start, end) = (value.span.start as usize, value.span.end as usize);
        let colon = self.behind_colon(key);
        if value.kind == Kind::Empty {
            return self.put(colon, colon, format!(" {{at: {{{frames}: {new}}}}}"));
        }
        let body = self.at(colon, end);
        if !body.contains('\n') {
            let old = self.at(start, end);
            return self.put(start, end, format!("{{value: {old}, at: {{{frames}: {new}}}}}"));
        }
        let indent = self.indent(key.span.start as usize);
        let moved = body.replace('\n', "\n  ");
        let block =
            format!("\n{indent}  value:{moved}\n{indent}  at:\n{indent}    {frames}: {new}");
        self.put(colon, end, block);
    }

    /// `!` behind a key.
    pub(crate) fn harden(&mut self, key: &Node) {
        let (start, end) = (key.span.start as usize, key.span.end as usize);
        let quoted = matches!(key.kind, Kind::Quoted(_));
        let at = if quoted && end > start { end - 1 } else { end };
        self.put(at, at, "!".to_owned());
    }

    /// A line at the end of the file.
    pub(crate) fn append(&mut self, line: &str) {
        let end = self.text.len();
        let bare = self.text.trim_start_matches('\u{feff}');
        let front = if bare.is_empty() || self.text.ends_with('\n') { "" } else { "\n" };
        self.put(end, end, format!("{front}{line}\n"));
    }

    /// A line behind the last entry's.
    pub(crate) fn insert_behind(&mut self, last: Option<&(Node, Node)>, line: &str) {
        let Some((key, value)) = last else { return self.append(line) };
        let end = self.line_end(self.value_end(key, value));
        let front = if self.at(0, end).ends_with('\n') { "" } else { "\n" };
        let indent = self.indent(key.span.start as usize);
        self.put(end, end, format!("{front}{indent}{line}\n"));
    }

    /// Lines below the one that holds byte `end`, indented as what begins at byte `start`.
    pub(crate) fn insert_lines(&mut self, end: usize, start: usize, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        let indent = self.indent(start);
        let at = self.line_end(end);
        self.put(at, at, on_lines(lines, &indent));
    }

    /// Lines above the one that holds byte `at`, indented as it is.
    pub(crate) fn insert_above(&mut self, at: usize, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        let start = self.line_start(at);
        let indent = self.indent(at);
        let lines = on_lines(lines, &indent);
        self.put(start, start, lines);
    }

    /// Takes out the lines of a stretch, but for what of them is `kept`.
    pub(crate) fn remove_lines(
        &mut self,
        start: usize,
        end: usize,
        kept: &dyn Fn(&str) -> Vec<String>,
    ) {
        let (from, to) = (self.line_start(start), self.line_end(end));
        let indent = self.indent(start);
        let lines = on_lines(&kept(self.at(from, to)), &indent);
        self.put(from, to, lines);
    }

    /// A last entry in a mapping.
    pub(crate) fn insert_pair(&mut self, map: &Node, pairs: &[(Node, Node)], entry: &str) {
        let Some(last @ (key, value)) = pairs.last() else {
            let start = map.span.start as usize + 1;
            return self.put(start, start, entry.to_owned());
        };
        if self.style(map) == Style::Block {
            return self.insert_behind(Some(last), entry);
        }
        let end = self.value_end(key, value);
        // A comma may stand there already.
        let rest = self.at(end, map.span.end as usize);
        let blank = rest.len() - rest.trim_start().len();
        if rest.trim_start().starts_with(',') {
            let behind = end + blank + 1;
            self.put(behind, behind, format!(" {entry}"));
        } else {
            self.put(end, end, format!(", {entry}"));
        }
    }

    /// A first entry in a mapping.
    pub(crate) fn insert_first(&mut self, map: &Node, pairs: &[(Node, Node)], entry: &str) {
        let Some((key, _)) = pairs.first() else { return self.insert_pair(map, pairs, entry) };
        let start = key.span.start as usize;
        if self.style(map) == Style::Flow {
            return self.put(start, start, format!("{entry}, "));
        }
        let indent = self.indent(start);
        self.put(start, start, format!("{entry}\n{indent}"));
    }

    /// Takes an entry out of its mapping: in a block its lines, in braces itself and one comma.
    pub(crate) fn remove(&mut self, map: &Node, pairs: &[(Node, Node)], key: &Node) {
        let Some((_, value)) = pairs.iter().find(|(known, _)| known.span == key.span) else {
            return;
        };
        let (start, end) = (key.span.start as usize, self.value_end(key, value));
        if self.style(map) == Style::Block {
            let line = self.line_start(start);
            let mark = if self.at(line, start).starts_with('\u{feff}') { 3 } else { 0 };
            return self.put(line + mark, self.line_end(end), String::new());
        }
        let rest = self.at(end, map.span.end as usize);
        let blank = rest.len() - rest.trim_start().len();
        if rest.trim_start().starts_with(',') {
            let behind = end + blank + 1;
            let gap = self.at(behind, self.text.len());
            let gap = gap.len() - gap.trim_start_matches(' ').len();
            return self.put(start, behind + gap, String::new());
        }
        let front = self.at(map.span.start as usize, start).trim_end();
        let from = match front.strip_suffix(',') {
            Some(front) => map.span.start as usize + front.len(),
            None => start,
        };
        self.put(from, end, String::new());
    }
}

/// Each on a line of its own, behind these blanks.
pub(crate) fn on_lines(lines: &[String], indent: &str) -> String {
    lines.iter().flat_map(|line| [indent, line.as_str(), "\n"]).collect()
}

/// A text in double quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}') => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What stands behind a new entry's colon. A value whose parts hold commas, such as a curve with `cubic(0.3,
/// 0.7)`, becomes a block, so that every reader of YAML sees the same.
pub(crate) fn entry(node: &Node, line: &str, style: Style, indent: usize) -> String {
    let comma = |node: &Node| node.text().is_some_and(|text| text.contains(','));
    let inner: Vec<(Option<&Node>, &Node)> = match &node.kind {
        Kind::List(nodes) => nodes.iter().map(|node| (None, node)).collect(),
        Kind::Map(pairs) => pairs.iter().map(|(key, node)| (Some(key), node)).collect(),
        _ => Vec::new(),
    };
    let plain = |node: &Node| matches!(node.kind, Kind::Plain(_));
    let block = style == Style::Block
        && inner.iter().any(|(_, node)| plain(node) && comma(node))
        && inner.iter().all(|(key, node)| plain(node) && key.is_none_or(plain));
    if !block {
        return format!(" {line}");
    }
    let blanks = " ".repeat(indent + 2);
    let mut out = String::new();
    for (key, node) in inner {
        let text = node.text().unwrap_or_default();
        let _ = match key.and_then(Node::text) {
            Some(key) => write!(out, "\n{blanks}{key}: {text}"),
            None => write!(out, "\n{blanks}- {text}"),
        };
    }
    out
}
