//! `std.transform.transform`: moves, turns and scales, with motion blur.

use super::placement::Placement;
use crate::declare::{EXACT, at, picture, planes};
use crate::kernel::{FILTERS, Taps};
use crate::picture::Picture;
use crate::reading::{choice, moments, point, refused, scale};
use crate::rows::fill;
use toma_media::{Frame, Size, Window};
use toma_stage::{
    Answer, Declaration, Job, Parameter, Read, Request, Sampling, Settings, Stage, StageError,
};

const fn over_shutter(name: &'static str) -> Parameter {
    Parameter { name, sampling: Sampling::Shutter { length: "shutter", samples: "samples" } }
}

static DECLARATION: Declaration = Declaration {
    stage: "std.transform.transform",
    inputs: &[picture("image")],
    parameters: &[
        over_shutter("translate"),
        over_shutter("rotate"),
        over_shutter("scale"),
        at("centre"),
        at("filter"),
        at("shutter"),
        at("samples"),
    ],
    ..EXACT
};

/// Below this a picture is no larger than a pixel of its own.
const SMALLEST: f64 = 1e-4;

/// Translation, rotation and scale at one moment.
type Moment = ([f64; 2], f64, f64);

/// What it is at each moment of the open shutter; one, if they are all the same.
fn over_time(settings: &Settings) -> Result<Vec<Moment>, StageError> {
    let translate = moments::<2>(settings, "translate")?;
    let rotate = moments::<1>(settings, "rotate")?;
    let scale = moments::<1>(settings, "scale")?;
    let count = translate.len().max(rotate.len()).max(scale.len());
    // A static value counts at all moments.
    let mut all = Vec::with_capacity(count);
    for index in 0..count {
        let one = (
            translate.get(index).or(translate.first()),
            rotate.get(index).or(rotate.first()),
            scale.get(index).or(scale.first()),
        );
        if let (Some(translate), Some([rotate]), Some([scale])) = one {
            if scale.abs() < SMALLEST {
                let value = format!("{}%", scale * 100.0);
                return Err(refused("scale", value, "it must be at least 0.01%"));
            }
            all.push((*translate, *rotate, *scale));
        }
    }
    if all.first().is_some_and(|first| all.iter().all(|moment| moment == first)) {
        all.truncate(1);
    }
    Ok(all)
}

/// What is kept of a result that reaches `reach`: the format, one format beyond each side, and whatever the
/// picture itself covered.
fn kept(reach: Window, format: Size, own: Window) -> Window {
    let around = Window {
        x: -(format.width as i32),
        y: -(format.height as i32),
        width: format.width.saturating_mul(3),
        height: format.height.saturating_mul(3),
    };
    reach.intersection(&around.union(&own))
}

/// The place's colour in each plane, added to `sums`; zero outside the planes.
fn look(planes: &[&[f32]], window: Window, columns: &Taps, rows: &Taps, sums: &mut [f32]) {
    let clip = |taps: &Taps, length: u32| {
        let start = taps.first.clamp(0, i64::from(length));
        let end = (taps.first + taps.weights.len() as i64).clamp(start, i64::from(length));
        (start as usize..end as usize, (start - taps.first) as usize)
    };
    let (across, left) = clip(columns, window.width);
    let (down, top) = clip(rows, window.height);
    let across_weights = columns.weights.get(left..left + across.len()).unwrap_or_default();
    let down_weights = rows.weights.get(top..top + down.len()).unwrap_or_default();
    let wide = window.width as usize;
    for (plane, sum) in planes.iter().zip(sums) {
        let mut value = 0.0;
        for (row, down) in down.clone().zip(down_weights) {
            let pixels = plane.get(row * wide + across.start..row * wide + across.end);
            let mut line = 0.0;
            for (pixel, across) in pixels.unwrap_or_default().iter().zip(across_weights) {
                line += across * pixel;
            }
            value += down * line;
        }
        *sum += value;
    }
}

/// The stage.
#[derive(Debug)]
pub(crate) struct Transform;

impl Stage for Transform {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let image = Picture::at(job, "image")?;
        let format = image.frame.format;
        let filter = choice(job.settings(), "filter", &FILTERS)?;
        let middle = [f64::from(format.width) / 2.0, f64::from(format.height) / 2.0];
        let centre = point(&job.request, "centre")?.unwrap_or(middle);
        let proxy = scale(&job.request);
        let placements: Vec<Placement> = over_time(job.settings())?
            .into_iter()
            .map(|(translate, rotate, scale)| {
                Placement::new(format, translate.map(|value| value / proxy), rotate, scale, centre)
            })
            .collect();
        let own = image.window();
        if let ([placement], true) = (placements.as_slice(), filter.interpolates())
            && let Some([x, y]) = placement.whole_pixels()
        {
            return moved_whole(&image, x, y);
        }
        let reach = placements
            .iter()
            .map(|placement| placement.reach(own, filter))
            .fold(Window::EMPTY, |all, one| all.union(&one));
        let window = kept(reach, format, own);
        let sources = image.planes();
        let wide = window.width as usize;
        let samples = fill(window, sources.len(), job.cancel, |first, block| {
            let high = block.first().map_or(0, |plane| plane.len() / wide);
            let (mut columns, mut rows) = (Taps::default(), Taps::default());
            let mut sums = vec![0.0; sources.len()];
            for (row, column) in (0..high).flat_map(|row| (0..wide).map(move |x| (row, x))) {
                let x = f64::from(window.x) + column as f64 + 0.5;
                let y = f64::from(window.y) + (first + row) as f64 + 0.5;
                sums.fill(0.0);
                for placement in &placements {
                    let [x, y] = placement.shows(x, y);
                    let stretch = placement.stretch(filter);
                    filter.taps(x - f64::from(own.x), stretch, &mut columns);
                    filter.taps(y - f64::from(own.y), stretch, &mut rows);
                    look(&sources, own, &columns, &rows, &mut sums);
                }
                for (plane, sum) in block.iter_mut().zip(&sums) {
                    if let Some(out) = plane.get_mut(row * wide + column) {
                        *out = sum / placements.len() as f32;
                    }
                }
            }
        })?;
        Ok(Answer::frame(image.frame.with_samples(window, image.names(), samples)))
    }

    fn identity(&self, settings: &Settings) -> Option<&'static str> {
        let filter = choice(settings, "filter", &FILTERS).ok()?;
        let moments = over_time(settings).ok()?;
        let still = |(translate, rotate, scale): &Moment| {
            *translate == [0.0; 2] && *rotate == 0.0 && *scale == 1.0
        };
        (filter.interpolates() && moments.iter().all(still)).then_some("image")
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 8)
    }
}

/// Moved by whole pixels: the same samples in another window.
fn moved_whole(image: &Picture<'_>, x: i32, y: i32) -> Result<Answer, StageError> {
    let own = image.window();
    let window = Window { x: own.x.saturating_add(x), y: own.y.saturating_add(y), ..own };
    let kept = kept(window, image.frame.format, own);
    if kept == window {
        return Ok(Answer::frame(Frame { window, ..image.frame.clone() }));
    }
    let shifted = Frame { window, ..image.frame.clone() };
    super::crop::cut(&shifted, kept).map(Answer::frame)
}
