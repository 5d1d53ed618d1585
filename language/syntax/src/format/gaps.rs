//! What stands between two tokens: comments, which are kept where they are, and blank lines.

use super::Printer;
use super::layout::Part;
use crate::prepare::is_doc;

impl Printer<'_> {
    /// Writes the comments in front of `until`, and signs that the grammar doesn't name. Says whether an empty
    /// line stands right in front of `until`. Commas are left to the lists.
    pub(super) fn gap(&mut self, until: usize) -> bool {
        self.gap_behind(until, true)
    }

    /// The same behind an opening bracket, where no empty line is kept.
    pub(super) fn gap_inside(&mut self, until: usize) {
        self.gap_behind(until, false);
    }

    fn gap_behind(&mut self, until: usize, mut keep_blank: bool) -> bool {
        let text = self.text;
        let bytes = text.as_bytes();
        let mut newlines = 0;
        let mut at = self.at;
        while at < until {
            match bytes[at] {
                b'\n' => newlines += 1,
                b' ' | b'\t' | b'\r' => {}
                // What stands behind a comma on its line stays behind it.
                b',' => newlines = 0,
                b'/' if bytes[at..].starts_with(b"//") => {
                    let end = text[at..].find('\n').map_or(text.len(), |line| at + line);
                    let moved = newlines == 0 && self.layout.behind_comment();
                    // At the head of a line it would become a doc.
                    self.broken |= moved && is_doc(&text[at..end]);
                    if newlines == 0 && !moved {
                        self.space();
                    } else {
                        self.layout.push(Part::Hard(keep_blank && newlines > 1));
                    }
                    self.layout.push(Part::Comment(at as u32, end as u32));
                    self.layout.push(Part::CommentEnd);
                    newlines = 0;
                    keep_blank = true;
                    at = end;
                    continue;
                }
                _ => {
                    let mut end = at + 1;
                    while end < until && !text.is_char_boundary(end) {
                        end += 1;
                    }
                    self.layout.push(Part::Source(at as u32, end as u32));
                    newlines = 0;
                    at = end;
                    continue;
                }
            }
            at += 1;
        }
        self.at = self.at.max(until);
        keep_blank && newlines > 1
    }

    /// Does the text go on on a new line from here?
    pub(super) fn newline_follows(&self, from: usize) -> bool {
        let rest = self.text.get(from..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        rest.as_bytes().get(blank) == Some(&b'\n')
    }

    /// Does a line end between these places?
    pub(super) fn newline_between(&self, from: usize, to: usize) -> bool {
        self.text.get(from..to).is_some_and(|between| between.contains('\n'))
    }
}
