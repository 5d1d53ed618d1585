//! The typed tree of expressions: precedence, pipes, texts, numbers.

use toma_syntax::ast::{Argument, Expr, ExprKind, ItemKind, TextPart};
use toma_syntax::parse_file;

/// The value of `const x = …`, with parentheses everywhere.
fn shown(expression: &str) -> String {
    let source = format!("const x = {expression}\n");
    let (parsed, diagnostics) = parse_file(&source);
    assert!(diagnostics.is_empty(), "{expression}: {diagnostics:?}");
    match &parsed[0].1.item.kind {
        ItemKind::Const { value, .. } => show(value),
        other => panic!("{expression}: {other:?}"),
    }
}

fn arguments(arguments: &[Argument]) -> String {
    let one = |argument: &Argument| match &argument.name {
        Some(name) => format!("{}: {}", name.text, show(&argument.value)),
        None => show(&argument.value),
    };
    arguments.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn show(expression: &Expr) -> String {
    match &expression.kind {
        ExprKind::Name(name) => name.clone(),
        ExprKind::Number { value, unit } => format!("{value}{}", unit.as_deref().unwrap_or("")),
        ExprKind::Size(w, h) => format!("{w}x{h}"),
        ExprKind::Date(y, m, d) => format!("{y}-{m}-{d}"),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::None => "none".to_owned(),
        ExprKind::Text(text) => {
            let part = |part: &TextPart| match part {
                TextPart::Plain(plain) => plain.clone(),
                TextPart::Hole { value, format: None } => format!("<{}>", show(value)),
                TextPart::Hole { value, format: Some(f) } => format!(
                    "<{} sign {} zeros {} width {} digits {:?}>",
                    show(value),
                    f.sign,
                    f.zeros,
                    f.width,
                    f.digits
                ),
            };
            format!("'{}'", text.parts.iter().map(part).collect::<String>())
        }
        ExprKind::List(list) => {
            format!("[{}]", list.iter().map(show).collect::<Vec<_>>().join(", "))
        }
        ExprKind::Curve(keys) => {
            let key = |key: &toma_syntax::ast::Key| {
                let ease = key.ease.as_ref().map_or(String::new(), |(name, values)| {
                    format!(" {}({})", name.text, arguments(values))
                });
                format!("{}: {}{ease}", show(&key.frame), show(&key.value))
            };
            format!("{{{}}}", keys.iter().map(key).collect::<Vec<_>>().join(", "))
        }
        ExprKind::Call { function, arguments: values, piped, handle } => {
            let pipe = if *piped { "|" } else { "" };
            let handle = handle.as_ref().map_or(String::new(), |name| format!(" as {}", name.text));
            format!("{}{pipe}({}){handle}", show(function), arguments(values))
        }
        ExprKind::Field { base, name } => format!("{}.{}", show(base), name.text),
        ExprKind::With { base, fields } => format!("({} with {})", show(base), arguments(fields)),
        ExprKind::Unary { operator, operand } => format!("({operator:?} {})", show(operand)),
        ExprKind::Binary { operator, left, right, .. } => {
            format!("({} {operator:?} {})", show(left), show(right))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn precedence_is_the_languages() {
    for (written, meant) in [
        ("1 + 2 |> f() < 2%", "(f|((1 Add 2)) Less 2%)"),
        ("1 + 2 * 3..4 |> f()", "f|(((1 Add (2 Multiply 3)) Range 4))"),
        ("not a == b and c or d", "(((Not (a Equal b)) And c) Or d)"),
        ("a.b * 2 - 3", "((a.b Multiply 2) Subtract 3)"),
        ("-a.b * 2 - -3", "(((Negate a.b) Multiply 2) Subtract (Negate 3))"),
        ("a - b - c", "((a Subtract b) Subtract c)"),
        ("a / b / c", "((a Divide b) Divide c)"),
        ("1001..1096 every 2", "((1001 Range 1096) Every 2)"),
        ("first + 8fr..last - 8fr", "((first Add 8fr) Range (last Subtract 8fr))"),
        ("a |> f() |> g()", "g|(f|(a))"),
        ("-f |> blur(2px)", "blur|((Negate f), 2px)"),
        ("not a |> f()", "(Not f|(a))"),
        ("a < b and b <= c", "((a Less b) And (b LessEqual c))"),
        ("(a < b) == (c < d)", "((a Less b) Equal (c Less d))"),
        ("(1 + 2) * 3", "((1 Add 2) Multiply 3)"),
    ] {
        assert_eq!(shown(written), meant, "{written}");
    }
}

#[test]
fn calls_take_pipes_handles_puns_and_changes() {
    for (written, meant) in [
        ("a |> f(b, c: d) as g", "f|(a, b, c: d) as g"),
        ("f(x, seed:)", "f(x, seed: seed)"),
        ("seed.split(\"dust\")", "seed.split('dust')"),
        ("a.b.c(1).d", "a.b.c(1).d"),
        ("f()(1)", "f()(1)"),
        ("(a + b).c", "(a Add b).c"),
        ("r with (z: nearer, w:)", "(r with z: nearer, w: w)"),
        ("f(x) with (z: 1) as h |> g() as k", "g|((f(x) as h with z: 1)) as k"),
        ("(r with (z: 1)).z", "(r with z: 1).z"),
        ("a |> f() with (z: 1)", "(f|(a) with z: 1)"),
    ] {
        assert_eq!(shown(written), meant, "{written}");
    }
}

#[test]
fn literals_are_read() {
    for (written, meant) in [
        ("1_000", "1000"),
        ("1.5e+3mm", "1500mm"),
        ("1e-3", "0.001"),
        ("40%", "40%"),
        ("23.976fps", "23.976fps"),
        ("832x480", "832x480"),
        ("2028-02-29", "2028-2-29"),
        ("[true, false, none]", "[true, false, none]"),
        ("\"a{b}c\"", "'a<b>c'"),
        ("\"{frame:04}\"", "'<frame sign false zeros true width 4 digits None>'"),
        ("\"{x:+6.2}\"", "'<x sign true zeros false width 6 digits Some(2)>'"),
        ("\"{{}} \\\" \\\\ \\t \\u{e9}\"", "'{} \" \\ \t é'"),
        ("\"x {name |> upper(\"y {z}\")}\"", "'x <upper|(name, 'y <z>')>'"),
        (
            "{first: 0%, 1040: 100% smooth, last: 3% cubic(0.3, 0.7)}",
            "{first: 0%, 1040: 100% smooth(), last: 3% cubic(0.3, 0.7)}",
        ),
    ] {
        assert_eq!(shown(written), meant, "{written}");
    }
}

#[test]
fn the_spans_of_an_expression_are_its_places() {
    let source = "/// doc\nconst x = (a + bé)  |> f( c ) // note\n";
    let (parsed, _) = parse_file(source);
    let ItemKind::Const { value, .. } = &parsed[0].1.item.kind else { panic!("a const") };
    let text = |e: &Expr| &source[e.span.start as usize..e.span.end as usize];
    assert_eq!(text(value), "(a + bé)  |> f( c )");
    let ExprKind::Call { arguments, function, .. } = &value.kind else { panic!("a call") };
    assert_eq!(text(function), "f");
    assert_eq!(text(&arguments[0].value), "(a + bé)");
    assert_eq!(text(&arguments[1].value), "c");
}
