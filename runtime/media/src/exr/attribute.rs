//! EXR attributes and [`Metadatum`]s: which file type holds which value, both ways.
//!
//! | file type | metadatum |
//! |---|---|
//! | string | `Text` |
//! | stringvector | `Text`, a line each |
//! | int | `Int` |
//! | float, double | `Float` (written as float where that is exact, else double) |
//! | rational | `Rational` |
//! | timecode | `TimeCode` |
//! | v2f v3f v2d v3d v2i v3i box2i box2f m33f m44f m33d m44d chromaticities floatvector keycode | `Floats` |
//! | envmap | `Int` |
//!
//! On writing, names of the standard get the type that the standard gives them; other `Floats` become
//! v2f, v3f, m33f, m44f or floatvector by their number. Previews and unknown types are left behind.

use super::header::Cursor;
use crate::MediaError;
use crate::frame::Metadatum;

/// Bytes as text; what is not UTF-8 is replaced, a closing zero is dropped.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned()
}

/// The value of an attribute; `None` for types that frames don't hold.
pub(super) fn read(
    type_name: &str,
    value: &mut Cursor<'_>,
) -> Result<Option<Metadatum>, MediaError> {
    let size = value.left();
    Ok(Some(match type_name {
        "string" => Metadatum::Text(text(value.take(size)?)),
        "stringvector" => {
            let mut lines = Vec::new();
            while value.left() >= 4 {
                let length = usize::try_from(value.i32()?)
                    .map_err(|_| value.damaged("a text in its header has a negative length"))?;
                lines.push(text(value.take(length)?));
            }
            Metadatum::Text(lines.join("\n"))
        }
        "int" => Metadatum::Int(value.i32()?),
        "envmap" => Metadatum::Int(i32::from(value.byte()?)),
        "float" => Metadatum::Float(f64::from(value.f32()?)),
        "double" => Metadatum::Float(value.f64()?),
        "rational" => Metadatum::Rational(value.i32()?, value.u32()?),
        "timecode" => Metadatum::TimeCode(value.u32()?, value.u32()?),
        "v2f" | "v3f" | "m33f" | "m44f" | "box2f" | "chromaticities" | "floatvector" => {
            let mut numbers = Vec::with_capacity(size / 4);
            while value.left() >= 4 {
                numbers.push(value.f32()?);
            }
            Metadatum::Floats(numbers)
        }
        "v2d" | "v3d" | "m33d" | "m44d" => {
            let mut numbers = Vec::with_capacity(size / 8);
            while value.left() >= 8 {
                numbers.push(value.f64()? as f32);
            }
            Metadatum::Floats(numbers)
        }
        "v2i" | "v3i" | "box2i" | "keycode" => {
            let mut numbers = Vec::with_capacity(size / 4);
            while value.left() >= 4 {
                numbers.push(value.i32()? as f32);
            }
            Metadatum::Floats(numbers)
        }
        _ => return Ok(None),
    }))
}

/// An attribute's type and bytes, as they go into a file; `None` for what can't be written under
/// that name.
pub(super) fn write(name: &str, value: &Metadatum) -> Option<(&'static str, Vec<u8>)> {
    let floats = |numbers: &[f32]| numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
    let ints = |numbers: &[f32]| numbers.iter().flat_map(|x| (*x as i32).to_le_bytes()).collect();
    Some(match (name, value) {
        ("multiView", Metadatum::Text(lines)) => {
            let mut bytes = Vec::new();
            for line in lines.lines() {
                bytes.extend((line.len() as u32).to_le_bytes());
                bytes.extend(line.as_bytes());
            }
            ("stringvector", bytes)
        }
        (_, Metadatum::Text(text)) => ("string", text.as_bytes().to_vec()),
        ("envmap", Metadatum::Int(kind)) => ("envmap", vec![u8::try_from(*kind).ok()?]),
        (_, Metadatum::Int(number)) => ("int", number.to_le_bytes().to_vec()),
        (_, Metadatum::Float(number)) => {
            let single = *number as f32;
            if f64::from(single).to_bits() == number.to_bits() || number.is_nan() {
                ("float", single.to_le_bytes().to_vec())
            } else {
                ("double", number.to_le_bytes().to_vec())
            }
        }
        (_, Metadatum::Rational(over, under)) => {
            ("rational", [over.to_le_bytes(), under.to_le_bytes()].concat())
        }
        (_, Metadatum::TimeCode(time, user)) => {
            ("timecode", [time.to_le_bytes(), user.to_le_bytes()].concat())
        }
        ("chromaticities", Metadatum::Floats(numbers)) if numbers.len() == 8 => {
            ("chromaticities", floats(numbers))
        }
        ("originalDataWindow", Metadatum::Floats(numbers)) if numbers.len() == 4 => {
            ("box2i", ints(numbers))
        }
        ("keyCode", Metadatum::Floats(numbers)) if numbers.len() == 7 => ("keycode", ints(numbers)),
        (_, Metadatum::Floats(numbers)) => {
            let type_name = match numbers.len() {
                2 => "v2f",
                3 => "v3f",
                9 => "m33f",
                16 => "m44f",
                _ => "floatvector",
            };
            (type_name, floats(numbers))
        }
    })
}

/// May the text stand as an attribute's or a channel's name?
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 255 && !name.contains('\0')
}
