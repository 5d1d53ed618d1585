//! `cut` over numbers: a curve of pieces, each of which holds from its first frame on.

use super::curve::{coerce, dimension_of};
use super::{LAST_FRAME, Surroundings, Trouble, evaluate, number, wrong};
use crate::check::{in_two, open_frames, ranges_words};
use crate::term::Term;
use crate::types::Type;
use toma_plan::{Curve, FrameRange, Shape, Value};

/// A cut as a curve. Where the shot's frames are known, each of them has to be in a piece.
pub(super) fn cut(
    term: &Term,
    pieces: &[(Option<Term>, Term)],
    around: &dyn Surroundings,
) -> Result<Value, Trouble> {
    let mut ranges = Vec::with_capacity(pieces.len());
    let mut shapes = Vec::with_capacity(pieces.len());
    let mut rest = None;
    for (frames, value) in pieces {
        let shape = shape(coerce(evaluate(value, around)?, &term.ty), &term.ty)?;
        match frames {
            None => rest = Some(shape),
            Some(frames) => match evaluate(frames, around)? {
                Value::Frames(range) => {
                    ranges.push(range);
                    shapes.push(shape);
                }
                _ => return Err(Trouble::Open),
            },
        }
    }
    if let Some((a, b)) = in_two(&ranges) {
        let meet = |a: &FrameRange, b: &FrameRange| FrameRange {
            first: a.first.max(b.first),
            last: a.last.min(b.last),
        };
        let both = ranges.get(a).zip(ranges.get(b)).map(|(a, b)| meet(a, b));
        let words = both.map_or_else(String::new, |both| ranges_words(&[both]));
        return wrong("T0372", format!("two pieces of this cut want {words}"), term.span);
    }
    if let (None, Some(frames)) = (&rest, around.frames()) {
        let open = open_frames(&ranges, frames);
        if !open.is_empty() {
            let message = format!("this cut says nothing about {}", ranges_words(&open));
            return wrong("T0373", message, term.span);
        }
    }
    let mut pieces: Vec<(FrameRange, Shape)> = ranges.into_iter().zip(shapes).collect();
    pieces.sort_by_key(|(range, _)| range.first);
    let base = if let Some(rest) = rest {
        rest
    } else {
        // As keys do, the first and the last piece go on beyond the shot.
        if let Some((range, _)) = pieces.last_mut() {
            range.last = LAST_FRAME;
        }
        pieces.first().map(|(_, shape)| shape.clone()).ok_or(Trouble::Open)?
    };
    let shape = Shape::Pieces { base: Box::new(base), pieces };
    Ok(Value::Curve(Curve { shape, dimension: dimension_of(&term.ty) }))
}

/// A value as a shape.
fn shape(value: Value, ty: &Type) -> Result<Shape, Trouble> {
    match value {
        Value::Curve(curve) => Ok(curve.shape),
        Value::Vector { values, .. } => Ok(Shape::Constant(values)),
        value => {
            // One number stands for all components.
            let count = match ty.core() {
                Type::Vector(vector) => vector.components().1.len(),
                _ => 1,
            };
            Ok(Shape::Constant(vec![number(&value).ok_or(Trouble::Open)?; count]))
        }
    }
}
