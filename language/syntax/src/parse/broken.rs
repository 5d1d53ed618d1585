//! What is broken, how far it goes, and the strict reading of it.
//!
//! Skipping never fails half way: brackets balance, and docs (whose brackets don't count) are
//! skipped whole.

use super::Reader;
use crate::rule::Rule;

impl<const WHY: bool> Reader<'_, WHY> {
    /// Up to the end of the line or block.
    pub(super) fn broken_line(&mut self, rule: Rule) -> bool {
        self.node(rule, |r| r.skip_to(b"\n}"))
    }

    /// Up to the next comma or the closer.
    pub(super) fn broken_entry(&mut self, rule: Rule) -> bool {
        self.node(rule, |r| r.skip_to(b",)}"))
    }

    /// Up to the block, or the end of the line.
    pub(super) fn broken_head(&mut self, rule: Rule) -> bool {
        self.node(rule, |r| r.skip_to(b"{\n"))
    }

    /// What should have been `-> Type`; it may be nothing at all.
    pub(super) fn broken_result(&mut self) -> bool {
        self.node(Rule::BrokenResult, |r| {
            r.skip_to(b"{\n");
            true
        })
    }

    /// `{…}` in a text.
    pub(super) fn broken_hole(&mut self) -> bool {
        self.node(Rule::BrokenHole, Self::skip_inside)
    }

    /// An item that begins as none does.
    pub(super) fn broken_item(&mut self) -> bool {
        self.node(Rule::BrokenItem, |r| {
            while r.doc() {
                while r.byte() == Some(b'\n') {
                    r.at += 1;
                }
            }
            r.skip_all()
        })
    }

    /// All that is left but the ends of lines at the very end.
    pub(super) fn broken_rest(&mut self, rule: Rule) -> bool {
        self.node(rule, Self::skip_all)
    }

    fn skip_all(&mut self) -> bool {
        let end = self.text.trim_end_matches('\n').len();
        let some = end > self.at;
        self.at = self.at.max(end);
        some
    }

    /// At least one thing, up to one of these signs.
    fn skip_to(&mut self, ends: &[u8]) -> bool {
        let begin = self.at;
        while self.byte().is_none_or(|byte| !ends.contains(&byte)) && self.skip_one() {}
        self.at > begin
    }

    /// A text, a bracket with all that it holds, a doc, or a character.
    fn skip_one(&mut self) -> bool {
        let skipped = self.doc()
            || match self.byte() {
                Some(b'(') => self.skip_group(b')'),
                Some(b'[') => self.skip_group(b']'),
                Some(b'{') => self.skip_group(b'}'),
                Some(b'"') => self.skip_text(),
                _ => false,
            };
        let more = self.byte().is_some();
        if !skipped && more {
            self.skip_character();
        }
        skipped || more
    }

    fn skip_character(&mut self) {
        self.at += 1;
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    fn skip_group(&mut self, closer: u8) -> bool {
        self.together(|r| {
            r.at += 1;
            while r.byte() != Some(closer) && r.skip_one() {}
            r.at += 1;
            r.at <= r.bytes.len()
        })
    }

    /// A text with its holes, on its line.
    fn skip_text(&mut self) -> bool {
        self.together(|r| {
            r.at += 1;
            loop {
                match r.byte() {
                    None | Some(b'\n') => return false,
                    Some(b'"') => break,
                    Some(b'{') if r.sees("{{") => r.at += 2,
                    Some(b'{') if r.skip_inside() => {}
                    Some(b'\\') if r.at + 1 < r.bytes.len() => {
                        r.at += 1;
                        r.skip_character();
                    }
                    _ => r.skip_character(),
                }
            }
            r.at += 1;
            true
        })
    }

    /// `{…}` with texts and braces in it.
    fn skip_inside(&mut self) -> bool {
        self.together(|r| {
            if r.byte() != Some(b'{') {
                return false;
            }
            r.at += 1;
            loop {
                match r.byte() {
                    None | Some(b'\n') => return false,
                    Some(b'}') => break,
                    Some(b'"') => {
                        if !r.skip_text() {
                            return false;
                        }
                    }
                    Some(b'{') if r.skip_inside() => {}
                    _ => r.skip_character(),
                }
            }
            r.at += 1;
            true
        })
    }

    /// What a broken stretch should have been, up to its end.
    pub(super) fn strictly(&mut self, broken: Rule) -> bool {
        self.lines_between(broken);
        match broken {
            Rule::BrokenValue => self.expression(),
            Rule::BrokenItem => self.item(),
            Rule::BrokenClause => self.clause(),
            Rule::BrokenSet => self.set_clause(),
            Rule::BrokenLine => self.line(),
            Rule::BrokenRule => self.requirement(),
            Rule::BrokenParameter => self.parameter(),
            Rule::BrokenField => self.field(),
            Rule::BrokenVariant => self.variant(),
            Rule::BrokenImport => self.imported(),
            Rule::BrokenHole => self.hole(),
            Rule::BrokenRecipeHead => self.recipe_head(),
            Rule::BrokenLayerHead => self.layer_head(),
            Rule::BrokenResult => self.arrow() && self.skip() && self.type_(),
            _ => false,
        }
    }

    /// What may stand in front of a broken stretch and behind it.
    pub(super) fn lines_between(&mut self, broken: Rule) {
        match broken {
            Rule::BrokenValue
            | Rule::BrokenItem
            | Rule::BrokenField
            | Rule::BrokenVariant
            | Rule::BrokenImport => self.lines(),
            _ => self.skip(),
        };
    }
}
