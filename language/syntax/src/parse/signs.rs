//! Signs, words of the language and names: what is read byte by byte.

use super::Reader;
use crate::rule::Rule;
use unicode_ident::{is_xid_continue, is_xid_start};

/// Words that are no names, by their first letters: most names are told from them by one byte.
const RESERVED: [&str; 14] = [
    "and", "cut", "else", "every", "false", "for", "if", "in", "let", "match", "none", "not", "or",
    "true",
];

/// Readers of signs that are always the same bytes.
macro_rules! signs {
    ($($(#[$doc:meta])* $name:ident $rule:ident $sign:literal)+) => {
        impl<const WHY: bool> Reader<'_, WHY> {
            $($(#[$doc])* pub(super) fn $name(&mut self) -> bool {
                self.sign(Rule::$rule, $sign)
            })+
        }
    };
}

signs! {
    open_brace OpenBrace "{"
    close_brace CloseBrace "}"
    open_paren OpenParen "("
    close_paren CloseParen ")"
    open_square OpenSquare "["
    close_square CloseSquare "]"
    comma Comma ","
    colon Colon ":"
    arrow Arrow "->"
    fat_arrow FatArrow "=>"
    less Less "<"
    greater Greater ">"
    optional Optional "?"
}

impl<const WHY: bool> Reader<'_, WHY> {
    /// These very bytes.
    pub(super) fn sign(&mut self, rule: Rule, sign: &str) -> bool {
        let end = self.sees(sign).then_some(self.at + sign.len());
        self.leaf(rule, end)
    }

    /// `=`, but not `==` or `=>`
    pub(super) fn equals(&mut self) -> bool {
        let alone =
            self.byte() == Some(b'=') && !matches!(self.bytes.get(self.at + 1), Some(b'=' | b'>'));
        self.leaf(Rule::Equals, alone.then_some(self.at + 1))
    }

    /// `-`, but not `->`: a sign in front of a value, or an operator.
    pub(super) fn dash(&mut self, rule: Rule) -> bool {
        let alone = self.byte() == Some(b'-') && self.bytes.get(self.at + 1) != Some(&b'>');
        self.leaf(rule, alone.then_some(self.at + 1))
    }

    /// A word of the language.
    pub(super) fn word(&mut self, rule: Rule) -> bool {
        let end = self.word_ends(rule.word().unwrap_or_default());
        self.leaf(rule, end)
    }

    /// `every` between two values.
    pub(super) fn every(&mut self) -> bool {
        let end = self.word_ends("every");
        self.leaf(Rule::Every, end)
    }

    /// `set`, but not `set!`
    pub(super) fn set_word(&mut self) -> bool {
        let end = self.word_ends("set").filter(|end| self.bytes.get(*end) != Some(&b'!'));
        self.leaf(Rule::SetWord, end)
    }

    /// `set!`
    pub(super) fn set_hard_word(&mut self) -> bool {
        self.sign(Rule::SetHardWord, "set!")
    }

    /// Do these bytes stand here?
    pub(super) fn sees(&self, sign: &str) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(sign.as_bytes()))
    }

    /// Behind this whole word, if it stands here.
    pub(super) fn word_ends(&self, word: &str) -> Option<usize> {
        let end = self.at + word.len();
        (self.sees(word) && !self.goes_on(end)).then_some(end)
    }

    /// The word that stands here.
    pub(super) fn this_word(&self) -> &[u8] {
        let end = self.run(self.at);
        self.bytes.get(self.at..end).unwrap_or_default()
    }

    /// Does a word go on at `at`?
    pub(super) fn goes_on(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            None => false,
            Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric() || *byte == b'_',
            Some(_) => self.character(at).is_some_and(is_xid_continue),
        }
    }

    /// Behind the characters of a word from `at` on.
    pub(super) fn run(&self, mut at: usize) -> usize {
        while self.goes_on(at) {
            at += match self.bytes.get(at) {
                Some(byte) if byte.is_ascii() => 1,
                _ => self.character(at).map_or(1, char::len_utf8),
            };
        }
        at
    }

    fn character(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// Does a word begin at `at`?
    pub(super) fn begins_word(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            None => false,
            Some(byte) if byte.is_ascii() => byte.is_ascii_alphabetic() || *byte == b'_',
            Some(_) => self.character(at).is_some_and(is_xid_start),
        }
    }

    /// Behind the name at `at`: a word, but none of the language's.
    pub(super) fn name_end(&self, at: usize) -> Option<usize> {
        if !self.begins_word(at) {
            return None;
        }
        let end = self.run(at);
        let may_be_reserved = end - at <= 5 && matches!(self.bytes.get(at), Some(b'a'..=b't'));
        let word = self.text.get(at..end)?;
        (!may_be_reserved || !RESERVED.contains(&word)).then_some(end)
    }

    /// Behind names between separators.
    fn names_end(&self, at: usize, separator: u8) -> Option<usize> {
        let mut end = self.name_end(at)?;
        while self.bytes.get(end) == Some(&separator)
            && let Some(next) = self.name_end(end + 1)
        {
            end = next;
        }
        Some(end)
    }

    /// A name.
    pub(super) fn name(&mut self) -> bool {
        let end = self.name_end(self.at);
        self.leaf(Rule::Name, end)
    }

    /// `a.b.c`
    pub(super) fn path(&mut self) -> bool {
        let end = self.names_end(self.at, b'.');
        self.leaf(Rule::Path, end)
    }

    /// `ELT_104`, `ELT_104.*`
    pub(super) fn shots(&mut self) -> bool {
        let end = self.names_end(self.at, b'.').map(|end| {
            let all = self.bytes.get(end..).is_some_and(|rest| rest.starts_with(b".*"));
            if all { end + 2 } else { end }
        });
        self.leaf(Rule::Shots, end)
    }

    /// `fall/gen.strength`
    pub(super) fn address(&mut self) -> bool {
        let end = self.names_end(self.at, b'/').map(|nodes| {
            let fields = (self.bytes.get(nodes) == Some(&b'.'))
                .then(|| self.names_end(nodes + 1, b'.'))
                .flatten();
            fields.unwrap_or(nodes)
        });
        self.leaf(Rule::Address, end)
    }

    /// `/// …`
    pub(super) fn doc(&mut self) -> bool {
        let end = self.sees("///").then(|| {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let line = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            self.at + line.unwrap_or(rest.len())
        });
        self.leaf(Rule::Doc, end)
    }
}
