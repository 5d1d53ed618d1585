//! Programs that mean no good: nothing panics, nothing takes long.

use proptest::prelude::*;
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use toma_syntax::diagnostic::{Diagnostic, Severity};

const PROGRAM: &str = r#"use std.understand.segment
use std.restore.{denoise}

const strength: Ratio = 40%

/// Soft.
pub recipe soft<S: Linear>(
    plate: Clip<S>,
    amount: Curve<Length> in 0px..100px step 1px = 4px,
    mode: Text one of ["black", "extend"] = "black",
    seed: Seed,
) -> Clip<S> {
    let a = blur(plate, amount, edge: mode)
    let n = noise(seed: seed.split("n"), evolve: {first: 0, last: 2 smooth})
    a |> exposure(-1stops) as dark |> shift(2fr) |> crop(Box(0px, 0px, 64px, 64px))
}

enum Source { Nothing, Luma(from: Ratio in 0%..100%, soft: Length = 2px) }

record Pair {
    a: Clip<ACEScg>,
    @layer("b") b: Clip<ACEScg>?,
    size: Length in 0px..8px = 1px,
    sizes: List<Length> = [for i in 1..3: i * 1px],
}

recipe chosen(pair: Pair, source: Source, held: Bool) -> Pair {
    let size = if held {
        let twice = pair.size * 2
        twice
    } else { pair.size }
    let soft = match source { Nothing => pair.a, Luma(from, s) => pair.a |> saturation(from) |> blur(s) }
    let _all = [for s in pair.sizes: soft |> blur(s)]
    match pair.b { none => pair with (a: soft |> blur(size)), else => pair with (b: soft) }
}

show S { format 64x64
    rate 23.976fps }
sequence Q in S { param warmth: Kelvin in 4000K..8000K = 5600K }

shot A in Q {
    frames 1001..1010 handles 2
    seed 40
    let plate = read("plates/a.%04d.exr", space: Space("ARRI LogC4"), frames: 1..16, start: 997) |> to(ACEScg)
    let comp = soft(plate, {1001: 0px, 1005: 4px hold}, seed:) |> white_balance(warmth) |> grade(gain: Rgb(1, 2 * 1.5, 0.5))
    write main "out/{shot}.%04d.exr" as exr(depth: half) with handles for final = comp
    let both = chosen(Pair(plate), Luma(40%), held: true)
    write both "b.%04d.exr" = both.a
    write mask "mask.{frame:04}.png" = segment(comp) |> feather(3px + 1px)
}
"#;

fn check(text: &str) -> Vec<Diagnostic> {
    let mut compiler = crate::project::compiler(&[]);
    compiler.set_file("shot.toma", text.to_owned());
    let found = compiler.check("shot.toma");
    for shot in compiler.shots("shot.toma") {
        let (plan, said) = compiler.plan("shot.toma", &shot);
        assert!(plan.is_some() || !said.is_empty(), "no plan and nothing said:\n{text}");
    }
    for label in found.iter().flat_map(|found| &found.labels) {
        assert!(label.span.start <= label.span.end);
        if label.file == "shot.toma" {
            assert!(label.span.end as usize <= text.len(), "{found:#?}");
        }
    }
    found
}

#[test]
fn the_program_that_is_mutated_is_right_at_first() {
    let found: Vec<_> =
        check(PROGRAM).into_iter().filter(|found| found.severity == Severity::Error).collect();
    assert!(found.is_empty(), "{found:#?}");
}

/// How many mutations are tried; `TOMA_CASES` says more for a long night.
fn cases() -> u32 {
    std::env::var("TOMA_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(96)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn no_mutation_makes_it_panic(
        cuts in prop::collection::vec((0..PROGRAM.len(), 0..24_usize), 0..4),
        inserts in prop::collection::vec((0..PROGRAM.len(), "[a-z0-9(){}\\[\\]|>=:,.%\" \n]{1,6}"), 0..4),
    ) {
        let mut text: Vec<char> = PROGRAM.chars().collect();
        for (at, length) in cuts {
            let from = at.min(text.len());
            let to = (from + length).min(text.len());
            text.drain(from..to);
        }
        for (at, insert) in inserts {
            let at = at.min(text.len());
            text.splice(at..at, insert.chars());
        }
        check(&text.into_iter().collect::<String>());
    }

    #[test]
    fn no_swap_of_two_words_makes_it_panic(a in 0..400_usize, b in 0..400_usize) {
        let mut words: Vec<&str> = PROGRAM.split_inclusive([' ', '(', ')', ',', '\n']).collect();
        let count = words.len();
        words.swap(a % count, b % count);
        check(&words.concat());
    }
}

fn quick(text: &str) -> Vec<Diagnostic> {
    let start = Instant::now();
    let found = check(text);
    assert!(start.elapsed() < Duration::from_mins(1), "took {:?}", start.elapsed());
    found
}

fn codes(found: &[Diagnostic]) -> Vec<&str> {
    found.iter().map(|found| found.code).collect()
}

const SHOT: &str = "shot A {\n    frames 1..2\n    rate 24fps\n    format 64x64\n";

#[test]
fn doubling_recipes_are_counted_and_not_made() {
    let mut text = "recipe r0(p: Clip<ACEScg>) -> Clip<ACEScg> {\n    blur(p, 1px)\n}\n".to_owned();
    for i in 1..=64 {
        let before = i - 1;
        writeln!(
            text,
            "recipe r{i}(p: Clip<ACEScg>) -> Clip<ACEScg> {{\n    r{before}(r{before}(p))\n}}"
        )
        .unwrap();
    }
    write!(text, "{SHOT}    write \"a.%04d.exr\" = constant(0.1) |> r64()\n}}\n").unwrap();
    check(&text);
    let mut compiler = crate::project::compiler(&[]);
    compiler.set_file("shot.toma", text);
    let start = Instant::now();
    let found = compiler.check("shot.toma");
    println!("2^64 nodes answered in {:?}", start.elapsed());
    assert!(start.elapsed() < Duration::from_secs(30));
    assert_eq!(codes(&found), ["T0420"]);
    assert!(found[0].labels.iter().any(|label| label.text.contains("2 times")), "{found:#?}");
}

#[test]
fn doubling_texts_and_constants_are_stopped() {
    let mut text = "const t0 = \"0123456789\"\n".to_owned();
    for i in 1..=60 {
        writeln!(text, "const t{i} = \"{{t{0}}}{{t{0}}}\"", i - 1).unwrap();
    }
    let found = quick(&text);
    assert_eq!(codes(&found), ["T0420"]);
    let mut lets = String::new();
    for i in 1..=60 {
        writeln!(lets, "    let t{i} = \"{{t{0}}}{{t{0}}}\"", i - 1).unwrap();
    }
    let found = quick(&format!(
        "{SHOT}    let t0 = \"0123456789\"\n{lets}    write \"{{t60}}.%04d.exr\" = constant(0.1)\n}}\n"
    ));
    assert_eq!(codes(&found), ["T0420"]);
}

#[test]
fn long_chains_are_no_deep_recursion() {
    let mut text = String::new();
    for i in 0..5_000 {
        writeln!(text, "const c{i} = c{}", i + 1).unwrap();
    }
    writeln!(text, "const c5000 = 1").unwrap();
    quick(&text);
    let mut text = "recipe r0(p: Clip<ACEScg>) -> Clip<ACEScg> {\n    blur(p, 1px)\n}\n".to_owned();
    for i in 1..=2_000 {
        writeln!(text, "recipe r{i}(p: Clip<ACEScg>) -> Clip<ACEScg> {{\n    r{}(p)\n}}", i - 1)
            .unwrap();
    }
    write!(text, "{SHOT}    write \"a.%04d.exr\" = constant(0.1) |> r2000()\n}}\n").unwrap();
    let found = quick(&text);
    assert_eq!(codes(&found), ["T0421"]);
    // The parser may say it first.
    let pipes = "    |> blur(1px)\n".repeat(3_000);
    let found = quick(&format!(
        "{SHOT}    let a = constant(0.1)\n{pipes}    write \"a.%04d.exr\" = a\n}}\n"
    ));
    assert!(["T0106", "T0421"].contains(&codes(&found)[0]), "{found:#?}");
    assert_eq!(found.len(), 1);
}

#[test]
fn recursion_is_said_once_with_its_chain() {
    let found = quick(
        "recipe a(p: Clip<ACEScg>) -> Clip<ACEScg> {\n    b(p)\n}\nrecipe b(p: Clip<ACEScg>) -> Clip<ACEScg> {\n    c(p)\n}\nrecipe c(p: Clip<ACEScg>) -> Clip<ACEScg> {\n    a(p)\n}\n",
    );
    assert_eq!(codes(&found), ["T0216"]);
    assert_eq!(found[0].labels.len(), 3);
}

/// Sixty doublings of a value, in each way in which a program can do that.
fn doublings() -> Vec<(&'static str, String)> {
    let chain = |first: &str, step: &dyn Fn(usize) -> String, last: &str| {
        let mut program = first.to_owned();
        for index in 1..=60 {
            program += &step(index);
        }
        program + last
    };
    let over = "write \"a.%04d.exr\" = read(\"a.%04d.exr\", space: ACEScg)";
    vec![
        (
            "texts of constants",
            chain(
                "const t0 = \"abcdefghij\"\n",
                &|i| format!("const t{i} = \"{{t{0}}}{{t{0}}}\"\n", i - 1),
                &format!("{SHOT}    write \"{{t60}}.%04d.exr\" = constant(0.1)\n}}\n"),
            ),
        ),
        (
            "lists of constants",
            chain(
                "const t0 = [1, 2, 3]\n",
                &|i| format!("const t{i} = [t{0}, t{0}]\n", i - 1),
                &format!("{SHOT}    {over}\n}}\n"),
            ),
        ),
        (
            "texts of recipes",
            chain(
                "recipe t0(x: Text) -> Text {\n    \"{x}{x}\"\n}\n",
                &|i| format!("recipe t{i}(x: Text) -> Text {{\n    t{0}(t{0}(x))\n}}\n", i - 1),
                &format!("{SHOT}    write \"a.%04d.exr\" = read(t60(\"a\"), space: ACEScg)\n}}\n"),
            ),
        ),
        (
            "texts of a shot",
            chain(
                &format!("{SHOT}    let t0 = \"abcdefghij\"\n"),
                &|i| format!("    let t{i} = \"{{t{0}}}{{t{0}}}\"\n", i - 1),
                "    write \"{t60}.%04d.exr\" = constant(0.1)\n}\n",
            ),
        ),
        (
            "texts of a shot, each within its bounds",
            chain(
                &format!("{SHOT}    let t0 = \"{}\"\n", "x".repeat(30_000)),
                &|i| format!("    let t{i} = \"{{t0}}{i}\"\n"),
                "    write \"{t60}.%04d.exr\" = constant(0.1)\n}\n",
            ),
        ),
        (
            "curves of a shot",
            chain(
                &format!("{SHOT}    let t0 = {{1001: 0px, 1010: 0px}}\n"),
                &|i| format!("    let t{i} = t{0} + t{0}\n", i - 1),
                "    write \"a.%04d.exr\" = constant(0.1) |> blur(t60)\n}\n",
            ),
        ),
    ]
}

#[test]
fn values_that_double_end_with_a_message_and_soon() {
    for (what, program) in doublings() {
        let begun = Instant::now();
        let found = check(&program);
        let errors: Vec<&str> = found
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .map(|found| found.code)
            .collect();
        let expected = if what.starts_with("curves") { "T0430" } else { "T0420" };
        assert_eq!(errors, [expected], "{what}: {found:#?}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{what}: {:?}", begun.elapsed());
    }
}

#[test]
fn lists_by_rule_are_counted_also_where_nobody_keeps_them() {
    let record = "record R {\n    l: List<Int>,\n    n: Int,\n}\n\n";
    let element = "R(l: [for b in 1..100000: b], n: a).n";
    let found = quick(&format!("{record}const c = [for a in 1..100000: {element}]\n"));
    assert_eq!(codes(&found), ["T0420"], "{found:#?}");
    // Where the length is a parameter, it is known only while the shot is lowered.
    let recipe = "recipe most(n: Int) -> List<Int> {\n    [for a in 1..n: R(l: [for b in 1..n: b], n: a).n]\n}\n";
    let found = quick(&format!(
        "{record}{recipe}\n{SHOT}    let _ = most(90000)\n    write \"a.%04d.exr\" = constant(0.1)\n}}\n"
    ));
    assert_eq!(codes(&found), ["T0420"], "{found:#?}");
}

#[test]
fn records_that_double_are_stopped() {
    let mut types = "record R0 {\n    n: Int,\n}\n".to_owned();
    let mut constants = "const c0 = R0(n: 1)\n".to_owned();
    let mut lets = "    let l0 = R0(n: 1)\n".to_owned();
    for i in 1..=60 {
        let before = i - 1;
        writeln!(types, "record R{i} {{\n    a: R{before},\n    b: R{before},\n}}").unwrap();
        writeln!(constants, "const c{i} = R{i}(a: c{before}, b: c{before})").unwrap();
        writeln!(lets, "    let l{i} = R{i}(a: l{before}, b: l{before})").unwrap();
    }
    assert_eq!(codes(&quick(&format!("{types}{constants}"))), ["T0420"]);
    let found = quick(&format!(
        "{types}{SHOT}{lets}    let n = l60.a\n    write \"{{n.a.a.b}}.%04d.exr\" = constant(0.1)\n}}\n"
    ));
    assert!(!found.is_empty());
}

#[test]
fn defaults_that_double_are_stopped() {
    let mut text = "record R0 {\n    n: Int = 1,\n}\n".to_owned();
    for i in 1..=60 {
        let before = i - 1;
        writeln!(
            text,
            "record R{i} {{\n    a: R{before} = R{before}(),\n    b: R{before} = R{before}(),\n}}"
        )
        .unwrap();
    }
    let found = quick(&text);
    assert!(!found.is_empty() && codes(&found).iter().all(|code| *code == "T0420"), "{found:#?}");
}

#[test]
fn doubling_recipes_without_a_stage_are_work_too() {
    let mut text = "recipe r0(n: Int) -> Int {\n    n\n}\n".to_owned();
    for i in 1..=64 {
        let before = i - 1;
        writeln!(
            text,
            "recipe r{i}(n: Int) -> Int {{\n    match n {{ 0 => r{before}(n), else => r{before}(r{before}(n)) }}\n}}"
        )
        .unwrap();
    }
    let found = quick(&format!(
        "{text}{SHOT}    let size = r64(1) * 1px\n    write \"a.%04d.exr\" = constant(0.1) |> blur(size)\n}}\n"
    ));
    assert_eq!(codes(&found), ["T0420"], "{found:#?}");
}

#[test]
fn long_choices_are_quick() {
    let cases: Vec<String> = (0..2_000).map(|i| format!("C{i}")).collect();
    let arms: Vec<String> = (0..2_000).map(|i| format!("        C{i} => {i},\n")).collect();
    let branch = |i: i32| format!("if n == {i} {{ {i} }} else ");
    let branches = (0..2_000).map(branch).collect::<Vec<_>>().concat();
    let text = format!(
        "enum E {{ {} }}\n\nrecipe a(e: E) -> Int {{\n    match e {{\n{}    }}\n}}\n\nrecipe b(n: Int) -> Int {{\n    {branches}{{ 0 }}\n}}\n",
        cases.join(", "),
        arms.concat()
    );
    quick(&text);
}

/// Shots that cost little text and inherit much are counted, in their own file and in the show they stand in.
#[test]
fn shots_that_inherit_much_are_counted() {
    let lets: String = (0..3_000).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "    let p{n} = {n}");
        text
    });
    let params: String = (0..3_000).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "    param p{n}: Int = {n}");
        text
    });
    let facts = "    frames 1..2\n    rate 24fps\n    format 8x8\n";
    let shots = |what: &str| {
        (0..3_000).fold(String::new(), |mut text, n| {
            let _ = writeln!(text, "shot S{n} {what} {{ }}");
            text
        })
    };
    for text in [
        format!("shot A {{\n{facts}{lets}}}\n{}", shots("from A")),
        format!("show A {{\n{facts}{params}}}\n{}", shots("in A")),
    ] {
        let found = quick(&text);
        let limits: Vec<&Diagnostic> = found.iter().filter(|found| found.code == "T0420").collect();
        assert_eq!(limits.len(), 1, "{limits:?}");
        assert!(limits[0].message.contains("100000 clauses"), "{}", limits[0].message);
        let errors = found.iter().filter(|found| found.severity == Severity::Error);
        let start = limits[0].start();
        let behind: Vec<&Diagnostic> = errors.filter(|found| found.start() > start).collect();
        assert!(behind.is_empty(), "{behind:?}");
    }
    let few = format!("shot A {{\n{facts}    let p = 1\n}}\n{}", shots("from A"));
    assert!(!codes(&quick(&few)).contains(&"T0420"));
}
