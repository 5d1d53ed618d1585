//! Inputs that mean no good, in small: every command answers each of them in words, on a small stack and in
//! little memory. How long a megabyte takes is measured by `toma-bench hostile`.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use toma_bench::hostile::{self, Input};

/// Bytes of an input.
const BYTES: usize = 12_000;
/// Bytes of answers that somebody could still look through.
const MOST_SAID: u64 = 256 << 10;
/// Long after which nobody waits, even where many tests run at once.
const PATIENCE: Duration = Duration::from_mins(2);

/// Runs a command in a folder with a stack of 2 MB and 6 GB of addresses; its code and what it said.
fn answered(arguments: &[&str], folder: &Path, what: &str) -> (i32, String) {
    let said = folder.join("said.txt");
    let out = std::fs::File::create(&said).expect("a file for what is said");
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -s 2048; ulimit -v 6000000; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_toma"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(out.try_clone().expect("a second handle"))
        .stdout(out)
        .spawn()
        .expect("sh runs");
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a process") {
            break status;
        }
        if start.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("{what}: {arguments:?} doesn't end");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let bytes = said.metadata().map_or(0, |meta| meta.len());
    let text = String::from_utf8_lossy(&std::fs::read(&said).unwrap_or_default()).into_owned();
    let end: String =
        text.chars().rev().take(2_000).collect::<Vec<_>>().into_iter().rev().collect();
    let code = status.code();
    let code = code.filter(|code| (0..=4).contains(code) && !text.contains("panicked"));
    let code = code.unwrap_or_else(|| panic!("{what}: {arguments:?} fell over, {status}:\n{end}"));
    assert!(bytes < MOST_SAID, "{what}: {arguments:?} says {bytes} bytes, at last:\n{end}");
    let may_be_silent = code == 0 || arguments[0] == "fmt";
    assert!(!text.trim().is_empty() || may_be_silent, "{what}: {arguments:?} is silent");
    if code == 1 && arguments[0] != "fmt" {
        assert!(text.contains("error[T"), "{what}: {arguments:?} says no error:\n{end}");
    }
    (code, text)
}

fn folder_of(input: &Input) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, bytes) in input.files(BYTES) {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
    folder
}

/// The inputs whose names say so, on all cores.
fn each(wanted: impl Fn(&Input) -> bool, work: impl Fn(&Input) + Sync) {
    let inputs: Vec<usize> = hostile::all()
        .iter()
        .enumerate()
        .filter(|(_, one)| wanted(one))
        .map(|(at, _)| at)
        .collect();
    assert!(!inputs.is_empty());
    let next = std::sync::atomic::AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let all = hostile::all();
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(input) = inputs.get(at).and_then(|at| all.get(*at)) else { break };
                    work(input);
                }
            });
        }
    });
}

#[test]
fn check_and_fmt_answer_every_hostile_input() {
    each(
        |input| !input.pattern,
        |input| {
            let folder = folder_of(input);
            answered(&["check", "shot.toma"], folder.path(), &input.name);
            answered(&["fmt", "--check", "shot.toma"], folder.path(), &input.name);
        },
    );
}

#[test]
fn hostile_tweaks_manifests_and_locks_are_answered_by_every_command() {
    each(
        |input| input.name.contains(".yaml: ") || input.name.contains(".lock: "),
        |input| {
            let folder = folder_of(input);
            let set = ["tweak", "set", "A", "a.stops", "2stops", "--file", "shot.toma"];
            answered(&["plan", "shot.toma"], folder.path(), &input.name);
            answered(&set, folder.path(), &input.name);
            answered(&["lock"], folder.path(), &input.name);
        },
    );
}

#[test]
fn what_is_no_text_or_too_much_has_its_message() {
    let inputs = hostile::all();
    let mut wrong = Vec::new();
    for (name, code) in [
        ("bytes that are no text", "T0200"),
        ("UTF-16", "T0200"),
        ("constants of one name", "T0203"),
        ("constants of unknown names", "T0201"),
        ("sums of the next constant", "T0421"),
        ("constants through records", "T0421"),
        ("constants through recipes", "T0421"),
        ("records of records", "T0421"),
        ("constants of the next file's", "T0421"),
        ("a circle of 1,000 files", "T0211"),
        ("recipes that double", "T0420"),
        ("texts that double", "T0420"),
        ("a range of a billion", "T0422"),
        ("deep groups", "T0106"),
        ("types of types", "T0106"),
        ("one name of a megabyte", "T0201"),
    ] {
        let input = inputs.iter().find(|input| input.name == name);
        let folder = folder_of(input.unwrap_or_else(|| panic!("no input is called {name}")));
        let (exit, said) = answered(&["check", "shot.toma"], folder.path(), name);
        let end = said.chars().take(2_000).collect::<String>();
        if exit == 0 || !said.contains(code) {
            wrong.push(format!("{name} doesn't say {code}:\n{end}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The line of a message is shown around its place, however long it is.
#[test]
fn a_long_line_is_shown_in_part() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!("const a = [{}bbb, {}1]\n", "1, ".repeat(5_000), "1, ".repeat(5_000));
    std::fs::write(folder.path().join("shot.toma"), text).expect("a file");
    let (exit, said) = answered(&["check", "shot.toma"], folder.path(), "a long line");
    assert_eq!(exit, 1);
    assert!(said.contains("bbb") && said.contains("shot.toma:1:15012"), "{said}");
    assert!(said.lines().all(|line| line.chars().count() < 200), "{said}");
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_no_texts() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let at = |name: &str| folder.path().join(name);
    let program = "use looks\n\nshot A {\n    frames 1001..1002\n    rate 24fps\n    format 16x16\n    \
                   write \"a.%04d.exr\" = constant(looks.grey)\n}\n";
    std::fs::write(at("shot.toma"), program).expect("a file");
    let pipe = |name: &str| {
        let done = Command::new("mkfifo").arg(at(name)).status().expect("mkfifo runs");
        assert!(done.success());
    };
    for name in ["pipe.toma", "looks.toma", "A.tweaks.yaml"] {
        pipe(name);
    }
    std::os::unix::fs::symlink("/dev/zero", at("zero.toma")).expect("a link");
    for (arguments, code, words) in [
        (["check", "pipe.toma"], 1, "no regular file"),
        (["check", "zero.toma"], 1, "no regular file"),
        (["check", "shot.toma"], 1, "looks"),
        (["tweak", "list"], 2, ""),
    ] {
        let (found, said) = answered(&arguments, folder.path(), "a pipe");
        assert!(found == code && said.contains(words), "{arguments:?}: {found}: {said}");
    }
}
