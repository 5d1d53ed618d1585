//! `write`: what a request writes, checked before anything runs, and done when a picture is there.
//!
//! Encoding and the file formats are the business of `toma-media`.

use crate::closure::{Closure, Wanted};
use crate::encode::Digest;
use crate::event::{Event, Reason};
use crate::ledger::{Entry, Ledger, Standing, modified, plain};
use crate::prepare::{MOST_FRAMES, Prepared, count, too_many};
use crate::store::Store;
use crate::{Failure, key};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use toma_media::{Encoding, EncodingSetting, Pattern, encode, write_atomic};
use toma_plan::{FrameRange, Output, Value as Setting};
use toma_stage::Value;

/// One file of a request.
pub(crate) struct Job {
    pub(crate) output: String,
    pub(crate) frame: i64,
    pub(crate) path: PathBuf,
    /// As the ledger writes it down: from the root, if the plan does so.
    pub(crate) noted: PathBuf,
    pub(crate) encoding: Encoding,
    pub(crate) wanted: Wanted,
}

/// The files that a request writes, in the order of their frames.
pub(crate) fn jobs(
    prepared: &Prepared<'_>,
    root: &Path,
    names: Option<&[String]>,
    frames: Option<FrameRange>,
) -> Result<Vec<Job>, Vec<Failure>> {
    let outputs = &prepared.plan.outputs;
    let mut failures = Vec::new();
    for name in names.unwrap_or_default() {
        if !outputs.iter().any(|output| output.name == *name) {
            let known: Vec<&str> = outputs.iter().map(|output| output.name.as_str()).collect();
            failures.push(Failure::new(
                "T0709",
                format!("the shot writes no output called `{name}`"),
                format!("it writes {}", known.join(", ")),
            ));
        }
    }
    let chosen = |output: &&Output| names.is_none_or(|names| names.contains(&output.name));
    let files = outputs.iter().filter(chosen).map(|output| count(wanted(output, frames)));
    let files = files.fold(0, u64::saturating_add);
    if files > MOST_FRAMES {
        return Err(vec![too_many(&format!("the shot writes {files} files"))]);
    }
    let mut jobs = Vec::new();
    for output in outputs.iter().filter(chosen) {
        match jobs_of(prepared, root, output, frames) {
            Ok(more) => jobs.extend(more),
            Err(failure) => failures.push(failure.output(&output.name)),
        }
    }
    let mut paths: HashMap<PathBuf, &Job> = HashMap::new();
    let mut folders = HashMap::new();
    for job in &jobs {
        if let Some(other) = paths.insert(published(&job.path, &mut folders), job) {
            let message = format!(
                "`{}` at frame {} and `{}` at frame {} are written to one file: {}",
                other.output,
                other.frame,
                job.output,
                job.frame,
                job.path.display()
            );
            let help = "put the frame number into the file's name: `%04d`";
            let failure = Failure::new("T0704", message, help).output(&job.output);
            failures.push(failure.files(vec![job.path.clone()]));
            break;
        }
    }
    if failures.is_empty() && jobs.is_empty() {
        let message = "none of the frames asked for is one that the shot writes";
        let ranges: Vec<String> = outputs
            .iter()
            .map(|o| format!("`{}` {}..{}", o.name, o.frames.first, o.frames.last))
            .collect();
        let help = format!("it writes {}", ranges.join(", "));
        failures.push(Failure::new("T0709", message, help));
    }
    if !failures.is_empty() {
        return Err(failures);
    }
    jobs.sort_by_key(|job| job.frame);
    Ok(jobs)
}

fn jobs_of(
    prepared: &Prepared<'_>,
    root: &Path,
    output: &Output,
    frames: Option<FrameRange>,
) -> Result<Vec<Job>, Failure> {
    let noted = Pattern::parse(&output.path)?;
    let pattern = noted.clone().below(root);
    let settings = settings(&output.settings)?;
    let encoding = Encoding::new(&output.format, &settings)?;
    let (node, port) = prepared.port(&output.input).ok_or_else(|| {
        Failure::mistake("T0904", format!("the output `{}` shows nothing", output.name))
    })?;
    let (first, last) = wanted(output, frames);
    let job = |frame| Job {
        output: output.name.clone(),
        frame,
        path: plain(&pattern.file(frame)),
        noted: noted.file(frame),
        encoding: encoding.clone(),
        wanted: Wanted { node, port, frame },
    };
    Ok((first..=last).map(job).collect())
}

/// The frames of an output that are asked for; none where the last lies before the first.
fn wanted(output: &Output, frames: Option<FrameRange>) -> (i64, i64) {
    let FrameRange { first, last } = output.frames;
    frames.map_or((first, last), |range| (range.first.max(first), range.last.min(last)))
}

fn settings(
    settings: &BTreeMap<String, Setting>,
) -> Result<BTreeMap<String, EncodingSetting>, Failure> {
    let setting = |(name, value): (&String, &Setting)| {
        let value = match value {
            Setting::None => return None,
            Setting::Text(text) => EncodingSetting::Text(text.clone()),
            Setting::Int(number) => EncodingSetting::Int(*number),
            Setting::Number { value, .. } => EncodingSetting::Number(*value),
            Setting::List(names) if names.iter().all(|name| matches!(name, Setting::Text(_))) => {
                let names = names.iter().filter_map(|name| match name {
                    Setting::Text(name) => Some(name.clone()),
                    _ => None,
                });
                EncodingSetting::Texts(names.collect())
            }
            other => {
                let what = format!("`{name}` is no setting of a file format: {other:?}");
                return Some(Err(Failure::mistake("T0904", what)));
            }
        };
        Some(Ok((name.clone(), value)))
    };
    settings.iter().filter_map(setting).collect()
}

/// How each file stands to what is wanted there.
pub(crate) fn standings(
    jobs: &[Job],
    closure: &Closure,
    ledger: &Ledger,
) -> Vec<(Digest, Standing)> {
    jobs.iter()
        .zip(&closure.roots)
        .map(|(job, root)| {
            let key = key::write_key(closure, root, &job.encoding.identity());
            (key, ledger.standing(&job.path, &key))
        })
        .collect()
}

/// Where a file comes to lie: its folder with links followed, each folder looked up once. A link in the
/// file's own place is replaced, not followed.
fn published<'p>(path: &'p Path, folders: &mut HashMap<&'p Path, PathBuf>) -> PathBuf {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return plain(path) };
    let real = || fs::canonicalize(folder).unwrap_or_else(|_| plain(folder));
    folders.entry(folder).or_insert_with(real).join(name)
}

/// Refuses a shot that reads what it writes: its pictures would depend on how often it was rendered.
pub(crate) fn read_and_written(jobs: &[Job], closure: &Closure) -> Option<Failure> {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| plain(path));
    let read: BTreeSet<PathBuf> = closure.blobs.iter().map(|blob| real(&blob.path)).collect();
    let mut folders = HashMap::new();
    let job = jobs.iter().find(|job| read.contains(&published(&job.path, &mut folders)))?;
    let message = format!("{} is read by the shot that writes it", job.path.display());
    let help = "write to another path, or read the picture where it is made: use the `let` itself";
    Some(Failure::new("T0716", message, help).output(&job.output).files(vec![job.path.clone()]))
}

/// Refuses what can't be written, before anything runs. Folders of outputs are made here, unless
/// something is refused.
pub(crate) fn check(
    jobs: &[Job],
    standings: &[(Digest, Standing)],
    ledger: &Ledger,
    force: bool,
) -> Vec<Failure> {
    let outdated = || {
        let pairs = jobs.iter().zip(standings);
        pairs.filter(|(_, (_, standing))| *standing != Standing::Current)
    };
    let foreign: Vec<&Job> = outdated()
        .filter(|(_, (_, standing))| *standing == Standing::Foreign && !force)
        .map(|(job, _)| job)
        .collect();
    let mut failures = Vec::new();
    failures.extend(refuse_foreign(jobs, &foreign, ledger));
    let folders: BTreeMap<&Path, &str> =
        outdated().filter_map(|(job, _)| Some((job.path.parent()?, job.output.as_str()))).collect();
    let refuse = |(folder, output): (&Path, &str), error: &io::Error| {
        Failure::new(
            "T0702",
            format!("{} can't be written to: {error}", folder.display()),
            "write somewhere else, or see to it that you may write there",
        )
        .output(output)
        .files(vec![folder.to_owned()])
    };
    // First those that are there, and what new ones will stand in; then new ones are made.
    let tried = |(folder, output): (&&Path, &&str)| {
        let there = folder.ancestors().find(|folder| folder.symlink_metadata().is_ok());
        probe(there.unwrap_or(folder)).err().map(|error| refuse((folder, output), &error))
    };
    failures.extend(folders.iter().filter_map(tried));
    if !failures.is_empty() {
        return failures;
    }
    let mut made = Vec::new();
    for (folder, output) in folders {
        let missing = folder.ancestors().take_while(|folder| !folder.exists());
        made.extend(missing.map(Path::to_owned));
        if let Err(error) = fs::create_dir_all(folder).and_then(|()| probe(folder)) {
            failures.push(refuse((folder, output), &error));
        }
    }
    if !failures.is_empty() {
        // Those that are not empty are no longer ours.
        made.sort_by_key(|folder| std::cmp::Reverse(folder.components().count()));
        for folder in made {
            let _ = fs::remove_dir(folder);
        }
    }
    failures
}

fn refuse_foreign(jobs: &[Job], foreign: &[&Job], ledger: &Ledger) -> Option<Failure> {
    let first = foreign.first()?;
    let more = match foreign.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message =
        format!("{}{more} exists already, and Toma has not written it", first.path.display());
    let help = if jobs.iter().any(|job| ledger.entry(&job.path).is_some()) {
        "choose another path, or render with --force to overwrite"
    } else {
        "`.toma` knows of no file of this shot: if it was removed or left behind, render with --force, which \
         renders them again and leaves those alone that come out equal; if not, choose another path"
    };
    let failure = Failure::new("T0701", message, help).output(&first.output);
    Some(failure.files(foreign.iter().map(|job| job.path.clone()).collect()))
}

/// May files be made in a folder?
fn probe(folder: &Path) -> io::Result<()> {
    let probe = folder.join(format!(".toma-probe{}.tmp", mark(std::process::id())));
    let tried = fs::write(&probe, []);
    let _ = fs::remove_file(&probe);
    tried
}

/// Stands in the name of every temporary file of a process.
pub(crate) fn mark(process: u32) -> String {
    format!(".toma-{process}-")
}

/// Removes what a process that was killed while rendering this shot has left beside the outputs, in
/// folders of the project above them, and in the state folder.
pub(crate) fn sweep(jobs: &[Job], state: &Path, root: &Path, killed: u32) {
    let mark = mark(killed);
    let outputs: BTreeSet<&Path> = jobs.iter().filter_map(|job| job.path.parent()).collect();
    let above = |folder: &&Path| folder.starts_with(root);
    let folders: BTreeSet<PathBuf> = outputs
        .into_iter()
        .flat_map(|folder| {
            let around = folder.ancestors().skip(1).take_while(above);
            std::iter::once(folder).chain(around).map(Path::to_owned)
        })
        .chain([state.join("history")])
        .collect();
    let files = folders.into_iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    for file in files.flatten() {
        let name = file.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') && name.contains(&mark) && name.ends_with(".tmp") {
            let _ = fs::remove_file(file.path());
        }
    }
}

/// Writes one file. Answers whether it had to be: bytes that are there already are left alone, and only
/// their new key is noted.
pub(crate) fn write(
    job: &Job,
    (key, standing): (Digest, Standing),
    value: &Value,
    ledger: &Ledger,
    store: &Store,
    say: &dyn Fn(Event),
) -> Result<bool, Failure> {
    let Value::Frame(frame) = value else {
        return Err(Failure::mistake("T0903", "what is to be written is no picture"));
    };
    let bytes = encode(frame, &job.encoding)?;
    let before = ledger.entry(&job.path);
    let entry = Entry { key, digest: Digest::of(&bytes), size: bytes.len() as u64, modified: 0 };
    let remember = |entry| store.note(ledger.note(&job.path, &job.noted, entry), say);
    // What is there by another hand, or after the ledger was lost, may be the very same.
    if matches!(standing, Standing::Foreign | Standing::Altered)
        && let Some(modified) = equal(&job.path, &bytes)
    {
        remember(Some(Entry { modified, ..entry }));
        say(Event::UpToDate {
            output: job.output.clone(),
            frame: job.frame,
            path: job.path.clone(),
        });
        return Ok(false);
    }
    let (output, path) = (job.output.clone(), job.path.clone());
    if let (Standing::Outdated, Some(before)) = (standing, before)
        && before.digest == entry.digest
    {
        remember(Some(Entry { key, ..before }));
        say(Event::UpToDate { output, frame: job.frame, path });
        return Ok(false);
    }
    remember(Some(entry));
    let overwrite = !matches!(standing, Standing::Free | Standing::Gone);
    if let Err(error) = write_atomic(&job.path, &bytes, overwrite) {
        remember(before);
        return Err(error.into());
    }
    let time = fs::metadata(&job.path).map_or(0, |data| modified(&data));
    remember(Some(Entry { modified: time, ..entry }));
    let reason = match standing {
        Standing::Free | Standing::Current => Reason::New,
        Standing::Outdated => Reason::Changed,
        Standing::Gone => Reason::Gone,
        Standing::Altered => Reason::Altered,
        Standing::Foreign => Reason::Forced,
    };
    say(Event::Written { output, frame: job.frame, path, reason });
    Ok(true)
}

/// The time of a file that holds these bytes.
fn equal(path: &Path, bytes: &[u8]) -> Option<u64> {
    let data = fs::symlink_metadata(path).ok()?;
    let same = data.is_file()
        && data.len() == bytes.len() as u64
        && fs::read(path).is_ok_and(|there| there == bytes);
    same.then(|| modified(&data))
}
