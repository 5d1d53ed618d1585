//! A picture in memory: named planes over a data window, inside a format.
//!
//! Coordinates are those of EXR: x to the right, y **down**, in whole pixels of the format. The
//! language counts y upwards from the bottom left; stages convert at their edge.
//! Outside its data window a frame is zero.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A width and a height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// A box of whole pixels: columns `x..x + width`, rows `y..y + height`, y down. May be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    /// The leftmost column.
    pub x: i32,
    /// The topmost row.
    pub y: i32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Window {
    /// The window that covers a format exactly.
    pub fn of(format: Size) -> Self {
        Self { x: 0, y: 0, width: format.width, height: format.height }
    }

    /// No pixel at all.
    pub const EMPTY: Self = Self { x: 0, y: 0, width: 0, height: 0 };

    /// The column behind the last one.
    pub fn right(&self) -> i32 {
        self.x + self.width as i32
    }

    /// The row behind the last one.
    pub fn bottom(&self) -> i32 {
        self.y + self.height as i32
    }

    /// Pixels inside.
    pub fn area(&self) -> usize {
        self.width as usize * self.height as usize
    }

    /// Has it no pixel?
    pub fn is_empty(&self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// The pixels that are in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let (right, bottom) = (self.right().min(other.right()), self.bottom().min(other.bottom()));
        if right <= x || bottom <= y {
            return Self::EMPTY;
        }
        Self { x, y, width: (right - x) as u32, height: (bottom - y) as u32 }
    }

    /// The smallest window that holds both. An empty one adds nothing.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if self.is_empty() {
            return *other;
        }
        if other.is_empty() {
            return *self;
        }
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Self { x, y, width: (right - x) as u32, height: (bottom - y) as u32 }
    }

    /// Grown by so many pixels on every side.
    #[must_use]
    pub fn grown(&self, by: u32) -> Self {
        if self.is_empty() {
            return *self;
        }
        Self {
            x: self.x - by as i32,
            y: self.y - by as i32,
            width: self.width + 2 * by,
            height: self.height + 2 * by,
        }
    }
}

/// The samples of one or more planes of one size: `[channel][row][column]`, without padding.
///
/// Half-precision sources are held as the f32 of the same value; integers (object ids) stay integers.
#[derive(Debug, Clone, PartialEq)]
pub enum Samples {
    /// Light, coverage, depth: anything measured.
    F32(Vec<f32>),
    /// Identifiers, never filtered nor colour-converted.
    U32(Vec<u32>),
}

impl Samples {
    /// How many samples.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(samples) => samples.len(),
            Self::U32(samples) => samples.len(),
        }
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Storage shared by planes: `channels × height × width` samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Planes in the block.
    pub channels: u32,
    /// Rows.
    pub height: u32,
    /// Columns.
    pub width: u32,
    /// `[channel][row][column]`.
    pub samples: Samples,
}

/// One named channel: a view of one slice of a block, so that taking channels apart copies nothing.
#[derive(Debug, Clone)]
pub struct Plane {
    /// `R`, `G`, `B`, `A`, or `layer.channel` as in EXR. A matte's only plane is `A`, a depth's `Z`.
    pub name: Arc<str>,
    /// Where the samples are. Its size is that of the frame's data window.
    pub block: Arc<Block>,
    /// Which slice of the block.
    pub channel: u32,
}

impl Plane {
    /// The plane's samples, row by row from the top; `None` for integer planes.
    pub fn f32(&self) -> Option<&[f32]> {
        let area = self.block.width as usize * self.block.height as usize;
        match &self.block.samples {
            Samples::F32(samples) => samples.get(self.channel as usize * area..)?.get(..area),
            Samples::U32(_) => None,
        }
    }

    /// The plane's integers, row by row from the top; `None` for float planes.
    pub fn u32(&self) -> Option<&[u32]> {
        let area = self.block.width as usize * self.block.height as usize;
        match &self.block.samples {
            Samples::U32(samples) => samples.get(self.channel as usize * area..)?.get(..area),
            Samples::F32(_) => None,
        }
    }
}

/// A value in a picture's metadata, as EXR attributes hold them.
#[derive(Debug, Clone, PartialEq)]
pub enum Metadatum {
    /// Text.
    Text(String),
    /// A whole number.
    Int(i32),
    /// A number.
    Float(f64),
    /// Several numbers (vectors, chromaticities, matrices), row by row.
    Floats(Vec<f32>),
    /// A ratio such as a frame rate.
    Rational(i32, u32),
    /// SMPTE 12M timecode: packed time and flags, and the user data.
    TimeCode(u32, u32),
}

/// One picture: planes over a data window in a format. Cheap to clone: planes are shared.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The display window's size. Its top left is the pixel (0, 0).
    pub format: Size,
    /// Where there are samples. May be smaller or larger than the format.
    pub window: Window,
    /// Width of a pixel over its height.
    pub pixel_aspect: f32,
    /// Channels, in the order in which they were made; names are unique.
    pub planes: Vec<Plane>,
    /// What the source file said about itself.
    pub metadata: Arc<BTreeMap<String, Metadatum>>,
}

impl Frame {
    /// A frame from float samples `[channel][row][column]` over `window`.
    ///
    /// # Panics
    /// When `samples` has another length than `names × window`: a mistake of the caller.
    pub fn from_samples(format: Size, window: Window, names: &[&str], samples: Vec<f32>) -> Self {
        assert_eq!(samples.len(), names.len() * window.area(), "samples do not fill the window");
        let block = Arc::new(Block {
            channels: names.len() as u32,
            height: window.height,
            width: window.width,
            samples: Samples::F32(samples),
        });
        let planes = names
            .iter()
            .enumerate()
            .map(|(channel, name)| Plane {
                name: (*name).into(),
                block: Arc::clone(&block),
                channel: channel as u32,
            })
            .collect();
        Self { format, window, pixel_aspect: 1.0, planes, metadata: Arc::default() }
    }

    /// A frame without any light: an empty data window, the named planes.
    pub fn black(format: Size, names: &[&str]) -> Self {
        Self::from_samples(format, Window::EMPTY, names, Vec::new())
    }

    /// The plane of that name.
    pub fn plane(&self, name: &str) -> Option<&Plane> {
        self.planes.iter().find(|plane| &*plane.name == name)
    }

    /// Names of the planes, in order.
    pub fn names(&self) -> Vec<&str> {
        self.planes.iter().map(|plane| &*plane.name).collect()
    }

    /// The same picture's other samples: format, pixel aspect and metadata of `self`, planes over a
    /// new window.
    #[must_use]
    pub fn with_samples(&self, window: Window, names: &[&str], samples: Vec<f32>) -> Self {
        Self {
            pixel_aspect: self.pixel_aspect,
            metadata: Arc::clone(&self.metadata),
            ..Self::from_samples(self.format, window, names, samples)
        }
    }

    /// Bytes held by the planes. A block shared by several planes counts once.
    pub fn bytes(&self) -> u64 {
        let mut seen: Vec<*const Block> = Vec::new();
        let mut bytes = 0;
        for plane in &self.planes {
            let block = Arc::as_ptr(&plane.block);
            if !seen.contains(&block) {
                seen.push(block);
                bytes += plane.block.samples.len() as u64 * 4;
            }
        }
        bytes
    }
}

/// Two frames are equal when every bit of them is: NaN equals NaN of the same bits, 0 differs from −0.
impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        let same_samples = |a: &Plane, b: &Plane| match (a.f32(), b.f32()) {
            (Some(a), Some(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
            }
            (None, None) => a.u32() == b.u32(),
            _ => false,
        };
        self.format == other.format
            && self.window == other.window
            && self.pixel_aspect.to_bits() == other.pixel_aspect.to_bits()
            && self.metadata == other.metadata
            && self.planes.len() == other.planes.len()
            && self
                .planes
                .iter()
                .zip(&other.planes)
                .all(|(a, b)| a.name == b.name && same_samples(a, b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_of_bits() {
        let make = |sample| {
            Frame::from_samples(
                Size { width: 1, height: 1 },
                Window { x: 0, y: 0, width: 1, height: 1 },
                &["A"],
                vec![sample],
            )
        };
        assert_eq!(make(f32::NAN), make(f32::NAN));
        assert_ne!(make(0.0), make(-0.0));
    }

    #[test]
    fn windows_meet_and_join() {
        let a = Window { x: -2, y: 0, width: 4, height: 4 };
        let b = Window { x: 1, y: 2, width: 4, height: 4 };
        assert_eq!(a.intersection(&b), Window { x: 1, y: 2, width: 1, height: 2 });
        assert_eq!(a.union(&b), Window { x: -2, y: 0, width: 7, height: 6 });
        assert!(a.intersection(&Window { x: 9, y: 9, width: 1, height: 1 }).is_empty());
    }

    #[test]
    fn shared_blocks_count_once() {
        let frame = Frame::from_samples(
            Size { width: 2, height: 1 },
            Window { x: 0, y: 0, width: 2, height: 1 },
            &["R", "G"],
            vec![0.0; 4],
        );
        assert_eq!(frame.bytes(), 16);
    }
}
