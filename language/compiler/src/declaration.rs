//! Stages as the standard library declares them: plain data for the test that holds them against the
//! implementations, and for the documentation.

/// One `stage` of the standard library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageDeclaration {
    /// Module and name: `std.comp.over`.
    pub name: String,
    /// `@version`.
    pub version: u32,
    /// `///` above it.
    pub docs: String,
    /// May programs call it?
    pub public: bool,
    /// Pictures and data it takes.
    pub ports: Vec<PortDeclaration>,
    /// Settings it takes, the names of `@spaces` among them.
    pub parameters: Vec<ParameterDeclaration>,
    /// The type of its result as written.
    pub result: String,
    /// `@ambient`: `frame`, `format`, `rate`, `space`, `colour_config`.
    pub ambient: Vec<String>,
    /// `@class`: `exact` where nothing is said.
    pub class: String,
    /// `@weights`.
    pub weights: Option<String>,
}

/// A place for a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortDeclaration {
    /// Its name.
    pub name: String,
    /// Its type as written, without `?` and `List<…>`.
    pub kind: String,
    /// `T?`
    pub optional: bool,
    /// `List<T>`: ports `name[0]`, `name[1]`, …
    pub many: bool,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterDeclaration {
    /// Its name.
    pub name: String,
    /// Its type as written; `Text` for the names of `@spaces`.
    pub kind: String,
    /// When it is read.
    pub sampling: Sampling,
    /// `///` above it.
    pub docs: String,
    /// Does it have a default, or is it optional?
    pub required: bool,
}

/// When a parameter is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sampling {
    /// At the frame asked for.
    At,
    /// `@shutter(length: …, samples: …)`
    Shutter {
        /// The parameter that says how long it is open.
        length: String,
        /// The parameter that says how often it is read.
        samples: String,
    },
    /// `@window(before: …, after: …)`
    Window {
        /// The parameter that says how many frames before.
        before: String,
        /// The parameter that says how many frames behind.
        after: String,
    },
    /// `@whole`
    Whole,
    /// `@blob`
    Blob,
}
