//! Words for declarations, so that a stage's own reads like its text in the standard library.

use toma_stage::{
    Declaration, InputPort, Kind, NumericClass, OutputPort, Parameter, Precision, Request, Sampling,
};

/// What most stages have in common: exact, one picture out.
pub(crate) const EXACT: Declaration = Declaration {
    stage: "",
    version: 1,
    inputs: &[],
    parameters: &[],
    outputs: &[out(Kind::Picture)],
    class: NumericClass::Exact,
    ambient: &[],
    weights: None,
};

/// The only output.
pub(crate) const fn out(kind: Kind) -> OutputPort {
    OutputPort { name: "out", kind, precision: Precision::F32 }
}

/// A picture that has to be there.
pub(crate) const fn picture(name: &'static str) -> InputPort {
    InputPort { name, kind: Kind::Picture, optional: false, many: false }
}

/// A matte that has to be there.
pub(crate) const fn matte(name: &'static str) -> InputPort {
    InputPort { name, kind: Kind::Matte, optional: false, many: false }
}

/// A parameter read at the frame asked for.
pub(crate) const fn at(name: &'static str) -> Parameter {
    Parameter { name, sampling: Sampling::At }
}

/// Bytes of so many planes in the shot's format, where the request knows it.
pub(crate) fn planes(request: &Request<'_>, count: u64) -> u64 {
    let (width, height) = request.ambient.format.map_or((0, 0), |size| (size.width, size.height));
    u64::from(width) * u64::from(height) * 4 * count
}
