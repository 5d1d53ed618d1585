//! Values and addresses that stand by themselves, and what stands in front of cases and rules.

use crate::cases::rendered;
use toma_syntax::ast::{ExprKind, ItemKind};
use toma_syntax::diagnostic::Span;
use toma_syntax::{parse_address, parse_expression, parse_file};

#[test]
fn a_value_by_itself_is_read() {
    for text in [
        "40%",
        " 40%\n",
        "\"a {b} c\"",
        "{1001: 0%, 1040: 100% smooth}",
        "{\n    1001: 0%,\n    1040: 100% smooth,\n}",
        "[1, 2]",
        "a\n    |> f()",
        "-2stops",
        "// why\n3px // so",
    ] {
        let (value, said) = parse_expression(text);
        assert_eq!(said, [], "{text}");
        assert_ne!(value.kind, ExprKind::Broken, "{text}");
    }
    let (value, _) = parse_expression("  40%  ");
    assert_eq!(value.span, Span::new(2, 5));
}

#[test]
fn a_broken_value_by_itself_is_said_once() {
    for (text, expected) in [
        (
            "",
            "1:1 T0107 a value is missing here\n    write one: a number with its unit, a text in quotes, a list, a curve\n",
        ),
        (
            "40percent",
            "1:3 T0111 there is no unit `percent`\n    did you mean `%`? the units are px, mm, deg, s, ms, fr, fps, %, stops, K and nits\n",
        ),
        (
            "40% 50%",
            "1:5 T0119 `50` is too much here\n    take it away, or begin a new line in front of it\n",
        ),
        ("[1, 2", "1:1 T0103 this `[` is never closed\n    write `]` where it ends\n"),
        (
            "\"half",
            "1:1 T0105 this text has no closing `\"` on its line\n    close it with `\"`; for a new line inside a text write `\\n`, for a brace `{{`\n",
        ),
        (
            "1 +",
            "1:4 T0107 a value is missing behind `+`\n    write it there, or at the beginning of the next line, indented\n",
        ),
        (
            "1\n2",
            "2:1 T0119 `2` is too much here\n    take it away, or begin a new line in front of it\n",
        ),
        (
            "let a = 3",
            "1:1 T0107 a value is missing here\n    in front of `let` belongs a value: a name, a number, a text, a call…\n",
        ),
    ] {
        let (_, said) = parse_expression(text);
        assert_eq!(rendered(text, &said), expected, "{text}");
    }
    let deep = format!("{}1", "(".repeat(100_000));
    assert_eq!(parse_expression(&deep).1[0].code, "T0106");
}

#[test]
fn an_address_by_itself_is_read_or_refused() {
    let address = parse_address("fall/gen.strength.x").expect("an address");
    let words = |names: &[toma_syntax::ast::Name]| -> Vec<(String, Span)> {
        names.iter().map(|name| (name.text.clone(), name.span)).collect()
    };
    let at = |word: &str, start: usize| (word.to_owned(), Span::new(start, start + word.len()));
    assert_eq!(words(&address.nodes), [at("fall", 0), at("gen", 5)]);
    assert_eq!(words(&address.fields), [at("strength", 9), at("x", 18)]);
    assert_eq!(address.span, Span::new(0, 19));
    for text in ["", " fall.a", "fall..a", "fall/.a", "a b", "3.x", "let.a", "a.b = 3", "a\n", "a."]
    {
        let refused = parse_address(text).expect_err(text);
        assert!(refused.code == "T0131" && refused.help.is_some(), "{refused:?}");
    }
}

#[test]
fn docs_and_attributes_of_cases_and_rules_are_kept() {
    let source = "enum Holdout {
    /// Nothing is held out.
    None,
    /// Drawn
    /// by hand.
    @deprecated(\"use Model\")
    Roto(
        /// Where it is.
        shape: Path,
    ),
}
policy p {
    /// The contract.
    require a == b because \"we promised\"
    require c
}
";
    let (items, said) = parse_file(source);
    assert_eq!(said, []);
    let ItemKind::Enum { variants, .. } = &items[0].1.item.kind else { panic!("an enum") };
    let docs: Vec<&str> = variants.iter().map(|variant| variant.docs.as_str()).collect();
    assert_eq!(docs, ["Nothing is held out.", "Drawn\nby hand."]);
    assert_eq!(variants[1].attributes[0].name.text, "deprecated");
    assert_eq!(variants[1].fields[0].docs, "Where it is.");
    let ItemKind::Policy { rules, .. } = &items[1].1.item.kind else { panic!("a policy") };
    let docs: Vec<&str> = rules.iter().map(|rule| rule.docs.as_str()).collect();
    assert_eq!(docs, ["The contract.", ""]);
}
