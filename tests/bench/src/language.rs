//! The language on a project of 1,000 shots and 10,000 definitions: read, checked cold, and checked again
//! after an edit. Beside it, two languages that people configure such things with, on as many definitions.

use crate::project::{Extent, Files, project, write};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use toma_compiler::{Compiler, Family, PictureHeader, System};

const EXTENT: Extent = Extent { shots: 1000, definitions: 10_000, files: 100 };
/// Runs of each measurement; the best counts.
const RUNS: usize = 5;
const COLD_LIMIT: f64 = 150.0;
const EDIT_LIMIT: f64 = 5.0;

/// The project in memory.
struct Texts(BTreeMap<String, String>);

impl System for Texts {
    fn read_text(&self, path: &str) -> Option<String> {
        self.0.get(path).cloned()
    }
    fn exists(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }
    fn list(&self, folder: &str) -> Vec<String> {
        if folder.is_empty() { self.0.keys().cloned().collect() } else { Vec::new() }
    }
    fn picture_header(&self, _: &str, _: i64) -> Option<PictureHeader> {
        None
    }
    fn colour_space(&self, _: &str) -> Option<Family> {
        None
    }
    fn colour_space_names(&self) -> Vec<String> {
        Vec::new()
    }
}

fn best(mut run: impl FnMut() -> f64) -> f64 {
    (0..RUNS).map(|_| run()).fold(f64::INFINITY, f64::min)
}

fn milliseconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1000.0
}

/// Measures and prints.
pub(crate) fn run() {
    let files = project(EXTENT);
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    println!(
        "The language: {} shots, {} definitions, {} files, {:.2} MB",
        EXTENT.shots,
        EXTENT.definitions,
        files.len(),
        bytes as f64 / 1e6
    );
    reading(&files, bytes);
    let edit = in_process(&files);
    let scratch = std::env::temp_dir().join(format!("toma-bench-language-{}", std::process::id()));
    match write(&files, &scratch) {
        Ok(()) => match cold(&scratch) {
            Ok(cold) => peers(&scratch, cold, edit),
            Err(why) => println!("  cold, as a process: left out: {why}"),
        },
        Err(error) => println!("  cold, as a process: left out: {error}"),
    }
    let _ = std::fs::remove_dir_all(&scratch);
}

fn reading(files: &Files, bytes: usize) {
    let read = best(|| {
        milliseconds(|| {
            for (_, text) in files {
                std::hint::black_box(toma_syntax::parse_file(text));
            }
        })
    });
    println!(
        "  read, one core      {read:7.1} ms  {:.1} MB/s",
        bytes as f64 / 1e6 / (read / 1000.0)
    );
}

/// Milliseconds of a check after an edit.
fn in_process(files: &Files) -> f64 {
    let texts: BTreeMap<String, String> = files.iter().cloned().collect();
    let paths: Vec<String> = files.iter().map(|(path, _)| path.clone()).collect();
    let texts = Arc::new(Texts(texts));
    let cold = best(|| {
        let compiler = Compiler::new(texts.clone());
        // Not with the time to drop the compiler, which lives as long as its process.
        milliseconds(|| {
            let found = compiler.check_files(&paths);
            assert!(found.iter().all(|(_, found)| found.is_empty()), "the project has mistakes");
        })
    });
    println!("  cold, in process    {cold:7.1} ms");
    let mut compiler = Compiler::new(texts.clone());
    compiler.check_files(&paths);
    let Some((path, text)) = files.last() else { return f64::NAN };
    let mut turn = 0;
    let edit = best(|| {
        turn += 1;
        let edited = text.replacen("constant(Rgb(0.", &format!("constant(Rgb(0.{turn}"), 1);
        milliseconds(|| {
            compiler.set_file(path, edited);
            compiler.check_files(&paths);
        })
    });
    println!(
        "  after one edit      {edit:7.2} ms  ratio to {EDIT_LIMIT} ms: {:.2}",
        edit / EDIT_LIMIT
    );
    slider(texts, &paths);
    edit
}

/// A slider of one of the shots is moved: values, and no graph.
fn slider(texts: Arc<Texts>, paths: &[String]) {
    let ran: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = ran.clone();
    let counting = Arc::new(AtomicBool::new(false));
    let counts = counting.clone();
    let mut compiler = Compiler::watched(texts, move |query| {
        if counts.load(Ordering::Relaxed)
            && let Ok(mut log) = log.lock()
        {
            log.push(query);
        }
    });
    let tweaks = format!("S_{:05}.tweaks.yaml", EXTENT.shots - 1);
    compiler.set_file(&tweaks, "n1.amount: 50%\n".to_owned());
    compiler.check_files(paths);
    let mut turn = 0;
    let mut moved = |compiler: &mut Compiler| {
        turn += 1;
        let text = format!("n1.amount: {turn}%\n");
        milliseconds(|| {
            compiler.set_file(&tweaks, text);
            compiler.check_files(paths);
        })
    };
    let time = best(|| moved(&mut compiler));
    counting.store(true, Ordering::Relaxed);
    moved(&mut compiler);
    let ran = ran.lock().map(|ran| ran.clone()).unwrap_or_default();
    let count = |names: &[&str]| {
        ran.iter().filter(|query| names.iter().any(|name| query.starts_with(name))).count()
    };
    assert_eq!(count(&["shot_graph(", "shot_at_once(", "check_body("]), 0, "{ran:?}");
    assert_eq!(count(&["shot_values("]), 1, "{ran:?}");
    println!("  after a slider      {time:7.2} ms  {} queries, none checks or lowers", ran.len());
}

/// Milliseconds of `toma check` on the project.
fn cold(folder: &Path) -> Result<f64, String> {
    let toma = std::env::current_exe()
        .map_err(|error| error.to_string())?
        .with_file_name(format!("toma{}", std::env::consts::EXE_SUFFIX));
    if !toma.is_file() {
        return Err("build it first: cargo build --release".to_owned());
    }
    let mut failed = String::new();
    let cold = best(|| {
        milliseconds(|| {
            match Command::new(&toma).arg("check").arg(".").current_dir(folder).output() {
                Ok(output) if output.status.success() => {}
                Ok(output) => failed = String::from_utf8_lossy(&output.stderr).into_owned(),
                Err(error) => failed = error.to_string(),
            }
        })
    });
    if !failed.is_empty() {
        return Err(failed);
    }
    println!(
        "  cold, as a process  {cold:7.1} ms  ratio to {COLD_LIMIT} ms: {:.2}",
        cold / COLD_LIMIT
    );
    Ok(cold)
}

/// Typst and jsonnet on as many definitions.
fn peers(scratch: &Path, cold: f64, edit: f64) {
    let Some(python) = std::env::var_os("TOMA_PYTHON") else {
        println!("  peers: left out: TOMA_PYTHON names no Python with typst and jsonnet");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/definitions.py");
    let output = Command::new(&python)
        .arg(&script)
        .arg(scratch)
        .arg(EXTENT.definitions.to_string())
        .output();
    let output = match output {
        Ok(output) if output.status.success() => output,
        Ok(output) => {
            println!("  peers: left out: {}", String::from_utf8_lossy(&output.stderr));
            return;
        }
        Err(error) => {
            println!("  peers: left out: {error}");
            return;
        }
    };
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let mut words = line.split_whitespace();
        let (Some(name), Some(what), Some(value)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let Ok(value) = value.parse::<f64>() else { continue };
        let ours = if what == "edit" { edit } else { cold };
        println!(
            "  {name:<8} {what:<10} {value:8.1} ms  ratio, ours to theirs: {:.2}",
            ours / value
        );
    }
}
