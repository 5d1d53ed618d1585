//! How an output is written: `as exr(depth: half, compression: zip)` turned into an [`Encoding`], and
//! frames into bytes by it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::frame::Frame;
use crate::{MediaError, exr, jpeg, png};

/// A value in the brackets of `as FORMAT(…)`.
#[derive(Debug, Clone, PartialEq)]
pub enum EncodingSetting {
    /// A name or text: `zip`, `"half"`.
    Text(String),
    /// A whole number: `16`.
    Int(i64),
    /// A number or ratio: `90%` is 0.9.
    Number(f64),
    /// Several names.
    Texts(Vec<String>),
}

/// How EXR float planes are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Depth {
    /// 16 bit floats, rounded to the nearest, ties to even; over 65504 becomes infinite.
    Half,
    /// 32 bit floats, as they are.
    Float,
}

/// How EXR pixels are packed. All are lossless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compression {
    /// As they are.
    None,
    /// Deflate, 16 lines at a time.
    Zip,
    /// Deflate, one line at a time.
    Zips,
}

/// Bits of a PNG sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bits {
    /// 0..255.
    Eight,
    /// 0..65535.
    Sixteen,
}

/// The file format of an output with all its settings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// OpenEXR: all planes, the data window, metadata.
    Exr {
        /// Of the float planes; integer planes stay integers.
        depth: Depth,
        /// Packing.
        compression: Compression,
        /// Channels, or layers with all their channels, that are 32 bit floats whatever `depth` says: those
        /// that measure something.
        float: Arc<[String]>,
    },
    /// PNG: `R`, `G`, `B`, `A` or one plane, clipped to 0..1, the whole format.
    Png {
        /// Of every sample.
        bits: Bits,
    },
    /// JPEG: `R`, `G`, `B`, clipped to 0..1, the whole format, over black.
    Jpeg {
        /// 1 (smallest) to 100 (best).
        quality: u8,
    },
}

/// Raised whenever equal frames would become other bytes.
const ENCODER_VERSION: u32 = 1;

impl Encoding {
    /// The formats' names.
    pub const FORMATS: &[&str] = &["exr", "png", "jpeg"];

    /// The encoding that `as FORMAT(settings)` names; what is not said has its default:
    /// `exr(depth: half, compression: zip)`, `png(depth: 8)`, `jpeg(quality: 95)`.
    ///
    /// # Errors
    /// [`MediaError::Setting`] for a format, a setting or a value that doesn't exist.
    pub fn new(
        format: &str,
        settings: &BTreeMap<String, EncodingSetting>,
    ) -> Result<Self, MediaError> {
        let known: &[&str] = match format {
            "exr" => &["depth", "compression", "float"],
            "png" => &["depth"],
            "jpeg" | "jpg" => &["quality"],
            _ => {
                return Err(MediaError::Setting {
                    what: format!("there is no file format \"{format}\" to write"),
                    advice: choices(format, Self::FORMATS),
                });
            }
        };
        if let Some(name) = settings.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(MediaError::Setting {
                what: format!("{format} has no setting \"{name}\""),
                advice: choices(name, known),
            });
        }
        let text =
            |name: &str, default: &'static str, words: &[&'static str]| match settings.get(name) {
                None => Ok(default),
                Some(EncodingSetting::Text(text)) => {
                    words.iter().find(|word| **word == text).copied().ok_or_else(|| {
                        wrong(format, name, &format!("\"{text}\""), choices(text, words))
                    })
                }
                Some(other) => Err(wrong(format, name, &other.to_string(), choices("", words))),
            };
        let whole = |name: &str, default: i64| match settings.get(name) {
            None => Ok(default),
            Some(EncodingSetting::Int(number)) => Ok(*number),
            Some(EncodingSetting::Number(number)) if number.fract() == 0.0 => Ok(*number as i64),
            Some(other) => Err(wrong(format, name, &other.to_string(), "a whole number".into())),
        };
        match format {
            "exr" => Ok(Self::Exr {
                depth: match text("depth", "half", &["half", "float"])? {
                    "float" => Depth::Float,
                    _ => Depth::Half,
                },
                compression: match text("compression", "zip", &["zip", "zips", "none"])? {
                    "none" => Compression::None,
                    "zips" => Compression::Zips,
                    _ => Compression::Zip,
                },
                float: match settings.get("float") {
                    None => Arc::default(),
                    Some(EncodingSetting::Texts(names)) => names.as_slice().into(),
                    Some(other) => {
                        let advice = "names of channels or layers".into();
                        return Err(wrong(format, "float", &other.to_string(), advice));
                    }
                },
            }),
            "png" => match whole("depth", 8)? {
                8 => Ok(Self::Png { bits: Bits::Eight }),
                16 => Ok(Self::Png { bits: Bits::Sixteen }),
                other => Err(wrong(format, "depth", &other.to_string(), "8 or 16".into())),
            },
            _ => match whole("quality", 95)? {
                quality @ 1..=100 => Ok(Self::Jpeg { quality: quality as u8 }),
                other => Err(wrong(format, "quality", &other.to_string(), "1 to 100".into())),
            },
        }
    }

    /// Stable text for keys: the format, every setting, and the encoder's version.
    pub fn identity(&self) -> String {
        let settings = match self {
            Self::Exr { depth, compression, float } => {
                let depth = match depth {
                    Depth::Half => "half",
                    Depth::Float => "float",
                };
                let compression = match compression {
                    Compression::None => "none",
                    Compression::Zip => "zip",
                    Compression::Zips => "zips",
                };
                let float = match float.as_ref() {
                    [] => String::new(),
                    names => format!(", float: {names:?}"),
                };
                format!("exr(depth: {depth}, compression: {compression}{float})")
            }
            Self::Png { bits: Bits::Eight } => "png(depth: 8)".into(),
            Self::Png { bits: Bits::Sixteen } => "png(depth: 16)".into(),
            Self::Jpeg { quality } => format!("jpeg(quality: {quality})"),
        };
        format!("{settings} v{ENCODER_VERSION}")
    }
}

impl std::fmt::Display for EncodingSetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Int(number) => write!(f, "{number}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Texts(texts) => write!(f, "{texts:?}"),
        }
    }
}

fn wrong(format: &str, name: &str, value: &str, advice: String) -> MediaError {
    MediaError::Setting { what: format!("{format} can't have {name}: {value}"), advice }
}

/// "did you mean …?" for a near miss, else the whole list.
fn choices(wrong: &str, words: &[&str]) -> String {
    let near = words.iter().find(|word| strsim::damerau_levenshtein(wrong, word) <= 2);
    match near {
        Some(word) if !wrong.is_empty() => format!("did you mean {word}?"),
        _ => format!("there is: {}", words.join(", ")),
    }
}

/// The file's bytes.
///
/// # Errors
/// [`MediaError::DoesNotFit`] when the format can't hold the frame.
pub fn encode(frame: &Frame, encoding: &Encoding) -> Result<Vec<u8>, MediaError> {
    match encoding {
        Encoding::Exr { depth, compression, float } => {
            exr::encode(frame, *depth, *compression, float)
        }
        Encoding::Png { bits } => png::encode(frame, *bits),
        Encoding::Jpeg { quality } => jpeg::encode(frame, *quality),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(format: &str, settings: &[(&str, EncodingSetting)]) -> Result<Encoding, MediaError> {
        let settings =
            settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Encoding::new(format, &settings)
    }

    fn text(text: &str) -> EncodingSetting {
        EncodingSetting::Text(text.into())
    }

    #[test]
    fn what_is_not_said_has_its_default() {
        for (format, identity) in [
            ("exr", "exr(depth: half, compression: zip) v1"),
            ("png", "png(depth: 8) v1"),
            ("jpeg", "jpeg(quality: 95) v1"),
        ] {
            assert_eq!(new(format, &[]).unwrap().identity(), identity);
        }
        let said = new("exr", &[("depth", text("float")), ("compression", text("zips"))]);
        assert_eq!(said.unwrap().identity(), "exr(depth: float, compression: zips) v1");
        let said = new("png", &[("depth", EncodingSetting::Int(16))]);
        assert_eq!(said.unwrap().identity(), "png(depth: 16) v1");
    }

    #[test]
    fn what_does_not_exist_is_refused_with_the_choices() {
        for (format, settings, what, advice) in [
            ("exr", vec![("dept", text("half"))], "no setting \"dept\"", "depth"),
            ("exr", vec![("depth", text("hafl"))], "\"hafl\"", "did you mean half?"),
            ("exr", vec![("compression", text("piz"))], "\"piz\"", "zip"),
            ("exr", vec![("depth", EncodingSetting::Int(16))], "depth: 16", "half, float"),
            ("png", vec![("depth", EncodingSetting::Int(12))], "depth: 12", "8 or 16"),
            ("png", vec![("quality", EncodingSetting::Int(3))], "no setting", "depth"),
            ("jpeg", vec![("quality", EncodingSetting::Number(0.9))], "0.9", "whole"),
            ("jpeg", vec![("quality", EncodingSetting::Int(0))], "quality: 0", "1 to 100"),
            ("dpx", vec![], "\"dpx\"", "exr, png, jpeg"),
        ] {
            let error = new(format, &settings).unwrap_err();
            assert_eq!(error.code(), "T0608");
            assert!(error.to_string().contains(what), "{error}");
            assert!(error.help().contains(advice), "{}", error.help());
        }
    }
}
