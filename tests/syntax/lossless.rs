//! The tree's text is the file's, and no text makes the parser panic or misplace a message.

use crate::cases::{BROKEN, PAGE, VALID, cases};
use proptest::prelude::*;
use toma_syntax::{ItemTextKind, items, parse_file, tree};

/// Everything that must hold for any text.
fn check(source: &str) {
    assert_eq!(tree(source).text().to_string(), source);
    let (parsed, diagnostics) = parse_file(source);
    let mut behind = 0;
    for piece in items(source) {
        assert!(piece.span.start >= behind && piece.span.end >= piece.span.start, "{source:?}");
        behind = piece.span.end;
    }
    assert_eq!(
        parsed.len(),
        items(source).iter().filter(|piece| piece.kind == ItemTextKind::Item).count()
    );
    for diagnostic in &diagnostics {
        for span in diagnostic
            .labels
            .iter()
            .map(|label| label.span)
            .chain(diagnostic.fixes.iter().map(|fix| fix.span))
        {
            let place = source.get(span.start as usize..span.end as usize);
            assert!(place.is_some(), "{diagnostic:?} points outside {source:?}");
        }
        assert!(diagnostic.code.starts_with("T01"));
    }
}

#[test]
fn fixtures_are_kept_whole() {
    for (_, program) in cases(VALID).into_iter().chain(cases(BROKEN)) {
        check(program);
        check(&program.replace('\n', "\r\n"));
        check(&format!("\u{feff}{program}"));
    }
    check(PAGE);
    check(VALID);
    check(BROKEN);
}

#[test]
fn odd_texts_are_kept_whole() {
    for text in [
        "",
        "\n",
        "\r",
        "\0",
        "\u{feff}",
        "///",
        "//!",
        "@",
        "shot",
        "shot A {",
        "shot A {\r}",
        "shot A {\n\r/// doc\n}\n/// doc\n",
        "shot shot {{}}}{",
        "shot Ä { let größe = 3px }",
        "shot A {\u{a0}}",
        "use é.{ß",
        "\u{feff}\u{feff}shot A {}",
        "shot A { let a = \"\\",
        "shot A { let a = \"é",
        "@ui(\nshot A {}",
        "/// x\n\n@a\n",
        "/// x\n//! y\n//! z\nshot A {}\n",
        "@a(\n//! y\n)\nshot A {}\n",
        "const a = \"\u{2028}\"",
        "recipe é(ü: ñ) -> ö { \"{ß:é}\" }",
    ] {
        check(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_kept_whole(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_text_in_a_shot_is_kept_whole(text in "[\\x00-\\x7fé—]{0,120}") {
        check(&format!("shot A {{\n    {text}\n}}\nshot B {{ frames 1..2 }}\n"));
    }

    #[test]
    fn scrambled_programs_are_kept_whole(
        words in prop::collection::vec(prop::sample::select(vec![
            "shot ", "recipe ", "let ", "a", "= ", "\n", "\n    ", "{", "}", "(", ")", "[", "]", "\"",
            "|> ", "-> ", "/// doc\n", "// note\n", "@ui", ", ", ": ", "1001..1010", "40%", "if ",
            "else ", "match ", "cut ", "set ", "frames ", "write ", "{{", "\\", "é", "\r\n", "as ",
        ]), 0..80)
    ) {
        check(&words.concat());
    }

    #[test]
    fn edited_programs_are_kept_whole(
        edits in prop::collection::vec((any::<prop::sample::Index>(), "[(){}\"\\n/=,é|-]?"), 1..6)
    ) {
        let mut text = PAGE.to_owned();
        for (at, with) in edits {
            let at = text.floor_char_boundary(at.index(text.len()));
            let next = text[at..].chars().next().map_or(0, char::len_utf8);
            text.replace_range(at..at + next, &with);
        }
        check(&text);
    }
}
