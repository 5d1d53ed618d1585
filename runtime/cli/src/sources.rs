//! Texts of the files that messages point into, with an index of their lines: a message about the end of a
//! long file costs no more than one about its beginning.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// Bytes of a line that is shown whole.
const LONG: usize = 400;
/// Bytes of a longer one that are shown before and behind what is meant.
const PART: usize = 40;

/// Lines of a stretch that are shown; of more its first one.
const MOST_LINES: usize = 20;

/// A text and where its lines begin.
#[derive(Debug, Clone)]
pub(crate) struct Text(Arc<(String, Vec<usize>)>);

impl Text {
    fn new(text: String) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            // As miette counts them: a carriage return by itself ends a line too.
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
                starts.push(at + 1);
            }
        }
        Self(Arc::new((text, starts)))
    }

    /// All of it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0.0
    }

    /// The line of a byte, from 0, and where that line begins.
    fn line(&self, byte: usize) -> (usize, usize) {
        let line = self.0.1.partition_point(|start| *start <= byte).saturating_sub(1);
        (line, self.start(line))
    }

    /// Where a line begins; the end of the text for lines behind the last.
    fn start(&self, line: usize) -> usize {
        self.0.1.get(line).copied().unwrap_or(self.as_str().len())
    }

    /// Is a line, counted from 1, too long to be shown whole?
    pub(crate) fn is_long(&self, line: usize) -> bool {
        self.start(line).saturating_sub(self.start(line.saturating_sub(1))) > LONG
    }

    /// How much of a stretch is shown: of what stands in a long line, its beginning; of many lines, the first.
    pub(crate) fn shown(&self, start: usize, length: usize) -> usize {
        let (line, _) = self.line(start);
        let (last, _) = self.line(start + length);
        if !(line..=last.min(line + MOST_LINES)).any(|line| self.is_long(line + 1)) {
            let first = self.start(line + 1).saturating_sub(1);
            let all = last - line <= MOST_LINES;
            return if all { length } else { first.saturating_sub(start).max(1) };
        }
        let end = self.start(line + 1).min(start + length.min(PART));
        self.as_str().floor_char_boundary(end).saturating_sub(start)
    }

    /// The part of a long line around a stretch: where it begins and ends.
    fn part(&self, start: usize, length: usize) -> (usize, usize) {
        let (line, begin) = self.line(start);
        let end = self.start(line + 1);
        let from = begin.max(start.saturating_sub(PART));
        let to = end.min(start + length.min(PART) + PART);
        (self.as_str().ceil_char_boundary(from), self.as_str().floor_char_boundary(to))
    }

    /// Line and column of a byte, from 1, the column in characters.
    pub(crate) fn position(&self, byte: u32) -> (usize, usize) {
        let byte = self.as_str().floor_char_boundary(byte as usize);
        let (line, start) = self.line(byte);
        let before = self.as_str().get(start..byte).unwrap_or_default();
        (line + 1, before.chars().count() + 1)
    }
}

/// A named text, of which miette reads only the lines around what it shows.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) text: Text,
}

impl Named {
    /// A stretch of a line, without the lines around it. `bare`: nothing around it was asked for, but where it
    /// begins.
    fn cropped(&self, span: &SourceSpan, bare: bool) -> MietteSpanContents<'_> {
        let (from, to) = self.text.part(span.offset(), span.len());
        let (line, column) = self.text.position(if bare { span.offset() } else { from } as u32);
        let part = self.text.as_str().get(from..to).unwrap_or_default();
        MietteSpanContents::new_named(
            self.name.clone(),
            part.trim_end_matches(['\n', '\r']).as_bytes(),
            SourceSpan::from((from, to - from)),
            line - 1,
            column - 1,
            1,
        )
    }
}

impl SourceCode for Named {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (first, _) = self.text.line(span.offset());
        let (last, _) = self.text.line(span.offset() + span.len());
        let first = first.saturating_sub(before + 1);
        if (first..=last + after).any(|line| self.text.is_long(line + 1)) {
            return Ok(Box::new(self.cropped(span, before == 0 && after == 0)));
        }
        let (from, to) = (self.text.start(first), self.text.start(last + after + 2));
        let window = self.text.as_str().get(from..to).ok_or(MietteError::OutOfBounds)?;
        let inside = SourceSpan::from((span.offset() - from, span.len()));
        let found = window.read_span(&inside, before, after)?;
        let place = SourceSpan::from((found.span().offset() + from, found.span().len()));
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            found.data(),
            place,
            found.line() + first,
            found.column(),
            found.line_count() + first,
        )))
    }
}

/// Texts by file, as they were given or as they lie on the disk.
#[derive(Debug, Default)]
pub(crate) struct Sources(RefCell<HashMap<String, Text>>);

impl Sources {
    /// Remembers a file's text.
    pub(crate) fn add(&mut self, file: &str, text: &str) {
        self.0.get_mut().insert(file.to_owned(), Text::new(text.to_owned()));
    }

    /// A file's text; empty if it can't be read.
    pub(crate) fn text(&self, file: &str) -> Text {
        let mut known = self.0.borrow_mut();
        // Messages point into the standard library, too, whose text is in this program.
        let standard = || {
            toma_compiler::library()
                .find(|(path, _)| *path == file)
                .map(|(_, text)| text.to_owned())
        };
        let own = || std::fs::read_to_string(file).ok().or_else(standard);
        let read = || Text::new(own().unwrap_or_default());
        known.entry(file.to_owned()).or_insert_with(read).clone()
    }

    /// Line and column, from 1, of a byte of a file.
    pub(crate) fn position(&self, file: &str, byte: u32) -> (usize, usize) {
        self.text(file).position(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_shows_what_the_whole_text_would() {
        let text = "one\ntwo é\r\nthree\n\nfive\nsix\n".repeat(3);
        let named = Named { name: "a".into(), text: Text::new(text.clone()) };
        for start in 0..text.len() {
            for length in [0, 1, 4, 9] {
                if start + length > text.len() {
                    continue;
                }
                for around in [0, 1, 2] {
                    let span = SourceSpan::from((start, length));
                    let (ours, whole) = match (
                        named.read_span(&span, around, around),
                        text.read_span(&span, around, around),
                    ) {
                        (Ok(ours), Ok(whole)) => (ours, whole),
                        (ours, whole) => {
                            assert_eq!(ours.is_ok(), whole.is_ok());
                            continue;
                        }
                    };
                    assert_eq!(ours.data(), whole.data(), "{span:?} {around}");
                    assert_eq!(ours.span(), whole.span(), "{span:?} {around}");
                    assert_eq!(
                        (ours.line(), ours.column()),
                        (whole.line(), whole.column()),
                        "{span:?} {around}"
                    );
                }
            }
        }
    }

    #[test]
    fn of_many_lines_the_first_is_shown() {
        let text = Text::new("one two\n".repeat(50));
        assert_eq!(text.shown(4, 3), 3);
        assert_eq!(text.shown(4, 8 * 20), 8 * 20);
        assert_eq!(text.shown(4, 8 * 21), 3);
        let old = Text::new("one two\r".repeat(50));
        assert_eq!(old.shown(0, 400), 7);
    }

    #[test]
    fn the_place_of_a_long_line_is_that_of_the_mistake() {
        let text = format!("{}bbb", "1, ".repeat(500));
        let named = Named { name: "a".into(), text: Text::new(text) };
        let place = |around| {
            let span = SourceSpan::from((1500, 3));
            named.read_span(&span, around, around).map(|found| (found.line(), found.column())).ok()
        };
        assert_eq!(place(0), Some((0, 1500)));
        assert_eq!(place(1), Some((0, 1460)), "around it a part of the line is shown");
    }

    #[test]
    fn positions_count_characters() {
        let text = Text::new("aé\n\nb".into());
        assert_eq!(text.position(0), (1, 1));
        assert_eq!(text.position(3), (1, 3));
        assert_eq!(text.position(4), (2, 1));
        assert_eq!(text.position(99), (3, 2));
    }
}
