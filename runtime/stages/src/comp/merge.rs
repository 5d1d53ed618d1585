//! What all merges share: two pictures `a` and `b` of one format over both their windows, row by row.

use crate::declare::{EXACT, picture, planes};
use crate::picture::{Picture, RGB, RGBA, same_format};
use crate::rows::{Laid, fill};
use toma_media::Frame;
use toma_stage::{Answer, Declaration, InputPort, Job, Read, Request, StageError};

/// The two pictures.
pub(super) const INPUTS: &[InputPort] = &[picture("a"), picture("b")];

/// A merge's declaration.
pub(super) const fn declaration(stage: &'static str) -> Declaration {
    Declaration { stage, inputs: INPUTS, ..EXACT }
}

/// Both pictures at the frame asked for.
pub(super) fn reads(request: &Request<'_>) -> Vec<Read> {
    vec![Read::input("a", request.time), Read::input("b", request.time)]
}

/// Bytes at the peak.
pub(super) fn memory(request: &Request<'_>) -> u64 {
    planes(request, 4)
}

/// Both pictures, in one format.
pub(super) fn pictures<'a>(job: &'a Job<'_>) -> Result<(Picture<'a>, Picture<'a>), StageError> {
    let (a, b) = (Picture::at(job, "a")?, Picture::at(job, "b")?);
    same_format(("a", a.frame), ("b", b.frame))?;
    Ok((a, b))
}

/// The channels that a merge of two pictures has: A if one of them has it.
pub(super) fn channels<'a>(
    a: &Picture<'a>,
    b: &Picture<'a>,
) -> (&'static [&'static str], Vec<(Laid<'a>, Laid<'a>)>) {
    let mut pairs: Vec<_> = a.laid().into_iter().zip(b.laid()).collect();
    if a.alpha.is_none() && b.alpha.is_none() {
        return (&RGB, pairs);
    }
    pairs.push((a.coverage(), b.coverage()));
    (&RGBA, pairs)
}

/// The pictures merged: `mix` gets a row of the result, of A, of B and of A's coverage, once for each
/// channel.
pub(super) fn merge(
    job: &Job<'_>,
    mix: impl Fn(&mut [f32], &[f32], &[f32], &[f32]) + Sync,
) -> Result<Answer, StageError> {
    let (a, b) = pictures(job)?;
    let window = a.window().union(&b.window());
    let (names, pairs) = channels(&a, &b);
    let coverage = a.coverage();
    let samples = fill(window, pairs.len(), job.cancel, |first, block| {
        let mut scratch = [Vec::new(), Vec::new(), Vec::new()];
        let [one, two, three] = &mut scratch;
        for (plane, (a, b)) in block.iter_mut().zip(&pairs) {
            for (row, out) in plane.chunks_mut(window.width as usize).enumerate() {
                let y = window.y + (first + row) as i32;
                let a = a.row(y, window, one);
                let b = b.row(y, window, two);
                mix(out, a, b, coverage.row(y, window, three));
            }
        }
    })?;
    Ok(Answer::frame(merged(&a, window, names, samples)))
}

/// A frame of the first picture's format and metadata.
pub(super) fn merged(
    a: &Picture<'_>,
    window: toma_media::Window,
    names: &[&str],
    samples: Vec<f32>,
) -> Frame {
    a.frame.with_samples(window, names, samples)
}
