//! Long shots and recipes: many lines, many parts of a value.

use super::{Input, lines, shot};

/// All of them.
pub(super) fn all() -> Vec<Input> {
    vec![
        shot("lets of numbers", |n| format!("    let a{n} = {n}\n")),
        shot("lets of the one before", |n| {
            if n == 0 { "    let a0 = 1\n".into() } else { format!("    let a{n} = a{}\n", n - 1) }
        }),
        shot("lets of sums", |n| {
            if n == 0 {
                "    let a0 = 1\n".into()
            } else {
                format!("    let a{n} = a{0} + a{0}\n", n - 1)
            }
        }),
        shot("lets of one name", |_| "    let a = 1\n".to_owned()),
        shot("lets of unknown names", |n| format!("    let a{n} = b{n}\n")),
        shot("lets of mistyped names", |n| format!("    let strength{n} = strenght{n}\n")),
        shot("lets of calls", |n| {
            if n == 0 {
                "    let a0 = constant(0.5)\n".into()
            } else {
                format!("    let a{n} = a{} |> blur(1px)\n", n - 1)
            }
        }),
        shot("lets of wrong calls", |n| {
            if n == 0 {
                "    let a0 = constant(0.5)\n".into()
            } else {
                "    let b = a0 |> blur(radius: 1px)\n".to_owned()
            }
        }),
        shot("lets of unknown calls", |n| format!("    let a{n} = blurr{n}(1px)\n")),
        shot("writes", |n| {
            if n == 0 {
                "    let a = constant(0.5)\n".into()
            } else {
                format!("    write w{n} \"a{n}.%04d.exr\" = a\n")
            }
        }),
        shot("writes to one place", |n| {
            if n == 0 {
                "    let a = constant(0.5)\n".into()
            } else {
                "    write \"a.%04d.exr\" = a\n".to_owned()
            }
        }),
        shot("params", |n| format!("    param p{n}: Int in 0..10 = 1\n")),
        shot("params of one name", |_| "    param p: Int in 0..10 = 1\n".to_owned()),
        shot("params and lets of them", |n| {
            format!("    param p{n}: Int = 1\n    let a{n} = p{n}\n")
        }),
        shot("sets of nothing", |n| format!("    set a{n}.b = 1\n")),
        shot("sets of one thing", |n| {
            if n == 0 {
                "    let a = constant(0.5) |> exposure(1stops)\n".into()
            } else {
                "    set a.stops = 2stops\n".to_owned()
            }
        }),
        shot("sets at frames", |n| {
            if n == 0 {
                "    let a = constant(0.5) |> exposure(1stops)\n".into()
            } else {
                "    at 1..2 { set a.stops = 2stops }\n".to_owned()
            }
        }),
        shot("lets and their sets", |n| {
            format!("    let a{n} = constant(0.5)\n    set a{n}.value = 0.7\n")
        }),
        shot("bogus clauses", |_| "    bogus\n".to_owned()),
        shot("clauses that may stand once", |_| "    rate 24fps\n".to_owned()),
        shot("lists of wrong things", |_| "    let a = [1, \"b\", 2px]\n".to_owned()),
        shot("curves", |n| format!("    let a{n} = {{1: 0px, 2: 1px}}\n")),
        shot("later clauses", |n| format!("    gate g{n}: 1 == 1\n")),
        lines(
            "lets of a recipe",
            "recipe r(x: Int) -> Int {\n    let a0 = x\n",
            |n| format!("    let a{} = a{n} + x\n", n + 1),
            "    x\n}\n",
        ),
        lines(
            "lets of one name in a recipe",
            "recipe r(x: Int) -> Int {\n",
            |_| "    let a = x\n".to_owned(),
            "    x\n}\n",
        ),
        lines(
            "results of a recipe",
            "recipe r(x: Int) -> Int {\n",
            |n| format!("    {n}\n"),
            "}\n",
        ),
        lines("assertions", "test \"a\" {\n", |_| "    assert 1 == 1\n".to_owned(), "}\n"),
        lines(
            "arms of a match",
            "recipe r(x: Int) -> Int {\n    match x {\n",
            |n| format!("        {n} => {n},\n"),
            "        else => 0\n    }\n}\n",
        ),
        lines(
            "arms of a match on unknown cases",
            "enum E { A }\nrecipe r(x: E) -> Int {\n    match x {\n",
            |n| format!("        B{n} => {n},\n"),
            "        else => 0\n    }\n}\n",
        ),
        lines(
            "one arm, many times",
            "enum E { A }\nrecipe r(x: E) -> Int {\n    match x {\n",
            |_| "        A => 1,\n".to_owned(),
            "    }\n}\n",
        ),
        lines(
            "arms of texts",
            "recipe r(x: Text) -> Int {\n    match x {\n",
            |n| format!("        \"a{n}\" => {n},\n"),
            "        else => 0\n    }\n}\n",
        ),
        lines(
            "keys of a curve",
            "const c: Curve<Length> = {\n",
            |n| format!("    {n}: {n}px,\n"),
            "}\n",
        ),
        lines(
            "one key of a curve, many times",
            "const c: Curve<Length> = {\n",
            |_| "    1: 1px,\n".to_owned(),
            "}\n",
        ),
        lines(
            "keys of a curve, falling",
            "const c: Curve<Length> = {\n",
            |n| format!("    {}: 1px,\n", 10_000_000 - n),
            "}\n",
        ),
        lines(
            "pieces of a cut",
            "const c: Curve<Length> = cut {\n",
            |n| format!("    {n}..{n}: 1px,\n"),
            "    else: 0px\n}\n",
        ),
        lines("a list of numbers", "const c = [\n", |n| format!("{n},"), "]\n"),
        lines("a list of unknown names", "const c = [\n", |n| format!("a{n},"), "]\n"),
        lines("a list of unknown names on one line", "const c = [", |n| format!("a{n}, "), "]\n"),
        lines(
            "choices of a text",
            "recipe r(a: Text one of [\n",
            |n| format!("\"a{n}\","),
            "] = \"b\") -> Text { a }\n",
        ),
        lines(
            "arguments of a call",
            "const c = r(\n",
            |n| format!("a{n}: 1,"),
            ")\nrecipe r(a: Int) -> Int { a }\n",
        ),
        lines(
            "one argument, many times",
            "const c = r(\n",
            |_| "a: 1,".to_owned(),
            ")\nrecipe r(a: Int) -> Int { a }\n",
        ),
        lines(
            "fields of a value",
            "record R { a: Int }\nconst c = R(\n",
            |n| format!("a{n}: 1,"),
            ")\n",
        ),
        lines("holes of a text", "const c = \"", |n| format!("{{{n}}}"), "\"\n"),
        lines("wrong holes of a text", "const c = \"", |n| format!("{{a{n}}}"), "\"\n"),
        lines(
            "branches of an if",
            "recipe r(x: Int) -> Int {\n    if x == 0 { 0 }\n",
            |n| format!("    else if x == {n} {{ {n} }}\n"),
            "    else { 0 }\n}\n",
        ),
    ]
}
