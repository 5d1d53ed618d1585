//! `std.source.layers`: several pictures as the layers of one, under the names that they have in a file.

use super::read_layer::texts;
use crate::declare::{EXACT, SAME_SORT, at, planes};
use crate::picture::same_format;
use crate::rows::{Laid, affordable, fill};
use std::sync::Arc;
use toma_media::{Block, Frame, Plane, Samples, Window, zeroed};
use toma_stage::{
    Answer, CancelToken, Declaration, InputPort, Job, Kind, Read, Request, Stage, StageError,
};

static DECLARATION: Declaration = Declaration {
    stage: "std.source.layers",
    inputs: &[InputPort { name: "layers", kind: Kind::Any, optional: false, many: true }],
    parameters: &[at("names")],
    outputs: SAME_SORT,
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Layers;

/// A plane's name in the file: behind what ends with a dot or is nothing, else just that.
fn named(layer: &str, plane: &str) -> String {
    if layer.is_empty() || layer.ends_with('.') {
        format!("{layer}{plane}")
    } else {
        layer.to_owned()
    }
}

/// The planes of several frames over one window: zero where a frame has none. What lies there already is
/// copied too, so that nothing else is kept in memory. Format and metadata are those of `first`.
pub(super) fn joined(
    first: &Frame,
    window: Window,
    sources: &[(&Frame, Vec<Plane>)],
    cancel: &CancelToken,
) -> Result<Frame, StageError> {
    affordable(window)?;
    let all =
        || sources.iter().flat_map(|(frame, planes)| planes.iter().map(|p| (frame.window, p)));
    let floats: Vec<Laid<'_>> = all()
        .filter_map(|(window, plane)| Some(Laid { samples: Some(plane.f32()?), window }))
        .collect();
    let wide = window.width as usize;
    let samples = fill(window, floats.len(), cancel, |first, block| {
        let mut scratch = Vec::new();
        for (plane, rows) in floats.iter().zip(block) {
            for (row, line) in rows.chunks_mut(wide.max(1)).enumerate() {
                let y = window.y + (first + row) as i32;
                line.copy_from_slice(plane.row(y, window, &mut scratch));
            }
        }
    })?;
    let floats = Arc::new(block(floats.len(), window, Samples::F32(samples)));
    let mut planes = Vec::new();
    let mut float = 0;
    for (own, plane) in all() {
        let name = Arc::clone(&plane.name);
        if plane.f32().is_some() {
            planes.push(Plane { name, block: Arc::clone(&floats), channel: float });
            float += 1;
        } else if let Some(samples) = plane.u32() {
            let samples = Samples::U32(whole(samples, own, window)?);
            planes.push(Plane { name, block: Arc::new(block(1, window, samples)), channel: 0 });
        }
    }
    Ok(Frame { window, planes, ..first.clone() })
}

fn block(channels: usize, window: Window, samples: Samples) -> Block {
    Block { channels: channels as u32, height: window.height, width: window.width, samples }
}

/// Whole numbers over another window, 0 around them.
fn whole(samples: &[u32], own: Window, window: Window) -> Result<Vec<u32>, StageError> {
    let Some(mut laid) = zeroed::<u32>(1, window.area()) else {
        return Err(StageError::failed(
            "T0655",
            "this machine has no memory for a layer of whole numbers",
            "`crop` the picture first, or render on a larger machine",
        ));
    };
    let both = own.intersection(&window);
    for y in both.y..both.bottom() {
        let place = |of: Window| {
            let start = (y - of.y) as usize * of.width as usize + (both.x - of.x) as usize;
            start..start + both.width as usize
        };
        if let (Some(to), Some(from)) = (laid.get_mut(place(window)), samples.get(place(own))) {
            to.copy_from_slice(from);
        }
    }
    Ok(laid)
}

impl Stage for Layers {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        let count = texts(request.settings.get("names")).len();
        Ok((0..count).map(|index| Read::input(format!("layers[{index}]"), request.time)).collect())
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let names = texts(job.request.settings.get("names"));
        let mut sources: Vec<(&Frame, Vec<Plane>)> = Vec::with_capacity(names.len());
        let mut window = Window::EMPTY;
        for (index, name) in names.into_iter().enumerate() {
            let port = format!("layers[{index}]");
            let frame = job.frame(&port)?;
            if let Some((first, _)) = sources.first() {
                same_format(("layers[0]", first), (&port, frame))?;
            }
            window = window.union(&frame.window);
            let plane =
                |plane: &Plane| Plane { name: named(name, &plane.name).into(), ..plane.clone() };
            sources.push((frame, frame.planes.iter().map(plane).collect()));
        }
        let Some((first, _)) = sources.first() else {
            return Err(StageError::failed(
                "T0901",
                "`layers` was given no picture",
                "this is a mistake in Toma: please report it with the shot",
            ));
        };
        Ok(Answer::frame(joined(first, window, &sources, job.cancel)?))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toma_media::Size;

    #[test]
    fn layers_lie_over_the_window_of_all_and_keep_their_bits() {
        let size = Size { width: 3, height: 1 };
        let left = Window { x: 0, y: 0, width: 2, height: 1 };
        let right = Window { x: 1, y: 0, width: 2, height: 1 };
        let a = Frame::from_samples(size, left, &["R"], vec![1.0, 2.0]);
        let z = Frame::from_samples(size, right, &["Z"], vec![1e-30, f32::INFINITY]);
        let id = Plane {
            name: "id".into(),
            block: block(1, right, Samples::U32(vec![7, u32::MAX])).into(),
            channel: 0,
        };
        let ids = Frame { planes: vec![id], ..z.clone() };
        let sources = [(&a, a.planes.clone()), (&z, z.planes.clone()), (&ids, ids.planes.clone())];
        let window = left.union(&right);
        let all = joined(&a, window, &sources, &CancelToken::default()).unwrap();
        assert_eq!((all.names(), all.window), (vec!["R", "Z", "id"], window));
        assert_eq!(all.plane("R").unwrap().f32(), Some(&[1.0, 2.0, 0.0][..]));
        assert_eq!(all.plane("Z").unwrap().f32(), Some(&[0.0, 1e-30, f32::INFINITY][..]));
        assert_eq!(all.plane("id").unwrap().u32(), Some(&[0, 7, u32::MAX][..]));
    }

    #[test]
    fn names_are_prefixes_or_whole() {
        assert_eq!(named("", "R"), "R");
        assert_eq!(named("spec.", "R"), "spec.R");
        assert_eq!(named("depth.Z", "Z"), "depth.Z");
    }
}
