//! Short programs that mean much.

use super::{Input, input};
use std::fmt::Write as _;

/// All of them.
pub(super) fn all() -> Vec<Input> {
    let few =
        |name: &str, text: String| Input { fixed: true, ..input(name, move |_| text.clone()) };
    let doubled = |first: &str, line: &dyn Fn(usize) -> String, last: &str| {
        let mut text = first.to_owned();
        (1..1000).for_each(|n| text.push_str(&line(n)));
        text + last
    };
    let in_shot = "    frames 1..2\n    rate 24fps\n    format 8x8\n    space ACEScg\n";
    let deep = |open: &str, close: &str| {
        let mut text = String::new();
        for n in [20, 40, 60, 63, 64, 65, 500] {
            let _ = writeln!(
                text,
                "recipe r{n}(a: Int) -> Int {{ {}1{} }}",
                open.repeat(n),
                close.repeat(n)
            );
        }
        text
    };
    vec![
        few("recipes that double", doubled("recipe r0() -> Clip<Work> { constant(0.5) }\n", &|n| format!("recipe r{n}() -> Clip<Work> {{ over(r{0}(), r{0}()) }}\n", n - 1), &format!("shot A {{\n{in_shot}    write \"a.%04d.exr\" = r999()\n}}\n"))),
        few("numbers that double", doubled("recipe r0() -> Int { 1 }\n", &|n| format!("recipe r{n}() -> Int {{ r{0}() + r{0}() }}\n", n - 1), "const a = r999()\nshot A {\n    let a = r999()\n}\n")),
        few("texts that double", doubled("const a0 = \"aa\"\n", &|n| format!("const a{n} = \"{{a{0}}}{{a{0}}}\"\n", n - 1), "")),
        few("texts that double in a shot", doubled("shot A {\n    let a0 = \"aa\"\n", &|n| format!("    let a{n} = \"{{a{0}}}{{a{0}}}\"\n", n - 1), "}\n")),
        few("lists that double", doubled("const a0 = [1]\n", &|n| format!("const a{n} = [a{0}, a{0}]\n", n - 1), "")),
        few("lists by rule that double", doubled("const a0 = [1]\n", &|n| format!("const a{n} = [for x in [1, 2]: a{0}]\n", n - 1), "")),
        few("records that double", doubled("record R0 { a: Int = 1 }\n", &|n| format!("record R{n} {{ a: R{0} = R{0}(), b: R{0} = R{0}() }}\n", n - 1), "const a = R999()\n")),
        few("enums that double", doubled("enum E0 { A }\nconst e0 = A\n", &|n| format!("enum E{n} {{ B{n}(a: E{0}, b: E{0}) }}\nconst e{n} = B{n}(e{0}, e{0})\n", n - 1), "")),
        few("curves that double", doubled("shot A {\n    let a0 = {1: 1px, 2: 2px}\n", &|n| format!("    let a{n} = a{0} + a{0}\n", n - 1), "}\n")),
        few("matches that double", doubled("recipe r(x: Int) -> Int {\n    let a0 = x\n", &|n| format!("    let a{n} = match a{0} {{ 1 => a{0}, else => a{0} + a{0} }}\n", n - 1), "    a999\n}\nconst c = r(2)\n")),
        few("a range of a billion", "const a = [for x in 1..1000000000: x]\n".to_owned()),
        few("ranges in ranges", "const a = [for x in 1..1000000000: [for y in 1..1000000000: [for z in 1..1000000000: x]]]\n".to_owned()),
        few("ranges of ten thousand", "const a = [for x in 1..10000: [for y in 1..10000: x + y]]\n".to_owned()),
        few("a shot of a billion frames", format!("shot A {{\n{}    let a = [for f in 1..1000000000: constant(0.5)]\n    write \"a.%04d.exr\" = constant(0.5)\n}}\n", in_shot.replace("1..2", "1..1000000000"))),
        few("a shot of a billion frames, sampled", format!("shot A {{\n{}    let c = {{first: 0px, last: 8px smooth}} + {{1: 1px, 1000000000: 2px}}\n    write \"a.%04d.exr\" = constant(0.5) |> blur(c)\n}}\n", in_shot.replace("1..2", "1..1000000000"))),
        few("a wide number", "const a = \"{1:0999999999}{1:.999999999}\"\n".to_owned()),
        few("deep groups", deep("(", ")")),
        few("deep lists", deep("[", "]")),
        few("deep calls", deep("r20(", ")")),
        few("deep ifs", deep("if 1 == 1 { ", " } else { 2 }")),
        few("deep matches", deep("match a { 1 => ", ", else => 2 }")),
        few("deep matches of matches", deep("match ", " { else => 1 }")),
        few("deep rules", deep("[for x in [1]: ", "]")),
        few("deep rules over rules", deep("[for x in ", ": 1]")),
        few("deep curves", deep("{1: ", "}")),
        few("deep cuts", deep("cut { else: ", " }")),
        few("deep texts", deep("\"{", "}\"")),
        few("deep signs", deep("- not ", "")),
    ]
}
