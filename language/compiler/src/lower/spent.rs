//! What a shot's texts, lists and curves are together: counted as they are made and held, so that a shot in
//! which they double ends with a message and not with the memory.

use super::{Body, Lowering};
use crate::evaluate::{MOST_STEPS, Weight};
use crate::report::Spot;
use toma_plan::{Node, Value};

/// Bytes that are one step of working out, when they are moved.
const BYTES_OF_A_STEP: usize = 4096;

/// The account of a shot.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Spent {
    /// By values that were worked out.
    pub(super) made: Weight,
    /// By the parameters of nodes.
    pub(super) held: Weight,
}

/// What moving a value counts as.
pub(super) fn steps_of(value: &Value) -> u64 {
    (Weight::of(value).bytes() / BYTES_OF_A_STEP) as u64
}

impl Lowering<'_> {
    /// Counts a value that is taken out of a name.
    pub(super) fn moves(&self, value: &Value) {
        self.steps.set(self.steps.get().saturating_add(steps_of(value)));
    }

    /// Counts a value that was worked out; false, and a report, if the shot's are too much by now.
    pub(super) fn makes(&mut self, value: &Value, here: &Spot, body: &Body) -> bool {
        self.spent.made = self.spent.made.with(Weight::of(value));
        if let Some(words) = self.spent.made.too_much() {
            self.exhaust(&format!("this shot would be {words}"), here, body);
        } else if self.steps.get() > MOST_STEPS {
            let message =
                format!("working the values of this shot out takes more than {MOST_STEPS} steps");
            self.exhaust(&message, here, body);
        }
        !self.exhausted
    }

    /// Counts what a node holds; false, and a report, if the shot's nodes hold too much by now.
    pub(super) fn holds(&mut self, node: &Node, here: &Spot, body: &Body) -> bool {
        for value in node.parameters.values() {
            self.spent.held.add(value);
        }
        if let Some(words) = self.spent.held.too_much() {
            self.exhaust(&format!("this shot would be {words}"), here, body);
        }
        !self.exhausted
    }
}
