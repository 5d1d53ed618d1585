//! The standard library's own text: right in itself, with right examples.

use crate::project::{blocks, compiler};
use toma_compiler::{Compiler, Sampling};
use toma_syntax::diagnostic::Severity;

#[test]
fn every_module_of_the_standard_library_checks_clean() {
    let modules: std::collections::BTreeSet<String> = Compiler::declarations()
        .iter()
        .filter_map(|stage| stage.name.rsplit_once('.').map(|(module, _)| module.replace('.', "/")))
        .collect();
    assert!(modules.contains("std/comp"));
    let compiler = compiler(&[]);
    for module in modules {
        let found = compiler.check(&format!("{module}.toma"));
        assert!(found.is_empty(), "{module}: {found:#?}");
    }
    assert_eq!(compiler.check("std/prelude.toma"), []);
}

#[test]
fn every_example_in_the_docs_of_a_stage_checks() {
    for stage in Compiler::declarations() {
        assert!(!stage.docs.is_empty(), "{}", stage.name);
        // What the compiler alone calls has no example of its own name.
        let internal = ["std.time.splice", "std.source.read_layer", "std.source.layers"];
        assert!(stage.public || internal.contains(&stage.name.as_str()), "{}", stage.name);
        let examples = blocks(&stage.docs);
        assert!(!examples.is_empty(), "{} has no example", stage.name);
        for (_, _, text) in examples {
            let found = compiler(&[("shot.toma", &text)]).check("shot.toma");
            let errors: Vec<_> =
                found.iter().filter(|found| found.severity == Severity::Error).collect();
            assert!(errors.is_empty(), "{}: {errors:#?}\n{text}", stage.name);
        }
    }
}

#[test]
fn declarations_tell_ports_from_settings() {
    let compiler = compiler(&[]);
    let over = compiler.declaration("std.comp.over").unwrap();
    assert_eq!(over.ports.iter().map(|port| port.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let to = compiler.declaration("std.color.to").unwrap();
    let names: Vec<&str> = to.parameters.iter().map(|setting| setting.name.as_str()).collect();
    assert_eq!(names, ["S", "T"]);
    assert_eq!(to.ambient, ["colour_config"]);
    let read = compiler.declaration("std.source.read").unwrap();
    assert_eq!(read.parameters[0].sampling, Sampling::Blob);
    assert!(read.parameters.iter().all(|setting| setting.name != "space"));
    let segment = compiler.declaration("std.understand.segment").unwrap();
    assert_eq!((segment.class.as_str(), segment.weights.as_deref()), ("network", Some("u2netp")));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the pages are read from the disk")]
fn the_programs_on_the_pages_of_the_project_check() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    // The first page shows the shots of the gallery's first file as they stand there.
    let gallery = read("recipes/lamplight/lamplight.toma");
    let mut programs = 0;
    for page in ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"] {
        for (word, line, text) in blocks(&read(page)) {
            if word != "toma" {
                continue;
            }
            programs += 1;
            let shown = text.contains("GALLERY");
            assert!(!shown || gallery.contains(&text), "{page}:{line}: not as in the gallery");
            let text = if shown { &gallery } else { &text };
            let found = compiler(&[("shot.toma", text)]).check("shot.toma");
            // The plates are not here.
            let found: Vec<_> = found.into_iter().filter(|found| found.code != "T0210").collect();
            assert!(found.is_empty(), "{page}:{line}: {found:#?}");
        }
    }
    assert!(programs > 0);
}
