//! What a reader of an item would stumble over: parameters that nobody uses, and names that mean two things.
//! All of it is said as warnings, when the rest of the item is right.

use super::{Checker, Local};
use crate::modules::Definition;
use crate::report::{Report, Spot};
use crate::signature::Signature;

impl Checker<'_> {
    /// Says which parameters of a recipe its body never uses.
    pub(crate) fn unused_parameters(&mut self, signature: &Signature) {
        let wrong = self.incomplete || self.reports.iter().any(Report::is_error);
        if wrong || signature.broken {
            return;
        }
        let count = signature.parameters.len();
        let reports: Vec<Report> = self
            .locals
            .iter()
            .take(count)
            .filter(|local| !local.used && !local.ty.is_unknown())
            .map(|local| {
                let message = format!(
                    "the parameter `{}` of `{}` is never used",
                    local.name, signature.name
                );
                Report::warning("T0263", message, self.spot(local.span)).help(format!(
                    "moving it changes nothing: take it out, or call it `_{}` if it has to be there",
                    local.name
                ))
            })
            .collect();
        for report in reports {
            self.report(report);
        }
    }

    /// Says which of the first `count` names of the body hide something of the file that is used beside them.
    pub(crate) fn hiding(&mut self, count: usize) {
        if self.incomplete || self.reports.iter().any(Report::is_error) {
            return;
        }
        let locals: Vec<Local> = self
            .locals
            .iter()
            .take(count)
            .filter(|local| local.item == self.item)
            .cloned()
            .collect();
        for local in locals {
            let (what, hidden) = match self.called.get(&local.name) {
                Some(item) => {
                    let word = item.key.split(' ').next().unwrap_or_default().to_owned();
                    (format!("the {word} that is called here"), item.clone())
                }
                None => match self.named(&local.name) {
                    Some(Definition::Item { item, word }) if word == "const" => {
                        ("the constant, which can't be seen in here".to_owned(), item)
                    }
                    _ => continue,
                },
            };
            let message = format!("`{}` means two things here", local.name);
            let spot = Spot { item: local.item.clone(), span: local.span };
            let report = Report::warning("T0265", message, spot)
                .saying("this is one")
                .label(
                    crate::modules::name_spot(self.db, &hidden),
                    format!("and this the other: {what}"),
                )
                .help("give this one another name, so that a reader sees which is meant");
            self.report(report);
        }
    }
}
