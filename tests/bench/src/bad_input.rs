//! The longest that anybody waits for an answer about a megabyte of anything, in process and as commands.
//!
//! Every input is read in a process of its own, so that one that falls over or never ends is told beside the
//! others. `TOMA_HOSTILE` names a part of the names of those that are wanted, `TOMA_WORK` of what is done.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use toma_bench::hostile::{self, Input};
use toma_compiler::{Compiler, Family, PictureHeader, System, TweakEdit, edit_tweaks};

/// Bytes of an input.
const BYTES: usize = 1_000_000;
/// Seconds that the answer may take.
const LIMIT: f64 = 1.0;
/// Nobody waits longer to hear how long it would have taken.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of messages that somebody could still look through.
const MOST_SAID: u64 = 1 << 20;

/// What is done in process.
const INSIDE: [&str; 4] = ["read", "format", "check", "tweak"];
/// What is done as a command.
const COMMANDS: [(&str, &[&str]); 7] = [
    ("toma check", &["check", "shot.toma"]),
    ("toma fmt", &["fmt", "--check", "shot.toma"]),
    ("toma plan", &["plan", "shot.toma"]),
    ("toma test", &["test", "shot.toma"]),
    ("toma doc", &["doc", "shot"]),
    ("toma tweak", &["tweak", "set", "A", "a.stops", "2stops", "--file", "shot.toma"]),
    ("toma lock", &["lock"]),
];

/// Files in memory.
struct Memory(HashMap<String, Vec<u8>>);

impl System for Memory {
    fn read_text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.0.get(path)?.clone()).ok()
    }
    fn exists(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }
    fn list(&self, folder: &str) -> Vec<String> {
        if !folder.is_empty() {
            return Vec::new();
        }
        self.0.keys().filter(|path| !path.contains('/')).cloned().collect()
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

/// Does one piece of work on one input, and says how many seconds it took. For a process of its own.
pub(crate) fn alone(work: &str, name: &str) {
    let input = hostile::all().into_iter().find(|input| input.name == name);
    let files = input.unwrap_or_else(|| panic!("no input is called {name}")).files(BYTES);
    let texts =
        || files.iter().filter_map(|(path, bytes)| Some((path, std::str::from_utf8(bytes).ok()?)));
    let start = Instant::now();
    match work {
        "read" => texts().for_each(|(_, text)| {
            std::hint::black_box(toma_syntax::parse_file(text));
        }),
        "format" => texts().for_each(|(_, text)| {
            std::hint::black_box(toma_syntax::format(text));
        }),
        "check" => {
            let compiler = Compiler::new(Arc::new(Memory(files.iter().cloned().collect())));
            std::hint::black_box(compiler.check("shot.toma"));
            std::mem::forget(compiler);
        }
        _ => texts().filter(|(path, _)| path.contains(".yaml")).for_each(|(_, text)| {
            let edit =
                TweakEdit { address: "a.stops", hard: false, frames: None, value: Some("2stops") };
            let _ = std::hint::black_box(edit_tweaks(text, &edit));
        }),
    }
    println!("{}", start.elapsed().as_secs_f64().min(computed().unwrap_or(f64::INFINITY)));
}

/// Seconds that this process has computed on all cores: on a busy machine it waits for its turn besides.
fn computed() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// How a process ended.
struct Ended {
    seconds: f64,
    /// Neither an answer nor a refusal.
    fell: Option<String>,
    said: u64,
}

fn ended(mut command: Command, scratch: &Path) -> Ended {
    let out = scratch.join("said");
    let file = std::fs::File::create(&out).expect("a file in the scratch folder");
    let errors = file.try_clone().expect("a second handle");
    command.stdin(Stdio::null()).stdout(file).stderr(errors);
    let start = Instant::now();
    let mut child = command.spawn().expect("a process");
    let status = loop {
        match child.try_wait().expect("a process") {
            Some(status) => break Some(status),
            None if start.elapsed() > PATIENCE => break None,
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    let seconds = start.elapsed().as_secs_f64();
    if status.is_none() {
        let _ = child.kill();
        let _ = child.wait();
    }
    let fell = match status {
        None => Some("not ended".to_owned()),
        Some(status) => match status.code() {
            Some(0..=4) => None,
            _ => Some(status.to_string()),
        },
    };
    Ended { seconds, fell, said: out.metadata().map_or(0, |meta| meta.len()) }
}

/// All that is tried with one input: what is done, and how it ended.
fn tried(input: &Input, scratch: &Path, toma: Option<&Path>) -> Vec<(&'static str, Ended)> {
    let wanted = std::env::var("TOMA_WORK").unwrap_or_default();
    let own = std::env::current_exe().expect("this program has a path");
    let yaml = input.name.contains("yaml");
    let mut all = Vec::new();
    for work in
        INSIDE.into_iter().filter(|work| work.contains(&wanted) && (yaml || *work != "tweak"))
    {
        let mut command = Command::new(&own);
        command.args(["hostile-one", work, &input.name]);
        let mut ended = ended(command, scratch);
        let said = std::fs::read_to_string(scratch.join("said")).unwrap_or_default();
        if let Ok(seconds) = said.trim().parse() {
            ended.seconds = seconds;
        }
        all.push((work, ended));
    }
    // A pattern goes through the same commands as another input.
    let Some(toma) = toma.filter(|_| !input.pattern || !wanted.is_empty()) else { return all };
    for (work, arguments) in COMMANDS.into_iter().filter(|(work, _)| work.contains(&wanted)) {
        let folder = scratch.join("project");
        let _ = std::fs::remove_dir_all(&folder);
        for (path, bytes) in input.files(BYTES) {
            let path = folder.join(path);
            let _ = path.parent().map(std::fs::create_dir_all);
            let _ = std::fs::write(path, bytes);
        }
        let mut command = Command::new(toma);
        command.args(arguments).current_dir(&folder);
        all.push((work, ended(command, scratch)));
    }
    all
}

/// Measures and prints.
pub(crate) fn run() {
    let part = std::env::var("TOMA_HOSTILE").unwrap_or_default();
    let inputs = hostile::all();
    let own = std::env::current_exe().expect("this program has a path");
    let toma = own.with_file_name(format!("toma{}", std::env::consts::EXE_SUFFIX));
    let toma = toma.is_file().then_some(toma);
    let scratch = std::env::temp_dir().join(format!("toma-hostile-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).expect("a scratch folder");
    println!("Bad input: {} kinds, a megabyte each, limit {LIMIT} s", inputs.len());
    if toma.is_none() {
        println!("  commands left out: cargo build --release");
    }
    let mut worst = (0.0, String::new());
    let mut patterns = (0.0, String::new());
    let mut wrong = 0;
    for input in inputs.iter().filter(|input| input.name.contains(&part)) {
        let tried = tried(input, &scratch, toma.as_deref());
        let slowest = tried.iter().max_by(|a, b| a.1.seconds.total_cmp(&b.1.seconds));
        let Some((work, Ended { seconds, .. })) = slowest else { continue };
        let ratio = seconds / LIMIT;
        let line = format!("{ratio:5.2}  {seconds:6.3} s  {work:<10}  {}", input.name);
        if !input.pattern || ratio > 1.0 {
            println!("  {line}");
        } else if *seconds > patterns.0 {
            patterns = (*seconds, line.clone());
        }
        for (work, ended) in &tried {
            if let Some(fell) = &ended.fell {
                wrong += 1;
                println!("         {work}: {fell}");
            } else if ended.seconds > LIMIT {
                println!("         {work}: {:.3} s", ended.seconds);
            }
            if ended.said > MOST_SAID {
                println!("         {work}: {} KB of messages", ended.said >> 10);
            }
        }
        if *seconds > worst.0 {
            worst = (*seconds, line);
        }
    }
    let _ = std::fs::remove_dir_all(&scratch);
    println!("  the slowest pattern: {}", patterns.1);
    println!("  the slowest of all:  {}", worst.1);
    println!("  neither answered nor refused: {wrong}");
}
