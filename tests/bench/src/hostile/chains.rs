//! Things that are made of the one before, or of the next, as often as there is room.

use super::{Files, Input, SHOT, filled, input, joined, lines, several, shot};

/// All of them.
pub(super) fn all() -> Vec<Input> {
    let mut all = constants();
    all.extend(values());
    all.extend(files());
    all.extend(shots());
    all
}

fn constants() -> Vec<Input> {
    let next = |n: usize| n + 1;
    vec![
        lines(
            "sums of the next constant",
            "",
            move |n| format!("const a{n} = a{} + 1\n", next(n)),
            "",
        ),
        lines(
            "typed constants of the next",
            "",
            move |n| format!("const a{n}: Int = a{} + 1\n", next(n)),
            "",
        ),
        lines(
            "texts of the next constant",
            "",
            move |n| format!("const a{n} = \"{{a{}}}\"\n", next(n)),
            "",
        ),
        lines(
            "lists of the next constant",
            "",
            move |n| format!("const a{n} = [a{}]\n", next(n)),
            "",
        ),
        lines(
            "curves of the next constant",
            "",
            move |n| format!("const a{n} = {{1: a{}, 2: 1px}}\n", next(n)),
            "",
        ),
        lines(
            "choices of the next constant",
            "",
            move |n| format!("const a{n} = if a{0} == 1 {{ 1 }} else {{ a{0} }}\n", next(n)),
            "",
        ),
        lines(
            "rules over the next constant",
            "",
            move |n| format!("const a{n} = [for x in a{}: x]\n", next(n)),
            "",
        ),
        lines(
            "values of the next record",
            "",
            move |n| format!("record R{n} {{ a: R{0} = R{0}() }}\n", next(n)),
            "shot A {}\n",
        ),
        lines(
            "constants through records",
            "",
            move |n| format!("record R{n} {{ a: Int = c{0} }}\nconst c{n} = R{n}().a\n", next(n)),
            "",
        ),
        lines(
            "constants through enums",
            "",
            move |n| {
                format!(
                    "enum E{n} {{ A{n}(a: Int = c{0}) }}\nconst c{n} = match A{n}() {{ A{n}(a) => a }}\n",
                    next(n)
                )
            },
            "",
        ),
        lines(
            "constants through recipes",
            "",
            move |n| {
                format!("recipe r{n}(a: Int = c{0}) -> Int {{ a }}\nconst c{n} = r{n}()\n", next(n))
            },
            "",
        ),
        lines(
            "defaults of the next recipe",
            "",
            move |n| format!("recipe r{n}(a: Int = r{0}()) -> Int {{ a }}\n", next(n)),
            "",
        ),
        lines(
            "enums of the next enum",
            "",
            move |n| format!("enum E{n} {{ A{n}(a: E{0}), B{n} }}\n", next(n)),
            "",
        ),
        lines(
            "recipes that give the next record",
            "",
            move |n| {
                format!(
                    "record R{n} {{ a: R{0} }}\nrecipe r{n}() -> R{n} {{ R{n}(a: r{0}()) }}\n",
                    next(n)
                )
            },
            "",
        ),
        lines(
            "a chain of names of one constant",
            "const a0 = 1\n",
            |n| {
                format!(
                    "const b{n} = a{n} + {}\nconst a{} = b{n}\n",
                    "a0 + ".repeat(20) + "a0",
                    n + 1
                )
            },
            "",
        ),
    ]
}

fn values() -> Vec<Input> {
    let before = |n: usize, first: &str, rest: &dyn Fn(usize) -> String| {
        if n == 0 {
            format!("    let a0 = {first}\n")
        } else {
            format!("    let a{n} = {}\n", rest(n - 1))
        }
    };
    vec![
        shot("lists of the list before", move |n| before(n, "[1]", &|m| format!("[a{m}]"))),
        shot("texts of the text before", move |n| {
            before(n, "\"a\"", &|m| format!("\"{{a{m}}}b\""))
        }),
        shot("curves of the curve before", move |n| {
            before(n, "{1: 1px, 2: 2px}", &|m| format!("a{m} + 1px"))
        }),
        shot("matches of the match before", move |n| {
            before(n, "1", &|m| format!("match a{m} {{ 1 => 1, else => a{m} }}"))
        }),
        shot("pictures of pictures", move |n| {
            before(n, "constant(0.5)", &|m| format!("over(a{m}, a{m})"))
        }),
        shot("times of times", move |n| {
            before(n, "constant(0.5)", &|m| format!("a{m} |> shift(1fr)"))
        }),
        input("records of the record before", |bytes| {
            let types = filled(
                bytes / 2,
                "record R0 { a: Int }\n",
                &|n| format!("record R{} {{ a: R{n} }}\n", n + 1),
                "",
            );
            let count = types.lines().count();
            let lets = filled(
                bytes / 2,
                SHOT,
                &|n| match n {
                    0 => "    let a0 = R0(1)\n".to_owned(),
                    n if n < count => format!("    let a{n} = R{n}(a{})\n", n - 1),
                    n => format!("    let b{n} = 1\n"),
                },
                "}\n",
            );
            types + &lets
        }),
        lines("a sum of a thousand names", "const b = 1\nconst a = b", |_| " + b".to_owned(), "\n"),
        lines(
            "fields of fields",
            "record R { a: R? }\nrecipe r(x: R) -> Int { x",
            |_| ".a".to_owned(),
            " }\n",
        ),
        lines(
            "parameters of functions",
            "recipe r(f: Curve<Length>) -> Length { 1px }\nconst a = ",
            |_| "r(".to_owned(),
            "\n",
        ),
        lines("types of types", "const a: ", |_| "List<".to_owned(), "Int\n"),
        lines("optional types", "const a: Int", |_| "?".to_owned(), " = none\n"),
        lines("products of products", "const a = 1px", |_| " * 1px".to_owned(), "\n"),
        lines(
            "powers by constants",
            "const a0 = 2px\n",
            |n| format!("const a{} = a{n} * a{n}\n", n + 1),
            "",
        ),
        lines(
            "numbers that grow",
            "const a0 = 1000000\n",
            |n| format!("const a{} = a{n} * a{n}\n", n + 1),
            "",
        ),
    ]
}

fn module(n: usize) -> String {
    if n == 0 { "shot".to_owned() } else { format!("m{n}") }
}

/// So many files, numbered.
fn numbered(count: usize, text: &dyn Fn(usize) -> String) -> Files {
    (0..count).map(|n| (format!("{}.toma", module(n)), text(n).into_bytes())).collect()
}

fn files() -> Vec<Input> {
    vec![
        several("constants of the next file's", |bytes| {
            numbered(bytes / 50, &|n| {
                format!("use {}.a{}\npub const a{n} = a{} + 1\n", module(n + 1), n + 1, n + 1)
            })
        }),
        several("files that hand on a name", |bytes| {
            numbered(bytes / 30, &|n| format!("pub use {}.a\n", module(n + 1)))
        }),
        several("files that hand on a name under others", |bytes| {
            numbered(bytes / 40, &|n| format!("pub use {}.a{} as a{n}\n", module(n + 1), n + 1))
        }),
        several("recipes that call the next file's", |bytes| {
            numbered(bytes / 60, &|n| {
                format!(
                    "use {}.r{}\npub recipe r{n}() -> Int {{ r{}() }}\n",
                    module(n + 1),
                    n + 1,
                    n + 1
                )
            })
        }),
        several("shots from the next file's", |bytes| {
            numbered(bytes / 50, &|n| {
                format!("use {}.A{}\npub shot A{n} from A{} {{ }}\n", module(n + 1), n + 1, n + 1)
            })
        }),
        several("a circle of files and names", |bytes| {
            let count = bytes / 40;
            numbered(count, &|n| format!("pub use {}.a\n", module((n + 1) % count)))
        }),
        several("folders in folders", |bytes| {
            let path: String = (0..bytes / 400).map(|_| "a/").collect();
            let name: String = (0..bytes / 400).map(|_| "a.").collect();
            let mut files: Files = vec![(
                "shot.toma".to_owned(),
                format!("use {name}b.c\nconst d = c\n").into_bytes(),
            )];
            files.push((format!("{path}b.toma"), b"pub const c = 1\n".to_vec()));
            files
        }),
    ]
}

fn shots() -> Vec<Input> {
    let layers = "rate 24fps\n    format 8x8\n    space ACEScg\n";
    let shown = move |lines: &str| format!("show S {{\n    {layers}    frames 1..2\n{lines}}}\n");
    vec![
        input("a show of many nodes, many shots", move |bytes| {
            let nodes = filled(
                bytes / 2,
                "    let a0 = constant(0.5)\n",
                &|n| format!("    let a{} = a{n} |> blur(1px)\n", n + 1),
                "",
            );
            let shots = filled(
                bytes / 2,
                "",
                &|n| format!("shot A{n} in S {{ write \"a{n}.%04d.exr\" = a1 }}\n"),
                "",
            );
            shown(&nodes) + &shots
        }),
        input("a show of many settings, many shots", move |bytes| {
            let sets = filled(
                bytes / 2,
                "    let a = constant(0.5) |> blur(1px)\n",
                &|n| format!("    set a.size = {n}px\n"),
                "",
            );
            let shots = filled(
                bytes / 2,
                "",
                &|n| format!("shot A{n} in S {{ write \"a{n}.%04d.exr\" = a }}\n"),
                "",
            );
            shown(&sets) + &shots
        }),
        input("many nodes, many settings of one shot", move |bytes| {
            let text = filled(
                bytes / 2,
                SHOT,
                &|n| format!("    let a{n} = constant(0.5) |> blur(1px)\n"),
                "",
            );
            filled(bytes, &text, &|n| format!("    set a{n}.size = 2px\n"), "}\n")
        }),
        input("a heavy recipe in many shots", |bytes| {
            let recipe = filled(
                bytes / 100,
                "recipe r() -> Clip<ACEScg> {\n    let a0 = constant(0.5)\n",
                &|n| format!("    let a{} = a{n} |> blur(1px)\n", n + 1),
                "    a1\n}\n",
            );
            let recipe = recipe
                + "recipe s() -> Clip<ACEScg> { over(over(r(), r()), over(r(), r())) }\nrecipe t() -> Clip<ACEScg> { over(over(s(), s()), over(s(), s())) }\n";
            filled(
                bytes,
                &recipe,
                &|n| {
                    format!(
                        "shot A{n} {{\n    frames 1..2\n    rate 24fps\n    format 8x8\n    space ACEScg\n    write \"a{n}.%04d.exr\" = t()\n}}\n"
                    )
                },
                "",
            )
        }),
        input("many shots of many inherited lines", move |bytes| {
            let shows: String = joined(0..90, |n| {
                let from = if n == 0 { String::new() } else { format!(" from A{}", n - 1) };
                let lines =
                    filled(bytes / 180, "", &|m| format!("    param p{n}_{m}: Int = 1\n"), "");
                format!("shot A{n}{from} {{\n{lines}}}\n")
            });
            filled(bytes, &shows, &|n| format!("shot B{n} from A89 {{ }}\n"), "")
        }),
        lines(
            "shots that use one let through many",
            "",
            |n| {
                format!(
                    "shot A{n} {{\n    frames 1..2\n    rate 24fps\n    format 8x8\n    space ACEScg\n    let a = constant(0.5) |> blur(1px) |> blur(2px)\n    set a.size = 2px\n    write \"a{n}.%04d.exr\" = a\n}}\n"
                )
            },
            "",
        ),
        shot("a list of a thousand calls, again and again", |n| {
            format!("    let a{n} = [for x in 1..1000: constant(0.5)]\n")
        }),
        shot("four hundred in four hundred", |n| {
            format!("    let a{n} = [for x in 1..400: [for y in 1..400: x + y]]\n")
        }),
        lines(
            "four hundred in four hundred, as constants",
            "",
            |n| format!("const a{n} = [for x in 1..400: [for y in 1..400: x * y]]\n"),
            "",
        ),
        lines(
            "a range in a rule, as constants",
            "",
            |n| format!("const a{n} = [for x in 1..90000: x]\n"),
            "",
        ),
        lines(
            "texts of a rule, as constants",
            "",
            |n| format!("const a{n} = \"{{[for x in 1..90000: x]}}\"\n"),
            "",
        ),
        lines(
            "a wide number, again and again",
            "",
            |n| format!("const a{n} = \"{{1:0999999}}{{1:.999999}}\"\n"),
            "",
        ),
        shot("texts just below the limit", |n| format!("    let a{n} = \"{{{n}:0900000}}\"\n")),
        shot("cuts of many frames", |n| {
            format!(
                "    let a{n}: Curve<Length> = cut {{ 1..1000000000: 1px, 2..1000000000: 2px, else: 0px }}\n"
            )
        }),
        shot("matches of wide ranges", |n| {
            format!("    let a{n} = match {n} {{ 1..1000000000 => 1, 1..400 => 2, else => 3 }}\n")
        }),
    ]
}
