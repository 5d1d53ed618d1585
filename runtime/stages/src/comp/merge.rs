//! What all merges share: two pictures `a` and `b` of one format over both their windows, row by row.

use crate::declare::{EXACT, picture, planes};
use crate::picture::{Picture, RGB, RGBA, same_format};
use crate::rows::{Laid, fill};
use toma_media::Window;
use toma_stage::{Answer, Declaration, InputPort, Job, Read, Request, StageError};

/// The two pictures.
const INPUTS: &[InputPort] = &[picture("a"), picture("b")];

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
fn pictures<'a>(job: &'a Job<'_>) -> Result<(Picture<'a>, Picture<'a>), StageError> {
    let (a, b) = (Picture::at(job, "a")?, Picture::at(job, "b")?);
    same_format(("a", a.frame), ("b", b.frame))?;
    Ok((a, b))
}

/// The channels that a merge of two pictures has: A if one of them has it.
fn channels<'a>(
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

/// The picture at `image` with each colour made of itself and its alpha; without alpha, as it is.
pub(super) fn by_alpha(
    job: &Job<'_>,
    colour: impl Fn(f32, f32) -> f32 + Sync,
) -> Result<Answer, StageError> {
    let image = Picture::at(job, "image")?;
    let Some(alpha) = image.alpha else { return Ok(Answer::Same("image")) };
    let wide = image.window().width as usize;
    let planes = image.planes();
    let samples = fill(image.window(), 4, job.cancel, |first, block| {
        for (index, (out, plane)) in block.iter_mut().zip(&planes).enumerate() {
            let range = first * wide..first * wide + out.len();
            let values = plane.get(range.clone()).unwrap_or_default();
            if index == 3 {
                out.copy_from_slice(values);
                continue;
            }
            let alpha = alpha.get(range).unwrap_or_default();
            for ((out, value), alpha) in out.iter_mut().zip(values).zip(alpha) {
                *out = colour(*value, *alpha);
            }
        }
    })?;
    Ok(Answer::frame(image.frame.with_samples(image.window(), &RGBA, samples)))
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
    let samples = merge_planes(job, window, &pairs, a.coverage(), mix)?;
    // Format and metadata are the first picture's.
    Ok(Answer::frame(a.frame.with_samples(window, names, samples)))
}

/// Planes of A and B merged over a window, with rows of any other plane beside them.
pub(super) fn merge_planes(
    job: &Job<'_>,
    window: Window,
    pairs: &[(Laid<'_>, Laid<'_>)],
    coverage: Laid<'_>,
    mix: impl Fn(&mut [f32], &[f32], &[f32], &[f32]) + Sync,
) -> Result<Vec<f32>, StageError> {
    fill(window, pairs.len(), job.cancel, |first, block| {
        let mut scratch = [Vec::new(), Vec::new(), Vec::new()];
        let [one, two, three] = &mut scratch;
        for (plane, (a, b)) in block.iter_mut().zip(pairs) {
            for (row, out) in plane.chunks_mut(window.width as usize).enumerate() {
                let y = window.y + (first + row) as i32;
                let a = a.row(y, window, one);
                let b = b.row(y, window, two);
                mix(out, a, b, coverage.row(y, window, three));
            }
        }
    })
}
