//! `std.source.read`: the picture in a file. Opens nothing: the engine hands over the bytes.

use super::checker;
use crate::StagesError;
use crate::declare::{EXACT, placing, planes};
use crate::error::of_media;
use crate::picture::RGB;
use crate::reading::{choice, refused, scaled};
use toma_media::codec::{Limits, decode};
use toma_media::{Frame, Plane};
use toma_stage::{
    Answer, Declaration, Given, Job, Missing, Parameter, Read, Request, Sampling, Setting,
    Settings, Stage, StageError,
};

/// The version also covers the files' decoders: raise it together with [`toma_media::DECODER_VERSION`].
static DECLARATION: Declaration = Declaration {
    stage: "std.source.read",
    parameters: &[
        Parameter { name: "path", sampling: Sampling::Blob },
        placing("frames"),
        placing("start"),
        placing("rate"),
        placing("missing"),
        placing("outside"),
    ],
    ..EXACT
};

/// What stands for a missing file.
pub(super) const MISSING: [(&str, Missing); 4] = [
    ("error", Missing::Error),
    ("hold", Missing::Hold),
    ("nearest", Missing::Nearest),
    ("checker", Missing::Marker),
];

/// Bright magenta: nobody delivers it by mistake.
pub(super) const MARKER: ([f32; 3], [f32; 3]) = ([1.0, 0.0, 1.0], [0.05, 0.0, 0.05]);

/// The stage.
#[derive(Debug)]
pub(crate) struct Source;

/// The number of the file that stands at a frame of the shot.
pub(super) fn file_frame(settings: &Settings, time: i64) -> Result<i64, StageError> {
    let first = match settings.get("frames") {
        Some(Setting::Frames(first, _)) => Some(*first),
        _ => None,
    };
    match (settings.get("start"), first) {
        (None, _) => Ok(time),
        (Some(_), Some(first)) => {
            Ok(time.saturating_sub(settings.int("start")?).saturating_add(first))
        }
        (Some(_), None) => Err(refused(
            "start",
            settings.int("start")?.to_string(),
            "it says where the first file stands, so `frames` has to say which file is the first",
        )),
    }
}

/// R, G, B and A of a file's channels; Y as grey. Planes are shared.
fn coloured(frame: Frame, file: &str) -> Result<Frame, StageError> {
    let plane = |name: &str| frame.plane(name).filter(|plane| plane.f32().is_some());
    let named = |name: &str, plane: &Plane| Plane { name: name.into(), ..plane.clone() };
    let mut planes: Vec<Plane> = match (RGB.map(plane), plane("Y")) {
        ([Some(r), Some(g), Some(b)], _) => vec![r.clone(), g.clone(), b.clone()],
        (_, Some(y)) => RGB.iter().map(|name| named(name, y)).collect(),
        _ => {
            let found = frame.names().join(", ");
            return Err(StagesError::NoColour { file: file.into(), found }.into());
        }
    };
    planes.extend(plane("A").cloned());
    Ok(Frame { planes, ..frame })
}

impl Stage for Source {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        let missing = choice(request.settings, "missing", &MISSING)?;
        let frame = file_frame(request.settings, request.time)?;
        Ok(vec![Read::Blob { parameter: "path", frame, missing }])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        match job.given.first() {
            Some(Given::Blob { bytes, name }) => {
                let frame = decode(bytes, name, &Limits::default()).map_err(|e| of_media(&e))?;
                Ok(Answer::frame(coloured(frame, name)?))
            }
            Some(Given::Missing { format }) => {
                let size = scaled(*format, &job.request);
                let square = (f64::from(size.height) / 9.0).max(1.0);
                let board = checker::board(size, square, MARKER, job.cancel)?;
                Ok(Answer::frame(board))
            }
            _ => Err(StageError::failed(
                "T0901",
                "`read` was given no file",
                "this is a mistake in Toma: please report it with the shot",
            )),
        }
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toma_media::{Block, Samples, Size, Window};

    fn settings(frames: Option<(i64, i64)>, start: Option<i64>) -> Settings {
        let frames = frames.map_or(Setting::None, |(a, b)| Setting::Frames(a, b));
        let start = start.map_or(Setting::None, Setting::Int);
        Settings([("frames".to_owned(), frames), ("start".to_owned(), start)].into())
    }

    #[test]
    fn files_stand_where_start_says() {
        assert_eq!(file_frame(&settings(None, None), 1003), Ok(1003));
        assert_eq!(file_frame(&settings(Some((1, 24)), None), 3), Ok(3));
        assert_eq!(file_frame(&settings(Some((5, 24)), Some(1001)), 1003), Ok(7));
        assert!(file_frame(&settings(None, Some(1001)), 1003).is_err());
    }

    #[test]
    fn other_layers_are_left_out_and_grey_becomes_colour() {
        let size = Size { width: 1, height: 1 };
        let window = Window { x: 2, y: 3, width: 1, height: 1 };
        let frame = Frame::from_samples(
            size,
            window,
            &["A", "B", "G", "R", "spec.R", "Z"],
            vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        );
        let kept = coloured(frame, "a.exr").unwrap();
        assert_eq!(kept.names(), ["R", "G", "B", "A"]);
        assert_eq!(kept.window, window);
        assert_eq!(kept.plane("R").unwrap().f32(), Some(&[4.0][..]));
        let grey = Frame::from_samples(size, window, &["Y"], vec![0.5]);
        let grey = coloured(grey, "y.exr").unwrap();
        assert_eq!(grey.names(), ["R", "G", "B"]);
        assert_eq!(grey.bytes(), 4);
    }

    #[test]
    fn a_file_without_colour_says_what_it_has() {
        let size = Size { width: 1, height: 1 };
        let mut frame = Frame::from_samples(size, Window::of(size), &["Z"], vec![1.0]);
        let samples = Samples::U32(vec![7]);
        let block = Block { channels: 1, height: 1, width: 1, samples };
        frame.planes.push(Plane { name: "R".into(), block: block.into(), channel: 0 });
        let Err(StageError::Failed { code, message, .. }) = coloured(frame, "z.exr") else {
            panic!("it has no colour")
        };
        assert_eq!((code, message.contains("z.exr") && message.contains("Z, R")), ("T0654", true));
    }
}
