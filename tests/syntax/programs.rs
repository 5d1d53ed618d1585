//! Right programs parse without a word; broken ones get exactly the messages in `broken.txt`.
//!
//! `TOMA_BLESS=1 cargo test -p toma-syntax broken` writes the messages anew; read the difference.

use crate::cases::{BROKEN, PAGE, VALID, cases, rendered};
use std::fmt::Write;
use toma_syntax::diagnostic::Severity;
use toma_syntax::{Rule, SyntaxKind, parse_file, tree};

#[test]
fn valid_programs_have_no_errors() {
    for (name, program) in cases(VALID).into_iter().chain([("page", PAGE)]) {
        let program =
            if name == "crlf" { program.replace('\n', "\r\n") } else { program.to_owned() };
        let (_, mut diagnostics) = parse_file(&program);
        diagnostics.retain(|d| d.severity == Severity::Error);
        assert!(diagnostics.is_empty(), "{name}:\n{}", rendered(&program, &diagnostics));
    }
}

#[test]
fn broken_programs_say_what_is_wrong_and_keep_the_rest() {
    let mut written = String::new();
    let mut wrong = String::new();
    for (heading, rest) in cases(BROKEN) {
        let (name, keeps) = heading.split_once(" | ").expect("`name | what is kept`");
        let (program, expected) = rest.split_once("---\n").expect("`---` below the program");
        let (_, diagnostics) = parse_file(program);
        let messages = rendered(program, &diagnostics);
        if messages != expected {
            _ = writeln!(wrong, "== {name}\n{program}--- expected\n{expected}--- got\n{messages}");
        }
        let mut counts = String::new();
        for kept in keeps.split_whitespace() {
            let (kind, count) = kept.split_once(':').expect("`kind:count`");
            let found = count_of(program, kind);
            _ = write!(counts, " {kind}:{found}");
            let count: usize = count.parse().expect("a count");
            if found != count {
                _ = writeln!(wrong, "== {name}: {found} of {count} {kind} kept");
            }
        }
        _ = write!(written, "=== {name} |{counts}\n{program}---\n{messages}");
    }
    if std::env::var_os("TOMA_BLESS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/syntax/broken.txt");
        std::fs::write(file, written).expect("broken.txt can be written");
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// How many of a kind are intact in the tree.
fn count_of(program: &str, kind: &str) -> usize {
    let rule = match kind {
        "let" => Rule::LetClause,
        "frames" => Rule::FramesClause,
        "gate" => Rule::GateClause,
        "write" => Rule::WriteClause,
        "set" => Rule::SetClause,
        "layer" => Rule::LayerItem,
        "result" => Rule::Result,
        "parameter" => Rule::Parameter,
        "field" => Rule::Field,
        "variant" => Rule::Variant,
        other => panic!("broken.txt counts {other}"),
    };
    tree(program).descendants().filter(|node| node.kind() == SyntaxKind::Rule(rule)).count()
}
