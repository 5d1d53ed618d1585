//! OpenEXR in and out. The header is ours ([`header`], [`budget`]); the `exr` crate unpacks blocks of
//! pixels and never sees a size that was not checked; writing is ours.
//!
//! **Names.** A plane has its channel's name. In a file of several parts the first part with `R`, `G`
//! and `B` (else the first part) is the picture and keeps its names bare, as in multi-view files; the
//! channels of any other part `P` become `P.channel`, unless they begin with `P.` already.
//!
//! **Order.** `R`, `G`, `B`, `A`, then the picture's other channels and layers as in the file.
//!
//! **Windows.** Planes of a frame share one data window: the smallest that holds those of all parts,
//! zero where a part has no pixel. The format's top left is (0, 0) inside; a display window that
//! begins elsewhere is remembered as the metadatum [`ORIGIN`] and written back.

mod attribute;
mod budget;
mod half;
mod header;
mod names;
mod read;
mod write;

use crate::MediaError;
use crate::codec::{FileKind, Header, Limits};
use crate::frame::{Metadatum, Size, Window};
use header::Head;

pub(crate) use read::decode;
pub(crate) use write::encode;

/// The metadatum that keeps the display window's top left corner when it isn't (0, 0): two numbers.
pub(crate) const ORIGIN: &str = "displayWindowOrigin";

pub(crate) fn header(bytes: &[u8], name: &str) -> Result<Header, MediaError> {
    let head = header::parse(bytes, name)?;
    let anything = Limits { pixels: u64::MAX, bytes: u64::MAX };
    budget::check(&head, u64::MAX, name, &anything)?;
    let layout = names::layout(&head);
    let channels = layout
        .planes
        .iter()
        .filter_map(|plane| {
            let channel = head.parts.get(plane.part)?.channels.get(plane.channel)?;
            Some((plane.name.clone(), channel.kind.name()))
        })
        .collect();
    let picture = picture(&head);
    Ok(Header {
        kind: FileKind::Exr,
        format: picture.format,
        window: layout.window,
        channels,
        compression: picture.compression,
        parts: head.parts.iter().map(|part| part.name.clone()).collect(),
        pixel_aspect: picture.pixel_aspect,
        metadata: picture.metadata,
    })
}

/// What the picture part says.
struct Picture {
    format: Size,
    pixel_aspect: f32,
    compression: &'static str,
    metadata: std::collections::BTreeMap<String, Metadatum>,
}

/// Format, aspect and metadata of the picture part; attributes of other parts that it hasn't got are
/// kept as `part.attribute`.
fn picture(head: &Head) -> Picture {
    let main = names::picture_part(head);
    let part = &head.parts[main];
    let mut metadata = part.metadata.clone();
    for (index, other) in head.parts.iter().enumerate() {
        for (key, value) in other.metadata.iter().filter(|_| index != main) {
            if part.metadata.get(key) != Some(value) {
                metadata.entry(format!("{}.{key}", other.name)).or_insert_with(|| value.clone());
            }
        }
    }
    let (left, top) = (part.display.left, part.display.top);
    if (left, top) != (0, 0) {
        metadata.insert(ORIGIN.into(), Metadatum::Floats(vec![left as f32, top as f32]));
    }
    // The standard's defaults say nothing.
    if metadata.get("screenWindowCenter") == Some(&Metadatum::Floats(vec![0.0, 0.0])) {
        metadata.remove("screenWindowCenter");
    }
    if metadata.get("screenWindowWidth") == Some(&Metadatum::Float(1.0)) {
        metadata.remove("screenWindowWidth");
    }
    Picture {
        format: Size { width: part.display.width() as u32, height: part.display.height() as u32 },
        pixel_aspect: part.pixel_aspect,
        compression: part.compression_name(),
        metadata,
    }
}

/// Lines of pixels that a block of the window holds, as a file counts them.
fn window_of_parts(head: &Head) -> Window {
    head.parts.iter().map(budget::window).reduce(|a, b| a.union(&b)).unwrap_or(Window::EMPTY)
}

#[cfg(test)]
mod tests;
