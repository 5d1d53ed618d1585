//! The mistakes that people make, from the most particular to the most general.

use super::phrases::{either, phrase, word};
use super::{Explained, Failure};
use crate::grammar::Rule;

pub(super) fn explain(failure: &Failure<'_>) -> Explained {
    general(failure)
}

/// What stands here does not fit, and this would.
fn general(failure: &Failure<'_>) -> Explained {
    let wanted = either(failure.expected.iter().filter_map(|&rule| phrase(rule)).collect());
    let found = failure.found();
    let _ = word;
    let _ = Rule::EOI;
    let message = if found.is_empty() {
        "something is missing here".to_owned()
    } else {
        format!("`{found}` can't stand here")
    };
    Explained::new("T0100", message, failure.place(), format!("here fits {wanted}"))
}
