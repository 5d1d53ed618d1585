//! A word without quotes where one of several texts is wanted: `outside: hold`.

use super::{Checker, Slot};
use crate::names::nearest;
use crate::report::Report;
use crate::signature::Parameter;
use crate::types::Type;
use toma_plan::Value;
use toma_syntax::ast::{Expr, ExprKind};

impl Checker<'_> {
    /// Says so if a value is such a word; true if it did.
    pub(crate) fn bare_choice(&mut self, value: &Expr, parameter: &Parameter, slot: &Slot) -> bool {
        let ExprKind::Name(word) = &value.kind else { return false };
        if parameter.ty.core() != &Type::Text || !self.is_free(word) {
            return false;
        }
        let choices: Vec<&str> = parameter
            .choices
            .iter()
            .filter_map(|choice| match choice {
                Value::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let meant = if choices.contains(&word.as_str()) {
            Some(word.clone())
        } else if self.named(word).is_none() {
            nearest(word, choices.iter().copied())
        } else {
            None
        };
        let Some(meant) = meant else { return false };
        let report = Report::error(
            "T0301",
            format!("{} is text, and `{word}` stands without quotes", slot.name),
            self.spot(value.span),
        )
        .help(format!("write it in quotes: `\"{meant}\"`"))
        .fix(format!("write `\"{meant}\"`"), self.spot(value.span), format!("\"{meant}\""));
        self.report(report);
        true
    }
}
