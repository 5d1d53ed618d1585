//! What a test claims, as data: comparisons of values, of pictures, and of measures that only a render can
//! take. The compiler makes it; whoever renders the plan says whether it holds.

use toma_plan::{FrameRange, Place, Plan, Value};

/// A `test` item or a ` ```test ` block of a doc, ready to be run.
#[derive(Debug, Clone, PartialEq)]
pub struct TestCase {
    /// As written; for docs, the item that they belong to.
    pub title: String,
    /// Where the title stands.
    pub place: Place,
    /// The pictures that the claims look at. It has no outputs.
    pub plan: Plan,
    /// The frames at which claims about pictures must hold.
    pub frames: FrameRange,
    /// What `==` between pictures forgives: the largest difference of a sample.
    pub tolerance: f64,
    /// What claims name by their places in this list.
    pub operands: Vec<Operand>,
    /// In the order of the text.
    pub assertions: Vec<Assertion>,
}

/// One line of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct Assertion {
    /// What must be true.
    pub claim: Claim,
    /// Its text.
    pub place: Place,
}

/// A value or a picture of a test.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// Known already.
    Value(Value),
    /// A port of a node of the plan, by the node's path.
    Picture {
        /// The node's path.
        node: String,
        /// The port's name.
        port: String,
    },
}

/// The place of an operand in [`TestCase::operands`].
pub type OperandId = usize;

/// What must be true. About pictures it must be true at every frame of the test.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// A value: true or false.
    Holds {
        /// The whole.
        value: OperandId,
        /// The two sides, if it compares.
        sides: Option<(OperandId, OperandId)>,
    },
    /// Two pictures are equal within a tolerance, or are not.
    Pictures {
        /// One.
        left: OperandId,
        /// The other.
        right: OperandId,
        /// `==` or `!=`.
        equal: bool,
        /// The largest difference of a sample; the test's own without.
        tolerance: Option<OperandId>,
    },
    /// Two numbers, at least one of them measured.
    Compare {
        /// How.
        comparison: Comparison,
        /// One.
        left: Measured,
        /// The other.
        right: Measured,
    },
    /// It must not be true.
    Not(Box<Claim>),
    /// All must be true.
    All(Vec<Claim>),
    /// One must be true.
    Any(Vec<Claim>),
}

/// How numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Comparison {
    /// `==`, as f32.
    Equal,
    /// `!=`, as f32.
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `close(…, tolerance: …)`: they differ by no more than this operand.
    Close(OperandId),
}

/// A number, or one for each channel.
#[derive(Debug, Clone, PartialEq)]
pub enum Measured {
    /// Known already.
    Value(OperandId),
    /// Taken from pictures.
    Measure {
        /// What is measured.
        measure: Measure,
        /// One picture, or two to compare.
        pictures: Vec<OperandId>,
        /// The only frame to look at.
        at: Option<OperandId>,
        /// `R`, `G`, `B` or `A`; all without.
        channel: Option<char>,
    },
    /// Computed from two, component by component.
    Computed {
        /// `+`, `-`, `*` or `/`.
        operator: char,
        /// One.
        left: Box<Measured>,
        /// The other.
        right: Box<Measured>,
    },
}

/// Measures of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Peak signal-to-noise ratio of two pictures in dB, for a peak of 1. Infinite for equal ones.
    Psnr,
    /// The largest difference of a sample of two pictures.
    Difference,
    /// The mean of each channel over the format.
    Mean,
    /// The highest sample of each channel in the format.
    Highest,
    /// The lowest sample of each channel in the format.
    Lowest,
    /// The samples of one pixel, counted from the bottom left, from 0.
    Pixel {
        /// Columns from the left.
        x: OperandId,
        /// Rows from the bottom.
        y: OperandId,
    },
}

impl Measure {
    /// As the language calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Psnr => "psnr",
            Self::Difference => "difference",
            Self::Mean => "mean",
            Self::Highest => "highest",
            Self::Lowest => "lowest",
            Self::Pixel { .. } => "pixel",
        }
    }
}

/// What can be called only in a line of a test.
pub(crate) const MEASURES: [&str; 7] =
    ["psnr", "difference", "mean", "highest", "lowest", "pixel", "close"];
