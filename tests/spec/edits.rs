//! Changes of tweak files: one thing changes, and nothing else on the page.

use proptest::prelude::*;
use toma_compiler::{TweakEdit, edit_tweaks};

fn set(text: &str, address: &str, value: &str) -> String {
    let edit = TweakEdit { address, hard: false, frames: None, value: Some(value) };
    edit_tweaks(text, &edit).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn set_at(text: &str, address: &str, frames: &str, value: &str) -> String {
    let edit = TweakEdit { address, hard: false, frames: Some(frames), value: Some(value) };
    edit_tweaks(text, &edit).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn unset(text: &str, address: &str, frames: Option<&str>) -> String {
    let edit = TweakEdit { address, hard: false, frames, value: None };
    edit_tweaks(text, &edit).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

#[test]
fn a_value_is_changed_where_it_stands() {
    let cases = [
        ("", "a.b: 6px\n"),
        ("# nothing\n", "# nothing\na.b: 6px\n"),
        ("c: 1", "c: 1\na.b: 6px\n"),
        ("a.b: 4px # note\nc: 1\n", "a.b: 6px # note\nc: 1\n"),
        ("a.b!: 4px\n", "a.b!: 6px\n"),
        ("a.b:\nc: 1\n", "a.b: 6px\nc: 1\n"),
        ("a.b: # note\n  1001: 2px\n  1010: 4px\nc: 1\n", "a.b: 6px # note\nc: 1\n"),
        ("\u{feff}a.b: 4px\r\nc: 1\r\n", "\u{feff}a.b: 6px\r\nc: 1\r\n"),
        ("\"a.b\": '4px'\n", "\"a.b\": 6px\n"),
        ("{a.b: 4px, c: 1}\n", "{a.b: 6px, c: 1}\n"),
        ("{c: 1} # end\n", "{c: 1, a.b: 6px} # end\n"),
        ("a.b: {value: 4px, at: {1..2: 3px}}\n", "a.b: {value: 6px, at: {1..2: 3px}}\n"),
        ("a.b: {at: {1..2: 3px}}\n", "a.b: {value: 6px, at: {1..2: 3px}}\n"),
        ("a.b:\n  at:\n    1..2: 3px\n", "a.b:\n  value: 6px\n  at:\n    1..2: 3px\n"),
        ("---\nc: 1\n...\n", "---\nc: 1\na.b: 6px\n...\n"),
    ];
    for (before, after) in cases {
        assert_eq!(set(before, "a.b", "6px"), after, "{before:?}");
    }
}

#[test]
fn frames_get_a_value_of_their_own() {
    let cases = [
        ("", "a.b: {at: {1..2: 6px}}\n"),
        ("a.b: 4px # note\n", "a.b: {value: 4px, at: {1..2: 6px}} # note\n"),
        ("a.b: {at: {1 .. 2: 3px}}\n", "a.b: {at: {1 .. 2: 6px}}\n"),
        ("a.b: {at: {5..6: 3px}}\n", "a.b: {at: {5..6: 3px, 1..2: 6px}}\n"),
        ("a.b: {value: 3px}\n", "a.b: {value: 3px, at: {1..2: 6px}}\n"),
        (
            "a.b:\n  value: 3px # base\n  at:\n    5..6: 3px # then\n# end\n",
            "a.b:\n  value: 3px # base\n  at:\n    5..6: 3px # then\n    1..2: 6px\n# end\n",
        ),
        (
            "a.b: # note\n  1001: 2px # in\n  1010: 4px\n",
            "a.b:\n  value: # note\n    1001: 2px # in\n    1010: 4px\n  at:\n    1..2: 6px\n",
        ),
    ];
    for (before, after) in cases {
        assert_eq!(set_at(before, "a.b", "1..2", "6px"), after, "{before:?}");
    }
}

#[test]
fn what_is_taken_out_leaves_the_rest() {
    let cases = [
        ("# top\na.b: 4px # gone\n# below\nc: 1\n", None, "# top\n# below\nc: 1\n"),
        ("a.b: 4px", None, ""),
        ("\u{feff}a.b: 4px\nc: 1\n", None, "\u{feff}c: 1\n"),
        ("{a.b: 4px, c: 1}\n", None, "{c: 1}\n"),
        ("{c: 1, a.b: 4px}\n", None, "{c: 1}\n"),
        ("a.b: {value: 4px, at: {1..2: 3px}}\n", None, "a.b: {at: {1..2: 3px}}\n"),
        ("a.b: {value: 4px, at: {1..2: 3px}}\n", Some("1..2"), "a.b: {value: 4px}\n"),
        ("a.b: {at: {1..2: 3px}}\nc: 1\n", Some("1..2"), "c: 1\n"),
        ("a.b: {at: {1..2: 3px, 5: 1px}}\n", Some("1..2"), "a.b: {at: {5: 1px}}\n"),
        (
            "a.b:\n  value: 1px\n  at:\n    1..2: 3px\n    5: 1px\n",
            Some("5"),
            "a.b:\n  value: 1px\n  at:\n    1..2: 3px\n",
        ),
    ];
    for (before, frames, after) in cases {
        assert_eq!(unset(before, "a.b", frames), after, "{before:?}");
    }
}

#[test]
fn values_are_written_so_that_they_are_read_again() {
    let cases = [
        ("the façade: left", "a: \"the façade: left\"\n"),
        ("50%", "a: 50%\n"),
        ("\"50%\"", "a: \"50%\"\n"),
        ("{1001: 0%, last: 100% smooth}", "a: {1001: 0%, last: 100% smooth}\n"),
        ("{1001: 0% cubic(0.3, 0.7), last: 1%}", "a:\n  1001: 0% cubic(0.3, 0.7)\n  last: 1%\n"),
        ("[Rgb(1, 0, 0), 2]", "a:\n  - Rgb(1, 0, 0)\n  - 2\n"),
        ("a # b", "a: \"a # b\"\n"),
        ("%04d", "a: \"%04d\"\n"),
        ("two\nlines", "a: \"two\\nlines\"\n"),
    ];
    for (value, after) in cases {
        assert_eq!(set("", "a", value), after, "{value:?}");
    }
    for value in ["{1001: 0%", "[1, 2", "\"x", "", "&a 1", "{a: 1} # x"] {
        let edit = TweakEdit { address: "a", hard: false, frames: None, value: Some(value) };
        assert_eq!(edit_tweaks("", &edit).unwrap_err().code, "T0730", "{value}");
    }
}

#[test]
fn what_is_not_there_can_not_be_taken_out() {
    let edit = TweakEdit { address: "fal.dust", hard: false, frames: None, value: None };
    let error = edit_tweaks("fall.dust: 5%\n", &edit).unwrap_err();
    assert_eq!(error.help.as_deref(), Some("did you mean `fall.dust`?"));
    let edit = TweakEdit { address: "fall.dust", hard: false, frames: Some("1..2"), value: None };
    let error = edit_tweaks("fall.dust: {at: {5..6: 5%}}\n", &edit).unwrap_err();
    assert_eq!(
        error.help.as_deref(),
        Some("it is tweaked at 5..6: name these frames, or leave the frames out")
    );
}

#[test]
fn hard_is_a_mark_on_the_key() {
    let edit = TweakEdit { address: "a.b", hard: true, frames: None, value: Some("1px") };
    assert_eq!(edit_tweaks("a.b: 2px\n", &edit).unwrap(), "a.b!: 1px\n");
    assert_eq!(edit_tweaks("\"a.b\": 2px\n", &edit).unwrap(), "\"a.b!\": 1px\n");
    assert_eq!(edit_tweaks("", &edit).unwrap(), "a.b!: 1px\n");
}

/// A file as somebody may have written it.
fn file() -> impl Strategy<Value = (String, Vec<String>)> {
    let value = prop_oneof![
        Just("5%"),
        Just("'a: # text'"),
        Just("[1px, 2px]"),
        Just("{1001: 0%, last: 100% smooth}"),
        Just("{value: 1px, at: {1..2: 3px, first + 2fr..last: 4px}}"),
        Just("\n  value: 1px # base\n  at:\n    # ranges\n    1..2: 3px"),
        Just("\n    1001: 0% # in\n    last: 50% cubic(0.3, 0.7)"),
        Just("\n  - 1px\n  - 2px"),
        Just("\n- 1px # one\n- 2px"),
        Just("\"two\n  lines\""),
        Just("|\n  text\n  text"),
        Just("plain\n  going on"),
        Just("größer"),
        Just("{at: {1..2: 3px}}"),
    ];
    let comment = prop_oneof![Just(""), Just(" # note"), Just("   # ünd")];
    let gap = prop_oneof![Just(""), Just("\n"), Just("# a comment\n"), Just("\n\n# far below\n")];
    let entry = (value, comment, gap, any::<bool>());
    let ends = (any::<bool>(), any::<bool>(), any::<bool>());
    (prop::collection::vec(entry, 0..6), ends).prop_map(|(entries, (crlf, mark, newline))| {
        let mut text = String::new();
        let mut addresses = Vec::new();
        for (index, (value, comment, gap, hard)) in entries.into_iter().enumerate() {
            let address = format!("n{index}.p");
            let comment =
                if value.starts_with('|') || value.starts_with("plain") { "" } else { comment };
            let hard = if hard { "!" } else { "" };
            text.extend([gap, &address, hard, ": ", value, comment, "\n"]);
            addresses.push(address);
        }
        if !newline {
            text = text.trim_end_matches('\n').to_owned();
        }
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        (format!("{}{text}", if mark { "\u{feff}" } else { "" }), addresses)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 150, ..ProptestConfig::default() })]

    /// That the text reads back as wanted is checked by the edit itself; here, that there is always one, that
    /// comments stay, and that taking out again brings the file back.
    #[test]
    fn every_file_can_be_changed_and_keeps_its_comments(
        (text, addresses) in file(),
        which in 0usize..8,
        frames in prop::option::of(prop_oneof![Just("1..2"), Just("1005"), Just("last - 3fr..last")]),
        value in prop_oneof![Just("7px"), Just("a: text"), Just("{1: 1%, 2: 2%}"), Just("[1, 2]")],
        hard in any::<bool>(),
    ) {
        let address = addresses.get(which).map_or("new/one.p", String::as_str);
        let edit = TweakEdit { address, hard, frames, value: Some(value) };
        let changed = edit_tweaks(&text, &edit).map_err(|error| {
            TestCaseError::fail(format!("{text:?} {edit:?}: {}", error.message))
        })?;
        prop_assert_eq!(text.contains("\r\n") && !changed.replace("\r\n", "").contains('\n'),
            text.contains("\r\n"));
        for comment in ["# a comment", "# far below"] {
            prop_assert_eq!(text.matches(comment).count(), changed.matches(comment).count());
        }
        let again = edit_tweaks(&changed, &edit).unwrap();
        prop_assert_eq!(&again, &changed);
        let without = TweakEdit { value: None, ..edit };
        let without = edit_tweaks(&changed, &without).map_err(|error| {
            TestCaseError::fail(format!("{changed:?} {edit:?}: {}", error.message))
        })?;
        if !addresses.iter().any(|known| known == address) && text.ends_with('\n') {
            prop_assert_eq!(without, text);
        }
    }

    /// Whatever the bytes, an answer.
    #[test]
    fn no_text_makes_it_fall_over(
        (text, _) in file(),
        at in 0usize..400,
        junk in "[\\[\\]{}:,&*!|>'\"%@`#?\\-\t\n a1é\u{0}\u{feff}\u{85}]{0,6}",
        cut in 0usize..5,
    ) {
        let at = text.floor_char_boundary(at.min(text.len()));
        let end = text.floor_char_boundary((at + cut).min(text.len())).max(at);
        let broken = format!("{}{junk}{}", &text[..at], &text[end..]);
        for value in [Some("7px"), None] {
            let edit = TweakEdit { address: "n0.p", hard: false, frames: None, value };
            let _ = edit_tweaks(&broken, &edit);
        }
        let shot = "shot A {\n    frames 1..2\n    rate 24fps\n    format 8x8\n    write \"a.%04d.exr\" = constant(0.5)\n}\n";
        for name in ["A.tweaks.yaml", "toma.yaml", "toma.lock"] {
            let files = [("toma.yaml", "edition: 2027\n"), (name, broken.as_str()), ("shot.toma", shot)];
            let _ = crate::project::compiler(&files).check("shot.toma");
        }
    }
}
