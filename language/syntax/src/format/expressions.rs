//! Expressions: the weakest operators break first, `|>` begins its line and all others end theirs.

use super::Printer;
use super::items::begins_like_a_clause;
use super::layout::Part;
use crate::build::power;
use crate::pair::Pair;
use crate::rule::Rule;

impl Printer<'_> {
    pub(super) fn expression(&mut self, pair: Pair<'_>) {
        let parts: Vec<Pair<'_>> = pair.inner().collect();
        self.operators(&parts);
    }

    /// Operands and the operators between them, split at the weakest of these.
    fn operators(&mut self, parts: &[Pair<'_>]) {
        let infix = |part: &Pair<'_>| power(part.rule());
        let Some(weakest) = parts.iter().filter_map(infix).min() else {
            if let [operand] = parts {
                self.pair(*operand);
            }
            return;
        };
        self.layout.open();
        let mut rest = parts;
        let mut first = true;
        while !rest.is_empty() {
            let end = rest.iter().position(|part| infix(part) == Some(weakest));
            let (operand, behind) = rest.split_at(end.unwrap_or(rest.len()));
            self.operators(operand);
            if std::mem::take(&mut first) {
                self.layout.push(Part::Indent);
            }
            let Some((operator, behind)) = behind.split_first() else { break };
            self.operator(operator, behind.first());
            rest = behind;
        }
        self.layout.push(Part::Dedent);
        self.layout.close();
    }

    fn operator(&mut self, operator: &Pair<'_>, next: Option<&Pair<'_>>) {
        let begin = operator.begin();
        match operator.rule() {
            Rule::Pipe => {
                if self.newline_between(self.at, begin) {
                    self.layout.break_all();
                }
                self.gap(begin);
                self.layout.push(Part::Line(false));
                self.word(operator);
            }
            Rule::RangeTo => self.token(operator),
            // Behind `every` no line goes on.
            Rule::Every => {
                self.space();
                self.word(operator);
            }
            _ => {
                self.space();
                self.token(operator);
                match next {
                    Some(next) if !begins_like_a_clause(next.text()) => {
                        self.gap(next.begin());
                        self.layout.push(Part::Line(false));
                    }
                    _ => self.space(),
                }
            }
        }
    }

    /// Signs, what they are in front of, and what is behind it.
    pub(super) fn operand(&mut self, pair: Pair<'_>) {
        for part in pair.inner() {
            match part.rule() {
                Rule::NotWord => self.word(&part),
                Rule::WithFields | Rule::Handle => {
                    self.space();
                    self.pair(part);
                }
                _ => self.pair(part),
            }
        }
    }

    /// `(a + b)`
    pub(super) fn group(&mut self, pair: Pair<'_>) {
        self.layout.open();
        for part in pair.inner() {
            match part.rule() {
                Rule::OpenParen => {
                    self.token(&part);
                    self.layout.push(Part::Indent);
                }
                Rule::CloseParen => {
                    self.gap(part.begin());
                    self.layout.push(Part::Dedent);
                    self.layout.push(Part::Soft);
                    self.token(&part);
                }
                _ => {
                    self.gap_inside(part.begin());
                    self.layout.push(Part::Soft);
                    self.pair(part);
                }
            }
        }
        self.layout.close();
    }
}
