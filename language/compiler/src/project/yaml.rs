//! YAML with positions: a text becomes a small tree whose places are bytes of the file.
//!
//! It takes what people write by hand (mappings, lists, scalars, comments) and refuses what only surprises
//! them: anchors and aliases (so that no alias bomb can grow), tags, merge keys, several documents. Linear in
//! the text's length; the depth and the size are bounded. Knows nothing of what the tree is for.

use saphyr_parser::{Event, Parser, ScalarStyle};
use toma_syntax::diagnostic::{Diagnostic, Span};

/// More than this is no file that people write.
pub(crate) const MOST_BYTES: usize = 1 << 20;

/// Mappings and lists within each other.
const MOST_LEVELS: usize = 32;

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// From its first character to its last, quotes and brackets included.
    pub(crate) span: Span,
}

/// Sorts of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing: `key:`
    Empty,
    /// Written without quotes on one line: the text as it stands in the file.
    Plain(String),
    /// In quotes, as a block (`|`, `>`) or over several lines: the text that is meant.
    Quoted(String),
    /// Keys and values in order.
    Map(Vec<(Node, Node)>),
    /// In order.
    List(Vec<Node>),
}

impl Node {
    /// The text of a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Plain(text) | Kind::Quoted(text) => Some(text),
            Kind::Empty | Kind::Map(_) | Kind::List(_) => None,
        }
    }

    /// What it is, for messages.
    pub(crate) fn words(&self) -> &'static str {
        match self.kind {
            Kind::Empty => "nothing",
            Kind::Plain(_) => "a value",
            Kind::Quoted(_) => "a text",
            Kind::Map(_) => "a mapping",
            Kind::List(_) => "a list",
        }
    }
}

/// Reads a file. `None` where it holds nothing but blanks and comments.
///
/// # Errors
/// The first thing that stands against it, with its place in `text`.
pub(crate) fn read(text: &str) -> Result<Option<Node>, Box<Diagnostic>> {
    if text.len() > MOST_BYTES {
        let message = "this file is too large to be read";
        return Err(Box::new(
            Diagnostic::error("T0555", message, Span::default())
                .help("it may have 1 MB; such files are written by hand or by sliders"),
        ));
    }
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let reader = Reader { text, places: Places::new(body, text.len() - body.len()) };
    reader.run(body)
}

/// From the parser's counting, in characters, to bytes of the file.
struct Places {
    /// The bytes in front of the first character.
    skipped: usize,
    bytes: usize,
    /// Where each character begins; empty where each is one byte.
    starts: Vec<u32>,
}

impl Places {
    fn new(body: &str, skipped: usize) -> Self {
        let starts = if body.is_ascii() {
            Vec::new()
        } else {
            body.char_indices().map(|(at, _)| at as u32).collect()
        };
        Self { skipped, bytes: body.len(), starts }
    }

    fn byte(&self, character: usize) -> usize {
        let at = if self.starts.is_empty() {
            character.min(self.bytes)
        } else {
            self.starts.get(character).map_or(self.bytes, |at| *at as usize)
        };
        self.skipped + at
    }
}

/// A mapping or list that is still open.
struct Open {
    start: usize,
    list: bool,
    /// In brackets.
    flow: bool,
    /// Values; in a mapping keys and values in turn.
    inside: Vec<Node>,
}

struct Reader<'t> {
    text: &'t str,
    places: Places,
}

impl Reader<'_> {
    fn run(&self, body: &str) -> Result<Option<Node>, Box<Diagnostic>> {
        let mut parser = Parser::new_from_str(body);
        let mut open: Vec<Open> = Vec::new();
        let mut root: Option<Node> = None;
        let mut documents = 0;
        while let Some(next) = parser.next_event() {
            let (event, span) = next.map_err(|error| {
                let at = self.places.byte(error.marker().index());
                Box::new(self.broken(at, error.info()))
            })?;
            let start = self.places.byte(span.start.index());
            let end = self.places.byte(span.end.index()).max(start);
            let here = Span::new(start, end);
            let done = match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(refused(
                            "a second document begins here",
                            here,
                            "keep one; take the line `---` out",
                        ));
                    }
                    continue;
                }
                Event::Alias(_) => {
                    return Err(refused(
                        "`*` takes a value over from elsewhere",
                        here,
                        "write the value itself",
                    ));
                }
                Event::Scalar(_, _, anchor, ref tag)
                    if anchor != 0 || tag.as_ref().is_some_and(|tag| tag.handle != "!") =>
                {
                    return Err(decorated(here, anchor != 0));
                }
                Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag)
                    if anchor != 0 || tag.is_some() =>
                {
                    return Err(decorated(here, anchor != 0));
                }
                Event::SequenceStart(..) | Event::MappingStart(..) => {
                    if open.len() >= MOST_LEVELS {
                        return Err(Box::new(
                            Diagnostic::error("T0555", "this is nested too deeply", here)
                                .help("tweaks and projects need three or four levels"),
                        ));
                    }
                    let list = matches!(event, Event::SequenceStart(..));
                    let flow = self.text.get(start..).is_some_and(|t| t.starts_with(['{', '[']));
                    open.push(Open { start, list, flow, inside: Vec::new() });
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let Some(closed) = open.pop() else { continue };
                    // The parser counts the blanks and the comment behind a bracket to it.
                    let bracket = self.text.get(start..).is_some_and(|t| t.starts_with(['}', ']']));
                    self.close(closed, if bracket { start + 1 } else { end })?
                }
                Event::Scalar(value, style, _, tag) => {
                    if tag.is_some() {
                        return Err(decorated(here, false));
                    }
                    self.scalar(&value, style, start, end)
                }
                Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Nothing => {
                    continue;
                }
            };
            match open.last_mut() {
                Some(around) => around.inside.push(done),
                None => root = Some(done),
            }
        }
        Ok(root.filter(|root| root.kind != Kind::Empty))
    }

    fn scalar(&self, value: &str, style: ScalarStyle, start: usize, end: usize) -> Node {
        if value.is_empty() && style == ScalarStyle::Plain {
            return Node { kind: Kind::Empty, span: Span::new(start, start) };
        }
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let start = if block { self.block_sign(start) } else { start };
        let written = self.text.get(start..end).unwrap_or_default();
        let written = match style {
            // The parser may count the comment behind it.
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => in_quotes(written),
            ScalarStyle::Literal | ScalarStyle::Folded => self.block(start),
            ScalarStyle::Plain => written.trim_end(),
        };
        let span = Span::new(start, start + written.len());
        let kind = match style {
            ScalarStyle::Plain if !written.contains(['\n', '\r']) => {
                Kind::Plain(written.to_owned())
            }
            _ => Kind::Quoted(value.to_owned()),
        };
        Node { kind, span }
    }

    /// The `|` or `>` of a text; the parser says where its first line is.
    fn block_sign(&self, start: usize) -> usize {
        let before = self.text.get(..start).unwrap_or_default();
        let mut end = before.len();
        for line in before.split_inclusive('\n').rev() {
            end -= line.len();
            if line.trim().is_empty() {
                continue;
            }
            let code = line.find(" #").and_then(|comment| line.get(..comment)).unwrap_or(line);
            let code =
                code.trim_end().trim_end_matches(|c: char| "+-".contains(c) || c.is_ascii_digit());
            return if code.ends_with(['|', '>']) { end + code.len() - 1 } else { start };
        }
        start
    }

    /// A text behind `|` or `>`: all lines that are indented more than the one it begins on.
    fn block(&self, start: usize) -> &str {
        let (before, rest) = self.text.split_at(start);
        let begin = before.rfind('\n').map_or(0, |newline| newline + 1);
        let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let indent = blanks(before.get(begin..).unwrap_or_default());
        let mut end = 0;
        let mut at = 0;
        for (number, line) in rest.split_inclusive('\n').enumerate() {
            let empty = line.trim().is_empty();
            if number > 0 && !empty && blanks(line) <= indent {
                break;
            }
            at += line.len();
            if !empty {
                end = at - (line.len() - line.trim_end().len());
            }
        }
        rest.get(..end).unwrap_or_default()
    }

    fn close(&self, closed: Open, end: usize) -> Result<Node, Box<Diagnostic>> {
        let Open { start, list, flow, inside } = closed;
        let mut inside = inside;
        for at in 1..inside.len() {
            // The parser puts what is missing where the next thing begins.
            if let Some([before, empty]) = inside.get_mut(at - 1..=at)
                && empty.kind == Kind::Empty
            {
                empty.span = Span { start: before.span.end, end: before.span.end };
            }
        }
        // A block ends where its last value does.
        let last = inside.iter().map(|node| node.span.end as usize).max().unwrap_or(start);
        let span = Span::new(start, if flow { end } else { last });
        if list {
            let inside = if flow { self.rejoined_list(inside) } else { inside };
            return Ok(Node { kind: Kind::List(inside), span });
        }
        let mut pairs: Vec<(Node, Node)> = Vec::new();
        let mut inside = inside.into_iter();
        while let (Some(key), Some(value)) = (inside.next(), inside.next()) {
            pairs.push((key, value));
        }
        let pairs = if flow { self.rejoined_pairs(pairs) } else { pairs };
        if let Some((key, _)) = pairs.iter().find(|(key, _)| key.text() == Some("<<")) {
            return Err(refused(
                "`<<` takes values over from elsewhere",
                key.span,
                "write the values themselves",
            ));
        }
        self.once(&pairs)?;
        Ok(Node { kind: Kind::Map(pairs), span })
    }

    fn once(&self, pairs: &[(Node, Node)]) -> Result<(), Box<Diagnostic>> {
        let mut keys: Vec<(&str, Span)> =
            pairs.iter().filter_map(|(key, _)| Some((key.text()?, key.span))).collect();
        keys.sort_unstable();
        let twice = keys.windows(2).find_map(|two| match two {
            [(one, first), (other, second)] if one == other => Some((*one, *first, *second)),
            _ => None,
        });
        let Some((key, first, second)) = twice else { return Ok(()) };
        let line = self.line(first.start as usize);
        Err(Box::new(
            Diagnostic::error("T0551", format!("`{key}` stands here twice"), second)
                .saying("the second time")
                .label(first, "the first time")
                .help(format!("keep one of them; the first is on line {line}")),
        ))
    }

    /// A comma within parentheses separates no values, though YAML reads it so: `[Rgb(1, 0, 0)]`.
    fn rejoined_list(&self, nodes: Vec<Node>) -> Vec<Node> {
        let mut joined: Vec<Node> = Vec::new();
        let mut run = Run::default();
        for node in nodes {
            if run.depth > 0 && matches!(node.kind, Kind::Plain(_)) {
                run.take(self.text, &node);
                continue;
            }
            self.join(joined.last_mut(), &run);
            run = Run::of(&node);
            joined.push(node);
        }
        self.join(joined.last_mut(), &run);
        joined
    }

    /// The same in a mapping, where what follows the comma is read as keys without values.
    fn rejoined_pairs(&self, pairs: Vec<(Node, Node)>) -> Vec<(Node, Node)> {
        let mut joined: Vec<(Node, Node)> = Vec::new();
        let mut run = Run::default();
        for (key, value) in pairs {
            let rest = matches!(key.kind, Kind::Plain(_)) && value.kind == Kind::Empty;
            if run.depth > 0 && rest {
                run.take(self.text, &key);
                continue;
            }
            self.join(joined.last_mut().map(|(_, last)| last), &run);
            run = Run::of(&value);
            joined.push((key, value));
        }
        self.join(joined.last_mut().map(|(_, last)| last), &run);
        joined
    }

    /// Makes one value of a run that took more than its first piece.
    fn join(&self, first: Option<&mut Node>, run: &Run) {
        if let Some(first) = first
            && first.span != run.span
        {
            let Span { start, end } = run.span;
            let text = self.text.get(start as usize..end as usize).unwrap_or_default();
            *first = Node { kind: Kind::Plain(text.to_owned()), span: run.span };
        }
    }

    fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    /// The tab that indents the line that begins here, or the next one: a parser stumbles over it where the
    /// value before it ends.
    fn tab(&self, begin: usize) -> Option<usize> {
        let mut start = begin;
        for line in self.text.get(begin..)?.split_inclusive('\n').take(2) {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            if let Some(tab) = line.get(..indent).and_then(|blanks| blanks.find('\t')) {
                return Some(start + tab);
            }
            start += line.len();
        }
        None
    }

    /// A line that is a comment of the language, not of YAML.
    fn slashes(&self) -> Option<usize> {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let blanks = line.len() - line.trim_start_matches([' ', '\u{feff}']).len();
            if line.get(blanks..).is_some_and(|rest| rest.starts_with("//")) {
                return Some(start + blanks);
            }
            start += line.len();
        }
        None
    }

    /// What the parser stumbled over, in words.
    fn broken(&self, at: usize, said: &str) -> Diagnostic {
        let at = self.text.floor_char_boundary(at.min(self.text.len()));
        let (before, rest) = self.text.split_at(at);
        let begin = before.rfind('\n').map_or(0, |newline| newline + 1);
        let next = rest.chars().next().map_or(0, char::len_utf8);
        let here = Span::new(at, at + next);
        let error = |message: &str, span: Span, help: &str| {
            Diagnostic::error("T0550", message, span).help(help)
        };
        if let Some(tab) = self.tab(begin) {
            let tab = Span::new(tab, tab + 1);
            return error(
                "this line is indented with a tab",
                tab,
                "indent with blanks: two for each level",
            )
            .fix("write two blanks", tab, "  ");
        }
        if let Some(slashes) = self.slashes() {
            let help = "a comment begins with `#`";
            return error("`//` begins no comment here", Span::new(slashes, slashes + 2), help)
                .fix("write `#`", Span::new(slashes, slashes + 2), "#");
        }
        let mentions = |word: &str| said.contains(word);
        if mentions("quoted scalar") && mentions("end of stream") {
            return error("this text has no closing quote", here, "close it on its line");
        }
        if mentions("escape") || mentions("hexadecimal") {
            let help = "in double quotes a backslash is written twice; in single quotes once";
            return error("this backslash means nothing here", here, help);
        }
        if mentions("mapping values are not allowed") || mentions("illegal placement of ':'") {
            let help = "put a text that holds a `: ` in quotes; an entry is `NAME: VALUE` on a line of its own";
            return error("there is a second `:` where a value stands", here, help);
        }
        if mentions("recursion limit") {
            return Diagnostic::error("T0555", "this is nested too deeply", here)
                .help("tweaks and projects need three or four levels");
        }
        if mentions("anchor") || mentions("alias") || mentions("tag") {
            let help = "write plain values; put a text that begins with `*`, `&` or `!` in quotes";
            return error("this sign has a meaning of its own in YAML", here, help);
        }
        if matches!(rest.chars().next(), Some('%' | '@' | '`')) {
            let help = "put a text that begins with this sign in quotes";
            return error("a value can't begin with this sign", here, help);
        }
        if mentions("indentation") || mentions("block") {
            let help = "entries of one level begin in the same column";
            return error("this line is not indented as those around it", here, help);
        }
        if mentions("flow") || mentions("bracket") || rest.is_empty() {
            let help = "check that every `{` has its `}` and every `[` its `]`";
            return error("a bracket is open or closes nothing", here, help);
        }
        let help = "an entry is `NAME: VALUE` on a line of its own; put unusual texts in quotes";
        error("this can't be read as YAML", here, help)
    }
}

/// A text from its opening quote to its closing one.
fn in_quotes(written: &str) -> &str {
    let quote = written.chars().next().unwrap_or('"');
    let mut characters = written.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        let doubled = |next: Option<&(usize, char)>| next.is_some_and(|(_, next)| *next == quote);
        if c == '\\' && quote == '"' || c == quote && c == '\'' && doubled(characters.peek()) {
            characters.next();
        } else if c == quote {
            return written.get(..at + 1).unwrap_or(written);
        }
    }
    written.trim_end()
}

/// A value that goes on behind commas as long as a parenthesis is open. Each piece is looked at once.
#[derive(Default)]
struct Run {
    span: Span,
    /// How many parentheses are open.
    depth: i64,
    /// Over lines it stays what YAML made of it, and is refused as such.
    over_lines: bool,
}

impl Run {
    fn of(first: &Node) -> Self {
        Self { span: first.span, depth: opened(first), over_lines: false }
    }

    fn take(&mut self, text: &str, piece: &Node) {
        let between = text.get(self.span.end as usize..piece.span.start as usize);
        self.over_lines |= between.is_none_or(|between| between.contains(['\n', '\r']));
        if !self.over_lines {
            self.span = self.span.to(piece.span);
            self.depth += opened(piece);
        }
    }
}

/// How many more parentheses are opened than closed.
fn opened(node: &Node) -> i64 {
    let Kind::Plain(text) = &node.kind else { return 0 };
    let count = |sign: char| text.matches(sign).count() as i64;
    count('(') - count(')')
}

#[expect(clippy::unnecessary_box_returns, reason = "it goes into an `Err`, which is small then")]
fn refused(message: &str, span: Span, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("T0552", message, span).help(help))
}

#[expect(clippy::unnecessary_box_returns, reason = "it goes into an `Err`, which is small then")]
fn decorated(span: Span, anchor: bool) -> Box<Diagnostic> {
    if anchor {
        refused("a value with a name (`&`) stands here", span, "take the name out")
    } else {
        refused(
            "a value with a tag (`!`) stands here",
            span,
            "take the tag out; Toma knows each value's type from its declaration",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(node: &Node) -> String {
        match &node.kind {
            Kind::Empty => "~".to_owned(),
            Kind::Plain(text) => text.clone(),
            Kind::Quoted(text) => format!("{text:?}"),
            Kind::Map(pairs) => {
                let pairs: Vec<String> =
                    pairs.iter().map(|(k, v)| format!("{}={}", shown(k), shown(v))).collect();
                format!("{{{}}}", pairs.join(" "))
            }
            Kind::List(nodes) => {
                format!("[{}]", nodes.iter().map(shown).collect::<Vec<_>>().join(" "))
            }
        }
    }

    #[test]
    fn what_people_write_is_read() {
        let cases = [
            ("a: 1\nb: x y\n", "{a=1 b=x y}"),
            ("a: 'x'\nb: \"y\\n\"", "{a=\"x\" b=\"y\\n\"}"),
            ("a: 'it''s' # 'x'", "{a=\"it's\"}"),
            ("\u{feff}a: 1\r\nb: 2\r\n", "{a=1 b=2}"),
            ("a:\n  b: 1 # one\n  c: [1, 2]\n", "{a={b=1 c=[1 2]}}"),
            ("a: {value: 60%, at: {1040..last: 90%}}", "{a={value=60% at={1040..last=90%}}}"),
            ("a: [Rgb(1, 0, 0), 2]", "{a=[Rgb(1, 0, 0) 2]}"),
            ("a: [f(g(1, 2), 3), h(4, 5)]", "{a=[f(g(1, 2), 3) h(4, 5)]}"),
            ("a: {1: f(2, 3), 4: g(5, 6)}", "{a={1=f(2, 3) 4=g(5, 6)}}"),
            ("a: {1: 5% cubic(0.3, 0.7), 2: 6%}", "{a={1=5% cubic(0.3, 0.7) 2=6%}}"),
            ("a:\n- 1\n- 2\n", "{a=[1 2]}"),
            ("größe: ß\nb: 2", "{größe=ß b=2}"),
            ("a: |\n  x\n  y\n", "{a=\"x\\ny\\n\"}"),
            ("a:", "{a=~}"),
            ("---\na: 1\n...\n", "{a=1}"),
        ];
        for (text, tree) in cases {
            let node = read(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            assert_eq!(node.as_ref().map(shown).as_deref(), Some(tree), "{text}");
        }
        assert_eq!(read("# nothing\n"), Ok(None));
        assert_eq!(read(""), Ok(None));
    }

    #[test]
    fn many_commas_within_parentheses_cost_what_the_text_costs() {
        let many = "1,".repeat(490_000);
        for text in [format!("a: [f({many}1)]"), format!("a: {{b: f({many}1)}}")] {
            // If each comma cost all that stands in front of it, this would take minutes.
            let node = read(&text).unwrap();
            assert!(node.is_some_and(|node| shown(&node).len() > 900_000));
        }
    }

    #[test]
    fn places_are_bytes_of_the_file() {
        let text = "\u{feff}größe: ß ß # ü\nb: {c: 1} # ü\n";
        let Some(Node { kind: Kind::Map(pairs), .. }) = read(text).unwrap() else { panic!() };
        let at = |node: &Node| &text[node.span.start as usize..node.span.end as usize];
        let found: Vec<_> = pairs.iter().flat_map(|(k, v)| [at(k), at(v)]).collect();
        assert_eq!(found, ["größe", "ß ß", "b", "{c: 1}"]);
    }

    #[test]
    fn what_surprises_people_is_refused() {
        let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
        let deep = "[".repeat(5000);
        let cases = [
            (bomb, "T0552"),
            ("a: *b", "T0550"),
            ("a: !!int 3", "T0552"),
            ("a: !x {b: 1}", "T0552"),
            ("<<: {a: 1}", "T0552"),
            ("a: 1\n---\nb: 2", "T0552"),
            ("a: 1\na: 2", "T0551"),
            ("a: {1: 2, 1: 3}", "T0551"),
            ("a:\n\tb: 1", "T0550"),
            ("a: \"x", "T0550"),
            ("a: {b: 1", "T0550"),
            ("a: x: y", "T0550"),
            ("a: \"\\q\"", "T0550"),
            ("a: %x", "T0550"),
            ("  a: 1\nb: 2", "T0550"),
            (&deep, "T0555"),
        ];
        for (text, code) in cases {
            let error = read(text).err().unwrap_or_else(|| panic!("{text} is read"));
            assert_eq!(error.code, code, "{text}: {error:?}");
            assert!(error.help.is_some() && error.start() as usize <= text.len());
        }
    }
}
