//! Programs made at random through the grammar, with comments and line ends wherever they may stand.

use crate::properties::{check, is_right};
use proptest::prelude::*;
use proptest::strategy::BoxedStrategy;
use toma_syntax::format;

/// Where a line may end, marked in what is generated: anywhere inside brackets.
const BREAK: char = '\u{1}';
/// The same between the entries of data in braces.
const BRACE_BREAK: char = '\u{2}';
/// The end of a statement.
const END: char = '\u{3}';

fn name() -> BoxedStrategy<String> {
    prop::sample::select(vec![
        "a",
        "plate",
        "seed",
        "format",
        "wall_2",
        "größe",
        "frames",
        "at",
        "a_long_name_of_it",
    ])
    .prop_map(str::to_owned)
    .boxed()
}

fn literal() -> BoxedStrategy<String> {
    prop::sample::select(vec![
        "1",
        "-2.5px",
        "40%",
        "1_000",
        "1920x1080",
        "2028-02-29",
        "true",
        "none",
        "5600K",
        "24fps",
        "\"a {b} \\\" // text\"",
        "\"%04d — é\"",
    ])
    .prop_map(str::to_owned)
    .boxed()
}

/// A value; `loose` may hold operators.
fn value() -> BoxedStrategy<String> {
    let leaf = prop_oneof![3 => name(), 2 => literal()];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let loose = (inner.clone(), operator(), inner.clone())
            .prop_map(|(a, operator, b)| format!("{a} {operator} {b}"));
        let any = prop_oneof![2 => inner.clone(), 1 => loose].boxed();
        let entries = |open: &'static str, close: &'static str| {
            prop::collection::vec(any.clone(), 0..4).prop_map(move |values| {
                let values: Vec<String> =
                    values.iter().map(|value| format!("{BREAK}{value}{BREAK}")).collect();
                format!("{open}{}{close}", values.join(","))
            })
        };
        let arguments = prop::collection::vec((any.clone(), prop::bool::ANY), 0..3).prop_map(|v| {
            let one = |(index, (value, comma)): (usize, &(String, bool))| {
                let comma = if *comma && index + 1 == v.len() { "," } else { "" };
                format!("{BREAK}name_{index}:{BREAK}{value}{comma}")
            };
            let all: Vec<String> = v.iter().enumerate().map(one).collect();
            format!("({}{BREAK})", all.join(","))
        });
        let call = (name(), arguments, prop::option::of(name()))
            .prop_map(|(name, arguments, handle)| {
                let handle = handle.map_or(String::new(), |handle| format!(" as {handle}"));
                format!("{name}{arguments}{handle}")
            })
            .boxed();
        let piped = (name(), prop::collection::vec(call.clone(), 1..3)).prop_map(|(head, calls)| {
            let stages: Vec<String> = calls.iter().map(|call| format!("{BREAK}|> {call}")).collect();
            format!("({BREAK}{head} {})", stages.join(" "))
        });
        let curve = prop::collection::vec(any.clone(), 1..4).prop_map(|values| {
            let keys: Vec<String> = values
                .iter()
                .enumerate()
                .map(|(at, value)| format!("{BRACE_BREAK}{}: ({value}) smooth{BRACE_BREAK}", at + 1001))
                .collect();
            format!("{{{}}}", keys.join(","))
        });
        let choice = (any.clone(), any.clone(), any.clone())
            .prop_map(|(c, a, b)| format!("if ({c}) {{ {END}({a}) {END}}} else {{ ({b}) }}"));
        let matched = (name(), any.clone(), any.clone()).prop_map(|(subject, a, b)| {
            format!("match {subject} {{ A => ({a}), Case(x, y) => {{ {END}let q = ({b}){END}q{END} }}, else => 1 }}")
        });
        let group = any.clone().prop_map(|value| format!("({BREAK}{value}{BREAK})"));
        prop_oneof![
            3 => call, 2 => piped, 1 => curve, 1 => entries("[", "]"), 1 => choice, 1 => matched, 1 => group,
        ]
    })
    .boxed()
}

fn operator() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["+", "-", "*", "/", "==", "and", "or", "..", "every"])
}

fn statement() -> BoxedStrategy<String> {
    let assigned = prop::sample::select(vec![
        "let a",
        "let a: Clip<ACEScg, straight>?",
        "set fall/gen.amount",
        "set! a.b",
        "param warmth: Kelvin in 4000K..8000K step 100K",
        "write \"a.%04d.exr\"",
        "write main \"a.exr\" as exr(depth: half, compression: zip) with handles for final",
    ]);
    let clause = (assigned, value()).prop_map(|(head, value)| format!("{head} = {value}"));
    let fixed = prop::sample::select(vec![
        "frames 1001..1096 handles 8",
        "seed   40",
        "drop write  main",
        "policy a.b",
        "review comp   by \"ana\"",
        "at 1040..last { set fall.amount=90% }",
        "variants fall/gen=4",
        "retake fall/gen 1..2 as t2 { seed 41, anchors 8fr }",
        "gate g: a<2% except 1..2 because \"x\"",
        "wedge warmth = [1, 2] over ELT_104.*",
        "pick t2 by \"ana\"",
        "space Space(\"x y\")",
    ]);
    prop_oneof![3 => clause, 1 => fixed.prop_map(str::to_owned)].boxed()
}

fn item() -> BoxedStrategy<String> {
    let lead = prop::sample::select(vec![
        "",
        "/// doc\n",
        "@version( 1 )\n",
        "/// doc\n\n@ui(group:\"x\")\n",
    ]);
    let shot = prop::collection::vec(statement(), 0..5).prop_map(|lines| {
        let lines: Vec<String> = lines.iter().map(|line| format!("{END}    {line}")).collect();
        format!("shot A in Q{{{}{END}}}", lines.concat())
    });
    let recipe = (value(), value(), value()).prop_map(|(default, line, result)| {
        format!(
            "pub recipe r<S: Linear>({BREAK}a: Clip<S>,{BREAK}b: Ratio in 0%..100% = ({default}){BREAK}) -> Int {{{END}    let x = {line}{END}    ({result}){END}}}"
        )
    });
    let constant = value().prop_map(|value| format!("const x: Int = {value}"));
    let other = prop::sample::select(vec![
        "use a.b.{ c ,d as e, }",
        "record R{a:Int,\n  /// doc\n  @layer(\"x\") b:Int=3}",
        "enum E { None, Roto( shape:Path ),\n  Model }",
        "policy p {\n  require a because \"b\"\n}",
        "stage s<S:Linear>(a:Clip<S>,\n  // why\n  b:Int)->Clip<S>",
        "test \"t\" {1==1}",
    ]);
    let kind =
        prop_oneof![2 => shot, 2 => recipe, 1 => constant, 1 => other.prop_map(str::to_owned)];
    (lead, kind).prop_map(|(lead, kind)| format!("{lead}{kind}")).boxed()
}

/// Chooses what stands at each mark: nothing, a line's end, an empty line, a comment.
fn filled(program: &str, choices: &[u8]) -> String {
    let mut choices = choices.iter().cycle();
    let mut out = String::new();
    for character in program.chars() {
        let may_stay = matches!(character, BREAK | BRACE_BREAK);
        match character {
            BREAK | BRACE_BREAK | END => match choices.next().copied().unwrap_or(0) % 12 {
                0..=6 if may_stay => {}
                7 => out.push_str("\n\n\n   "),
                8 => out.push_str(" // so\n  "),
                9 => out.push_str("\n // own, line\n\n   "),
                10 => out.push_str("// a\n// b\n    "),
                _ => out.push_str("\n    "),
            },
            other => out.push(other),
        }
    }
    // At the left edge nothing of an item stands but its closer.
    out.replace("\n    }\n", "\n}\n")
}

/// No line is wider than 100 characters but for its comment, or where deep nesting leaves no room for
/// what can't be parted.
fn fits(program: &str) {
    let formatted = format(program);
    if !formatted.unread.is_empty() {
        return;
    }
    for line in formatted.text.lines() {
        let code = if line.contains("// ") { "" } else { line };
        let unparted = code.trim_start().chars().count() < 45;
        assert!(unparted || code.chars().count() <= 100, "{code}");
    }
}

/// How many programs are tried; `TOMA_CASES` says more for a long night.
fn cases() -> u32 {
    std::env::var("TOMA_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn generated_programs_keep_tokens_and_comments(
        items in prop::collection::vec(item(), 1..4),
        choices in prop::collection::vec(any::<u8>(), 1..200),
        between in prop::sample::select(vec!["\n", "\n\n", "\n\n\n\n", "\n// note\n", "\r\n"]),
    ) {
        let program = filled(&items.join(between), &choices);
        check(&program);
        fits(&program);
    }

    #[test]
    fn scrambled_texts_are_not_lost(
        words in prop::collection::vec(prop::sample::select(vec![
            "shot A {\n", "const a = ", "let ", "a", "= ", "\n", "\n    ", "{", "}", "(", ")", "[", "]",
            "\"", "|> f()", "/// doc\n", "// note\n", "@ui\n", ", ", ": ", "1..2", "if ", "else ",
            "\r\n", "\r", "é", "\u{a0}", "}\n", "+ ", "cut {", "as ", "\t",
        ]), 0..60)
    ) {
        check(&words.concat());
    }
}

/// The generator would be worth little if it made programs that don't parse.
#[test]
fn most_generated_programs_are_right() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut right = 0;
    for seed in 0..100_u8 {
        let program = item().new_tree(&mut runner).expect("a program").current();
        let filled = filled(&program, &[seed, seed.wrapping_mul(7), 3, 8, 0, 11, 200, 9]);
        right += usize::from(is_right(&filled));
        if !is_right(&filled) && std::env::var_os("TOMA_SHOW").is_some() {
            println!("{filled}\n{:#?}", toma_syntax::parse_file(&filled).1);
        }
    }
    assert!(right >= 80, "{right} of 100");
}
