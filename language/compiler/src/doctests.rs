//! Tests in docs: ` ```test ` blocks of `///` and `//!` lines, cut out as if they were items.
//!
//! The slashes are replaced by blanks and the fences by the head and the brace of a `test`, byte for byte, so
//! that every place of the made item is the place in the docs.

/// A test of a doc.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DocTest {
    /// What it belongs to: `soften`, or nothing for a file's own docs.
    pub(crate) of: String,
    /// Where it begins in the file.
    pub(crate) start: u32,
    /// The made item.
    pub(crate) text: String,
    /// Did its block end before the docs did?
    pub(crate) closed: bool,
}

/// A line of docs behind its slashes.
fn documented(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))
}

fn fence(line: &str) -> Option<&str> {
    documented(line)?.trim().strip_prefix("```")
}

/// The tests in a file's docs, in the order of the text.
pub(crate) fn doc_tests(text: &str) -> Vec<DocTest> {
    let mut tests: Vec<DocTest> = Vec::new();
    // Looking costs nothing where there are none.
    if !text.contains("```test") {
        return tests;
    }
    let mut open: Option<DocTest> = None;
    let mut other = false;
    // Tests whose item hasn't begun yet.
    let mut waiting = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        let rest = &line[bare.len()..];
        match (documented(bare), fence(bare), &mut open) {
            (Some(_), Some(word), None) if !other => {
                if word.trim() == "test" {
                    // "/// ```test" has at least as many bytes as the head.
                    let head = "test \"\" {";
                    let blanks = " ".repeat(bare.len().saturating_sub(head.len()));
                    let text = format!("{head}{blanks}{rest}");
                    open = Some(DocTest { of: String::new(), start: at, text, closed: false });
                } else {
                    other = true;
                }
            }
            (Some(_), Some(_), None) => other = false,
            (Some(_), Some(_), Some(_)) => {
                if let Some(mut test) = open.take() {
                    test.text.push_str(&" ".repeat(bare.len().saturating_sub(1)));
                    test.text.push('}');
                    test.closed = true;
                    test.text.push_str(rest);
                    tests.push(test);
                    waiting += 1;
                }
            }
            (Some(_), None, Some(test)) => {
                test.text.push_str(&without_slashes(bare));
                test.text.push_str(rest);
            }
            (Some(_), None, None) => {}
            (None, _, _) => {
                other = false;
                if let Some(test) = open.take() {
                    tests.push(test);
                    waiting += 1;
                }
                let head = !bare.trim().is_empty()
                    && !bare.starts_with('@')
                    && !bare.trim_start().starts_with("//");
                if waiting > 0 && head {
                    let name = name_of(bare);
                    let first = tests.len() - waiting;
                    for test in tests.iter_mut().skip(first) {
                        test.of.clone_from(&name);
                    }
                }
                if head || bare.trim().is_empty() {
                    waiting = 0;
                }
            }
        }
        at += line.len() as u32;
    }
    tests.extend(open);
    tests
}

/// The line with blanks in place of its slashes.
fn without_slashes(line: &str) -> String {
    let indent = line.len() - line.trim_start().len();
    let mut text = line.to_owned();
    text.replace_range(indent..indent + 3, "   ");
    text
}

/// The name that a line of an item gives: `soften` of `pub recipe soften(`.
fn name_of(line: &str) -> String {
    let words =
        ["recipe", "stage", "record", "enum", "const", "show", "sequence", "shot", "policy"];
    let mut parts = line.split_whitespace().filter(|part| *part != "pub");
    let first = parts.next().unwrap_or_default();
    let named = if words.contains(&first) { parts.next().unwrap_or_default() } else { first };
    named.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_items_at_their_places() {
        let text = "//! A file.\n//! ```test\n//! 1 == 1\n//! ```\n\n/// Soft.\n/// ```toma\n/// soft(a)\n/// ```\n///\n/// ```test\n/// let a = 1\n/// a == 1\n/// ```\n@deprecated\npub recipe soften(\n    /// Much.\n    x: Int,\n) {\n";
        let tests = doc_tests(text);
        assert_eq!(tests.len(), 2);
        assert_eq!((tests[0].of.as_str(), tests[1].of.as_str()), ("", "soften"));
        for test in &tests {
            let start = test.start as usize;
            let there = &text[start..start + test.text.len()];
            for (a, b) in test.text.lines().zip(there.lines()) {
                assert_eq!(a.len(), b.len(), "{a:?} {b:?}");
            }
            assert!(test.text.starts_with("test \"\" {") && test.text.trim_end().ends_with('}'));
        }
        assert!(tests[1].text.contains("    let a = 1\n    a == 1\n"), "{:?}", tests[1].text);
    }

    #[test]
    fn an_open_block_ends_with_its_docs() {
        let tests = doc_tests("/// ```test\n/// 1 == 1\nrecipe a() {\n}\n");
        assert_eq!(tests.len(), 1);
        assert!(!tests[0].closed);
        assert_eq!(tests[0].of, "a");
    }
}
