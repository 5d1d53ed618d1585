//! What a stage says about itself once, held against its declaration in the standard library.

/// A stage's name, ports and parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Declaration {
    /// Module and name: `std.comp.over`.
    pub stage: &'static str,
    /// Changes whenever the same input gives other bits.
    pub version: u32,
    /// Pictures and values it takes.
    pub inputs: &'static [InputPort],
    /// Settings it takes.
    pub parameters: &'static [Parameter],
    /// What it yields; the first is what its name means.
    pub outputs: &'static [OutputPort],
    /// How equal its bits are between machines.
    pub class: NumericClass,
    /// Values of the shot that its result depends on. They enter its keys.
    pub ambient: &'static [AmbientValue],
    /// The card of its weights.
    pub weights: Option<&'static str>,
}

impl Declaration {
    /// The parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// A place for an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputPort {
    /// As in the declaration.
    pub name: &'static str,
    /// What may stand there.
    pub kind: Kind,
    /// May it be absent?
    pub optional: bool,
    /// Is it a list? Its inputs are then `name[0]`, `name[1]`, …
    pub many: bool,
}

/// Sorts of values that ports pass, coarser than the language's types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Planes R, G, B and perhaps A, associated; space and alpha are the compiler's business.
    Picture,
    /// One plane A, 0 to 1.
    Matte,
    /// A picture of any sort, with whatever planes it has.
    Any,
    /// Small numbers by name.
    Table,
}

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// As in the declaration.
    pub name: &'static str,
    /// When it is read.
    pub sampling: Sampling,
}

/// At which times a parameter is read. What is read is what the key holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sampling {
    /// At the frame asked for: a [`crate::Setting::Number`] and the like. Static values always.
    At,
    /// Over an open shutter around the frame: the named static parameters say how long it is open (a
    /// ratio of a frame) and how many samples are taken, evenly, ends included. The shutter is centred.
    Shutter {
        /// A ratio: 0.5 is the 180° shutter.
        length: &'static str,
        /// A whole number, at least 1.
        samples: &'static str,
    },
    /// At every frame from so many before to so many behind the frame asked for; the named static
    /// parameters say how many.
    Window {
        /// Frames before.
        before: &'static str,
        /// Frames behind.
        after: &'static str,
    },
    /// At every frame of the shot with its handles.
    Whole,
    /// A file or file pattern: not a value but blobs, asked for by [`crate::Read::Blob`]. The path
    /// itself is not part of any key.
    Blob,
    /// At the frame asked for, as `At`, but seen by [`crate::Stage::reads`], `forwards`, `span`, `domain` and
    /// `memory` only: not by `run`, and not in the key. It decides what is read, and that is in the key.
    Placing,
}

/// A place for a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputPort {
    /// `out` where there is one.
    pub name: &'static str,
    /// What it yields.
    pub kind: Kind,
    /// To which precision the stage has rounded before anybody sees it.
    pub precision: Precision,
}

/// The precision of a port. Rounding happens inside the stage, fused or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// IEEE single.
    F32,
    /// Every sample is the f32 of a half.
    F16,
}

/// How equal results are between machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumericClass {
    /// The same bits everywhere: IEEE f32 without contraction, our own transcendental functions,
    /// reductions in fixed blocks.
    Exact,
    /// A network: the same bits wherever this text is the same (kernel set, dtype, device family).
    Network(&'static str),
}

impl NumericClass {
    /// As it stands in keys.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Network(kernels) => kernels,
        }
    }
}

/// Values of the shot and of the machine's project that a result may depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmbientValue {
    /// The number of the frame asked for.
    FrameNumber,
    /// The shot's format.
    Format,
    /// The shot's rate.
    Rate,
    /// The working space.
    Space,
    /// The colour configuration, with all files it refers to.
    ColourConfig,
}

/// How results are divided over time: what one key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// A result a frame.
    Frame,
    /// One result for all times.
    Clip,
    /// A [`crate::Sequence`] for each run of frames. The grid starts at the domain's first frame; frames where
    /// two chunks overlap belong to the earlier one.
    Chunk {
        /// Frames that a chunk yields, the overlap with the one before included.
        length: u32,
        /// Frames shared with the chunk before.
        overlap: u32,
    },
}
