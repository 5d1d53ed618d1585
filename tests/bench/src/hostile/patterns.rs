//! One sign or line, again and again, wherever something else is expected.

use super::{Input, input};

/// Repeated where a program, a value, a clause, a line of a recipe or a signature is expected.
const PATTERNS: &[&str] = &[
    "{",
    "(",
    "[",
    "\"",
    "|>",
    "@",
    "/",
    "//",
    "///",
    "// x\n",
    "/// x\n",
    "//!\n",
    "\n",
    "\r\n",
    "}",
    ")",
    "a",
    "é",
    "\u{0}",
    "\u{feff}",
    "9",
    "1.",
    "1..",
    "-",
    "not ",
    "if ",
    "match ",
    "a.",
    "a + ",
    "a < ",
    "f(",
    "A<",
    "\"{",
    "{1: ",
    "a, ",
    "a: a, ",
    "a |> f() ",
    "[a] ",
    "if a { a } else ",
    "match a { none => ",
    "[for x in ",
    "a as b ",
    "r with (a: 1) ",
    "@a\n",
    "@a(\n",
    "let a = a\n",
    "let a = (\n",
    "x y )\n",
    "a b\n",
    "set a.b = 1\n",
    "at 1 { set a = 1 }\n",
    "write \"a\" = a\n",
    "param a: Int = 1\n",
    "frames 1..2\n",
    "shot A {\n",
    "shot A {}\n",
    "recipe r() -> Int { 1 }\n",
    "use a.b\n",
    "use std.comp.{over, plus}\n",
    "const a = a\n",
    "/// ```test\n/// assert a == a\n/// ```\n",
    "\"a\n",
    "{{",
    "\\",
    "1 2 ",
    "3q ",
    "'",
    "名",
    "a\u{301}",
    "\u{202e}",
];

/// The frames that a pattern is put into.
const PLACES: &[(&str, &str, &str)] = &[
    ("", "", ""),
    ("in a value: ", "shot A {\n    let a = ", "\n}\n"),
    ("in a shot: ", "shot A {\n", "\n}\n"),
    ("in a recipe: ", "recipe r(a: Int) -> Int {\n", "\n}\n"),
    ("in a list: ", "const a = [", "]\n"),
];

/// Every pattern in every place.
pub(super) fn all() -> Vec<Input> {
    let each = PLACES.iter().flat_map(|place| PATTERNS.iter().map(move |pattern| (place, pattern)));
    each.map(|((place, before, after), pattern)| {
        let made = input(format!("{place}{pattern:?}"), move |bytes| {
            let room = bytes.saturating_sub(before.len() + after.len());
            format!("{before}{}{after}", pattern.repeat(room / pattern.len()))
        });
        Input { pattern: true, ..made }
    })
    .collect()
}
