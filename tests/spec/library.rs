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
        assert!(stage.public && !stage.docs.is_empty(), "{}", stage.name);
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
