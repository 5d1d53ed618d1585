//! Words for declarations, so that a stage's own reads like its text in the standard library.

use crate::reading::scaled;
use toma_media::Size;
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

/// A picture of any sort that has to be there.
pub(crate) const fn any(name: &'static str) -> InputPort {
    InputPort { name, kind: Kind::Any, optional: false, many: false }
}

/// What stages of any sort of picture yield: the sort that came in.
pub(crate) const SAME_SORT: &[OutputPort] = &[out(Kind::Any)];

/// A parameter that decides what is read, and nothing else.
pub(crate) const fn placing(name: &'static str) -> Parameter {
    Parameter { name, sampling: Sampling::Placing }
}

/// A matte that has to be there.
pub(crate) const fn matte(name: &'static str) -> InputPort {
    InputPort { name, kind: Kind::Matte, optional: false, many: false }
}

/// A parameter read at the frame asked for.
pub(crate) const fn at(name: &'static str) -> Parameter {
    Parameter { name, sampling: Sampling::At }
}

/// The shot's format at the scale asked for, for estimates: the engine gives it to every stage's.
pub(crate) fn extent(request: &Request<'_>) -> Size {
    let format = request.ambient.format.unwrap_or(Size { width: 0, height: 0 });
    scaled(format, request)
}

/// Bytes of so many planes of that size.
pub(crate) fn bytes(size: Size, count: u64) -> u64 {
    u64::from(size.width).saturating_mul(u64::from(size.height)).saturating_mul(4 * count)
}

/// Bytes of so many planes in the shot's format, at the scale asked for.
pub(crate) fn planes(request: &Request<'_>, count: u64) -> u64 {
    bytes(extent(request), count)
}
