//! `std.source.read_layer`: one layer of a file, as it stands there. Which channels that may be is the
//! compiler's business.

use super::checker;
use super::read::{MARKER, MISSING, file_frame};
use crate::StagesError;
use crate::declare::{EXACT, SAME_SORT, at, placing, planes};
use crate::error::of_media;
use crate::picture::RGBA;
use crate::reading::{choice, scaled};
use crate::rows::fill;
use toma_media::codec::{Limits, decode};
use toma_media::{Frame, Plane, Window};
use toma_stage::{
    Answer, Declaration, Given, Job, Parameter, Read, Request, Sampling, Setting, Settings, Stage,
    StageError,
};

/// The version also covers the files' decoders, as that of `read` does.
static DECLARATION: Declaration = Declaration {
    stage: "std.source.read_layer",
    parameters: &[
        Parameter { name: "path", sampling: Sampling::Blob },
        at("layer"),
        at("choices"),
        at("planes"),
        placing("frames"),
        placing("start"),
        placing("rate"),
        placing("missing"),
        placing("outside"),
    ],
    outputs: SAME_SORT,
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct ReadLayer;

/// The texts of a list.
pub(super) fn texts(setting: Option<&Setting>) -> Vec<&str> {
    let Some(Setting::List(items)) = setting else { return Vec::new() };
    items
        .iter()
        .filter_map(|item| match item {
            Setting::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

/// The planes of the first choice that the file has all of, by their new names; without choices, all planes
/// of the layer. Shared, not copied.
fn layer(frame: &Frame, settings: &Settings) -> Option<Vec<Plane>> {
    let layer = settings.text("layer").ok()?;
    let Some(Setting::List(choices)) = settings.get("choices").filter(|choices| has_some(choices))
    else {
        let own = |plane: &Plane| {
            let rest = plane.name.strip_prefix(layer)?.strip_prefix('.')?;
            Some(Plane { name: rest.into(), ..plane.clone() })
        };
        let own: Vec<Plane> = frame.planes.iter().filter_map(own).collect();
        return (!own.is_empty()).then_some(own);
    };
    let names = texts(settings.get("planes"));
    choices.iter().find_map(|channels| {
        let named = texts(Some(channels)).into_iter().zip(&names);
        let found = named.map(|(channel, name)| {
            let plane = frame.plane(channel).filter(|plane| plane.f32().is_some())?;
            Some(Plane { name: (*name).into(), ..plane.clone() })
        });
        found.collect()
    })
}

fn has_some(list: &Setting) -> bool {
    matches!(list, Setting::List(items) if !items.is_empty())
}

/// What stands for a missing file: the marker of `read` where it is colour, else zeros.
fn stand_in(job: &Job<'_>, format: toma_media::Size) -> Result<Frame, StageError> {
    let size = scaled(format, &job.request);
    let names = texts(job.request.settings.get("planes"));
    if names == RGBA {
        let square = (f64::from(size.height) / 9.0).max(1.0);
        return checker::board(size, square, MARKER, job.cancel);
    }
    let names = if names.is_empty() { vec!["V"] } else { names };
    let window = Window::of(size);
    let samples = fill(window, names.len(), job.cancel, |_, _| {})?;
    Ok(Frame::from_samples(size, window, &names, samples))
}

impl Stage for ReadLayer {
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
                let settings = job.request.settings;
                let Some(planes) = layer(&frame, settings) else {
                    let layer = settings.text("layer")?.to_owned();
                    let found = frame.names().join(", ");
                    return Err(StagesError::NoLayer { file: name.clone(), layer, found }.into());
                };
                // A copy: the file's other layers need not stay in memory for this one.
                Ok(Answer::frame(alone(&frame, &planes, job)?))
            }
            Some(Given::Missing { format }) => Ok(Answer::frame(stand_in(job, *format)?)),
            _ => Err(StageError::failed(
                "T0901",
                "`read_layer` was given no file",
                "this is a mistake in Toma: please report it with the shot",
            )),
        }
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 32)
    }
}

/// The planes in blocks of their own.
fn alone(frame: &Frame, planes: &[Plane], job: &Job<'_>) -> Result<Frame, StageError> {
    super::layers::joined(frame, frame.window, &[(frame, planes.to_vec())], job.cancel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use toma_media::{Block, Samples, Size};

    fn list(texts: &[&str]) -> Setting {
        Setting::List(texts.iter().map(|text| Setting::Text((*text).to_owned())).collect())
    }

    fn settings(name: &str, choices: &[&[&str]], planes: &[&str]) -> Settings {
        let choices = Setting::List(choices.iter().map(|choice| list(choice)).collect());
        let layer = Setting::Text(name.to_owned());
        let all = [("layer", layer), ("choices", choices), ("planes", list(planes))];
        Settings(all.map(|(name, setting)| (name.to_owned(), setting)).into())
    }

    fn file() -> Frame {
        let size = Size { width: 1, height: 1 };
        let names = ["R", "spec.R", "spec.G", "spec.B", "Z", "data.a.b"];
        let mut frame = Frame::from_samples(
            size,
            Window::of(size),
            &names,
            vec![1.0, 2.0, 3.0, 4.0, f32::MAX, 6.0],
        );
        let block = Block { channels: 1, height: 1, width: 1, samples: Samples::U32(vec![7]) };
        frame.planes.push(Plane { name: "data.id".into(), block: block.into(), channel: 0 });
        frame
    }

    #[test]
    fn the_first_choice_that_is_there_in_full_is_taken() {
        let four: &[&str] = &["spec.R", "spec.G", "spec.B", "spec.A"];
        let found = layer(&file(), &settings("spec", &[four, &four[..3]], &RGBA)).unwrap();
        let seen: Vec<_> =
            found.iter().map(|plane| (&*plane.name, plane.f32().unwrap()[0])).collect();
        assert_eq!(seen, [("R", 2.0), ("G", 3.0), ("B", 4.0)]);
        let depth = layer(&file(), &settings("z", &[&["Z"], &["z"]], &["Z"])).unwrap();
        assert_eq!(depth[0].f32(), Some(&[f32::MAX][..]));
        assert!(layer(&file(), &settings("key", &[&["key"], &["key.A"]], &["A"])).is_none());
    }

    #[test]
    fn data_keeps_all_its_channels_and_whole_numbers() {
        let found = layer(&file(), &settings("data", &[], &[])).unwrap();
        let names: Vec<_> = found.iter().map(|plane| &*plane.name).collect();
        assert_eq!(names, ["a.b", "id"]);
        assert_eq!(found[1].u32(), Some(&[7][..]));
        assert!(layer(&file(), &settings("dat", &[], &[])).is_none());
    }
}
