//! `std.transform.transform`: moves, turns and scales, with motion blur.

use super::placement::Placement;
use crate::declare::{EXACT, SAME_SORT, any, at, bytes, extent, planes};
use crate::kernel::{FILTERS, Filter, Taps};
use crate::reading::{choice, moments, point, refused, scale};
use crate::rows::fill;
use crate::sheet::Sheet;
use toma_media::{Frame, Size, Window};
use toma_stage::{
    Answer, Declaration, Job, Parameter, Read, Request, Sampling, Settings, Stage, StageError,
};

const fn over_shutter(name: &'static str) -> Parameter {
    Parameter { name, sampling: Sampling::Shutter { length: "shutter", samples: "samples" } }
}

static DECLARATION: Declaration = Declaration {
    stage: "std.transform.transform",
    inputs: &[any("image")],
    outputs: SAME_SORT,
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

/// The place's colour in each plane, added to the pixel `index` of `out`; zero outside the planes.
fn look(
    planes: &[&[f32]],
    window: Window,
    columns: &Taps,
    rows: &Taps,
    index: usize,
    out: &mut [&mut [f32]],
) {
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
    for (plane, out) in planes.iter().zip(out) {
        let mut value = 0.0;
        for (row, down) in down.clone().zip(down_weights) {
            let pixels = plane.get(row * wide + across.start..row * wide + across.end);
            let mut line = 0.0;
            for (pixel, across) in pixels.unwrap_or_default().iter().zip(across_weights) {
                line += across * pixel;
            }
            value += down * line;
        }
        if let Some(out) = out.get_mut(index) {
            *out += value;
        }
    }
}

/// A block of rows of `window` from row `first` on: the mean over the placements of what each shows.
fn paint(
    window: Window,
    first: usize,
    block: &mut [&mut [f32]],
    placements: &[Placement],
    filter: Filter,
    sources: &[&[f32]],
    own: Window,
) {
    let wide = window.width as usize;
    let high = block.first().map_or(0, |plane| plane.len() / wide);
    let places = |start: i32, index: usize| f64::from(start) + index as f64 + 0.5;
    let (mut turned, mut rows) = (Taps::default(), Taps::default());
    for placement in placements {
        let stretch = placement.stretch(filter);
        // Where columns stay columns, their weights are the same in all rows.
        let upright: Option<Vec<Taps>> = placement.is_upright().then(|| {
            (0..wide)
                .map(|column| {
                    let mut taps = Taps::default();
                    let [x, _] = placement.shows(places(window.x, column), 0.0);
                    filter.taps(x - f64::from(own.x), stretch, &mut taps);
                    taps
                })
                .collect()
        });
        for row in 0..high {
            for column in 0..wide {
                let at = [places(window.x, column), places(window.y, first + row)];
                let [x, y] = placement.shows(at[0], at[1]);
                let known = upright.as_ref().and_then(|all| all.get(column));
                if known.is_none() {
                    filter.taps(x - f64::from(own.x), stretch, &mut turned);
                }
                let columns = known.unwrap_or(&turned);
                if upright.is_none() || column == 0 {
                    filter.taps(y - f64::from(own.y), stretch, &mut rows);
                }
                look(sources, own, columns, &rows, row * wide + column, block);
            }
        }
    }
    let count = placements.len() as f32;
    for value in block.iter_mut().flat_map(|plane| plane.iter_mut()) {
        *value /= count;
    }
}

/// Where the picture lies at each moment of the shutter.
fn placements(request: &Request<'_>, format: Size) -> Result<Vec<Placement>, StageError> {
    let middle = [f64::from(format.width) / 2.0, f64::from(format.height) / 2.0];
    let centre = point(request, "centre")?.unwrap_or(middle);
    let proxy = scale(request);
    let place = |(translate, rotate, scale): Moment| {
        Placement::new(format, translate.map(|value| value / proxy), rotate, scale, centre)
    };
    Ok(over_time(request.settings)?.into_iter().map(place).collect())
}

/// All that a picture over `own` covers.
fn reach(placements: &[Placement], own: Window, filter: Filter) -> Window {
    placements
        .iter()
        .map(|placement| placement.reach(own, filter))
        .fold(Window::EMPTY, |all, one| all.union(&one))
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
        let image = Sheet::at(job, "image")?;
        let format = image.frame.format;
        let filter = choice(job.settings(), "filter", &FILTERS)?;
        let placements = placements(&job.request, format)?;
        let own = image.window();
        if let ([placement], true) = (placements.as_slice(), filter.interpolates())
            && let Some([x, y]) = placement.whole_pixels()
        {
            return moved_whole(&image, x, y);
        }
        let window = kept(reach(&placements, own, filter), format, own);
        let sources = image.planes();
        let samples = fill(window, sources.len(), job.cancel, |first, block| {
            paint(window, first, block, &placements, filter, sources, own);
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
        let format = extent(request);
        let filter = choice(request.settings, "filter", &FILTERS);
        let (Ok(filter), Ok(placements)) = (filter, placements(request, format)) else {
            return planes(request, 4);
        };
        let own = Window::of(format);
        let Window { width, height, .. } = kept(reach(&placements, own, filter), format, own);
        bytes(Size { width, height }, 4)
    }
}

/// Moved by whole pixels: the same samples in another window.
fn moved_whole(image: &Sheet<'_>, x: i32, y: i32) -> Result<Answer, StageError> {
    let own = image.window();
    let window = Window { x: own.x.saturating_add(x), y: own.y.saturating_add(y), ..own };
    let kept = kept(window, image.frame.format, own);
    if kept == window {
        return Ok(Answer::frame(Frame { window, ..image.frame.clone() }));
    }
    let shifted = Frame { window, ..image.frame.clone() };
    super::crop::cut(&shifted, kept).map(Answer::frame)
}
