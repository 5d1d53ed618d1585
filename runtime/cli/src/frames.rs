//! Frames as people write them on a command line: `1005`, `1001..1010`, `1001..1010,1020`.

use std::collections::BTreeSet;

/// The frames that the text names.
///
/// # Errors
/// A sentence that says what can't be read.
pub(crate) fn parse(text: &str) -> Result<BTreeSet<i64>, String> {
    let mut frames = BTreeSet::new();
    for part in text.split(',').map(str::trim) {
        let (first, last) = match part.split_once("..") {
            Some((first, last)) => (number(first, part)?, number(last, part)?),
            None => {
                let frame = number(part, part)?;
                (frame, frame)
            }
        };
        if last < first {
            return Err(format!("`{part}` ends before it begins: write {last}..{first}"));
        }
        if last.abs_diff(first) >= 1_000_000 {
            return Err(format!("`{part}` is more than a million frames"));
        }
        frames.extend(first..=last);
    }
    Ok(frames)
}

fn number(text: &str, part: &str) -> Result<i64, String> {
    text.trim().parse().map_err(|_| {
        format!("`{part}` is no frame and no range of frames: write 1005, or 1001..1010, or both with a comma")
    })
}

/// Frames as text again: `1001..1003, 1005`.
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
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}..{last}") })
        .collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_single_frames_are_read() {
        let frames: Vec<i64> = parse("1003, 1001..1002,-2").expect("frames").into_iter().collect();
        assert_eq!(frames, [-2, 1001, 1002, 1003]);
        assert_eq!(shown(frames), "-2, 1001..1003");
    }

    #[test]
    fn what_is_no_range_is_said() {
        for text in ["", "a", "10..1", "1-5", "1..2..3", "1..99999999999"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
