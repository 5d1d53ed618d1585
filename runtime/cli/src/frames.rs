//! Frames as people write them on a command line: `1005`, `1001..1010`.

use toma_plan::FrameRange;

/// The frames that the text names.
///
/// # Errors
/// A sentence that says what can't be read.
pub(crate) fn parse(text: &str) -> Result<FrameRange, String> {
    let number = |part: &str| {
        part.trim().parse::<i64>().map_err(|_| {
            format!("`{text}` is no frame and no range of frames: write 1005 or 1001..1010")
        })
    };
    let (first, last) = match text.split_once("..") {
        Some((first, last)) => (number(first)?, number(last)?),
        None => (number(text)?, number(text)?),
    };
    if last < first {
        return Err(format!("`{text}` ends before it begins: write {last}..{first}"));
    }
    Ok(FrameRange { first, last })
}

/// Frames as text: `1001..1003, 1005`.
pub(crate) fn shown(frames: impl IntoIterator<Item = i64>) -> String {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for frame in frames {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == frame => *last = frame,
            _ => runs.push((frame, frame)),
        }
    }
    let texts: Vec<String> = runs
        .into_iter()
        .map(
            |(first, last)| {
                if first == last { first.to_string() } else { format!("{first}..{last}") }
            },
        )
        .collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_single_frames_are_read() {
        assert_eq!(parse("1001..1003"), Ok(FrameRange { first: 1001, last: 1003 }));
        assert_eq!(parse(" -2 "), Ok(FrameRange { first: -2, last: -2 }));
        assert_eq!(shown([-2, 1001, 1002, 1003]), "-2, 1001..1003");
    }

    #[test]
    fn what_is_no_range_is_said() {
        for text in ["", "a", "10..1", "1-5", "1..2..3", "1..99999999999999999999"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
