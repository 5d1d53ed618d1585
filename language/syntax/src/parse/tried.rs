//! What was tried at the furthest place that reading came to, for the messages.

use crate::rule::Rule;

/// The rules tried at the furthest place.
#[derive(Default)]
pub(super) struct Tried {
    at: usize,
    /// They would have fitted.
    missing: Vec<Rule>,
    /// They stood there, and must not.
    unwelcome: Vec<Rule>,
}

/// What had been tried before a rule was.
#[derive(Clone, Copy)]
pub(super) struct Before {
    missing: usize,
    unwelcome: usize,
    /// At the rule's own place.
    here: usize,
}

impl Tried {
    fn here(&self, at: usize) -> usize {
        if at == self.at { self.missing.len() + self.unwelcome.len() } else { 0 }
    }

    /// Before a rule is tried at `at`.
    pub(super) fn before(&self, at: usize) -> Before {
        let (missing, unwelcome) =
            if at == self.at { (self.missing.len(), self.unwelcome.len()) } else { (0, 0) };
        Before { missing, unwelcome, here: self.here(at) }
    }

    /// A rule was tried at `at` in vain (or fitted, and must not). It stands for its parts that were
    /// tried at the same place, unless that was a single one, which says more.
    pub(super) fn note(&mut self, rule: Rule, at: usize, before: Before, unwelcome: bool) {
        if self.here(at) == before.here + 1 || at < self.at {
            return;
        }
        if at == self.at {
            self.missing.truncate(before.missing);
            self.unwelcome.truncate(before.unwelcome);
        } else {
            self.missing.clear();
            self.unwelcome.clear();
            self.at = at;
        }
        let rules = if unwelcome { &mut self.unwelcome } else { &mut self.missing };
        rules.push(rule);
    }

    /// The furthest place, and what would have fitted there, in the order of the rules.
    pub(super) fn furthest(mut self) -> (usize, Vec<Rule>) {
        self.missing.sort_unstable();
        self.missing.dedup();
        (self.at, self.missing)
    }
}
