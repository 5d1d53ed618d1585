//! Literals: numbers with their units, sizes, dates, and texts with their holes.

use super::Reader;
use crate::rule::Rule;
use crate::words::UNITS;

impl<const WHY: bool> Reader<'_, WHY> {
    /// `true`, `false`, `none`
    pub(super) fn literal(&mut self) -> bool {
        self.node(Rule::Literal, |r| {
            r.word(Rule::TrueWord) || r.word(Rule::FalseWord) || r.word(Rule::NoneWord)
        })
    }

    fn digit(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(u8::is_ascii_digit)
    }

    /// Behind the digits at `at`.
    fn digits(&self, mut at: usize) -> usize {
        while self.digit(at) {
            at += 1;
        }
        at
    }

    /// `2028-05-01`
    pub(super) fn date(&mut self) -> bool {
        let form = b"dddd-dd-dd";
        let fits = form.iter().enumerate().all(|(place, form)| match form {
            b'd' => self.digit(self.at + place),
            _ => self.bytes.get(self.at + place) == Some(&b'-'),
        });
        let end = self.at + form.len();
        self.leaf(Rule::Date, (fits && !self.goes_on(end)).then_some(end))
    }

    /// `1920x1080`
    pub(super) fn size(&mut self) -> bool {
        let side = |at: usize| {
            (self.digit(at) && self.bytes.get(at) != Some(&b'0')).then(|| self.digits(at))
        };
        let end = side(self.at)
            .filter(|width| self.bytes.get(*width) == Some(&b'x'))
            .and_then(|width| side(width + 1))
            .filter(|end| !self.goes_on(*end));
        self.leaf(Rule::Size, end)
    }

    /// `40%`, `5_600K`, `+1.5e3`. `10 % 3` has a blank; `10%3` is caught behind the unit, where an
    /// operator is missing.
    pub(super) fn quantity(&mut self) -> bool {
        self.node(Rule::Quantity, |r| {
            let end = r.number_end();
            if !r.leaf(Rule::Number, end) {
                return false;
            }
            if r.byte() == Some(b'%') || r.goes_on(r.at) {
                let end = if r.byte() == Some(b'%') { r.at + 1 } else { r.run(r.at) };
                let unit = r.text.get(r.at..end).unwrap_or_default();
                let unit = UNITS.contains(&unit).then_some(end);
                let _ = r.leaf(Rule::Unit, unit) || r.leaf(Rule::BrokenUnit, Some(end));
            }
            true
        })
    }

    fn number_end(&self) -> Option<usize> {
        let mut end = self.at + usize::from(self.byte() == Some(b'+'));
        if !self.digit(end) {
            return None;
        }
        while self.digit(end) || self.bytes.get(end) == Some(&b'_') {
            end += 1;
        }
        if self.bytes.get(end) == Some(&b'.') && self.digit(end + 1) {
            end = self.digits(end + 1);
        }
        if let Some(b'e' | b'E') = self.bytes.get(end) {
            let signed = matches!(self.bytes.get(end + 1), Some(b'+' | b'-'));
            let exponent = end + 1 + usize::from(signed);
            if self.digit(exponent) {
                end = self.digits(exponent);
            }
        }
        Some(end)
    }

    /// `"…"`
    pub(super) fn text(&mut self) -> bool {
        self.node(Rule::Text, |r| {
            if r.byte() != Some(b'"') {
                return false;
            }
            r.at += 1;
            while r.characters()
                || r.escape()
                || r.hole()
                || r.broken_hole()
                || r.broken_escape()
                || r.sign(Rule::LoneBrace, "}")
            {}
            r.sign(Rule::TextEnd, "\"")
        })
    }

    /// Characters that stand for themselves.
    fn characters(&mut self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let special = |byte: &u8| matches!(byte, b'"' | b'{' | b'}' | b'\\' | b'\n' | b'\r');
        let len = rest.iter().position(special).unwrap_or(rest.len());
        self.leaf(Rule::Characters, (len > 0).then_some(self.at + len))
    }

    /// `{{`, `}}`, `\n`, `\u{e9}`
    fn escape(&mut self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let len = match rest {
            [b'{', b'{', ..] | [b'}', b'}', ..] | [b'\\', b'"' | b'\\' | b'n' | b't', ..] => {
                Some(2)
            }
            [b'\\', b'u', b'{', number @ ..] => {
                let digits = number.iter().take(6).take_while(|b| b.is_ascii_hexdigit()).count();
                (digits > 0 && number.get(digits) == Some(&b'}')).then_some(digits + 4)
            }
            _ => None,
        };
        self.leaf(Rule::Escape, len.map(|len| self.at + len))
    }

    fn broken_escape(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let behind = rest.strip_prefix('\\').and_then(|rest| rest.chars().next());
        let behind = behind.filter(|c| !matches!(c, '\n' | '\r'));
        self.leaf(Rule::BrokenEscape, behind.map(|c| self.at + 1 + c.len_utf8()))
    }

    /// `{frame:04}`
    pub(super) fn hole(&mut self) -> bool {
        self.node(Rule::Hole, |r| {
            if r.byte() != Some(b'{') {
                return false;
            }
            r.at += 1;
            if !(r.skip() && r.expression() && r.skip()) {
                return false;
            }
            r.together(|r| {
                let colon = r.byte() == Some(b':');
                if colon {
                    r.at += 1;
                    r.skip();
                    let end = r.format_end();
                    r.leaf(Rule::FormatSpec, Some(end));
                }
                colon
            });
            r.skip() && r.sign(Rule::HoleEnd, "}")
        })
    }

    /// `+06.2`; it may be nothing.
    fn format_end(&self) -> usize {
        let end = self.digits(self.at + usize::from(self.byte() == Some(b'+')));
        let digits = self.bytes.get(end) == Some(&b'.') && self.digit(end + 1);
        if digits { self.digits(end + 1) } else { end }
    }
}
