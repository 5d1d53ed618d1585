//! How much a value is: what a shot's texts, lists and curves may be together.

use toma_plan::Value;

/// Elements that a list, and all lists of a shot together, may have.
pub(crate) const MOST_ELEMENTS: usize = 100_000;
/// Bytes that a text, and all texts of a shot together, may have.
pub(crate) const MOST_TEXT: usize = 1_000_000;
/// Keys, numbers and operations that the curves of a shot may have together.
const MOST_KEYS: usize = 1_000_000;

/// How much values are together. It counts no further than there are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Weight {
    pub(crate) elements: usize,
    pub(crate) text: usize,
    pub(crate) keys: usize,
}

impl Weight {
    pub(crate) fn of(value: &Value) -> Self {
        let mut weight = Self::default();
        weight.add(value);
        weight
    }

    /// Counts a value, and what it holds.
    pub(crate) fn add(&mut self, value: &Value) {
        match value {
            Value::Text(text) | Value::Path(text) => {
                self.text = self.text.saturating_add(text.len());
            }
            Value::List(values) => {
                self.elements = self.elements.saturating_add(values.len());
                for value in values {
                    self.add(value);
                }
            }
            Value::Record(values) | Value::Case { values, .. } => {
                for value in values.values() {
                    self.add(value);
                }
            }
            Value::Curve(curve) => self.keys = self.keys.saturating_add(curve.shape.parts()),
            _ => {}
        }
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            elements: self.elements.saturating_add(other.elements),
            text: self.text.saturating_add(other.text),
            keys: self.keys.saturating_add(other.keys),
        }
    }

    /// What there is too much of, and how many are the most.
    pub(crate) fn too_much(self) -> Option<String> {
        if self.elements > MOST_ELEMENTS {
            Some(format!("more than {MOST_ELEMENTS} elements of lists"))
        } else if self.text > MOST_TEXT {
            Some("more than 1 MB of text".to_owned())
        } else if self.keys > MOST_KEYS {
            Some(format!("more than {MOST_KEYS} keys of curves"))
        } else {
            None
        }
    }

    /// About how many bytes it takes.
    pub(crate) fn bytes(self) -> usize {
        let elements = self.elements.saturating_mul(32);
        self.text.saturating_add(elements).saturating_add(self.keys.saturating_mul(64))
    }
}
