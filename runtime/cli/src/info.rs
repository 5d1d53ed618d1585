//! `toma info` and `toma explain`: what a picture file and a message's code say about themselves.

use crate::arguments::Schema;
use crate::exit::Exit;
use crate::program::{plain, refuse};
use std::path::Path;
use toma_media::Metadatum;
use toma_media::codec;

/// Prints a picture file's header.
pub(crate) fn info(file: &Path) -> Exit {
    let header = match codec::header_of_file(file) {
        Ok(header) => header,
        Err(error) => {
            return refuse(
                plain(error.code(), error.to_string(), &error.help()),
                Exit::Surroundings,
            );
        }
    };
    outln!("{}", file.display());
    outln!("  kind         {}, {}", header.kind.name(), header.compression);
    outln!("  format       {}x{}", header.format.width, header.format.height);
    let window = header.window;
    outln!(
        "  data window  {}x{} at ({}, {}) from the top left",
        window.width,
        window.height,
        window.x,
        window.y
    );
    outln!("  pixel aspect {}", header.pixel_aspect);
    if header.parts.len() > 1 {
        outln!("  parts        {}", header.parts.join(", "));
    }
    outln!("  channels");
    for (name, depth) in &header.channels {
        outln!("    {name:<16} {depth}");
    }
    if !header.metadata.is_empty() {
        outln!("  metadata");
        for (name, value) in &header.metadata {
            outln!("    {name:<24} {}", shown(value));
        }
    }
    Exit::Done
}

fn shown(value: &Metadatum) -> String {
    match value {
        Metadatum::Text(text) => text.clone(),
        Metadatum::Int(number) => number.to_string(),
        Metadatum::Float(number) => number.to_string(),
        Metadatum::Floats(numbers) => {
            numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        }
        Metadatum::Rational(over, under) => format!("{over}/{under}"),
        Metadatum::TimeCode(time, _) => timecode(*time),
    }
}

/// `HH:MM:SS:FF` out of SMPTE 12M's packed digits; `;` before the frames marks drop-frame counting.
fn timecode(packed: u32) -> String {
    let digits =
        |shift: u32, tens: u32| 10 * ((packed >> (shift + 4)) & tens) + ((packed >> shift) & 0xf);
    let drop = if packed & 0x40 == 0 { ':' } else { ';' };
    format!(
        "{:02}:{:02}:{:02}{drop}{:02}",
        digits(24, 3),
        digits(16, 7),
        digits(8, 7),
        digits(0, 3)
    )
}

/// Prints the page of a code.
pub(crate) fn explain(code: &str) -> Exit {
    if let Some(page) = toma_compiler::explain(&code.to_uppercase()) {
        outln!("{}", page.trim_end());
        return Exit::Done;
    }
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let meant = format!("T{digits:0>4}");
    let help = if toma_compiler::explain(&meant).is_some() {
        format!("did you mean `{meant}`?")
    } else {
        "a code is `T` and four digits, as in the message: T0321".to_owned()
    };
    let message = format!("there is no message with the code `{code}`");
    refuse(plain("T0721", message, &help), Exit::Usage)
}

/// Prints the JSON schema of a YAML file; the files that have one if none is named.
pub(crate) fn schema(of: Option<Schema>) -> Exit {
    let Some(of) = of else {
        outln!("toma schema project   of `toma.yaml`");
        outln!("toma schema lock      of `toma.lock`");
        outln!("toma schema tweaks    of `SHOT.tweaks.yaml`");
        return Exit::Done;
    };
    outln!(
        "{}",
        toma_compiler::schema(match of {
            Schema::Project => toma_compiler::SchemaOf::Project,
            Schema::Lock => toma_compiler::SchemaOf::Lock,
            Schema::Tweaks => toma_compiler::SchemaOf::Tweaks,
        })
        .trim_end()
    );
    Exit::Done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timecode_is_read_digit_by_digit() {
        assert_eq!(timecode(0x0102_3417), "01:02:34:17");
        assert_eq!(timecode(0x2359_5969), "23:59:59;29");
    }
}
