//! `toma check`: everything there is to say about programs, without running anything.

use crate::exit::Exit;
use crate::program::Program;
use crate::report::{self, Format, Sources};
use std::path::PathBuf;
use toma_syntax::diagnostic::Severity;

/// Checks files. All are checked, whatever the first ones say.
pub(crate) fn check(files: &[PathBuf], format: Format) -> Exit {
    let mut failed = false;
    for file in files {
        let program = match Program::load(file) {
            Ok(program) => program,
            Err(mut diagnostic) => {
                if diagnostic.labels.is_empty() {
                    diagnostic.labels.push(toma_syntax::diagnostic::Label {
                        file: file.display().to_string(),
                        span: toma_syntax::diagnostic::Span::default(),
                        text: String::new(),
                    });
                }
                if format == Format::Human {
                    diagnostic.labels.clear();
                }
                report::print(&[diagnostic], &Sources::default(), format);
                failed = true;
                continue;
            }
        };
        let diagnostics = program.check();
        report::print(&diagnostics, &program.sources, format);
        failed |= diagnostics.iter().any(|one| one.severity == Severity::Error);
        if format == Format::Human {
            eprintln!("{}: {}", program.path, report::count(&diagnostics));
        }
    }
    if failed { Exit::Program } else { Exit::Done }
}
