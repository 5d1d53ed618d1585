//! `std.time.temporal_median`: the middle value over several frames.

use crate::declare::{EXACT, SAME_SORT, any, at, planes};
use crate::picture::same_format;
use crate::reading::{frames, refused};
use crate::rows::{Laid, fill};
use crate::sheet::{Sheet, all_names};
use toma_media::Window;
use toma_stage::{Answer, Declaration, Job, Read, Request, Settings, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.time.temporal_median",
    inputs: &[any("image")],
    parameters: &[at("before"), at("after")],
    outputs: SAME_SORT,
    ..EXACT
};

/// More frames on a side than this would be a mistake.
const MOST: u32 = 64;

/// The stage.
#[derive(Debug)]
pub(crate) struct TemporalMedian;

/// Frames before and behind.
fn sides(settings: &Settings) -> Result<(u32, u32), StageError> {
    let side = |name| {
        let count = frames(settings, name)?;
        if count > MOST {
            return Err(refused(name, format!("{count}fr"), "it must not be above 64fr"));
        }
        Ok(count)
    };
    Ok((side("before")?, side("after")?))
}

/// A number's place among all numbers as an integer: −NaN, −∞, …, −0, 0, …, ∞, NaN.
fn place(value: f32) -> i32 {
    let bits = value.to_bits() as i32;
    bits ^ (((bits >> 31) as u32) >> 1) as i32
}

/// The number at a place; the inverse of [`place`].
fn number(place: i32) -> f32 {
    f32::from_bits((place ^ (((place >> 31) as u32) >> 1) as i32) as u32)
}

/// Puts the middle value of each column of `rows` into `out`.
fn median(out: &mut [f32], rows: &mut [Vec<i32>], column: &mut Vec<i32>) {
    if let [a, b, c] = rows {
        for (((out, a), b), c) in out.iter_mut().zip(a).zip(b).zip(c) {
            let (low, high) = ((*a).min(*b), (*a).max(*b));
            *out = number(low.max(high.min(*c)));
        }
        return;
    }
    for (index, out) in out.iter_mut().enumerate() {
        column.clear();
        column.extend(rows.iter().filter_map(|row| row.get(index)));
        column.sort_unstable();
        let middle = column.len() / 2;
        let at = |index: usize| column.get(index).map_or(0.0, |place| number(*place));
        *out = if column.len() % 2 == 1 {
            at(middle)
        } else {
            at(middle.saturating_sub(1)) * 0.5 + at(middle) * 0.5
        };
    }
}

impl Stage for TemporalMedian {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        let (before, after) = sides(request.settings)?;
        let domain = request.inputs.iter().find(|(name, _)| name == "image");
        let (first, last) = domain.and_then(|(_, domain)| *domain).unwrap_or((i64::MIN, i64::MAX));
        let inside = |read: &Read| {
            // Beyond the clip's ends only the frame itself is asked for, and its source answers.
            matches!(read, Read::Input { time, .. }
                if (first..=last).contains(time) || *time == request.time)
        };
        Ok(Read::window("image", request.time, before, after).filter(inside).collect())
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let mut pictures = Vec::with_capacity(job.reads.len());
        for read in job.reads {
            if let Read::Input { port, time, .. } = read {
                pictures.push(Sheet::of(port, job.frame_at(port, *time)?)?);
            }
        }
        let middle = Sheet::at(job, "image")?;
        if pictures.len() == 1 {
            return Ok(Answer::Same("image"));
        }
        for picture in &pictures {
            same_format(("image", middle.frame), ("image", picture.frame))?;
        }
        let window =
            pictures.iter().fold(Window::EMPTY, |all, picture| all.union(&picture.window()));
        let names = all_names(&pictures);
        let channels: Vec<Vec<Laid<'_>>> = names
            .iter()
            .map(|name| pictures.iter().map(|picture| picture.plane(name)).collect())
            .collect();
        let samples = fill(window, names.len(), job.cancel, |first, block| {
            let (mut scratch, mut column) = (Vec::new(), Vec::new());
            let mut rows: Vec<Vec<i32>> = vec![Vec::new(); pictures.len()];
            for (plane, channel) in block.iter_mut().zip(&channels) {
                for (row, out) in plane.chunks_mut(window.width as usize).enumerate() {
                    let y = window.y + (first + row) as i32;
                    for (places, laid) in rows.iter_mut().zip(channel) {
                        places.clear();
                        let values = laid.row(y, window, &mut scratch);
                        places.extend(values.iter().map(|value| place(*value)));
                    }
                    median(out, &mut rows, &mut column);
                }
            }
        })?;
        Ok(Answer::frame(middle.frame.with_samples(window, &names, samples)))
    }

    fn identity(&self, settings: &Settings) -> Option<&'static str> {
        (sides(settings) == Ok((0, 0))).then_some("image")
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f32]) -> f32 {
        let mut out = [0.0];
        let mut rows: Vec<Vec<i32>> = values.iter().map(|value| vec![place(*value)]).collect();
        median(&mut out, &mut rows, &mut Vec::new());
        out[0]
    }

    #[test]
    fn the_middle_of_them() {
        assert_eq!(of(&[3.0, -1.0, 2.0]), 2.0);
        assert_eq!(of(&[3.0, -1.0, 2.0, 9.0, -7.0]), 2.0);
        assert_eq!(of(&[1.0, 4.0]), 2.5);
        assert_eq!(of(&[f32::NAN, 1.0, 5.0]), 5.0);
        assert_eq!(of(&[0.0, -0.0, -0.0]).to_bits(), (-0.0_f32).to_bits());
        assert_eq!(of(&[f32::INFINITY, f32::MAX, f32::MAX, 1.0]), f32::MAX);
    }

    #[test]
    fn places_are_in_the_order_of_numbers() {
        let numbers = [f32::NEG_INFINITY, -2.0, -1e-40, -0.0, 0.0, 1e-40, 1.0, f32::INFINITY];
        for pair in numbers.windows(2) {
            assert!(place(pair[0]) < place(pair[1]));
        }
        assert!(numbers.iter().all(|value| number(place(*value)).to_bits() == value.to_bits()));
    }
}
