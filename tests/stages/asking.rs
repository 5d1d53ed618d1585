//! Asks a stage as the engine would: what it declares, what it reads, what comes of it. And pictures to
//! ask with, made of integers, so that they are the same everywhere.

use std::collections::BTreeMap;
use std::sync::Arc;
use toma_media::{BuiltinColour, Frame, Metadatum, Size, Window};
use toma_models::Models;
use toma_stage::{
    Ambient, AmbientValue, Answer, CancelToken, Given, Job, Read, Registry, Request, Sampling,
    Setting, Settings, StageError, Value,
};

/// The format of all pictures here.
pub(crate) const FORMAT: Size = Size { width: 40, height: 30 };

/// All stages, with the colour and the weights that Toma ships with.
pub(crate) fn stages() -> Registry {
    let colour = Arc::new(BuiltinColour::new().expect("the built-in configuration"));
    toma_stages::registry(colour, Arc::new(Models::new(Models::default_folders())))
}

/// A question to a stage.
#[derive(Clone)]
pub(crate) struct Question {
    /// The stage's name.
    pub(crate) stage: &'static str,
    /// All its settings.
    pub(crate) settings: Settings,
    /// Pictures by port; those of a clip one behind the other, from frame 100 on.
    pub(crate) inputs: Vec<(&'static str, Vec<Arc<Frame>>)>,
    /// The bytes of its file.
    pub(crate) blob: Option<Arc<[u8]>>,
    /// The frame asked for.
    pub(crate) time: i64,
    /// Pixels of the format that one stands for.
    pub(crate) scale: u32,
}

/// What a stage answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answered {
    /// The picture.
    pub(crate) frame: Arc<Frame>,
    /// The port it equals, if the stage said so.
    pub(crate) same: Option<&'static str>,
}

impl Question {
    /// About these pictures, at frame 100.
    pub(crate) fn new(
        stage: &'static str,
        settings: &[(&str, Setting)],
        inputs: &[(&'static str, &Frame)],
    ) -> Self {
        let settings =
            settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let inputs =
            inputs.iter().map(|(port, frame)| (*port, vec![Arc::new((*frame).clone())])).collect();
        Self { stage, settings: Settings(settings), inputs, blob: None, time: 100, scale: 1 }
    }

    /// The answer, and nobody cancels.
    pub(crate) fn ask(&self, stages: &Registry) -> Result<Answered, StageError> {
        self.ask_with(stages, &CancelToken::default())
    }

    /// The answer, unless somebody cancels.
    pub(crate) fn ask_with(
        &self,
        stages: &Registry,
        cancel: &CancelToken,
    ) -> Result<Answered, StageError> {
        let stage = stages.get(self.stage).expect("the stage is registered");
        let declared = |value| stage.declaration().ambient.contains(&value);
        let ambient = Ambient {
            frame: declared(AmbientValue::FrameNumber).then_some(self.time),
            format: declared(AmbientValue::Format).then_some(FORMAT),
            ..Ambient::default()
        };
        let domain = |frames: &[Arc<Frame>]| Some((100, 99 + frames.len() as i64));
        let inputs: Vec<_> =
            self.inputs.iter().map(|(port, frames)| ((*port).to_owned(), domain(frames))).collect();
        let request = Request {
            time: self.time,
            settings: &self.settings,
            inputs: &inputs,
            domain: None,
            ambient: &ambient,
            scale: self.scale,
        };
        let reads = stage.reads(&request)?;
        let given: Vec<Given> = reads
            .iter()
            .map(|read| match read {
                Read::Input { port, time, .. } => {
                    let (_, frames) =
                        self.inputs.iter().find(|(name, _)| name == port).expect("a known port");
                    let index = (*time - 100).clamp(0, frames.len() as i64 - 1) as usize;
                    Given::Value(Value::Frame(Arc::clone(&frames[index])))
                }
                Read::Blob { .. } => {
                    self.blob.clone().map_or(Given::Missing { format: FORMAT }, |bytes| {
                        Given::Blob { bytes, name: "plate.0100.png".into() }
                    })
                }
                Read::Own { .. } => Given::Nothing,
            })
            .collect();
        let mut seen = self.settings.clone();
        seen.0.retain(|name, _| {
            let declared = stage.declaration().parameter(name);
            declared.is_none_or(|parameter| parameter.sampling != Sampling::Placing)
        });
        let request = Request { settings: &seen, ..request };
        match stage.run(&Job { request, reads: &reads, given: &given, cancel })? {
            Answer::Values(values) => match values.as_slice() {
                [Value::Frame(frame)] => Ok(Answered { frame: Arc::clone(frame), same: None }),
                other => panic!("{} answered {other:?}", self.stage),
            },
            Answer::Same(port) => {
                let of_port =
                    |read: &Read| matches!(read, Read::Input { port: p, .. } if p == port);
                let index = reads.iter().position(of_port).expect("a port that was read");
                match &given[index] {
                    Given::Value(Value::Frame(frame)) => {
                        Ok(Answered { frame: Arc::clone(frame), same: Some(port) })
                    }
                    other => panic!("{} is the same as {other:?}", self.stage),
                }
            }
        }
    }
}

/// A number.
pub(crate) fn number(value: f64) -> Setting {
    Setting::Number(value)
}

/// Several numbers.
pub(crate) fn vector(values: &[f64]) -> Setting {
    Setting::Vector(values.to_vec())
}

/// A word.
pub(crate) fn text(word: &str) -> Setting {
    Setting::Text(word.to_owned())
}

/// Evenly mixed bits.
fn bits(mut value: u64) -> u64 {
    value = (value ^ (value >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    value = (value ^ (value >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    value ^ (value >> 33)
}

/// From 0 to below 1, in steps of 2⁻²⁴.
fn share(value: u64) -> f32 {
    (bits(value) >> 40) as f32 / 16_777_216.0
}

/// A picture over `window`: smooth light with grain, a few negative and very bright pixels. With alpha,
/// it is associated and has places of 0, of 1 and between.
pub(crate) fn plate(seed: u64, window: Window, alpha: bool) -> Frame {
    let mut planes: Vec<Vec<f32>> = vec![Vec::new(); 4];
    for y in window.y..window.bottom() {
        for x in window.x..window.right() {
            let at = |salt: u64| {
                share(bits(seed ^ salt << 48) ^ (x as u64 & 0xffff) << 16 ^ (y as u64 & 0xffff))
            };
            let coverage = match (x + 2 * y).rem_euclid(16) {
                0..=3 => 0.0,
                4..=7 => (x + 2 * y).rem_euclid(16) as f32 / 8.0,
                _ => 1.0,
            };
            let coverage = if alpha { coverage } else { 1.0 };
            for (channel, plane) in planes.iter_mut().enumerate().take(3) {
                let smooth = ((x + 64) * (channel as i32 + 2) % 41) as f32 / 60.0;
                let mut light = smooth + 0.3 * at(channel as u64);
                if at(7) < 0.02 {
                    light = 40.0 * at(8);
                }
                if at(9) < 0.02 {
                    light = -0.1 * at(10);
                }
                plane.push(light * coverage);
            }
            planes[3].push(coverage);
        }
    }
    let names: &[&str] = if alpha { &["R", "G", "B", "A"] } else { &["R", "G", "B"] };
    planes.truncate(names.len());
    described(Frame::from_samples(FORMAT, window, names, planes.concat()))
}

/// A matte over `window`.
pub(crate) fn matte(seed: u64, window: Window) -> Frame {
    let mut samples = Vec::new();
    for y in window.y..window.bottom() {
        for x in window.x..window.right() {
            let inside = (x - 18) * (x - 18) + (y - 14) * (y - 14) < 90;
            let edge = share(seed ^ (x as u64) << 32 ^ y as u64);
            samples.push(if inside { 1.0 } else { (edge - 0.8).max(0.0) });
        }
    }
    described(Frame::from_samples(FORMAT, window, &["A"], samples))
}

/// With metadata and pixels that aren't square.
fn described(frame: Frame) -> Frame {
    let metadata = BTreeMap::from([
        ("owner".to_owned(), Metadatum::Text("the second unit".to_owned())),
        ("timeCode".to_owned(), Metadatum::TimeCode(0x0102_0304, 0)),
    ]);
    Frame { metadata: Arc::new(metadata), pixel_aspect: 2.0, ..frame }
}
