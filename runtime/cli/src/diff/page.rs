//! Both sides' pictures of frames that differ, on one page that needs nothing beside it: a slider between the
//! two, and their difference ten times over.

use super::side::Side;
use super::{Change, ShotDiff, about};
use crate::arguments::Diff;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toma_engine::{Engine, EngineError};
use toma_media::colour::ColourSpaces;
use toma_media::{Encoding, Frame, Size, Window, encode, write_atomic};
use toma_plan::{FrameRange, Plan};
use toma_stage::{CancelToken, Value};
use toma_syntax::diagnostic::Diagnostic;

/// Wider pictures are made smaller, by whole factors.
const WIDEST: u32 = 960;

/// A page being put together.
pub(super) struct Page {
    folder: PathBuf,
    limit: usize,
    names: (String, String),
    colour: Arc<dyn ColourSpaces>,
    body: String,
    pictures: usize,
}

/// A picture ready to be shown: red, green and blue, 0 to 1.
struct Shown {
    width: u32,
    height: u32,
    samples: [Vec<f32>; 3],
}

impl Page {
    /// A page, if one is asked for.
    pub(super) fn new(asked: &Diff, sides: &(Side, Side)) -> Option<Self> {
        Some(Self {
            folder: asked.pictures.clone()?,
            limit: asked.limit.max(1),
            names: (sides.0.name.clone(), sides.1.name.clone()),
            colour: sides.1.program.colour.clone(),
            body: String::new(),
            pictures: 0,
        })
    }

    /// Renders both sides of a shot's frames that differ: of each output some, evenly chosen.
    pub(super) fn add(
        &mut self,
        found: &ShotDiff,
        (old, before): (&Engine, &Plan),
        (new, after): (&Engine, &Plan),
    ) -> Result<(), EngineError> {
        if found.change != Change::Changed {
            return Ok(());
        }
        for (name, frames) in &found.outputs {
            let output = |plan: &Plan| plan.outputs.iter().find(|one| one.name == *name).cloned();
            let (Some(a), Some(b)) = (output(before), output(after)) else { continue };
            let all: Vec<i64> = frames
                .changed
                .iter()
                .flat_map(|FrameRange { first, last }| *first..=*last)
                .filter(|frame| a.frames.contains(*frame) && b.frames.contains(*frame))
                .collect();
            let chosen = evenly(&all, self.limit);
            let _ = write!(
                self.body,
                "<h2>{} · {}</h2><p>{} of {} frames that differ</p>",
                escaped(&found.shot),
                escaped(name),
                chosen.len(),
                all.len()
            );
            for frame in chosen {
                let left = picture(old, before, &a.input, frame)?;
                let right = picture(new, after, &b.input, frame)?;
                let (left, right) =
                    (self.shown(&left, before, &a.input), self.shown(&right, after, &b.input));
                self.figure(frame, &left, &right);
            }
        }
        Ok(())
    }

    /// Light as a display shows it. Clipped: this is for looking.
    fn shown(&self, frame: &Frame, plan: &Plan, input: &toma_plan::Input) -> Shown {
        let mut shown = smaller(frame);
        let kind = plan
            .nodes
            .get(input.node.0 as usize)
            .and_then(|node| node.ports.iter().find(|port| port.name == input.port))
            .map_or("", |port| port.kind.as_str());
        if let Some(space) = space_of(kind)
            && let Ok(convert) = self.colour.converter(&space, "sRGB")
        {
            let [r, g, b] = &mut shown.samples;
            convert.apply(r, g, b);
        }
        for plane in &mut shown.samples {
            for sample in plane {
                *sample = if sample.is_nan() { 0.0 } else { sample.clamp(0.0, 1.0) };
            }
        }
        shown
    }

    fn figure(&mut self, frame: i64, left: &Shown, right: &Shown) {
        self.pictures += 1;
        let mut apart = Shown { samples: right.samples.clone(), ..*right };
        let same = left.width == right.width && left.height == right.height;
        let mut largest = 0.0_f32;
        for (plane, other) in apart.samples.iter_mut().zip(&left.samples) {
            for (at, sample) in plane.iter_mut().enumerate() {
                let by = (*sample - other.get(at).copied().unwrap_or_default()).abs();
                largest = largest.max(by);
                *sample = (by * 10.0).min(1.0);
            }
        }
        let difference = if same {
            format!(
                "<figure><img alt=\"difference, ten times over\" src=\"{}\"><figcaption>difference ×10, at most {:.1}%</figcaption></figure>",
                data(&apart),
                largest * 100.0
            )
        } else {
            "<figure><figcaption>the formats differ</figcaption></figure>".to_owned()
        };
        let _ = write!(
            self.body,
            "<section><h3>frame {frame}</h3><div class=row><figure><div class=pair style=\"--x:50%\">\
             <img alt=\"before\" src=\"{}\"><img class=over alt=\"after\" src=\"{}\"></div>\
             <input type=range min=0 max=100 value=50 aria-label=\"from before to after\" \
             oninput=\"this.previousElementSibling.style.setProperty('--x',this.value+'%')\">\
             <figcaption>left of the line {}, right of it {}</figcaption></figure>{difference}</div></section>",
            data(left),
            data(right),
            escaped(&self.names.0),
            escaped(&self.names.1)
        );
    }

    /// Writes the page, and opens it if that is asked.
    pub(super) fn write(self, open: bool) -> Result<(), Diagnostic> {
        std::fs::create_dir_all(&self.folder).map_err(|error| {
            let message = format!("{} can't be made: {error}", self.folder.display());
            about(message, "choose another folder for --pictures")
        })?;
        let (a, b) = (escaped(&self.names.0), escaped(&self.names.1));
        let nothing = if self.pictures == 0 { "<p>No written frame differs.</p>" } else { "" };
        let page = format!(
            "<!doctype html><html lang=en><meta charset=utf-8><title>{a} – {b}</title>\
             <meta name=viewport content=\"width=device-width\"><style>{STYLE}</style>\
             <h1>{a} <span>→</span> {b}</h1>{nothing}{}</html>\n",
            self.body
        );
        let path = self.folder.join("index.html");
        write_atomic(&path, page.as_bytes(), true).map_err(|error| {
            crate::program::plain(error.code(), error.to_string(), &error.help())
        })?;
        errln!("{} frames: {}", self.pictures, path.display());
        if open {
            open_page(&path);
        }
        Ok(())
    }
}

const STYLE: &str = "body{margin:2rem;background:#1b1d21;color:#d9dce2;font:15px/1.45 system-ui,sans-serif}\
    h1{font-size:1.25rem}h1 span{color:#7b8290}h2{font-size:1.05rem;margin-top:2.2rem}h3{font-size:.95rem;color:#aab0bc}\
    .row{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}figcaption{color:#9299a6;font-size:.85rem}\
    img{display:block;max-width:100%}.pair{position:relative}.pair .over{position:absolute;inset:0;\
    clip-path:inset(0 0 0 var(--x))}.pair::after{content:'';position:absolute;inset:0 auto 0 var(--x);\
    width:1px;background:#fff8}input{width:100%}";

/// Some of the frames: first, last, and as evenly between as can be.
fn evenly(frames: &[i64], most: usize) -> Vec<i64> {
    if frames.len() <= most {
        return frames.to_vec();
    }
    if most == 1 {
        return frames.get(frames.len() / 2).copied().into_iter().collect();
    }
    let step = |place: usize| place * (frames.len() - 1) / (most - 1);
    (0..most).filter_map(|place| frames.get(step(place)).copied()).collect()
}

fn picture(
    engine: &Engine,
    plan: &Plan,
    input: &toma_plan::Input,
    frame: i64,
) -> Result<Arc<Frame>, EngineError> {
    let path = plan.nodes.get(input.node.0 as usize).map_or("", |node| node.path.as_str());
    let cancel = CancelToken::default();
    match engine.frame(plan, path, &input.port, frame, &cancel, &|_| {})? {
        Value::Frame(frame) => Ok(frame),
        _ => Ok(Arc::new(Frame::black(Size { width: 1, height: 1 }, &["A"]))),
    }
}

/// The colour space of `Clip<Space("ARRI LogC4"), straight>`; none of what has no colours.
fn space_of(kind: &str) -> Option<String> {
    let inside = kind.split_once('<')?.1.strip_suffix('>')?;
    let named = inside.strip_prefix("Space(\"").and_then(|rest| rest.split('"').next());
    Some(named.unwrap_or_else(|| inside.split(',').next().unwrap_or(inside)).to_owned())
}

/// The format's part of a picture, made smaller by averaging. One channel becomes grey.
fn smaller(frame: &Frame) -> Shown {
    let format = Window::of(frame.format);
    let factor = frame.format.width.div_ceil(WIDEST).max(1);
    let (width, height) = ((format.width / factor).max(1), (format.height / factor).max(1));
    let plane = |name: &str| frame.plane(name).or_else(|| frame.planes.first());
    let samples = ["R", "G", "B"].map(|name| {
        let own = plane(name).and_then(|plane| plane.f32());
        let sample = |x: i32, y: i32| {
            let window = frame.window;
            if x < window.x || y < window.y || x >= window.right() || y >= window.bottom() {
                return 0.0;
            }
            let at = (y - window.y) as usize * window.width as usize + (x - window.x) as usize;
            own.and_then(|samples| samples.get(at)).copied().unwrap_or_default()
        };
        let mut small = Vec::with_capacity(width as usize * height as usize);
        for y in 0..height {
            for x in 0..width {
                let mut sum = 0.0;
                for dy in 0..factor {
                    for dx in 0..factor {
                        sum += sample((x * factor + dx) as i32, (y * factor + dy) as i32);
                    }
                }
                small.push(sum / (factor * factor) as f32);
            }
        }
        small
    });
    Shown { width, height, samples }
}

/// A picture as the address of an `img`.
fn data(shown: &Shown) -> String {
    let size = Size { width: shown.width, height: shown.height };
    let frame =
        Frame::from_samples(size, Window::of(size), &["R", "G", "B"], shown.samples.concat());
    let bytes = Encoding::new("png", &BTreeMap::new())
        .and_then(|encoding| encode(&frame, &encoding))
        .unwrap_or_default();
    format!("data:image/png;base64,{}", base64(&bytes))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            let padding = place > chunk.len();
            text.push(if padding { '=' } else { char::from(DIGITS[digit as usize]) });
        }
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn open_page(path: &Path) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    // The page is written; that nothing shows it is no failure.
    if let Err(error) = std::process::Command::new(program).arg(path).spawn() {
        errln!("{program} can't be run: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_in_base64() {
        // RFC 4648, section 10.
        let cases = ["", "f", "fo", "foo", "foob", "fooba", "foobar"];
        let written = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        for (bytes, expected) in cases.iter().zip(written) {
            assert_eq!(base64(bytes.as_bytes()), expected);
        }
    }

    #[test]
    fn frames_are_chosen_from_end_to_end() {
        let frames: Vec<i64> = (1001..=1024).collect();
        assert_eq!(evenly(&frames, 4), [1001, 1008, 1016, 1024]);
        assert_eq!(evenly(&frames[..3], 4), [1001, 1002, 1003]);
        assert_eq!(evenly(&frames, 1), [1013]);
    }

    #[test]
    fn spaces_are_read_from_types() {
        assert_eq!(space_of("Clip<ACEScg>").as_deref(), Some("ACEScg"));
        assert_eq!(space_of("Image<Space(\"a, b\"), straight>").as_deref(), Some("a, b"));
        assert_eq!(space_of("Clip<sRGB, straight>").as_deref(), Some("sRGB"));
        assert_eq!(space_of("Matte"), None);
    }
}
