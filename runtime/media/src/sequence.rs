//! File patterns and folder listings: which frame is which file, and which are missing. One listing
//! of a folder answers for every frame.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::MediaError;

/// A path with at most one frame mark in its file name: `%04d`, `%d`, `####`, or none (a still).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    folder: PathBuf,
    before: String,
    after: String,
    /// The least width of the number, sign included; `None` for a still.
    digits: Option<usize>,
    text: String,
}

/// A frame mark in a text: where it is, and its digits.
type Mark = (std::ops::Range<usize>, usize);

impl Pattern {
    /// The pattern in a path as the artist wrote it. `####` is the same as `%04d`.
    ///
    /// # Errors
    /// [`MediaError::Pattern`] for several marks, a mark in a folder's name, a `%` that is none.
    pub fn parse(text: &str) -> Result<Self, MediaError> {
        let wrong =
            |what: &str| Err(MediaError::Pattern { pattern: text.into(), what: what.into() });
        let name_at = text.rfind(['/', std::path::MAIN_SEPARATOR]).map_or(0, |at| at + 1);
        let (folder, name) = text.split_at(name_at);
        if name.is_empty() || name == "." || name == ".." {
            return wrong("names no file");
        }
        let Ok(in_folder) = marks(folder) else {
            return wrong("has a % in a folder's name");
        };
        if !in_folder.is_empty() {
            return wrong("has its frame number in a folder's name");
        }
        let Ok(marks) = marks(name) else {
            return wrong("has a % that is no frame number");
        };
        let (before, after, digits) = match marks.as_slice() {
            [] => (name, "", None),
            [(at, digits)] => (&name[..at.start], &name[at.end..], Some(*digits)),
            _ => return wrong("has more than one frame number"),
        };
        if digits.is_some_and(|digits| digits > 18) {
            return wrong("has a frame number of more than 18 digits");
        }
        Ok(Self {
            folder: folder.into(),
            before: before.into(),
            after: after.into(),
            digits,
            text: text.into(),
        })
    }

    /// The same files, counted from a folder whose own name may hold anything.
    #[must_use]
    pub fn below(self, root: &Path) -> Self {
        Self { folder: root.join(&self.folder), ..self }
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The folder that holds the files; empty for the current one.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Has it no mark, so that every frame is the same file?
    pub fn is_still(&self) -> bool {
        self.digits.is_none()
    }

    /// The path of a frame's file.
    pub fn file(&self, frame: i64) -> PathBuf {
        self.folder.join(self.file_name(frame))
    }

    /// The name of a frame's file, without its folder. Negative frames have their sign in front and
    /// counted: `%04d` makes `-005`.
    pub fn file_name(&self, frame: i64) -> String {
        match self.digits {
            None => self.before.clone(),
            Some(digits) => format!("{}{frame:0digits$}{}", self.before, self.after),
        }
    }

    /// The frame that a file name stands for; `None` for names that aren't of this pattern, also for
    /// those with too few digits. A still's name has no frame either.
    pub fn frame_of(&self, file_name: &str) -> Option<i64> {
        self.digits?;
        let number = file_name.strip_prefix(&self.before)?.strip_suffix(&self.after)?;
        let frame = number.parse().ok()?;
        (self.file_name(frame) == file_name).then_some(frame)
    }

    /// The number in a name of nearly this pattern: other digits, or other upper and lower case.
    fn nearly(&self, file_name: &str) -> Option<i64> {
        let name = file_name.to_lowercase();
        let (before, after) = (self.before.to_lowercase(), self.after.to_lowercase());
        name.strip_prefix(&before)?.strip_suffix(&after)?.parse().ok()
    }
}

/// All frame marks in a text; `Err` for a `%` that begins none.
fn marks(text: &str) -> Result<Vec<Mark>, ()> {
    let bytes = text.as_bytes();
    let mut marks = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'#' => {
                while bytes.get(at) == Some(&b'#') {
                    at += 1;
                }
                marks.push((start..at, at - start));
            }
            b'%' => {
                while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                    at += 1;
                }
                let width = &text[start + 1..at];
                if bytes.get(at) != Some(&b'd') || !(width.is_empty() || width.starts_with('0')) {
                    return Err(());
                }
                at += 1;
                let digits = if width.is_empty() { 1 } else { width.parse().map_err(|_| ())? };
                marks.push((start..at, digits));
            }
            _ => {}
        }
    }
    Ok(marks)
}

/// The names in one folder, read once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    names: BTreeSet<String>,
}

impl Listing {
    /// What lies in the folder now.
    ///
    /// # Errors
    /// [`MediaError::Unreadable`] when it can't be listed.
    pub fn read(folder: &Path) -> Result<Self, MediaError> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let unreadable = |error: std::io::Error| MediaError::Unreadable {
            file: folder.display().to_string(),
            why: match error.kind() {
                ErrorKind::NotFound => "there is no such folder".into(),
                ErrorKind::NotADirectory => "it is a file, not a folder".into(),
                _ => in_words(&error),
            },
        };
        let mut names = BTreeSet::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            // A name that is no text can't be any pattern's.
            if let Ok(name) = entry.map_err(unreadable)?.file_name().into_string() {
                names.insert(name);
            }
        }
        Ok(Self { names })
    }

    /// A listing of given names.
    pub fn of(names: impl IntoIterator<Item = String>) -> Self {
        Self { names: names.into_iter().collect() }
    }

    /// The frame's file, if it is there.
    pub fn file(&self, pattern: &Pattern, frame: i64) -> Option<PathBuf> {
        self.names.contains(&pattern.file_name(frame)).then(|| pattern.file(frame))
    }

    /// All frames of the pattern that are there, in order. None for a still.
    pub fn frames(&self, pattern: &Pattern) -> Vec<i64> {
        let mut frames: Vec<i64> =
            self.names.iter().filter_map(|name| pattern.frame_of(name)).collect();
        frames.sort_unstable();
        frames
    }

    /// Runs of frames in the range whose files are missing.
    pub fn gaps(&self, pattern: &Pattern, range: RangeInclusive<i64>) -> Vec<RangeInclusive<i64>> {
        runs(range.filter(|frame| !self.names.contains(&pattern.file_name(*frame))))
    }

    /// Checks that every frame of the range is there.
    ///
    /// # Errors
    /// [`MediaError::FramesMissing`] that names all missing frames at once, with a hint when a file's
    /// name differs only in upper and lower case or in its digits.
    pub fn require(&self, pattern: &Pattern, range: RangeInclusive<i64>) -> Result<(), MediaError> {
        let gaps = self.gaps(pattern, range);
        let Some(first) = gaps.first() else { return Ok(()) };
        if pattern.is_still() {
            return Err(MediaError::Unreadable {
                file: pattern.text().into(),
                why: format!("there is no such file{}", self.hint(pattern, 0)),
            });
        }
        Err(MediaError::FramesMissing {
            pattern: pattern.text().into(),
            frames: frames_text(&gaps),
            hint: self.hint(pattern, *first.start()),
        })
    }

    /// What lies in the folder instead of the frame's file: empty, or beginning with `; `.
    pub fn hint(&self, pattern: &Pattern, frame: i64) -> String {
        let wanted = pattern.file_name(frame);
        if pattern.is_still() {
            let same = |name: &&String| name.to_lowercase() == wanted.to_lowercase();
            let near = |name: &&String| strsim::damerau_levenshtein(name, &wanted) <= 2;
            let found = self.names.iter().find(same).or_else(|| self.names.iter().find(near));
            return found.map(|name| format!("; the folder has {name}")).unwrap_or_default();
        }
        let near: Vec<(&String, i64)> = self
            .names
            .iter()
            .filter(|name| pattern.frame_of(name).is_none())
            .filter_map(|name| Some((name, pattern.nearly(name)?)))
            .collect();
        if let Some((name, _)) = near.iter().find(|(_, number)| *number == frame) {
            return format!("; the folder has {name}");
        }
        let there = self.frames(pattern);
        if !there.is_empty() {
            return format!("; the folder has {}", frames_text(&runs(there.into_iter())));
        }
        near.first().map(|(name, _)| format!("; the folder has {name}")).unwrap_or_default()
    }
}

/// Ascending frames as runs.
pub fn runs(frames: impl Iterator<Item = i64>) -> Vec<RangeInclusive<i64>> {
    let mut runs: Vec<RangeInclusive<i64>> = Vec::new();
    for frame in frames {
        match runs.last_mut() {
            Some(run) if run.end().checked_add(1) == Some(frame) => *run = *run.start()..=frame,
            _ => runs.push(frame..=frame),
        }
    }
    runs
}

/// Runs of frames as people write them: `1003, 1007–1012`. From the ninth run on they are counted.
pub fn frames_text(runs: &[RangeInclusive<i64>]) -> String {
    const SHOWN: usize = 8;
    let mut texts: Vec<String> = runs
        .iter()
        .take(SHOWN)
        .map(|run| match (run.start(), run.end()) {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first}–{last}"),
        })
        .collect();
    let more: i64 = runs.iter().skip(SHOWN).map(|run| run.end() - run.start() + 1).sum();
    if more > 0 {
        texts.push(format!("and {more} more"));
    }
    texts.join(", ")
}

/// An operating system's error in words.
pub(crate) fn in_words(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".into(),
        ErrorKind::PermissionDenied => "you are not allowed to".into(),
        ErrorKind::IsADirectory => "it is a folder".into(),
        ErrorKind::NotADirectory => "a part of its path is a file".into(),
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only".into(),
        ErrorKind::InvalidFilename => "its name is too long or not allowed on this disk".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text).unwrap()
    }

    #[test]
    fn patterns_name_files_and_files_name_frames() {
        for (text, frame, file) in [
            ("p/a.%04d.exr", 7, "p/a.0007.exr"),
            ("p/a.%04d.exr", 12345, "p/a.12345.exr"),
            ("p/a.%04d.exr", -5, "p/a.-005.exr"),
            ("a_%d.png", 7, "a_7.png"),
            ("a_%d.png", -7, "a_-7.png"),
            ("/x/a.####.exr", 1001, "/x/a.1001.exr"),
            ("#.exr", 3, "3.exr"),
        ] {
            let pattern = pattern(text);
            assert_eq!(pattern.file(frame), Path::new(file), "{text}");
            let name = file.rsplit('/').next().unwrap();
            assert_eq!(pattern.frame_of(name), Some(frame), "{text}");
        }
    }

    #[test]
    fn names_of_another_width_are_other_names() {
        let four = pattern("a.%04d.exr");
        for name in ["a.7.exr", "a.00007.exr", "a..exr", "a.x.exr", "b.0007.exr", "a.+007.exr"] {
            assert_eq!(four.frame_of(name), None, "{name}");
        }
    }

    #[test]
    fn a_still_is_the_same_file_at_every_frame() {
        let still = pattern("ref/clean plate.exr");
        assert!(still.is_still());
        assert_eq!(still.file(1), still.file(99));
        assert_eq!(still.frame_of("clean plate.exr"), None);
    }

    #[test]
    fn wrong_patterns_say_why() {
        for (text, word) in [
            ("a.%04d.%d.exr", "more than one"),
            ("a.####_##.exr", "more than one"),
            ("%04d/a.exr", "folder"),
            ("a.%s.exr", "no frame number"),
            ("100%.exr", "no frame number"),
            ("a.%4d.exr", "no frame number"),
            ("plates/", "names no file"),
            ("", "names no file"),
            ("a.%0999d.exr", "18 digits"),
        ] {
            let error = Pattern::parse(text).unwrap_err();
            assert_eq!(error.code(), "T0610");
            assert!(error.to_string().contains(word), "{text}: {error}");
        }
    }

    fn listing(names: &[&str]) -> Listing {
        Listing::of(names.iter().map(|name| (*name).to_owned()))
    }

    #[test]
    fn all_gaps_are_named_at_once() {
        let there: Vec<String> = (1001..=1020)
            .filter(|frame| ![1003, 1007, 1008, 1009, 1020].contains(frame))
            .map(|frame| format!("a.{frame}.exr"))
            .collect();
        let listing = Listing::of(there);
        let pattern = pattern("p/a.%04d.exr");
        assert_eq!(listing.gaps(&pattern, 1001..=1020), [1003..=1003, 1007..=1009, 1020..=1020]);
        let error = listing.require(&pattern, 1001..=1020).unwrap_err();
        assert_eq!(error.code(), "T0601");
        assert_eq!(
            error.to_string(),
            "p/a.%04d.exr: no file for frames 1003, 1007–1009, 1020; \
             the folder has 1001–1002, 1004–1006, 1010–1019"
        );
        assert!(listing.require(&pattern, 1010..=1019).is_ok());
        assert_eq!(listing.file(&pattern, 1001), Some("p/a.1001.exr".into()));
        assert_eq!(listing.file(&pattern, 1003), None);
    }

    #[test]
    fn near_names_are_hinted_at() {
        for (names, text, word) in [
            (&["A.1001.EXR"][..], "a.%04d.exr", "A.1001.EXR"),
            (&["a.01001.exr"][..], "a.%04d.exr", "a.01001.exr"),
            (&["Clean.exr"][..], "clean.exr", "Clean.exr"),
            (&["claen.exr"][..], "clean.exr", "claen.exr"),
        ] {
            let error = listing(names).require(&pattern(text), 1001..=1001).unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn long_lists_are_counted() {
        let odd: Vec<_> = (0..20).map(|n| 2 * n..=2 * n).collect();
        assert_eq!(frames_text(&odd), "0, 2, 4, 6, 8, 10, 12, 14, and 12 more");
    }

    #[test]
    fn folders_are_listed_or_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.0001.exr"), b"").unwrap();
        let listing = Listing::read(folder.path()).unwrap();
        assert_eq!(listing.frames(&pattern("a.%04d.exr")), [1]);
        for (path, word) in [("absent", "no such folder"), ("a.0001.exr", "not a folder")] {
            let error = Listing::read(&folder.path().join(path)).unwrap_err();
            assert_eq!(error.code(), "T0602");
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
