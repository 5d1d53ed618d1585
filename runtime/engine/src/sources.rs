//! Files that a plan reads: which file a frame is, and what it holds. Knows nothing of pictures.
//!
//! **Invariant**: a digest that is remembered is of bytes that can't have changed since without the
//! file's device, inode, size or times telling. What was written less than two seconds ago may change
//! within the resolution of a clock: of such a file only that it was hashed is remembered ([`YOUNG_ONCE`]).

use crate::Failure;
use crate::encode::Digest;
use crate::journal::Journal;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use toma_media::{Listing, MediaError, Pattern, frames_text};
use toma_stage::Missing;

/// Younger files are hashed every time.
const YOUNG: Duration = Duration::from_secs(2);

/// Stands in the log for the digest of a file that was hashed while it was young: it has to be hashed
/// again, but it is no source that nobody has read.
const YOUNG_ONCE: Digest = Digest([0; 32]);

/// Digests of files by what the file system says about them, remembered between runs.
pub(crate) struct Sources {
    root: PathBuf,
    journal: Journal,
    digests: Mutex<HashMap<Stamp, Digest>>,
    /// Files that lied once: their stamps are not believed any more.
    liars: Mutex<HashSet<PathBuf>>,
}

/// What changes with a file's content: device, inode, size, and both times in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: i128,
    changed: i128,
}

impl Sources {
    /// Digests remembered in a state folder, for files relative to `root`.
    pub(crate) fn new(state: &Path, root: PathBuf) -> Self {
        Self {
            root,
            journal: Journal::new(state.join("sources.log")),
            digests: Mutex::default(),
            liars: Mutex::default(),
        }
    }

    /// Takes up what other processes have hashed.
    pub(crate) fn refresh(&self) -> io::Result<()> {
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        let mut records = Vec::new();
        if self.journal.refresh(|record| records.extend(Stamp::parse(record)))? {
            digests.clear();
        }
        digests.extend(records);
        Ok(())
    }

    /// The digest of a file that was hashed since it last changed. Hashes it again where what is
    /// remembered can't be believed.
    pub(crate) fn known(&self, path: &Path) -> Option<Digest> {
        let stamp = Stamp::of(path, &fs::metadata(path).ok()?);
        let seen = self.digests.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&stamp);
        if seen { self.digest(path).ok() } else { None }
    }

    fn remembered(&self, path: &Path, stamp: &Stamp) -> Option<Digest> {
        if stamp.is_young() || self.liars().contains(path) {
            return None;
        }
        let digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        digests.get(stamp).copied().filter(|digest| *digest != YOUNG_ONCE)
    }

    /// The digest of a file, hashing it if need be.
    pub(crate) fn digest(&self, path: &Path) -> Result<Digest, Failure> {
        self.digest_by(path, hash)
    }

    fn digest_by(
        &self,
        path: &Path,
        hash: impl FnOnce(&Path) -> io::Result<Digest>,
    ) -> Result<Digest, Failure> {
        let unreadable = |error: io::Error| unreadable(path, &error);
        let before = fs::metadata(path).map_err(unreadable)?;
        if before.is_dir() {
            return Err(folder(path));
        }
        let stamp = Stamp::of(path, &before);
        if let Some(digest) = self.remembered(path, &stamp) {
            return Ok(digest);
        }
        // Judged before the file is opened: while it is hashed it grows older, and may still change.
        let young = stamp.is_young();
        let digest = hash(path).map_err(unreadable)?;
        let after = fs::metadata(path).map_err(unreadable)?;
        if Stamp::of(path, &after) == stamp && !self.liars().contains(path) {
            let kept = if young { YOUNG_ONCE } else { digest };
            let before =
                self.digests.lock().unwrap_or_else(PoisonError::into_inner).insert(stamp, kept);
            if before != Some(kept) {
                // Unwritten it is hashed again by the next process; the store has warned already.
                let _ = self.journal.append(&stamp.record(&kept));
            }
        }
        Ok(digest)
    }

    /// The bytes of a file, which must be those of its key. Once they are not, the file's times are
    /// not believed any more.
    pub(crate) fn read(&self, path: &Path, digest: &Digest) -> Result<Vec<u8>, Changed> {
        match fs::read(path) {
            Ok(bytes) if Digest::of(&bytes) == *digest => Ok(bytes),
            _ => {
                self.liars().insert(path.to_owned());
                Err(Changed)
            }
        }
    }

    fn liars(&self) -> std::sync::MutexGuard<'_, HashSet<PathBuf>> {
        self.liars.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(path: &Path) -> io::Result<Digest> {
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut fs::File::open(path)?, &mut hasher)?;
    Ok(Digest(*hasher.finalize().as_bytes()))
}

/// A file is no longer what it was when its key was made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Changed;

/// What the file patterns of one plan come to. Each folder is listed once.
pub(crate) struct Look<'s> {
    sources: &'s Sources,
    folders: HashMap<PathBuf, Result<Arc<Listing>, MediaError>>,
    patterns: HashMap<String, Result<Pattern, MediaError>>,
    frames: HashMap<String, Vec<i64>>,
    gaps: BTreeMap<(String, String, String), BTreeSet<i64>>,
    refusals: Vec<Failure>,
}

/// What a frame of a pattern is.
pub(crate) enum Found {
    /// This file.
    File(PathBuf),
    /// Nothing, as the stage is willing to accept.
    Missing,
    /// Nothing, and that is said with everything else that is wrong.
    Refused,
}

impl<'s> Look<'s> {
    /// Nothing looked at yet.
    pub(crate) fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            folders: HashMap::new(),
            patterns: HashMap::new(),
            frames: HashMap::new(),
            gaps: BTreeMap::new(),
            refusals: Vec::new(),
        }
    }

    /// The file of a pattern's frame.
    pub(crate) fn find(
        &mut self,
        node: &str,
        parameter: &str,
        text: &str,
        frame: i64,
        missing: Missing,
    ) -> Found {
        let pattern = match self.pattern(text) {
            Ok(pattern) => pattern,
            Err(error) => {
                return self.refuse(Failure::from(error).at(node, None).parameter(parameter));
            }
        };
        let listing = match self.listing(pattern.folder()) {
            Ok(listing) => listing,
            Err(error) => {
                return self.refuse(Failure::from(error).at(node, None).parameter(parameter));
            }
        };
        if let Some(path) = listing.file(&pattern, frame) {
            return Found::File(path);
        }
        // A folder is in no listing of files.
        let path = pattern.file(frame);
        if path.is_dir() {
            return self.refuse(folder(&path).at(node, None).parameter(parameter));
        }
        let other = match missing {
            Missing::Error => None,
            Missing::Marker => return Found::Missing,
            Missing::Hold | Missing::Nearest => {
                let frames =
                    self.frames.entry(text.to_owned()).or_insert_with(|| listing.frames(&pattern));
                stand_in(frames, frame, missing == Missing::Nearest)
            }
        };
        if let Some(path) = other.and_then(|other| listing.file(&pattern, other)) {
            return Found::File(path);
        }
        let place = (node.to_owned(), parameter.to_owned(), text.to_owned());
        self.gaps.entry(place).or_default().insert(frame);
        Found::Refused
    }

    /// Everything that is wrong with the files, all gaps of a pattern in one message.
    pub(crate) fn refusals(mut self) -> Vec<Failure> {
        let mut refusals = std::mem::take(&mut self.refusals);
        for ((node, parameter, text), frames) in std::mem::take(&mut self.gaps) {
            let Ok(pattern) = self.pattern(&text) else { continue };
            let first = frames.first().copied().unwrap_or_default();
            // One frame's search knows whether there are files of nearly that name.
            let hint =
                match self.listing(pattern.folder()).map(|l| l.require(&pattern, first..=first)) {
                    Ok(Err(MediaError::FramesMissing { hint, .. })) => hint,
                    _ => String::new(),
                };
            let still = pattern.is_still();
            let error = if still {
                MediaError::Unreadable { file: text, why: format!("there is no such file{hint}") }
            } else {
                MediaError::FramesMissing {
                    pattern: text,
                    frames: frames_text(&runs(&frames)),
                    hint,
                }
            };
            let frame = if still { None } else { Some(first) };
            let files = frames.iter().map(|frame| pattern.file(*frame)).take(100).collect();
            refusals.push(Failure::from(error).at(&node, frame).parameter(&parameter).files(files));
        }
        refusals
    }

    fn refuse(&mut self, failure: Failure) -> Found {
        if !self.refusals.contains(&failure) {
            self.refusals.push(failure);
        }
        Found::Refused
    }

    fn pattern(&mut self, text: &str) -> Result<Pattern, MediaError> {
        let root = &self.sources.root;
        let parse = || Pattern::parse(text).map(|pattern| pattern.below(root));
        self.patterns.entry(text.to_owned()).or_insert_with(parse).clone()
    }

    fn listing(&mut self, folder: &Path) -> Result<Arc<Listing>, MediaError> {
        let read = || Listing::read(folder).map(Arc::new);
        self.folders.entry(folder.to_owned()).or_insert_with(read).clone()
    }
}

/// Which of the frames that are there stands in for one that is not.
fn stand_in(frames: &[i64], frame: i64, nearest: bool) -> Option<i64> {
    let behind = frames.partition_point(|other| *other < frame);
    let before = behind.checked_sub(1).and_then(|index| frames.get(index)).copied();
    let after = frames.get(behind).copied();
    match (before, after) {
        (Some(before), Some(after)) if nearest && after - frame < frame - before => Some(after),
        (before, after) => before.or(after),
    }
}

fn runs(frames: &BTreeSet<i64>) -> Vec<std::ops::RangeInclusive<i64>> {
    let mut runs: Vec<std::ops::RangeInclusive<i64>> = Vec::new();
    for frame in frames {
        match runs.last_mut() {
            Some(run) if *run.end() + 1 == *frame => *run = *run.start()..=*frame,
            _ => runs.push(*frame..=*frame),
        }
    }
    runs
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        _ => error.to_string(),
    };
    let error = MediaError::Unreadable { file: path.display().to_string(), why };
    Failure::from(error).files(vec![path.to_owned()])
}

fn folder(path: &Path) -> Failure {
    Failure::new(
        "T0643",
        format!("{} is a folder, not a file", path.display()),
        "name the files in it: for a sequence something like `plate.%04d.exr`",
    )
    .files(vec![path.to_owned()])
}

/// What is said when a file does not keep still.
pub(crate) fn changed(path: &Path) -> Failure {
    Failure::new(
        "T0641",
        format!("{} was changed while it was being rendered", path.display()),
        "render again when the file is finished",
    )
    .files(vec![path.to_owned()])
}

impl Stamp {
    #[cfg(unix)]
    fn of(_: &Path, data: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let time =
            |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        Self {
            device: data.dev(),
            inode: data.ino(),
            size: data.len(),
            modified: time(data.mtime(), data.mtime_nsec()),
            changed: time(data.ctime(), data.ctime_nsec()),
        }
    }

    /// Where there are no inodes, the path stands for them.
    #[cfg(not(unix))]
    fn of(path: &Path, data: &Metadata) -> Self {
        let path = xxhash_rust::xxh3::xxh3_64(path.to_string_lossy().as_bytes());
        let since = |time: io::Result<SystemTime>| {
            time.ok()
                .and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok())
                .map_or(0, |time| time.as_nanos() as i128)
        };
        let modified = since(data.modified());
        Self { device: 0, inode: path, size: data.len(), modified, changed: since(data.created()) }
    }

    /// Changed so lately that it may change again without a trace. Times in the future are young.
    fn is_young(&self) -> bool {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |now| now.as_nanos() as i128);
        now - self.modified.max(self.changed) < YOUNG.as_nanos() as i128
    }

    fn record(&self, digest: &Digest) -> Vec<u8> {
        let mut record = Vec::with_capacity(88);
        for number in [self.device, self.inode, self.size] {
            record.extend(number.to_le_bytes());
        }
        record.extend(self.modified.to_le_bytes());
        record.extend(self.changed.to_le_bytes());
        record.extend(digest.0);
        record
    }

    fn parse(record: &[u8]) -> Option<(Self, Digest)> {
        let (device, rest) = record.split_first_chunk::<8>()?;
        let (inode, rest) = rest.split_first_chunk::<8>()?;
        let (size, rest) = rest.split_first_chunk::<8>()?;
        let (modified, rest) = rest.split_first_chunk::<16>()?;
        let (changed, rest) = rest.split_first_chunk::<16>()?;
        let digest = Digest(rest.try_into().ok()?);
        let stamp = Self {
            device: u64::from_le_bytes(*device),
            inode: u64::from_le_bytes(*inode),
            size: u64::from_le_bytes(*size),
            modified: i128::from_le_bytes(*modified),
            changed: i128::from_le_bytes(*changed),
        };
        Some((stamp, digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{File, FileTimes};

    fn age(path: &Path, seconds: u64) {
        let time = SystemTime::now() - Duration::from_secs(seconds);
        let times = FileTimes::new().set_modified(time);
        File::options().write(true).open(path).unwrap().set_times(times).unwrap();
    }

    #[test]
    fn a_young_file_is_never_believed_and_an_old_one_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plate");
        fs::write(&path, "a").unwrap();
        age(&path, 100);
        let sources = Sources::new(folder.path(), folder.path().into());
        assert_eq!(sources.known(&path), None, "nobody has read it");
        let digest = sources.digest(&path).unwrap();
        // The mtime is old; the ctime, which nobody can set, is not.
        #[cfg(unix)]
        {
            let stamp = Stamp::of(&path, &fs::metadata(&path).unwrap());
            assert_eq!(sources.remembered(&path, &stamp), None, "too young to be believed");
            assert_eq!(sources.known(&path), Some(digest), "it was read: hashed again");
        }
        std::thread::sleep(YOUNG);
        assert_eq!(sources.digest(&path).unwrap(), digest);
        assert_eq!(sources.known(&path), Some(digest));
        let next = Sources::new(folder.path(), folder.path().into());
        next.refresh().unwrap();
        assert_eq!(next.known(&path), Some(digest), "remembered by the next process");
        fs::write(&path, "b").unwrap();
        assert_eq!(next.known(&path), None);
        assert_ne!(next.digest(&path).unwrap(), digest);
    }

    #[test]
    fn a_file_that_grows_old_while_it_is_hashed_is_young() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plate");
        fs::write(&path, "a").unwrap();
        let sources = Sources::new(folder.path(), folder.path().into());
        let slowly = |path: &Path| {
            std::thread::sleep(YOUNG + Duration::from_millis(50));
            hash(path)
        };
        let digest = sources.digest_by(&path, slowly).unwrap();
        let stamp = Stamp::of(&path, &fs::metadata(&path).unwrap());
        assert!(!stamp.is_young());
        assert_eq!(sources.remembered(&path, &stamp), None, "it could have changed after the look");
        assert_eq!(sources.digest(&path).unwrap(), digest);
        assert_eq!(sources.remembered(&path, &stamp), Some(digest));
    }

    #[test]
    fn bytes_that_are_not_those_of_the_key_are_not_given() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plate");
        fs::write(&path, "a").unwrap();
        let sources = Sources::new(folder.path(), folder.path().into());
        let digest = sources.digest(&path).unwrap();
        assert!(matches!(sources.read(&path, &digest), Ok(bytes) if bytes == b"a"));
        fs::write(&path, "b").unwrap();
        assert!(matches!(sources.read(&path, &digest), Err(Changed)));
        fs::remove_file(&path).unwrap();
        assert!(matches!(sources.read(&path, &digest), Err(Changed)));
    }

    #[test]
    fn the_stand_in_is_the_one_before_or_the_nearest() {
        let frames = [3, 5, 10];
        for (frame, hold, nearest) in [(1, 3, 3), (4, 3, 3), (8, 5, 10), (7, 5, 5), (99, 10, 10)] {
            assert_eq!(stand_in(&frames, frame, false), Some(hold), "hold {frame}");
            assert_eq!(stand_in(&frames, frame, true), Some(nearest), "nearest {frame}");
        }
        assert_eq!(stand_in(&[], 1, true), None);
    }
}
