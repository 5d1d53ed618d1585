//! In and out. `TOMA_BLESS=1 cargo test -p toma-syntax --test format` writes what comes out; read it.

use std::fmt::Write;
use toma_syntax::{format, parse_file};

const CASES: &str = include_str!("cases.txt");

#[test]
fn programs_take_their_form() {
    let mut written = String::new();
    let mut wrong = String::new();
    let mut programs = Vec::new();
    for case in CASES.split("=== ").skip(1) {
        let (name, rest) = case.split_once('\n').expect("a name");
        let (program, expected) = rest.split_once("---\n").expect("`---` below the program");
        let out = format(program).text;
        if out != expected {
            _ = writeln!(wrong, "== {name}\n{program}--- expected\n{expected}--- got\n{out}");
        }
        programs.push(program);
        _ = write!(written, "=== {name}\n{program}---\n{out}");
    }
    if std::env::var_os("TOMA_BLESS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/format/cases.txt");
        std::fs::write(file, written).expect("cases.txt can be written");
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    programs.into_iter().for_each(crate::properties::check);
}

#[test]
fn line_ends_and_a_byte_order_mark_become_plain() {
    let program = "shot A {\n    frames 1..2\n    // why\n    rate 24fps // so\n}\n";
    let crlf = format!("\u{feff}{}", program.replace('\n', "\r\n"));
    assert_eq!(format(&crlf).text, program);
    assert_eq!(format("\u{feff}").text, "");
    assert_eq!(format("\n\n").text, "");
    assert_eq!(format("const a = 1").text, "const a = 1\n");
}

#[test]
fn what_cannot_be_read_stays_byte_for_byte() {
    let broken = "shot A {\r\n  let a =\r\n   let  b = f( 1\r\n}  // x";
    let source = format!("const a   = 1\n\n\n\n{broken}\r\n\r\n\r\n   // y\r\nconst b   = 2\n");
    let formatted = format(&source);
    assert_eq!(
        formatted.text,
        format!("const a = 1\n\n{broken}\r\n\r\n\r\n   // y\r\nconst b = 2\n")
    );
    assert_eq!(formatted.unread.len(), 1);
    let span = formatted.unread[0];
    let unread = &source[span.start as usize..span.end as usize];
    assert!(unread.starts_with(broken), "{unread}");
    // A blank that no editor shows as one belongs to its comment.
    let odd = "record R {\n    a: Int,\n    // x\u{b}\n}\n// y\u{2028}\n";
    assert_eq!(format(odd).text, odd);
    let lead = format("/// x\n//! y\nshot A  {}\n");
    assert_eq!(lead.text, "/// x\n//! y\nshot A {}\n");
    let stray = format("foo  bar\nshot A  {}\n");
    assert_eq!((stray.text.as_str(), stray.unread.len()), ("foo  bar\nshot A {}\n", 1));
}

/// A fix puts in what `toma fmt` would have written there.
#[test]
fn fixes_leave_the_canonical_form() {
    for (program, expected) in [
        (
            "test \"t\" {\n    let a = blur(p, size = 3px)\n    a\n}\n",
            "test \"t\" {\n    let a = blur(p, size: 3px)\n    a\n}\n",
        ),
        (
            "test \"t\" {\n    let a = blur(p, size=3px)\n    a\n}\n",
            "test \"t\" {\n    let a = blur(p, size: 3px)\n    a\n}\n",
        ),
        (
            "test \"t\" {\n    let a = if b=3 { 1 } else { 2 }\n    a\n}\n",
            "test \"t\" {\n    let a = if b == 3 { 1 } else { 2 }\n    a\n}\n",
        ),
        (
            "test \"t\" {\n    let a = if b = 3 { 1 } else { 2 }\n    a\n}\n",
            "test \"t\" {\n    let a = if b == 3 { 1 } else { 2 }\n    a\n}\n",
        ),
        ("test \"t\" { a == b\n", "test \"t\" { a == b }\n"),
        ("shot A {\n    write \"a\" = x\n", "shot A {\n    write \"a\" = x\n}\n"),
        ("const a = f(1\n", "const a = f(1)\n"),
        (
            "shot A {\n    at 1..2 {\n        set a.b = 3\n    frames 1..2\n}\n",
            "shot A {\n    at 1..2 {\n        set a.b = 3\n    }\n    frames 1..2\n}\n",
        ),
    ] {
        let said = parse_file(program).1;
        let fix = said.iter().find_map(|one| one.fixes.first());
        let Some(fix) = fix else { panic!("nothing mends {program}: {said:#?}") };
        let mut mended = program.to_owned();
        mended.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.text);
        assert_eq!(mended, expected);
        assert_eq!(format(&mended).text, expected);
    }
}

#[test]
fn a_lone_carriage_return_hides_no_doc() {
    crate::properties::check("shot A {\n\r/// doc\n}\n/// doc\n");
    crate::properties::check("record R {\n\r/// doc\n\r a: Int }\n\rlet a\nconst b=1\n");
}

#[test]
fn what_cannot_be_read_excuses_no_other_item() {
    crate::kept::pieces_are_kept("const a   = 1 // so\n// here\nshot A { let = }\nconst c  =2\n");
}

#[test]
fn a_comment_that_would_become_a_doc_stays_where_it_stands() {
    let odd = "stage a(\n    x: Int // one\n    , /// two\n    y:  Int,\n) -> Int\n";
    let formatted = format(odd);
    assert_eq!((formatted.text.as_str(), formatted.unread.len()), (odd, 1));
}
