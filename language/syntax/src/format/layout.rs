//! Where lines break: parts in a row, groups that stay on one line if they fit, and the writer that
//! decides.
//!
//! Knows nothing of the language. A group is decided from the outside in: it stays flat if it and
//! what sticks to it fit in [`WIDTH`], and nothing in it needs a line of its own.

/// Characters of a line.
pub(super) const WIDTH: usize = 100;

/// Blanks of a level.
const INDENT: usize = 4;

/// A part of what is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    /// Bytes of the item.
    Source(u32, u32),
    /// A comment up to the end of its line; no line's width counts it.
    Comment(u32, u32),
    /// The line of a comment ends; what was not to begin a line here stands a level deeper.
    CommentEnd,
    /// A sign that the layout needs.
    Sign(&'static str),
    /// A blank, but at no line's end.
    Space,
    /// A blank, in a broken group a new line; with `true` below an empty one.
    Line(bool),
    /// Nothing, in a broken group a new line.
    Soft,
    /// A new line; with `true` below an empty one.
    Hard(bool),
    /// A blank, or a new line where what follows would not fit up to its own first break.
    Before,
    /// What follows a `Before` ends; if that began a line, it was a level deeper.
    After,
    /// A comma in a broken group, nothing in a flat one.
    CommaIfBroken,
    /// A comma in a flat group, nothing in a broken one.
    CommaIfFlat,
    /// A group begins; its number.
    Open(u32),
    /// The innermost group ends.
    Close,
    /// One level deeper.
    Indent,
    /// One level back.
    Dedent,
}

#[derive(Debug, Clone, Copy)]
struct Group {
    /// Characters on one line.
    width: usize,
    /// The part behind its `Close`.
    end: usize,
    /// Something in it needs a line of its own.
    broken: bool,
}

/// The parts of an item, being gathered.
pub(super) struct Layout<'a> {
    text: &'a str,
    parts: Vec<Part>,
    groups: Vec<Group>,
    /// Groups that are open, and the width in front of each.
    open: Vec<(usize, usize)>,
    /// Characters so far, were all on one line.
    width: usize,
}

impl<'a> Layout<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let parts = Vec::with_capacity(text.len() / 2);
        Self { text, parts, groups: Vec::new(), open: Vec::new(), width: 0 }
    }

    pub(super) fn push(&mut self, part: Part) {
        self.width += flat(self.text, part);
        self.parts.push(part);
        if matches!(part, Part::Hard(_) | Part::CommentEnd) {
            self.break_all();
        }
    }

    pub(super) fn open(&mut self) {
        let number = self.groups.len();
        self.groups.push(Group { width: 0, end: 0, broken: false });
        self.open.push((number, self.width));
        self.parts.push(Part::Open(number as u32));
    }

    pub(super) fn close(&mut self) {
        self.parts.push(Part::Close);
        if let Some((number, before)) = self.open.pop()
            && let Some(group) = self.groups.get_mut(number)
        {
            group.width = self.width - before;
            group.end = self.parts.len();
        }
    }

    /// All groups that are open are broken: what stands here needs a line of its own.
    pub(super) fn break_all(&mut self) {
        for (number, _) in self.open.iter().rev() {
            match self.groups.get_mut(*number) {
                Some(group) if !group.broken => group.broken = true,
                _ => break,
            }
        }
    }

    /// Does a comment stand right in front?
    pub(super) fn behind_comment(&self) -> bool {
        matches!(self.parts.last(), Some(Part::CommentEnd))
    }

    /// The text, without a newline at its end.
    pub(super) fn write(&self, out: &mut String) {
        let mut writer =
            Writer { out, column: 0, level: 0, newlines: 0, space: false, deeper: false };
        // Is the group flat?
        let mut modes: Vec<bool> = Vec::new();
        // Did the `Before` begin a line?
        let mut deeper: Vec<bool> = Vec::new();
        for (index, part) in self.parts.iter().enumerate() {
            let is_flat = modes.last().copied().unwrap_or(false);
            match *part {
                Part::Source(from, to) => {
                    let text = self.slice(from, to);
                    writer.text(text, chars(text));
                }
                Part::Comment(from, to) => {
                    writer.text(self.slice(from, to).trim_end_matches([' ', '\t', '\r']), 0);
                }
                Part::CommentEnd => {
                    writer.newline(false);
                    writer.deeper = true;
                }
                Part::Sign(sign) => writer.text(sign, sign.len()),
                Part::Space => writer.space = true,
                Part::Line(_) if is_flat => writer.space = true,
                Part::Line(blank) | Part::Hard(blank) => writer.newline(blank),
                Part::Soft if is_flat => {}
                Part::Soft => writer.newline(false),
                Part::Before => {
                    let fits = writer.at() + 1 + self.chunk(index + 1) <= WIDTH;
                    deeper.push(!is_flat && !fits);
                    if is_flat || fits {
                        writer.space = true;
                    } else {
                        writer.level += 1;
                        writer.newline(false);
                    }
                }
                Part::After => {
                    let back = usize::from(deeper.pop() == Some(true));
                    writer.level = writer.level.saturating_sub(back);
                }
                Part::CommaIfBroken if !is_flat => writer.text(",", 1),
                Part::CommaIfFlat if is_flat => writer.text(",", 1),
                Part::CommaIfBroken | Part::CommaIfFlat => {}
                Part::Open(number) => {
                    let fits = self.groups.get(number as usize).is_some_and(|group| {
                        !group.broken
                            && writer.at() + group.width <= WIDTH
                            && writer.at() + group.width + self.chunk(group.end) <= WIDTH
                    });
                    modes.push(is_flat || fits);
                }
                Part::Close => _ = modes.pop(),
                Part::Indent => writer.level += 1,
                Part::Dedent => writer.level = writer.level.saturating_sub(1),
            }
        }
    }

    /// Characters from a part on up to where a line may break.
    fn chunk(&self, from: usize) -> usize {
        let mut width = 0;
        for part in self.parts.iter().skip(from) {
            match part {
                Part::Line(_) | Part::Soft | Part::Hard(_) | Part::Before | Part::Comment(..) => {
                    break;
                }
                // What surrounds this is broken, or nothing would have to be decided.
                Part::CommaIfBroken => width += 1,
                Part::CommaIfFlat => {}
                other => width += flat(self.text, *other),
            }
            if width > WIDTH {
                break;
            }
        }
        width
    }

    fn slice(&self, from: u32, to: u32) -> &'a str {
        self.text.get(from as usize..to as usize).unwrap_or_default()
    }
}

/// Characters of a part on one line.
fn flat(text: &str, part: Part) -> usize {
    match part {
        Part::Source(from, to) => text.get(from as usize..to as usize).map_or(0, chars),
        Part::Sign(sign) => sign.len(),
        Part::Space | Part::Line(_) | Part::Before | Part::CommaIfFlat => 1,
        _ => 0,
    }
}

fn chars(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

/// Writes lines: blanks and newlines only when something follows.
struct Writer<'o> {
    out: &'o mut String,
    column: usize,
    level: usize,
    newlines: usize,
    space: bool,
    /// The line above ended for its comment only.
    deeper: bool,
}

impl Writer<'_> {
    /// Where the next text would stand.
    fn at(&self) -> usize {
        match self.newlines {
            0 => self.column + usize::from(self.space),
            _ => self.indent(),
        }
    }

    fn indent(&self) -> usize {
        (self.level + usize::from(self.deeper)) * INDENT
    }

    fn newline(&mut self, blank: bool) {
        self.newlines = self.newlines.max(1 + usize::from(blank));
        self.deeper = false;
    }

    fn text(&mut self, text: &str, width: usize) {
        if self.newlines > 0 && !self.out.is_empty() {
            self.out.extend(std::iter::repeat_n('\n', self.newlines));
            self.column = self.indent();
            self.out.extend(std::iter::repeat_n(' ', self.column));
        } else if self.space && self.column > 0 {
            self.out.push(' ');
            self.column += 1;
        }
        (self.newlines, self.space, self.deeper) = (0, false, false);
        self.out.push_str(text);
        self.column += width;
    }
}
