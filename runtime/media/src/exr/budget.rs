//! What a header claims, held against the limits and against the file's length before any memory is
//! asked for. A file of 38 KB that claims a gigapixel of uncompressed light is refused here.

use super::header::{Corners, Head, Part, unsupported};
use crate::MediaError;
use crate::codec::Limits;
use crate::frame::Window;

/// Windows further out than this are no picture's.
const FURTHEST: i32 = 1 << 28;

/// The whole check. Afterwards windows have pixels and are within the limits, every block of the
/// offset tables has room in a file of that length, and no part can be larger than what its
/// compression could have packed into it.
pub(super) fn check(
    head: &Head,
    length: u64,
    file: &str,
    limits: &Limits,
) -> Result<(), MediaError> {
    let damaged = |what: String| MediaError::Damaged { file: file.into(), what };
    let too_large = |what: String| MediaError::TooLarge { file: file.into(), what };
    let mut channels = 0u64;
    let mut least_bytes = 0u64;
    let mut blocks = 0u64;
    for part in &head.parts {
        corners(&part.data, "data window").map_err(damaged)?;
        corners(&part.display, "display window").map_err(damaged)?;
        for (box_, what) in [(&part.data, "pixels"), (&part.display, "pixels of format")] {
            pixels(box_, what, limits).map_err(too_large)?;
        }
        if part.channels.is_empty() {
            return Err(damaged("it has no channel".into()));
        }
        if let Some(channel) = part.channels.iter().find(|channel| channel.sampling != (1, 1)) {
            return Err(unsupported(
                file,
                format!("its channel {} is subsampled (luminance/chroma)", channel.name),
                "write it again as RGB",
            ));
        }
        channels += part.channels.len() as u64;
        tiles(part, limits).map_err(damaged)?;
        blocks = part
            .blocks()
            .and_then(|count| blocks.checked_add(count))
            .ok_or_else(|| damaged("it claims more blocks than can be counted".into()))?;
        least_bytes = least_bytes.saturating_add(least_packed(part));
    }
    let window = union(head).ok_or_else(|| damaged("its windows lie too far apart".into()))?;
    let area = u64::from(window.width) * u64::from(window.height);
    if area > limits.pixels {
        return Err(too_large(format!("its parts together span {} pixels", grouped(area))));
    }
    let bytes = area.saturating_mul(channels).saturating_mul(4);
    if bytes > limits.bytes {
        return Err(too_large(format!(
            "{} × {} pixels in {channels} channels are {}, the limit is {}",
            grouped(u64::from(window.width)),
            grouped(u64::from(window.height)),
            in_bytes(bytes),
            in_bytes(limits.bytes),
        )));
    }
    // Each block has an eight-byte place in the table and an eight-byte head before its pixels.
    let heads = blocks.saturating_mul(16);
    let room = length.saturating_sub(head.tables_at as u64);
    if heads > room {
        return Err(MediaError::Truncated {
            file: file.into(),
            what: format!(
                "its header announces {} blocks of pixels, for which {} are too few",
                grouped(blocks),
                in_bytes(length)
            ),
        });
    }
    if least_bytes > room {
        return Err(MediaError::Truncated {
            file: file.into(),
            what: format!(
                "its header announces a picture that takes {} at the very least, it has {}",
                in_bytes(least_bytes),
                in_bytes(length)
            ),
        });
    }
    Ok(())
}

/// The window of a part relative to its format's top left.
pub(super) fn window(part: &Part) -> Window {
    Window {
        x: part.data.left - part.display.left,
        y: part.data.top - part.display.top,
        width: part.data.width() as u32,
        height: part.data.height() as u32,
    }
}

/// The window that holds all parts; `None` when it is too large for any coordinate.
fn union(head: &Head) -> Option<Window> {
    let all = head.parts.iter().map(window).reduce(|a, b| a.union(&b))?;
    (all.width < FURTHEST as u32 && all.height < FURTHEST as u32).then_some(all)
}

fn corners(corners: &Corners, what: &str) -> Result<(), String> {
    if corners.width() < 1 || corners.height() < 1 {
        return Err(format!("its {what} has no pixel"));
    }
    let far = [corners.left, corners.top, corners.right, corners.bottom];
    if far.iter().any(|edge| !(-FURTHEST..=FURTHEST).contains(edge))
        && corners.width() < i64::from(FURTHEST)
        && corners.height() < i64::from(FURTHEST)
    {
        return Err(format!("its {what} lies absurdly far out"));
    }
    Ok(())
}

fn pixels(corners: &Corners, what: &str, limits: &Limits) -> Result<(), String> {
    let (width, height) = (corners.width() as u64, corners.height() as u64);
    let area = width.saturating_mul(height);
    if area > limits.pixels || width >= FURTHEST as u64 || height >= FURTHEST as u64 {
        return Err(format!(
            "it claims {} × {} {what} ({}), the limit is {}",
            grouped(width),
            grouped(height),
            in_pixels(area),
            in_pixels(limits.pixels)
        ));
    }
    Ok(())
}

fn tiles(part: &Part, limits: &Limits) -> Result<(), String> {
    let Some(tiles) = part.tiles else { return Ok(()) };
    let area = u64::from(tiles.width) * u64::from(tiles.height);
    if area == 0 || area > limits.pixels || tiles.width > 1 << 27 || tiles.height > 1 << 27 {
        return Err(format!("its tiles are {} × {} pixels", tiles.width, tiles.height));
    }
    Ok(())
}

/// The fewest bytes into which the part's compression can have packed its pixels. Deflate packs at
/// most 1032 : 1 (PXR24 drops a quarter of a float before), RLE 128 bytes into two, B44A a block of
/// 32 bytes into three. PIZ and DWA have no bound but their blocks' heads; 100,000 : 1 is more than
/// a black 8K frame reaches.
fn least_packed(part: &Part) -> u64 {
    let raw = (part.data.width() as u64)
        .saturating_mul(part.data.height() as u64)
        .saturating_mul(part.bytes_per_pixel() as u64);
    let ratio = match part.compression {
        0 => 1,
        1 => 64,
        2 | 3 => 1032,
        5 => 1376,
        6 | 7 => 11,
        _ => 100_000,
    };
    raw / ratio
}

/// Are the counters at the beginning of a DWA block possible for its pixels? The `exr` crate asks for
/// the memory that they name, and a process that asks for 500 GB is ended, not told.
pub(super) fn is_sane_dwa(packed: &[u8], at: Window, part: &Part) -> bool {
    let counters = packed.as_chunks::<8>().0;
    let Some(counters) = counters.get(..11) else { return false };
    let counter = |index: usize| counters.get(index).map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let raw = at.area() as u64 * part.bytes_per_pixel() as u64;
    let cells = u64::from(at.width.div_ceil(8))
        * u64::from(at.height.div_ceil(8))
        * part.channels.len() as u64;
    let packed = packed.len() as u64;
    // In the order of the file: version; unknown raw, packed; AC, DC, RLE packed; RLE inflated, raw;
    // AC and DC counts. A run-length code is never twice as long as what it stands for.
    let bounds = [u64::MAX, raw, packed, packed, packed, packed, 2 * raw, raw, cells * 64, cells];
    bounds.iter().enumerate().all(|(index, bound)| counter(index) <= *bound)
}

/// 1234567 as `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn in_pixels(count: u64) -> String {
    match count {
        0..1_000_000 => format!("{} pixels", grouped(count)),
        1_000_000..1_000_000_000 => format!("{:.1} megapixels", count as f64 / 1e6),
        _ => format!("{:.1} gigapixels", count as f64 / 1e9),
    }
}

fn in_bytes(count: u64) -> String {
    match count {
        0..10_000 => format!("{} bytes", grouped(count)),
        10_000..10_000_000 => format!("{:.0} kB", count as f64 / 1e3),
        10_000_000..10_000_000_000 => format!("{:.0} MB", count as f64 / 1e6),
        _ => format!("{:.1} GB", count as f64 / 1e9),
    }
}
