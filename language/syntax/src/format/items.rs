//! Items, their heads and clauses: which parts stand on one line, and where that line may break.

use super::Printer;
use super::layout::Part;
use super::lists::{LINES, PADDED, TIGHT};
use crate::pair::Pair;
use crate::rule::Rule;
use crate::words::{CLAUSE_WORDS, first_word};

impl Printer<'_> {
    /// A whole item with its docs, and the comments behind its last token.
    pub(super) fn file_item(&mut self, pair: Pair<'_>) {
        let mut public = false;
        for part in pair.inner() {
            match part.rule() {
                Rule::End => {}
                Rule::Doc | Rule::Attribute => {
                    self.lead_line(&part);
                    self.pair(part);
                }
                Rule::Public => {
                    self.lead_line(&part);
                    self.word(&part);
                    public = true;
                }
                _ => {
                    if !public {
                        self.lead_line(&part);
                    }
                    self.pair(part);
                }
            }
        }
        self.gap(self.text.len());
    }

    /// An empty line between the docs of an item and what they document is the author's.
    fn lead_line(&mut self, part: &Pair<'_>) {
        if self.at > 0 {
            let blank = self.gap(part.begin());
            self.layout.push(Part::Hard(blank));
        }
    }

    /// Any pair, by its rule.
    pub(super) fn pair(&mut self, pair: Pair<'_>) {
        let rule = pair.rule();
        match rule {
            Rule::Expression | Rule::FrameRange => self.expression(pair),
            Rule::Operand | Rule::BareOperand => self.operand(pair),
            // Texts are written as they stand, holes and all.
            Rule::Text | Rule::Doc | Rule::Address | Rule::Path | Rule::Quantity | Rule::Shots => {
                self.token(&pair);
            }
            Rule::UseList | Rule::Parameters | Rule::Arguments | Rule::List | Rule::Curve => {
                self.list(&mut pair.inner(), TIGHT);
            }
            Rule::Settings => self.list(&mut pair.inner(), LINES),
            Rule::Body | Rule::Clauses => self.block(&mut pair.inner(), false),
            Rule::If => self.if_(pair),
            Rule::Match => self.headed_list(pair, LINES),
            Rule::Cut | Rule::RecordItem | Rule::EnumItem => self.headed_list(pair, PADDED),
            Rule::AtClause | Rule::PolicyItem => self.headed_block(pair),
            Rule::Group => self.group(pair),
            Rule::Generics | Rule::TypeArguments | Rule::Case => self.types(pair),
            _ if is_broken(rule) => self.broken = true,
            _ => self.parts(&pair),
        }
    }

    /// Parts in a row with the blanks that belong between them; a lone token as it stands.
    fn parts(&mut self, pair: &Pair<'_>) {
        let mut parts = pair.clone().inner().peekable();
        if parts.peek().is_none() {
            return self.token(pair);
        }
        let mut before: Option<Rule> = None;
        let mut assigned = None;
        while let Some(part) = parts.next() {
            let rule = part.rule();
            if let Some(before) = before {
                self.between(before, &part);
            }
            self.pair(part);
            if rule == Rule::Equals {
                assigned = self.assigned(parts.peek());
                before = None;
            } else {
                before = Some(rule);
            }
        }
        if let Some(end) = assigned {
            self.layout.push(end);
        }
    }

    /// What stands between two parts of a clause or head.
    fn between(&mut self, before: Rule, next: &Pair<'_>) {
        let rule = next.rule();
        if before == Rule::Doc {
            return self.layout.push(Part::Hard(false));
        }
        if before == Rule::Attribute {
            let begin = next.begin();
            let apart = self.newline_between(self.at, begin);
            // A comment at the end of the attribute's line stays there.
            self.gap(begin);
            return self.layout.push(if apart { Part::Hard(false) } else { Part::Space });
        }
        let tight = match rule {
            Rule::Colon
            | Rule::Comma
            | Rule::Optional
            | Rule::Call
            | Rule::Generics
            | Rule::Parameters
            | Rule::Arguments
            | Rule::TypeArguments
            | Rule::UseList
            | Rule::OpenParen
            | Rule::CloseParen => true,
            Rule::Name => {
                matches!(before, Rule::Name | Rule::Call | Rule::Group)
                    && self.text.get(self.at..next.begin()).is_some_and(|dot| dot.contains('.'))
            }
            _ => matches!(before, Rule::OpenParen | Rule::Negate),
        };
        // `with (…)` is no call.
        if !tight || before == Rule::WithWord {
            self.space();
        }
    }

    /// Behind the `=` of a clause: the value goes to the next line only if its beginning doesn't
    /// fit, or a comment stands in front of it. Says what ends that.
    fn assigned(&mut self, value: Option<&Pair<'_>>) -> Option<Part> {
        let begin = value.map_or(self.at, Pair::begin);
        if self.text.get(self.at..begin).is_some_and(|between| between.contains("//")) {
            self.layout.push(Part::Indent);
            self.gap(begin);
            self.layout.push(Part::Hard(false));
            return Some(Part::Dedent);
        }
        let may_break = value.is_some_and(|value| !begins_like_a_clause(value.text()));
        self.layout.push(if may_break { Part::Before } else { Part::Space });
        may_break.then_some(Part::After)
    }

    /// `<S: Linear, T>`, `<ACEScg, straight>`, `Roto(shape)`: no line can break here.
    fn types(&mut self, pair: Pair<'_>) {
        let mut apart = false;
        let mut parts = pair.inner().peekable();
        while let Some(part) = parts.next() {
            if part.rule() == Rule::Comma {
                let last = parts.peek().is_none_or(|next| next.rule() == Rule::Greater);
                if !last {
                    self.sign(",");
                }
                apart = !last;
                continue;
            }
            if std::mem::take(&mut apart) {
                self.gap(part.begin());
                self.space();
            }
            self.pair(part);
        }
    }

    /// `match x { … }`, `record R { … }`: parts up to the brace, then a list.
    fn headed_list(&mut self, pair: Pair<'_>, list: super::lists::List) {
        let mut parts = pair.inner().peekable();
        while let Some(part) = parts.next_if(|part| part.rule() != Rule::OpenBrace) {
            self.pair(part);
            self.space();
        }
        self.list(&mut parts, list);
    }

    /// `at 1040..last { … }`: parts up to the brace, then lines.
    fn headed_block(&mut self, pair: Pair<'_>) {
        let mut parts = pair.inner().peekable();
        while let Some(part) = parts.next_if(|part| part.rule() != Rule::OpenBrace) {
            self.pair(part);
            self.space();
        }
        self.block(&mut parts, false);
    }

    /// The bodies of an `if` break together.
    fn if_(&mut self, pair: Pair<'_>) {
        self.layout.open();
        let mut first = true;
        for part in pair.inner() {
            if !std::mem::take(&mut first) {
                self.space();
            }
            match part.rule() {
                Rule::Body => self.block(&mut part.inner(), true),
                _ => self.pair(part),
            }
        }
        self.layout.close();
    }
}

/// Would a line that begins so be taken for a statement of its own? (`seed every 2`)
pub(super) fn begins_like_a_clause(value: &str) -> bool {
    let word = first_word(value);
    CLAUSE_WORDS.contains(&word) || word == "require"
}

fn is_broken(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::BrokenItem
            | Rule::BrokenRest
            | Rule::BrokenClause
            | Rule::BrokenSet
            | Rule::BrokenLine
            | Rule::BrokenRule
            | Rule::BrokenParameter
            | Rule::MissingComma
            | Rule::BrokenField
            | Rule::BrokenVariant
            | Rule::BrokenImport
            | Rule::BrokenRecipeHead
            | Rule::BrokenLayerHead
            | Rule::BrokenResult
            | Rule::BrokenValue
    )
}
