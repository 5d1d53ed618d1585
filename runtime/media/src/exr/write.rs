//! A frame as an EXR file: one part, blocks of lines, every plane a channel. Written by ourselves, so
//! that windows, timecode and metadata go out as they came in, and the same frame gives the same
//! bytes on every machine.

use std::collections::BTreeMap;

use super::{ORIGIN, attribute, half};
use crate::MediaError;
use crate::encoding::{Compression, Depth};
use crate::frame::{Frame, Metadatum, Plane, Window};

/// Attributes that a file's structure decides: never taken from metadata.
const STRUCTURE: &[&str] = &[
    "channels",
    "compression",
    "dataWindow",
    "displayWindow",
    "lineOrder",
    "pixelAspectRatio",
    "screenWindowCenter",
    "screenWindowWidth",
    "tiles",
    "name",
    "type",
    "version",
    "chunkCount",
    "maxSamplesPerPixel",
    "preview",
    "dwaCompressionLevel",
    ORIGIN,
];

/// The file. Planes of the layers or channels in `float` are 32 bit whatever `depth` says. A frame without pixels is written with one black pixel at its format's top left, for a
/// data window of an EXR can't be empty.
pub(crate) fn encode(
    frame: &Frame,
    depth: Depth,
    compression: Compression,
    float: &[String],
) -> Result<Vec<u8>, MediaError> {
    let depth_of = |plane: &Plane| {
        let layer = |name: &String| {
            let rest = plane.name.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if float.iter().any(layer) { Depth::Float } else { depth }
    };
    let planes = frame.planes.iter();
    let mut channels: Vec<Channel<'_>> =
        planes.map(|plane| Channel::new(plane, depth_of(plane))).collect::<Result<_, _>>()?;
    channels.sort_by(|a, b| a.name.cmp(b.name));
    if let Some(twice) = channels.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(MediaError::DoesNotFit {
            what: format!("the picture has two channels called {}", twice[0].name),
            advice: "give them different names".into(),
        });
    }
    if channels.is_empty() {
        return Err(MediaError::DoesNotFit {
            what: "the picture has no channel, and an EXR needs one".into(),
            advice: "write a picture that has channels".into(),
        });
    }
    let black = frame.window.is_empty();
    let window = if black { Window { x: 0, y: 0, width: 1, height: 1 } } else { frame.window };
    let mut file = head(frame, window, &channels, compression);
    let lines = match compression {
        Compression::Zip => 16,
        Compression::None | Compression::Zips => 1,
    };
    let blocks = (window.height as usize).div_ceil(lines);
    let table = file.len();
    file.resize(table + blocks * 8, 0);
    let top = window.y.saturating_add(origin(frame).1);
    let mut packer = Packer::new();
    for block in 0..blocks {
        let first = block * lines;
        let rows = first..(first + lines).min(window.height as usize);
        packer.raw.clear();
        if black {
            packer.raw.resize(channels.iter().map(Channel::bytes).sum(), 0);
        } else {
            for row in rows {
                for channel in &channels {
                    channel.line(row, window.width as usize, &mut packer.raw);
                }
            }
        }
        let packed = packer.pack(compression);
        let offset = (file.len() as u64).to_le_bytes();
        if let Some(entry) = file.get_mut(table + block * 8..table + block * 8 + 8) {
            entry.copy_from_slice(&offset);
        }
        file.extend((top + first as i32).to_le_bytes());
        file.extend((packed.len() as i32).to_le_bytes());
        file.extend_from_slice(packed);
    }
    Ok(file)
}

enum Line<'a> {
    Half(&'a [f32]),
    Float(&'a [f32]),
    Uint(&'a [u32]),
}

struct Channel<'a> {
    name: &'a str,
    samples: Line<'a>,
}

impl<'a> Channel<'a> {
    fn new(plane: &'a Plane, depth: Depth) -> Result<Self, MediaError> {
        if !attribute::is_name(&plane.name) {
            return Err(MediaError::DoesNotFit {
                what: format!("\"{}\" can't be a channel's name in an EXR", plane.name),
                advice: "use 1 to 255 characters".into(),
            });
        }
        let samples = match (plane.f32(), plane.u32(), depth) {
            (Some(samples), _, Depth::Half) => Line::Half(samples),
            (Some(samples), _, Depth::Float) => Line::Float(samples),
            (None, Some(samples), _) => Line::Uint(samples),
            (None, None, _) => Line::Float(&[]),
        };
        Ok(Self { name: &plane.name, samples })
    }

    fn kind(&self) -> i32 {
        match self.samples {
            Line::Uint(_) => 0,
            Line::Half(_) => 1,
            Line::Float(_) => 2,
        }
    }

    fn bytes(&self) -> usize {
        if matches!(self.samples, Line::Half(_)) { 2 } else { 4 }
    }

    fn line(&self, row: usize, width: usize, into: &mut Vec<u8>) {
        let begin = row * width;
        match self.samples {
            Line::Half(samples) => {
                let at = into.len();
                into.resize(at + width * 2, 0);
                let out = into[at..].as_chunks_mut::<2>().0;
                for (sample, bytes) in samples[begin..begin + width].iter().zip(out) {
                    *bytes = half::from_f32(*sample).to_le_bytes();
                }
            }
            Line::Float(samples) => {
                into.extend(samples[begin..begin + width].iter().flat_map(|x| x.to_le_bytes()));
            }
            Line::Uint(samples) => {
                into.extend(samples[begin..begin + width].iter().flat_map(|x| x.to_le_bytes()));
            }
        }
    }
}

/// Where the display window begins in the file.
fn origin(frame: &Frame) -> (i32, i32) {
    match frame.metadata.get(ORIGIN) {
        Some(Metadatum::Floats(corner)) => match corner.as_slice() {
            [x, y] if x.abs() < 1e7 && y.abs() < 1e7 => (*x as i32, *y as i32),
            _ => (0, 0),
        },
        _ => (0, 0),
    }
}

fn corners(window: &Window, origin: (i32, i32)) -> Vec<u8> {
    let left = window.x.saturating_add(origin.0);
    let top = window.y.saturating_add(origin.1);
    let right = left.saturating_add(window.width as i32 - 1);
    let bottom = top.saturating_add(window.height as i32 - 1);
    [left, top, right, bottom].iter().flat_map(|edge| edge.to_le_bytes()).collect()
}

fn head(
    frame: &Frame,
    window: Window,
    channels: &[Channel<'_>],
    compression: Compression,
) -> Vec<u8> {
    let mut attributes: BTreeMap<&str, (&str, Vec<u8>)> = BTreeMap::new();
    for (name, value) in frame.metadata.iter() {
        if attribute::is_name(name)
            && !STRUCTURE.contains(&name.as_str())
            && let Some(written) = attribute::write(name, value)
        {
            attributes.insert(name, written);
        }
    }
    let mut list = Vec::new();
    for channel in channels {
        list.extend(channel.name.as_bytes());
        list.push(0);
        list.extend(channel.kind().to_le_bytes());
        list.extend([0; 4]);
        list.extend([1i32.to_le_bytes(), 1i32.to_le_bytes()].as_flattened());
    }
    list.push(0);
    let method = match compression {
        Compression::None => 0,
        Compression::Zips => 2,
        Compression::Zip => 3,
    };
    let origin = origin(frame);
    let display = Window::of(frame.format);
    let aspect = frame.pixel_aspect.to_le_bytes().to_vec();
    let centre = match frame.metadata.get("screenWindowCenter") {
        Some(Metadatum::Floats(centre)) if centre.len() == 2 => centre.clone(),
        _ => vec![0.0, 0.0],
    };
    let width = match frame.metadata.get("screenWindowWidth") {
        Some(Metadatum::Float(width)) => *width as f32,
        _ => 1.0,
    };
    attributes.insert("channels", ("chlist", list));
    attributes.insert("compression", ("compression", vec![method]));
    attributes.insert("dataWindow", ("box2i", corners(&window, origin)));
    attributes.insert("displayWindow", ("box2i", corners(&display, origin)));
    attributes.insert("lineOrder", ("lineOrder", vec![0]));
    attributes.insert("pixelAspectRatio", ("float", aspect));
    attributes.insert(
        "screenWindowCenter",
        ("v2f", centre.iter().flat_map(|x| x.to_le_bytes()).collect()),
    );
    attributes.insert("screenWindowWidth", ("float", width.to_le_bytes().to_vec()));

    let long = channels.iter().any(|channel| channel.name.len() > 31)
        || attributes.keys().any(|name| name.len() > 31);
    let mut file = vec![0x76, 0x2f, 0x31, 0x01, 2, if long { 4 } else { 0 }, 0, 0];
    for (name, (type_name, value)) in &attributes {
        file.extend(name.as_bytes());
        file.push(0);
        file.extend(type_name.as_bytes());
        file.push(0);
        file.extend((value.len() as i32).to_le_bytes());
        file.extend(value);
    }
    file.push(0);
    file
}

/// Deflate's effort. Measured on a grainy 1080p half frame against level 4, OpenEXR's own: a seventh
/// less time for one percent more bytes.
const LEVEL: u32 = 2;

/// Packs blocks, with a compressor and buffers that serve for all of them.
struct Packer {
    raw: Vec<u8>,
    split: Vec<u8>,
    deltas: Vec<u8>,
    packed: Vec<u8>,
    deflate: flate2::Compress,
}

impl Packer {
    fn new() -> Self {
        Self {
            raw: Vec::new(),
            split: Vec::new(),
            deltas: Vec::new(),
            packed: Vec::new(),
            deflate: flate2::Compress::new(flate2::Compression::new(LEVEL), true),
        }
    }

    /// The block as it goes into the file: packed, or raw where packing gains nothing, which readers
    /// tell by the size.
    fn pack(&mut self, compression: Compression) -> &[u8] {
        if compression == Compression::None {
            return &self.raw;
        }
        self.prepare();
        self.packed.clear();
        // Room for less than the raw block: a stream that doesn't end in it gains nothing.
        self.packed.reserve(self.raw.len());
        self.deflate.reset();
        let status = self.deflate.compress_vec(
            &self.deltas,
            &mut self.packed,
            flate2::FlushCompress::Finish,
        );
        let ended = matches!(status, Ok(flate2::Status::StreamEnd));
        if ended && self.packed.len() < self.raw.len() { &self.packed } else { &self.raw }
    }

    /// Even bytes before odd ones, then differences of neighbours, as the format's ZIP wants them.
    fn prepare(&mut self) {
        let pairs = self.raw.as_chunks::<2>();
        self.split.clear();
        self.split.extend(pairs.0.iter().map(|pair| pair[0]));
        self.split.extend(pairs.1);
        self.split.extend(pairs.0.iter().map(|pair| pair[1]));
        self.deltas.clear();
        self.deltas.extend(self.split.first());
        let neighbours = self.split.iter().zip(self.split.iter().skip(1));
        self.deltas.extend(neighbours.map(|(a, b)| b.wrapping_sub(*a).wrapping_add(128)));
    }
}
