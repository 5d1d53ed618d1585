//! Two values of a stage between which light is stretched: where they are one and the same, nothing lies between
//! them. Known here as soon as both have a value.

use super::Lowering;
use crate::evaluate::numbers;
use crate::report::{Report, Spot};
use crate::signature::Signature;
use toma_plan::{Node, Value};

/// A stage, what becomes 0, and what becomes 1.
const PAIRS: [(&str, &str, &str); 2] =
    [("std.color.grade", "blackpoint", "whitepoint"), ("std.matte.matte_of", "black", "white")];

/// What becomes black and what becomes white, if they are the same.
pub(super) fn same(node: &Node) -> Option<(&'static str, &'static str, f64)> {
    let (_, black, white) = PAIRS.iter().find(|(stage, ..)| *stage == node.stage)?;
    let value = |name: &str| match node.parameters.get(name)? {
        Value::Curve(_) => None,
        value => Some(numbers(value)),
    };
    let (low, high) = (value(black)?, value(white)?);
    let (same, _) = low.iter().zip(&high).find(|(low, high)| **low - **high == 0.0)?;
    Some((black, white, *same))
}

impl Lowering<'_> {
    /// Says that what becomes black and what becomes white are the same.
    pub(super) fn black_is_white(&mut self, node: &Node, signature: &Signature, spot: &Spot) {
        let Some((black, white, value)) = same(node) else { return };
        let message = format!(
            "`{black}` and `{white}` of `{}` are the same here, {value}: nothing lies between them",
            signature.name
        );
        let report = Report::error("T0444", message, spot.clone()).help(format!(
            "`{black}` becomes 0 and `{white}` becomes 1: give them two values, in each channel"
        ));
        self.reports.push(report);
    }
}
