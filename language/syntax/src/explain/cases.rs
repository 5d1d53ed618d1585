//! The mistakes that people make, from the most particular to the most general. Each function looks
//! at a failure and explains it, or leaves it to the next.

use super::forms::form;
use super::habits::{element_by_number, empty_curve, pipe_of_others, several_in_parentheses};
use super::phrases::{either, phrase, word};
use super::{Explained, Failure};
use crate::build::can_be_name;
use crate::rule::Rule;
use crate::words::{CLAUSE_WORDS, ITEM_WORDS, RESERVED, UNITS, first_word, nearest};

type Case = fn(&Failure<'_>) -> Option<Explained>;

pub(super) fn explain(failure: &Failure<'_>) -> Explained {
    const CASES: [Case; 22] = [
        unit_apart,
        foreign_sign,
        percent,
        else_alone,
        element_by_number,
        several_in_parentheses,
        empty_curve,
        behind_pub,
        blank_before_call,
        let_forgotten,
        equals_sign,
        reserved_name,
        second_statement,
        result_type,
        parameter_type,
        unknown_beginning,
        misspelt_word,
        missing_value,
        missing_part,
        missing_comma,
        missing_word,
        too_much,
    ];
    CASES.iter().find_map(|case| case(failure)).unwrap_or_else(|| general(failure))
}

/// A sign that belongs to no program.
pub(super) fn foreign(failure: &Failure<'_>) -> Option<Explained> {
    foreign_sign(failure).or_else(|| percent(failure))
}

/// Signs of other languages, and characters that nobody sees.
fn foreign_sign(failure: &Failure<'_>) -> Option<Explained> {
    if let Some(explained) = pipe_of_others(failure) {
        return Some(explained);
    }
    let mut found = failure.found();
    let first = found.chars().next()?;
    let mut place = failure.place();
    if found == "*" && failure.text[..failure.at].ends_with('*') {
        found = "**";
        place.start -= 1;
    }
    let help = match found {
        "&&" | "&" => "write `and`",
        "||" => "write `or`",
        "|" => "write `|>` to pass something on, `or` between conditions",
        "!" => "write `not`",
        ";" => "a statement ends with its line: take it away",
        "#" => "a comment begins with `//`",
        "'" | "`" => "texts stand between `\"`",
        "**" | "^" => "multiply instead: `a * a`",
        "++" | "--" => "write the sum: `a + 1`",
        "\\" => "paths have `/`, and a line goes on by itself behind an operator",
        _ if first == '$' || first == '~' || first == '?' => "take it away",
        _ if !first.is_ascii() && !first.is_alphanumeric() || first.is_control() => {
            let message = format!("this character (U+{:04X}) means nothing here", first as u32);
            let help = "take it away; outside of texts and comments there are letters, digits and \
                        the signs of the keyboard";
            return Some(Explained::new("T0127", message, failure.place(), help));
        }
        _ => return None,
    };
    let message = format!("`{found}` means nothing in Toma");
    Some(Explained::new("T0127", message, place, help))
}

/// `6 px`, `12°`
fn unit_apart(failure: &Failure<'_>) -> Option<Explained> {
    let found = failure.found();
    let number = failure.last_word();
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if found == "°" {
        let help = "write `deg` for degrees";
        let explained = Explained::new("T0111", "there is no unit `°`", failure.place(), help);
        return Some(explained.fix("write `deg`", "deg"));
    }
    let gap = failure.gap().start..failure.at;
    let line_goes_on = !gap.is_empty() && !failure.text[gap.clone()].contains(['\r', '\n']);
    if !line_goes_on || found == "%" || !UNITS.contains(&found) {
        return None;
    }
    let message = format!("a blank stands between the number and its unit `{found}`");
    let help = format!("write `{number}{found}`");
    Some(Explained::new("T0111", message, gap, help).fix("take the blank away", ""))
}

fn percent(failure: &Failure<'_>) -> Option<Explained> {
    (failure.found() == "%").then(|| {
        let help = "write `mod(a, b)` for a remainder; a percentage has no blank: `10%`";
        Explained::new("T0120", "there is no `%` operator", failure.place(), help)
    })
}

/// `else` begins a line.
fn else_alone(failure: &Failure<'_>) -> Option<Explained> {
    (failure.at == 0 && failure.found() == "else").then(|| {
        let help = "write it behind the `}`: `} else { … }`";
        Explained::new("T0123", "`else` stands on a line of its own", failure.place(), help)
    })
}

/// `f (x)`
fn blank_before_call(failure: &Failure<'_>) -> Option<Explained> {
    let gap = failure.gap().start..failure.at;
    let name = failure.last_word();
    if failure.found() != "(" || gap.is_empty() || name.is_empty() || RESERVED.contains(&name) {
        return None;
    }
    let message = format!("a blank stands between `{name}` and its `(`");
    let help = format!("write `{name}(` without a blank");
    Some(Explained::new("T0121", message, gap, help).fix("take the blank away", ""))
}

/// `f(a = 1)`, `a = 1` in a condition.
fn equals_sign(failure: &Failure<'_>) -> Option<Explained> {
    if failure.found() != "=" {
        return None;
    }
    let operator_fits = failure.expects(Rule::Equal) || failure.expects(Rule::Pipe);
    if failure.expects(Rule::Comma) || failure.expects(Rule::CloseParen) {
        let message = "a named argument is written with a colon";
        let help = format!("write `{}: value`", failure.last_word());
        let explained = Explained::new("T0128", message, failure.place(), help);
        let colon = format!(":{}", failure.blank_at(failure.at + 1));
        let fixed = explained.fix("write a colon", colon);
        return Some(fixed.without_blanks(failure.blanks_before()));
    }
    if operator_fits && !failure.expects(Rule::Equals) && failure.rule != Rule::BrokenItem {
        let message = "`=` gives a name to a value; it doesn't compare";
        let explained = Explained::new("T0128", message, failure.place(), "compare with `==`");
        let before = if failure.before().len() == failure.at { " " } else { "" };
        let sign = format!("{before}=={}", failure.blank_at(failure.at + 1));
        return Some(explained.fix("write `==`", sign));
    }
    None
}

/// `let match = 3`
fn reserved_name(failure: &Failure<'_>) -> Option<Explained> {
    let found = failure.found();
    let names = [Rule::Name, Rule::Path, Rule::Address, Rule::Imported];
    let name_fits = names.iter().any(|rule| failure.expects(*rule));
    if !RESERVED.contains(&found) || !name_fits || failure.expects(Rule::Expression) {
        return None;
    }
    let message = format!("`{found}` is a word of the language and can't be a name");
    let help = format!("choose another, for instance `{found}_` or one that says what it holds");
    Some(Explained::new("T0112", message, failure.place(), help))
}

/// `let a = 1 let b = 2`
fn second_statement(failure: &Failure<'_>) -> Option<Explained> {
    let found = failure.found();
    let statement = found == "let" || CLAUSE_WORDS.contains(&found);
    if failure.at == 0 || !statement || !failure.ends() || failure.expects(Rule::Expression) {
        return None;
    }
    let message = "a second statement stands on this line";
    Some(Explained::new("T0119", message, failure.place(), "begin a new line in front of it"))
}

/// `soft = blur(plate)`
fn let_forgotten(failure: &Failure<'_>) -> Option<Explained> {
    let name = first_word(failure.text);
    let behind = failure.text.get(name.len()..)?.trim_start();
    let assigns = behind.starts_with('=') && !behind.starts_with("==") && can_be_name(name);
    let in_clause = failure.rule == Rule::BrokenClause && !CLAUSE_WORDS.contains(&name);
    if !assigns || !(in_clause || failure.rule == Rule::BrokenLine) {
        return None;
    }
    let message = format!("`let` is missing in front of `{name}`");
    let help = format!("a value gets its name with `let`: `let {name} = …`");
    Some(
        Explained::new("T0110", message, 0..name.len(), help)
            .fix(format!("write `let {name}`"), format!("let {name}")),
    )
}

/// `recipe p(a: Int) {`
fn result_type(failure: &Failure<'_>) -> Option<Explained> {
    if failure.rule != Rule::BrokenResult {
        return None;
    }
    let message = if failure.text.trim_start().starts_with("->") {
        "the type behind `->` is missing or can't be read"
    } else {
        "what this gives is missing: `-> Type`"
    };
    let help = "say the type of the result: `recipe soften(a: Matte) -> Matte { … }`";
    Some(Explained::new("T0122", message, failure.place(), help))
}

/// `b Int`, `b = 3`
fn parameter_type(failure: &Failure<'_>) -> Option<Explained> {
    let parameter = match failure.rule {
        Rule::BrokenParameter => "parameter",
        Rule::BrokenField => "field",
        Rule::BrokenClause if first_word(failure.text) == "param" => "parameter",
        _ => return None,
    };
    let name = failure.last_word();
    if !failure.expects(Rule::Colon) || name.is_empty() {
        return None;
    }
    let message = format!("the {parameter} `{name}` needs a type");
    let at = failure.gap().start;
    let found = failure.found();
    let written = if found.starts_with(char::is_uppercase) { found } else { "Type" };
    let help = format!("write `{name}: {written}`");
    Some(Explained::new("T0108", message, at - name.len()..at, help))
}

/// A line that begins as no clause, set or rule does.
fn unknown_beginning(failure: &Failure<'_>) -> Option<Explained> {
    let found = failure.found();
    if failure.at != 0 || found.is_empty() {
        return None;
    }
    let (code, place) = ("T0110", failure.place());
    let named = found.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let (message, words, help) = match failure.rule {
        Rule::BrokenClause if named => {
            let help = if ITEM_WORDS.contains(&found) {
                "an item begins at the left edge, behind the `}` of the one above".to_owned()
            } else {
                format!("a value gets its name with `let`: `let name = {found}…`")
            };
            (format!("no clause begins with `{found}`"), CLAUSE_WORDS, help)
        }
        Rule::BrokenSet => {
            let help = "between the braces of `at` stand lines as `set fall.amount = 90%`";
            (format!("`{found}` sets nothing"), &["set"] as &[&str], help.to_owned())
        }
        Rule::BrokenRule => {
            let help = "between the braces of a policy stand lines as `require not generated(x)`";
            (format!("`{found}` is no rule"), &["require"] as &[&str], help.to_owned())
        }
        Rule::BrokenClause | Rule::BrokenLine => {
            let help = "a line that goes on from the one above begins with `|>`, or the one above \
                        ends with its operator";
            (format!("a line can't begin with `{found}`"), &[] as &[&str], help.to_owned())
        }
        _ => return None,
    };
    Some(match nearest(found, words) {
        Some(meant) if meant != found => {
            let help = format!("did you mean `{meant}`?");
            Explained::new(code, message, place, help).fix(format!("write `{meant}`"), meant)
        }
        _ => Explained::new(code, message, place, help),
    })
}

/// `frames 1001..1096 handle 8`
fn misspelt_word(failure: &Failure<'_>) -> Option<Explained> {
    let found = failure.found();
    let words: Vec<String> = failure.expected.iter().filter_map(|&fits| word(fits)).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    if failure.expects(Rule::Refinement) {
        words.extend(["in", "step", "one"]);
    }
    let short = || words.iter().copied().find(|word| nearly(found, word));
    let meant = nearest(found, &words).or_else(short);
    let meant = meant.filter(|meant| *meant != found && found.len() > 1)?;
    let message = format!("`{found}` can't stand here");
    let help = format!("did you mean `{meant}`?");
    let explained = Explained::new("T0125", message, failure.place(), help);
    Some(explained.fix(format!("write `{meant}`"), meant))
}

/// Two letters, swapped or one of them wrong: too short to be measured by [`nearest`].
fn nearly(found: &str, word: &str) -> bool {
    let (Ok(found), Ok(word)) =
        (<[u8; 2]>::try_from(found.as_bytes()), <[u8; 2]>::try_from(word.as_bytes()))
    else {
        return false;
    };
    found[0] == word[0] || found == [word[1], word[0]]
}

/// `let a =`, `{1001: , 1002: 3}`, `c +* 2`
fn missing_value(failure: &Failure<'_>) -> Option<Explained> {
    const VALUES: [Rule; 5] =
        [Rule::Expression, Rule::Operand, Rule::FrameRange, Rule::BareOperand, Rule::Argument];
    if !VALUES.iter().any(|value| failure.expects(*value)) {
        return None;
    }
    let help = match failure.found() {
        "" if failure.last_word() == first_word(failure.text) => reads_as(failure),
        "" => "write it there, or at the beginning of the next line, indented".to_owned(),
        found => {
            format!("in front of `{found}` belongs a value: a name, a number, a text, a call…")
        }
    };
    let message = missing("a value", failure);
    Some(Explained::new("T0107", message, failure.place(), help))
}

/// One certain thing would have fitted: a name, a type, a text…
fn missing_part(failure: &Failure<'_>) -> Option<Explained> {
    let certain = [
        Rule::Name,
        Rule::Text,
        Rule::Type,
        Rule::Address,
        Rule::Path,
        Rule::Shots,
        Rule::List,
        Rule::Key,
        Rule::Setting,
    ];
    let mut fitting = certain.into_iter().filter(|part| failure.expects(*part));
    let part = match (fitting.next()?, fitting.next()) {
        // A `write` may have a name, and must have a file.
        (Rule::Name, Some(Rule::Text)) => Rule::Text,
        (_, Some(_)) => return None,
        (part, None) => part,
    };
    if failure.expects(Rule::Comma) || failure.ends() {
        return None;
    }
    let message = missing(&phrase(part)?, failure);
    Some(Explained::new("T0125", message, failure.place(), reads_as(failure)))
}

/// Two entries without a comma between them.
fn missing_comma(failure: &Failure<'_>) -> Option<Explained> {
    let (entries, close) = match failure.rule {
        Rule::BrokenParameter if failure.ends() => ("parameters", "`)`"),
        Rule::BrokenField if failure.ends() => ("fields", "`}`"),
        Rule::BrokenVariant if failure.ends() => ("cases", "`}`"),
        Rule::BrokenImport if failure.ends() => ("names", "`}`"),
        _ if !failure.expects(Rule::Comma) => return None,
        _ if failure.expects(Rule::CloseSquare) => ("elements", "`]`"),
        _ if failure.expects(Rule::CloseParen) => ("arguments", "`)`"),
        _ => ("entries", "`}`"),
    };
    let mut next = failure.text[failure.at..].trim_start().chars();
    if !next.next().is_some_and(|c| c.is_alphanumeric() || "\"_@/([{-".contains(c)) {
        let message = format!("a comma or {close} is missing here");
        let help = format!("{entries} stand between commas");
        return Some(Explained::new("T0109", message, failure.place(), help));
    }
    Some(no_comma(failure, entries))
}

/// No comma stands in front of the place, and one belongs there.
pub(super) fn no_comma(failure: &Failure<'_>, entries: &str) -> Explained {
    let message = match failure.last_token() {
        "" => format!("a comma is missing in front of `{}`", failure.found()),
        last => format!("a comma is missing behind `{last}`"),
    };
    let help = format!("{entries} stand between commas");
    Explained::new("T0109", message, failure.gap(), help).fix("insert a comma", ",")
}

/// A word or sign that a clause or item can't do without.
fn missing_word(failure: &Failure<'_>) -> Option<Explained> {
    const NEEDED: [Rule; 13] = [
        Rule::Equals,
        Rule::Colon,
        Rule::ByWord,
        Rule::BecauseWord,
        Rule::AsWord,
        Rule::InWord,
        Rule::OfWord,
        Rule::WriteWord,
        Rule::HandlesWord,
        Rule::FatArrow,
        Rule::Arrow,
        Rule::Parameters,
        Rule::Clauses,
    ];
    if failure.ends() {
        return None;
    }
    let opener = [Rule::OpenBrace, Rule::Body, Rule::CloseBrace, Rule::OpenParen];
    // Behind any call may stand a handle; only a `retake` needs its `as`.
    let retake = first_word(failure.text) == "retake";
    let mut needed = NEEDED.iter().chain(&opener).filter(|needed| failure.expects(**needed));
    let needed = needed.find(|needed| **needed != Rule::AsWord || retake)?;
    let phrase = phrase(*needed)?;
    let message = match failure.found() {
        "" => missing(&phrase, failure),
        found => format!("{phrase} is missing in front of `{found}`"),
    };
    if *needed == Rule::Equals {
        let explained = Explained::new("T0125", message, failure.gap(), reads_as(failure));
        let sign = format!(" ={}", failure.blank_at(failure.before().len()));
        return Some(explained.fix("write `=`", sign));
    }
    Some(Explained::new("T0125", message, failure.place(), reads_as(failure)))
}

/// Something behind what was complete.
fn too_much(failure: &Failure<'_>) -> Option<Explained> {
    let found = failure.found();
    if !failure.ends() || found.is_empty() {
        return None;
    }
    let message = format!("`{found}` is too much here");
    let value = failure.before().split_once(" = ").map(|(_, value)| value.trim_start());
    if found == "as" && value.is_some_and(|value| value.starts_with('(') && value.ends_with(')')) {
        let help = "a name for a call stands right behind it, inside the brackets: `(plate |> blur(2px) as soft)`";
        return Some(Explained::new("T0119", message, failure.place(), help));
    }
    Some(Explained::new("T0119", message, failure.place(), reads_as(failure)))
}

/// `pub` without an item.
fn behind_pub(failure: &Failure<'_>) -> Option<Explained> {
    if failure.last_word() != "pub" || failure.rule != Rule::BrokenItem {
        return None;
    }
    let found = failure.found();
    if let Some(meant) = nearest(found, ITEM_WORDS) {
        let message = format!("no item begins with `{found}`");
        let help = format!("did you mean `{meant}`?");
        let explained = Explained::new("T0101", message, failure.place(), help);
        return Some(explained.fix(format!("write `{meant}`"), meant));
    }
    let help = "`pub` stands in front of what others may use: `pub recipe soften(…)`";
    Some(Explained::new("T0125", missing("an item", failure), failure.place(), help))
}

/// "a value is missing behind `=`"
fn missing(what: &str, failure: &Failure<'_>) -> String {
    match failure.last_token() {
        "" => format!("{what} is missing here"),
        "\"" => format!("{what} is missing behind the text"),
        last => format!("{what} is missing behind `{last}`"),
    }
}

/// What stands here does not fit, and this would.
fn general(failure: &Failure<'_>) -> Explained {
    let wanted = either(failure.expected.iter().filter_map(|&fits| phrase(fits)).collect());
    let message = match failure.found() {
        "" => "something is missing here".to_owned(),
        found => format!("`{found}` can't stand here"),
    };
    Explained::new("T0100", message, failure.place(), format!("here fits {wanted}"))
}

/// The form of the clause or item that this is in.
fn reads_as(failure: &Failure<'_>) -> String {
    let word = match failure.rule {
        Rule::BrokenLayerHead => "shot",
        Rule::BrokenRecipeHead => "recipe",
        Rule::BrokenImport => "use",
        Rule::BrokenParameter | Rule::BrokenField => "parameter",
        Rule::BrokenItem => failure
            .text
            .lines()
            .map(|line| first_word(line.strip_prefix("pub ").unwrap_or(line)))
            .find(|word| ITEM_WORDS.contains(word))
            .unwrap_or_default(),
        _ if failure.expects(Rule::FatArrow) => "match",
        _ if failure.expects(Rule::InWord) => "for",
        Rule::BrokenHole => "hole",
        _ if failure.expects(Rule::Colon) && failure.before().contains("cut {") => "cut",
        _ => first_word(failure.text.trim_start()),
    };
    form(word).map_or_else(
        || "take it away, or begin a new line in front of it".to_owned(),
        |form| format!("it reads as in `{form}`"),
    )
}
