//! Programs half typed and programs made to hurt: never a hang, never a cascade.

use crate::cases::{PAGE, rendered};
use std::time::{Duration, Instant};
use toma_syntax::{format, parse_expression, parse_file, tree};

/// Many times what is needed, so that a busy machine fails nothing; quadratic time takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn every_prefix_of_a_program_parses() {
    let mut cascades = Vec::new();
    for (at, _) in PAGE.char_indices() {
        let (_, diagnostics) = parse_file(&PAGE[..at]);
        if diagnostics.len() > 3 {
            cascades.push(rendered(&PAGE[..at], &diagnostics));
        }
    }
    assert!(cascades.is_empty(), "{}", cascades.join("\n"));
}

/// One character left out is one mistake. The few places where it is honestly two are known.
#[test]
fn one_character_left_out_gives_one_error() {
    let mut several = Vec::new();
    for (at, character) in PAGE.char_indices() {
        let text = format!("{}{}", &PAGE[..at], &PAGE[at + character.len_utf8()..]);
        let (_, diagnostics) = parse_file(&text);
        if diagnostics.len() > 1 {
            several.push(format!("without {character:?}:\n{}", rendered(&text, &diagnostics)));
        }
    }
    assert!(several.len() <= 8, "{} places:\n{}", several.len(), several.join("\n"));
}

#[test]
fn intact_items_survive_a_mistake_anywhere() {
    for (at, _) in PAGE.char_indices().filter(|(_, c)| "(){}\"".contains(*c)) {
        let text = format!("{}{}", &PAGE[..at], &PAGE[at + 1..]);
        let (parsed, _) = parse_file(&text);
        assert_eq!(parsed.len(), 8, "without the character at {at}");
    }
}

#[test]
fn hostile_patterns_take_linear_time() {
    let patterns = [
        "{",
        "(",
        "[",
        "f(",
        "if x {\n",
        "\"{",
        "{1: ",
        "match x { A => ",
        "f(if x { let a = ",
        "-",
        "not ",
        "A<",
        "a.",
        "a + ",
        "a |> f() ",
        "else if x {1} ",
        "}",
        "\"",
        "cut {1: ",
        "(]",
        "([",
        "(}",
        "{)",
        "if ",
        "match ",
        "if a, ",
        "a < ",
        "a as b ",
        "f() with (a: 1) ",
        "\\",
        "{{",
        "/",
        "///",
        "/// (\n",
        "@",
        "@a\n",
        "\n",
        "\r",
        "x\n",
        "\nshot A",
        "\nx",
        "a b\n",
        "[for x in ",
        "\"\\",
        "\"}",
        "1",
        "1.",
        ".",
        "..",
        "é",
        "\0",
        "L<Space(\"x\"),",
        ")\n(",
        "]\n",
        "}\n{",
        "3q ",
        "a, ",
        "a: b, ",
        "0x",
        "=>",
        "let a = (\n",
    ];
    for pattern in patterns {
        let repeated = pattern.repeat(30_000 / pattern.len());
        for program in [
            format!(
                "shot A {{\n    let a = {repeated}\n    let b = 2\n}}\nshot B {{ frames 1..2 }}\n"
            ),
            format!("shot A {{\n{repeated}\n}}\n"),
            format!("recipe r({repeated}) -> {repeated} {{\n a }}\n"),
            format!("recipe r(a: {repeated}Int) -> Int {{\n    {repeated}\n}}\n"),
            format!("record R {{\n{repeated}}}\nuse a.{{{repeated}"),
            repeated.clone(),
        ] {
            let begin = Instant::now();
            parse_file(&program);
            let took = begin.elapsed();
            assert!(took < PATIENCE, "{pattern:?}: {took:?}");
        }
    }
}

#[test]
fn nesting_up_to_the_limit_parses_and_beyond_it_is_said() {
    let nested = |open: &str, close: &str, n: usize| {
        format!("const a = {}1{}\n", open.repeat(n), close.repeat(n))
    };
    for (open, close) in [("(", ")"), ("[", "]"), ("f(", ")"), ("{1: ", "}"), ("\"{", "}\"")] {
        let (_, within) = parse_file(&nested(open, close, 30));
        assert!(within.is_empty(), "{open}: {within:?}");
        let (_, beyond) = parse_file(&nested(open, close, 200));
        let codes: Vec<_> = beyond.iter().map(|d| d.code).collect();
        assert_eq!(codes, ["T0106"], "{open}");
    }
    let long = format!("const a = 1{}\n", " + 1".repeat(5_000));
    assert_eq!(parse_file(&long).1.iter().map(|d| d.code).collect::<Vec<_>>(), ["T0106"]);
    assert!(tree(&long).text() == long.as_str());
}

/// The stack holds whatever the limit lets through, also on a thread with little of it.
#[test]
fn the_deepest_nesting_fits_a_small_stack() {
    let patterns = [
        "(",
        "f(",
        "[",
        "{1: ",
        "\"{",
        "if x { ",
        "if f(",
        "f(if x { let a = ",
        "match x { A => ",
        "cut { 1: ",
        "[for x in ",
        "if if f(",
        "f(a: r with (b: ",
        "not -(",
        "a + f(b |> g(",
    ];
    let check = move || {
        for pattern in patterns {
            for n in [15, 16, 20, 21, 31, 32, 33, 62, 63, 64, 65] {
                let program = format!("shot A {{\n    let a = {}1\n}}\n", pattern.repeat(n));
                assert!(tree(&program).text() == program.as_str());
                parse_file(&program);
            }
        }
        let types = format!("stage f(a: {}B{}) -> C\n", "A<".repeat(63), ">".repeat(63));
        assert_eq!(parse_file(&types).1, []);
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(check);
    thread.expect("a thread").join().expect("no panic");
}

#[test]
fn many_mistakes_are_counted_beyond_fifty() {
    let program = format!("shot A {{\n{}}}\n", "    bogus\n".repeat(1_000));
    let (_, diagnostics) = parse_file(&program);
    assert_eq!(diagnostics.len(), 51);
    let last = diagnostics.last().map(|d| d.message.as_str());
    assert_eq!(last, Some("950 more mistakes follow in this item"));
}

/// `TOMA_TIMES=1 cargo test --release -p toma-syntax megabyte -- --nocapture` prints the speed.
#[test]
fn a_megabyte_of_anything_is_read_at_once() {
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    let mut noise = |keep: fn(u8) -> u8| -> String {
        (0..1_000_000).map(|_| char::from(keep(random()))).collect()
    };
    let ascii = noise(|byte| byte & 0x7f);
    let texts = [
        ("programs", PAGE.repeat(1_000_000 / PAGE.len())),
        ("noise", noise(|byte| byte)),
        ("noise in a shot", format!("shot A {{\n    {}\n}}\n", ascii.replace('\n', "\n    "))),
        ("one long sum", format!("const a = 1{}\n", " + b".repeat(250_000))),
        ("one long list", format!("const a = [1{}]\n", ", b".repeat(330_000))),
    ];
    for (name, text) in texts {
        let begin = Instant::now();
        parse_file(&text);
        let parsed = begin.elapsed();
        assert!(tree(&text).text() == text.as_str(), "{name}");
        if std::env::var_os("TOMA_TIMES").is_some() {
            let speed = text.len() as f64 / 1e6 / parsed.as_secs_f64();
            eprintln!("{name}: {speed:.1} MB/s, with the lossless tree {:?}", begin.elapsed());
        }
        assert!(parsed < PATIENCE * 4, "{name}: {parsed:?}");
    }
}

/// Reading a megabyte of one sign, again and again, and twice as much of it: the time is linear, and
/// never a second in a release build. Formatting too.
#[test]
fn a_megabyte_of_one_pattern_is_answered() {
    let patterns = [
        "{",
        "(",
        "[",
        "\"",
        "|>",
        "@",
        "//",
        "///",
        "// x\n",
        "/// x\n",
        "//!\n",
        "\n",
        "\r",
        "\r\n",
        "}",
        "@a\n",
        "shot A {\n",
        "shot A {}\n",
        "let a = (\n",
        "1..",
        "9",
        "1e9",
        "\0",
        "\u{feff}",
        "\u{202e}",
        "é",
        "a",
        "-",
        "not ",
        "a.",
        "a + ",
        "a |> f()\n    ",
        "f(",
        "\"{",
        "{1: ",
        "A<",
        "use a.b\n",
        "x\n",
        "const a = 1\n",
        "const a = [1, 2]\n\n\n",
        "/",
        "\\",
        "\"\\",
        "\"\u{202e}\" ",
        ",",
        ", ",
        "a,\n",
        "'",
        "pub ",
        "pub\n",
        "enum E {\n",
        "match x {\n",
        "1 }\n",
    ];
    let release = !cfg!(debug_assertions);
    for pattern in patterns {
        for (head, tail) in
            [("", ""), ("shot A {\n    let a = ", "\n}\n"), ("recipe r(\n", ") -> Int { 1 }\n")]
        {
            let took = |bytes: usize| {
                let text = format!("{head}{}{tail}", pattern.repeat(bytes / pattern.len()));
                let begin = Instant::now();
                let formatted = format(&text);
                let formatting = begin.elapsed();
                parse_file(&text);
                let parsing = begin.elapsed().saturating_sub(formatting);
                assert!(formatted.text.len() <= 5 * text.len() + 1000, "{pattern:?}");
                formatting.max(parsing)
            };
            let bytes = if release { 1 << 20 } else { 1 << 15 };
            let time = took(bytes);
            let limit = if release { Duration::from_secs(1) } else { PATIENCE };
            if time > limit / 2 || std::env::var_os("TOMA_TIMES").is_some() {
                eprintln!("{pattern:?} in {head:?}: {time:?}");
            }
            assert!(time < limit, "{pattern:?} in {head:?}: {time:?}");
        }
    }
}

#[test]
fn values_that_hurt_are_answered() {
    for text in [
        "1".repeat(1 << 16),
        format!("1{}", " + 1".repeat(10_000)),
        format!("[{}]", "1, ".repeat(20_000)),
        "(".repeat(1 << 16),
        "\"{".repeat(1 << 14),
        "1..1000000000".to_owned(),
        "1e308".to_owned(),
        "99999999999999999999x1".to_owned(),
        "9999-99-99".to_owned(),
        "\u{0}".to_owned(),
    ] {
        parse_expression(&text);
    }
}

#[test]
fn what_hides_in_texts_and_comments_is_said_once() {
    let bidi = '\u{202e}';
    for (program, places) in [
        (format!("// {bidi}a\nshot A {{}}\n"), 1),
        (format!("//! {bidi}a\nshot A {{}}\n"), 1),
        (format!("shot A {{\n    let a = \"{bidi}x{bidi}\" // {bidi}\n}}\n"), 3),
        (format!("shot A {{}}\n// {bidi}"), 1),
        ("const a = \"\u{1b}[31m\"\n".to_owned(), 1),
        ("const a = 1 // \0\n".to_owned(), 1),
    ] {
        let (_, said) = parse_file(&program);
        assert_eq!(said.iter().map(|d| d.code).collect::<Vec<_>>(), ["T0132"], "{program:?}");
        assert_eq!(said[0].labels.len(), places, "{program:?}");
    }
    // In code it is a sign that means nothing.
    let (_, said) = parse_file(&format!("const a = 1 {bidi}\n"));
    assert_eq!(said.iter().map(|d| d.code).collect::<Vec<_>>(), ["T0127"]);
    // Scripts that are written from the right, and emoji, are what they are.
    let (_, said) = parse_file(
        "// עברית\u{200f}\nconst größe = \"العربية 👩\u{200d}🎨\"\nconst 名前 = größe\n",
    );
    assert_eq!(said, []);
}
