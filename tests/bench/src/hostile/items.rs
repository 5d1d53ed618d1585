//! Many items, alike and unlike, right and wrong.

use super::{Input, input, lines};

/// All of them.
pub(super) fn all() -> Vec<Input> {
    vec![
        lines("constants", "", |n| format!("const a{n} = {n}\n"), ""),
        lines("constants of one name", "", |_| "const a = 1\n".to_owned(), ""),
        lines(
            "constants of constants",
            "const a0 = 0\n",
            |n| format!("const a{} = a{n}\n", n + 1),
            "",
        ),
        lines("constants of later constants", "", |n| format!("const a{n} = a{}\n", n + 1), ""),
        lines(
            "a circle of constants",
            "const a0 = a1\n",
            |n| format!("const a{} = a{}\n", n + 1, n + 2),
            "const z = a0\n",
        ),
        lines("constants of unknown names", "", |n| format!("const a{n} = b{n}\n"), ""),
        lines(
            "constants and mistyped names",
            "",
            |n| format!("const strength{n} = strenght{n}\n"),
            "",
        ),
        lines("constants of the wrong type", "", |n| format!("const a{n}: Text = {n}\n"), ""),
        lines(
            "private constants that nobody uses",
            "shot A {}\n",
            |n| format!("const a{n} = {n}\n"),
            "",
        ),
        lines(
            "constants that hide the prelude",
            "shot A {}\n",
            |n| format!("const over{n} = over\n"),
            "",
        ),
        lines("recipes of one name", "", |_| "recipe r() -> Int { 1 }\n".to_owned(), ""),
        lines(
            "recipes that call the one before",
            "recipe r0() -> Int { 1 }\n",
            |n| format!("recipe r{}() -> Int {{ r{n}() }}\n", n + 1),
            "",
        ),
        lines(
            "recipes that call the next",
            "",
            |n| format!("recipe r{n}() -> Int {{ r{}() }}\n", n + 1),
            "recipe r() -> Int { 1 }\n",
        ),
        lines(
            "recipes that call themselves",
            "",
            |n| format!("recipe r{n}() -> Int {{ r{n}() }}\n"),
            "",
        ),
        lines(
            "recipes that call each other",
            "recipe z() -> Int { r0() }\n",
            |n| format!("recipe r{n}() -> Int {{ r{}() }}\n", n ^ 1),
            "",
        ),
        lines(
            "recipes that all call one circle",
            "recipe z() -> Int { z() }\n",
            |n| format!("recipe r{n}() -> Int {{ z() }}\n"),
            "",
        ),
        lines(
            "recipes with wrong calls",
            "recipe r(a: Int) -> Int { a }\n",
            |n| format!("recipe r{n}() -> Int {{ r(b: {n}) }}\n"),
            "",
        ),
        lines("recipes without results", "", |n| format!("recipe r{n}() -> Int {{ }}\n"), ""),
        lines("records", "", |n| format!("record R{n} {{ a: Int }}\n"), ""),
        lines(
            "records of records",
            "record R0 { a: Int }\n",
            |n| format!("record R{} {{ a: R{n} }}\n", n + 1),
            "",
        ),
        lines(
            "records that double",
            "record R0 { a: Int }\n",
            |n| format!("record R{} {{ a: R{n}, b: R{n} }}\n", n + 1),
            "",
        ),
        lines("records of themselves", "", |n| format!("record R{n} {{ a: R{n} }}\n"), ""),
        lines("a record of many fields", "record R {\n", |n| format!("    a{n}: Int,\n"), "}\n"),
        lines(
            "a record of one field, many times",
            "record R {\n",
            |_| "    a: Int,\n".to_owned(),
            "}\n",
        ),
        lines("an enum of many cases", "enum E {\n", |n| format!("    A{n},\n"), "}\n"),
        lines("an enum of one case, many times", "enum E {\n", |_| "    A,\n".to_owned(), "}\n"),
        lines(
            "an enum of many cases, matched",
            "recipe r(e: E) -> Int { match e { A0 => 1 } }\nenum E {\n",
            |n| format!("    A{n},\n"),
            "}\n",
        ),
        lines(
            "enums of enums",
            "enum E0 { A }\n",
            |n| format!("enum E{} {{ A(a: E{n}), B(b: E{n}) }}\n", n + 1),
            "",
        ),
        lines(
            "a recipe of many parameters",
            "recipe r(\n",
            |n| format!("    a{n}: Int,\n"),
            ") -> Int { 1 }\n",
        ),
        lines(
            "a recipe of many generics",
            "recipe r<\n",
            |n| format!("S{n}, "),
            "A>(a: Clip<A>) -> Clip<A> { a }\n",
        ),
        lines(
            "shots",
            "show S { rate 24fps format 8x8 }\n",
            |n| format!("shot A{n} in S {{ frames 1..2 }}\n"),
            "",
        ),
        lines("shots of one name", "", |_| "shot A { frames 1..2 }\n".to_owned(), ""),
        lines(
            "shots from the one before",
            "shot A0 {}\n",
            |n| format!("shot A{} from A{n} {{ }}\n", n + 1),
            "",
        ),
        lines(
            "shots from the next",
            "",
            |n| format!("shot A{n} from A{} {{ }}\n", n + 1),
            "shot A {}\n",
        ),
        lines(
            "shots that write one file",
            "",
            |n| {
                format!(
                    "shot A{n} {{ frames 1..2\n rate 24fps\n format 8x8\n space ACEScg\n let a = constant(0.5)\n write \"a.%04d.exr\" = a }}\n"
                )
            },
            "",
        ),
        lines("tests", "", |n| format!("test \"a{n}\" {{ assert 1 == 1 }}\n"), ""),
        lines("tests of one title", "", |_| "test \"a\" { assert 1 == 1 }\n".to_owned(), ""),
        lines("uses of unknown modules", "", |n| format!("use a{n}.b\n"), ""),
        lines("uses of unknown names", "", |n| format!("use std.comp.over{n}\n"), ""),
        lines("a use of many names", "use std.comp.{\n", |n| format!("    over as a{n},\n"), "}\n"),
        lines("a use of many unknown names", "use std.comp.{\n", |n| format!("    a{n},\n"), "}\n"),
        lines("broken items", "", |n| format!("const a{n} = (\n"), ""),
        lines("broken recipes", "", |n| format!("recipe r{n}( -> Int {{ let }}\n"), ""),
        lines("stray lines", "", |n| format!("stray {n}\nconst a{n} = 1\n"), ""),
        lines("attributes", "", |n| format!("@a{n}\nconst a{n} = 1\n"), ""),
        lines("docs", "", |n| format!("/// Doc of {n}.\nconst a{n} = 1\n"), ""),
        lines("policies", "", |n| format!("policy p{n} {{ require 1 == 1 }}\n"), ""),
        lines("names in any script", "", |n| format!("const höhe名{n} = хöhe名{n}\n"), ""),
        input("one name of a megabyte", |bytes| format!("const a = {}\n", "b".repeat(bytes))),
        input("one text of a megabyte", |bytes| {
            format!("const a: Int = \"{}\"\n", "b".repeat(bytes))
        }),
        input("carriage returns", |bytes| "const a = b\r\n".repeat(bytes / 13)),
        input("old line ends", |bytes| "const a = b\r".repeat(bytes / 12)),
        input("a byte order mark", |bytes| {
            format!("\u{feff}{}", "const a = 1\n".repeat(bytes / 12))
        }),
    ]
}
