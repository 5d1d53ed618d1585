//! Files that use each other one after the other, more of them than one walk looks at: what is wrong is said as
//! of two files, and what is right is not asked for over and over.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use toma_compiler::Compiler;

/// More than three walks long.
const FILES: usize = 200;

/// A file whose recipe calls those of other files.
fn file(number: usize, called: &[usize]) -> String {
    let (mut text, mut calls) = (String::new(), String::new());
    for other in called {
        let _ = writeln!(text, "use r{other:03}.recipe_{other}");
        let _ = write!(calls, " |> recipe_{other}()");
    }
    let head = format!("pub recipe recipe_{number}(p: Clip<ACEScg>) -> Clip<ACEScg>");
    let _ = writeln!(text, "\n{head} {{\n    p{calls} |> blur(1px)\n}}");
    text
}

/// Codes of what is said of each file, for files that call these others.
fn said(called: impl Fn(usize) -> Vec<usize>) -> (Vec<Vec<&'static str>>, usize) {
    let ran: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = ran.clone();
    let mut compiler =
        Compiler::watched(Arc::new(crate::project::Project::default()), move |query| {
            log.lock().unwrap().push(query);
        });
    let paths: Vec<String> = (0..FILES).map(|number| format!("r{number:03}.toma")).collect();
    for (number, path) in paths.iter().enumerate() {
        compiler.set_file(path, file(number, &called(number)));
    }
    let found = compiler.check_files(&paths);
    let codes = found.iter().map(|(_, found)| found.iter().map(|one| one.code).collect()).collect();
    let ends = ran.lock().unwrap().iter().filter(|query| query.starts_with("ends(")).count();
    (codes, ends)
}

#[test]
fn files_without_a_circle_are_looked_at_once_each() {
    let below = |steps: &'static [usize]| {
        move |number: usize| -> Vec<usize> {
            steps.iter().map(|step| number + step).filter(|other| *other < FILES).collect()
        }
    };
    for steps in [&[1][..], &[1, 2], &[7, 11, 13], &[1, 50, 100]] {
        let (codes, ends) = said(below(steps));
        assert!(codes.iter().all(Vec::is_empty), "{steps:?}: {codes:?}");
        assert!(ends <= FILES, "{steps:?}: {ends}");
    }
}

#[test]
fn circles_are_found_however_far_they_lead() {
    for (from, to) in [(FILES - 1, 0), (FILES - 1, 120), (70, 60), (130, 0)] {
        let (codes, _) = said(|number| {
            let mut called = Vec::new();
            called.extend((number + 1 < FILES).then_some(number + 1));
            called.extend((number == from).then_some(to));
            called
        });
        for (number, codes) in codes.iter().enumerate() {
            // Everybody up to the circle's last file leads into it, once by its files and once by its recipes.
            let leads = usize::from(number <= from);
            for code in ["T0211", "T0216"] {
                let count = codes.iter().filter(|known| **known == code).count();
                assert_eq!(count, leads, "r{from} calls r{to}, seen from r{number}: {codes:?}");
            }
            assert_eq!(codes.len(), 2 * leads, "{codes:?}");
        }
    }
}
