//! `std.transform.reformat`: into another format, the middle staying in the middle.
//!
//! Rows, then columns. At the data window's edge the outermost pixels count for those beyond, so a
//! plate's edge isn't darkened; the scaled window is rounded to whole pixels.

use crate::declare::{EXACT, SAME_SORT, any, at, bytes, extent, planes};
use crate::kernel::{FILTERS, Filter, Taps};
use crate::reading::{choice, refused, scaled};
use crate::rows::{affordable, fill};
use crate::sheet::Sheet;
use toma_media::{Frame, Size, Window};
use toma_stage::{Answer, Declaration, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.transform.reformat",
    inputs: &[any("image")],
    parameters: &[at("size"), at("fit"), at("filter")],
    outputs: SAME_SORT,
    ..EXACT
};

/// How the old format is scaled.
#[derive(Debug, Clone, Copy)]
enum Fit {
    Inside,
    Fill,
    Width,
    Height,
    None,
}

const FITS: [(&str, Fit); 5] = [
    ("fit", Fit::Inside),
    ("fill", Fit::Fill),
    ("width", Fit::Width),
    ("height", Fit::Height),
    ("none", Fit::None),
];

impl Fit {
    fn scale(self, from: Size, to: Size) -> f64 {
        let width = f64::from(to.width) / f64::from(from.width);
        let height = f64::from(to.height) / f64::from(from.height);
        match self {
            Self::Inside => width.min(height),
            Self::Fill => width.max(height),
            Self::Width => width,
            Self::Height => height,
            Self::None => 1.0,
        }
    }
}

/// One axis: new = scale · old + offset.
#[derive(Debug, Clone, Copy)]
struct Axis {
    scale: f64,
    offset: f64,
}

impl Axis {
    fn new(scale: f64, from: u32, to: u32) -> Self {
        let offset = f64::from(to) / 2.0 - scale * f64::from(from) / 2.0;
        // Unscaled pixels stay pixels.
        Self { scale, offset: if scale == 1.0 { offset.floor() } else { offset } }
    }

    /// The first pixel and the number of pixels of a scaled range.
    fn range(self, start: i32, length: u32) -> (i32, u32) {
        let round = |value: f64| (value + 0.5).floor().clamp(-1e9, 1e9) as i32;
        let first = round(self.scale * f64::from(start) + self.offset);
        let end = round(self.scale * (f64::from(start) + f64::from(length)) + self.offset);
        (first, end.saturating_sub(first).max(1) as u32)
    }

    /// For each new pixel the first old one, counted from `start`, and the weights from there.
    fn taps(self, first: i32, count: u32, start: i32, length: u32, filter: Filter) -> Vec<Pick> {
        let (mut taps, last) = (Taps::default(), i64::from(length) - 1);
        let stretch = filter.stretch(self.scale);
        (0..count)
            .map(|index| {
                let place = f64::from(first) + f64::from(index) + 0.5;
                let place = (place - self.offset) / self.scale - f64::from(start);
                filter.taps(place, stretch, &mut taps);
                let left = taps.first.clamp(0, last);
                let right = (taps.first + taps.weights.len() as i64 - 1).clamp(left, last);
                let mut weights = vec![0.0; (right - left + 1) as usize];
                for (pixel, weight) in (taps.first..).zip(&taps.weights) {
                    if let Some(sum) = weights.get_mut((pixel.clamp(left, right) - left) as usize) {
                        *sum += weight;
                    }
                }
                Pick { first: left as usize, weights }
            })
            .collect()
    }
}

/// Which pixels make one pixel.
struct Pick {
    first: usize,
    weights: Vec<f32>,
}

/// The stage.
#[derive(Debug)]
pub(crate) struct Reformat;

impl Stage for Reformat {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let image = Sheet::at(job, "image")?;
        let size = scaled(job.settings().size("size")?, &job.request);
        let fit = choice(job.settings(), "fit", &FITS)?;
        let filter = choice(job.settings(), "filter", &FILTERS)?;
        let (from, own) = (image.frame.format, image.window());
        if [size.width, size.height, from.width, from.height].contains(&0) {
            let value = format!("{}x{}", size.width, size.height);
            return Err(refused("size", value, "a format has at least one pixel"));
        }
        if from == size {
            return Ok(Answer::Same("image"));
        }
        let scale = fit.scale(from, size);
        let across = Axis::new(scale, from.width, size.width);
        let down = Axis::new(scale, from.height, size.height);
        if own.is_empty() || scale == 1.0 {
            let mut moved = Frame { format: size, ..image.frame.clone() };
            if !own.is_empty() {
                moved.window.x += across.offset as i32;
                moved.window.y += down.offset as i32;
            }
            return Ok(Answer::frame(moved));
        }
        let (x, width) = across.range(own.x, own.width);
        let (y, height) = down.range(own.y, own.height);
        let window = Window { x, y, width, height };
        affordable(window)?;
        let columns = across.taps(x, width, own.x, own.width, filter);
        let rows = down.taps(y, height, own.y, own.height, filter);
        let samples = resize(image.planes(), own, window, (&columns, &rows), job)?;
        let resized = image.frame.with_samples(window, image.names(), samples);
        Ok(Answer::frame(Frame { format: size, ..resized }))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        // The result, and before it every row of the picture in its width.
        let Ok(size) = request.settings.size("size") else { return planes(request, 8) };
        let size = scaled(size, request);
        let narrow = Size { height: extent(request).height, ..size };
        bytes(size, 4).saturating_add(bytes(narrow, 4))
    }
}

/// The planes over `own`, resampled to `window`.
fn resize(
    planes: &[&[f32]],
    own: Window,
    window: Window,
    (columns, rows): (&[Pick], &[Pick]),
    job: &Job<'_>,
) -> Result<Vec<f32>, StageError> {
    let (wide, old_wide) = (window.width as usize, own.width as usize);
    let narrow = Window { width: window.width, ..own };
    let half = fill(narrow, planes.len(), job.cancel, |first, block| {
        for (plane, out) in planes.iter().zip(block.iter_mut()) {
            for (row, out) in out.chunks_mut(wide).enumerate() {
                let start = (first + row) * old_wide;
                let line = plane.get(start..start + old_wide).unwrap_or_default();
                for (out, pick) in out.iter_mut().zip(columns) {
                    let pixels = line.get(pick.first..).unwrap_or_default();
                    let mut sum = 0.0;
                    for (pixel, weight) in pixels.iter().zip(&pick.weights) {
                        sum += weight * pixel;
                    }
                    *out = sum;
                }
            }
        }
    })?;
    let area = narrow.area();
    fill(window, planes.len(), job.cancel, |first, block| {
        for (index, out) in block.iter_mut().enumerate() {
            let plane = half.get(index * area..(index + 1) * area).unwrap_or_default();
            let picks = rows.get(first..).unwrap_or_default();
            for (out, pick) in out.chunks_mut(wide).zip(picks) {
                let lines = plane.get(pick.first * wide..).unwrap_or_default().chunks(wide);
                for (line, weight) in lines.zip(&pick.weights) {
                    for (out, pixel) in out.iter_mut().zip(line) {
                        *out += weight * pixel;
                    }
                }
            }
        }
    })
}
