//! Items, their heads and clauses: which parts stand on one line, and where that line may break.

use super::Printer;
use super::layout::Part;
use super::lists::{LINES, PADDED, TIGHT};
use crate::grammar::{Pair, Rule};
use crate::words::{CLAUSE_WORDS, first_word};

impl Printer<'_> {
    /// A whole item with its docs, and the comments behind its last token.
    pub(super) fn file_item(&mut self, pair: Pair<'_>) {
        let mut public = false;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::EOI => {}
                Rule::doc | Rule::attribute => {
                    self.lead_line(&part);
                    self.pair(part);
                    self.layout.push(Part::Hard(false));
                }
                Rule::public => {
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
            let blank = self.gap(part.as_span().start());
            self.layout.push(Part::Hard(blank));
        }
    }

    /// Any pair, by its rule.
    pub(super) fn pair(&mut self, pair: Pair<'_>) {
        let rule = pair.as_rule();
        match rule {
            Rule::expression | Rule::frame_range => self.expression(pair),
            Rule::operand | Rule::bare_operand => self.operand(pair),
            // Texts are written as they stand, holes and all.
            Rule::text | Rule::doc | Rule::address | Rule::path | Rule::quantity | Rule::shots => {
                self.token(&pair);
            }
            Rule::use_list | Rule::parameters | Rule::arguments | Rule::list | Rule::curve => {
                self.list(&mut pair.into_inner(), TIGHT);
            }
            Rule::settings => self.list(&mut pair.into_inner(), LINES),
            Rule::body | Rule::clauses => self.block(&mut pair.into_inner(), false),
            Rule::if_ => self.if_(pair),
            Rule::match_ => self.headed_list(pair, LINES),
            Rule::cut | Rule::record_item | Rule::enum_item => self.headed_list(pair, PADDED),
            Rule::at_clause | Rule::policy_item => self.headed_block(pair),
            Rule::group => self.group(pair),
            Rule::generics | Rule::type_arguments | Rule::case => self.types(pair),
            _ if is_broken(rule) => self.broken = true,
            _ => self.parts(&pair),
        }
    }

    /// Parts in a row with the blanks that belong between them; a lone token as it stands.
    fn parts(&mut self, pair: &Pair<'_>) {
        let mut parts = pair.clone().into_inner().peekable();
        if parts.peek().is_none() {
            return self.token(pair);
        }
        let mut before: Option<Rule> = None;
        let mut assigned = None;
        while let Some(part) = parts.next() {
            let rule = part.as_rule();
            if let Some(before) = before {
                self.between(before, &part);
            }
            self.pair(part);
            if rule == Rule::equals {
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
        let rule = next.as_rule();
        if before == Rule::doc {
            return self.layout.push(Part::Hard(false));
        }
        if before == Rule::attribute {
            let apart = self.newline_between(self.at, next.as_span().start());
            return self.layout.push(if apart { Part::Hard(false) } else { Part::Space });
        }
        let tight = match rule {
            Rule::colon
            | Rule::comma
            | Rule::optional
            | Rule::call
            | Rule::generics
            | Rule::parameters
            | Rule::arguments
            | Rule::type_arguments
            | Rule::use_list
            | Rule::open_paren
            | Rule::close_paren => true,
            Rule::name => {
                matches!(before, Rule::name | Rule::call | Rule::group)
                    && self
                        .text
                        .get(self.at..next.as_span().start())
                        .is_some_and(|dot| dot.contains('.'))
            }
            _ => matches!(before, Rule::open_paren | Rule::negate),
        };
        // `with (…)` is no call.
        if !tight || before == Rule::k_with {
            self.space();
        }
    }

    /// Behind the `=` of a clause: the value goes to the next line only if its beginning doesn't
    /// fit, or a comment stands in front of it. Says what ends that.
    fn assigned(&mut self, value: Option<&Pair<'_>>) -> Option<Part> {
        let begin = value.map_or(self.at, |value| value.as_span().start());
        if self.text.get(self.at..begin).is_some_and(|between| between.contains("//")) {
            self.layout.push(Part::Indent);
            self.gap(begin);
            self.layout.push(Part::Hard(false));
            return Some(Part::Dedent);
        }
        let may_break = value.is_some_and(|value| !begins_like_a_clause(value.as_str()));
        self.layout.push(if may_break { Part::Before } else { Part::Space });
        may_break.then_some(Part::After)
    }

    /// `<S: Linear, T>`, `<ACEScg, straight>`, `Roto(shape)`: no line can break here.
    fn types(&mut self, pair: Pair<'_>) {
        let mut apart = false;
        let mut parts = pair.into_inner().peekable();
        while let Some(part) = parts.next() {
            if part.as_rule() == Rule::comma {
                let last = parts.peek().is_none_or(|next| next.as_rule() == Rule::greater);
                if !last {
                    self.sign(",");
                }
                apart = !last;
                continue;
            }
            if std::mem::take(&mut apart) {
                self.gap(part.as_span().start());
                self.space();
            }
            self.pair(part);
        }
    }

    /// `match x { … }`, `record R { … }`: parts up to the brace, then a list.
    fn headed_list(&mut self, pair: Pair<'_>, list: super::lists::List) {
        let mut parts = pair.into_inner().peekable();
        while let Some(part) = parts.next_if(|part| part.as_rule() != Rule::open_brace) {
            self.pair(part);
            self.space();
        }
        self.list(&mut parts, list);
    }

    /// `at 1040..last { … }`: parts up to the brace, then lines.
    fn headed_block(&mut self, pair: Pair<'_>) {
        let mut parts = pair.into_inner().peekable();
        while let Some(part) = parts.next_if(|part| part.as_rule() != Rule::open_brace) {
            self.pair(part);
            self.space();
        }
        self.block(&mut parts, false);
    }

    /// The bodies of an `if` break together.
    fn if_(&mut self, pair: Pair<'_>) {
        self.layout.open();
        let mut first = true;
        for part in pair.into_inner() {
            if !std::mem::take(&mut first) {
                self.space();
            }
            match part.as_rule() {
                Rule::body => self.block(&mut part.into_inner(), true),
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
        Rule::broken_item
            | Rule::broken_rest
            | Rule::broken_clause
            | Rule::broken_set
            | Rule::broken_line
            | Rule::broken_rule
            | Rule::broken_parameter
            | Rule::broken_field
            | Rule::broken_variant
            | Rule::broken_import
            | Rule::broken_recipe_head
            | Rule::broken_layer_head
            | Rule::broken_result
            | Rule::broken_value
    )
}
