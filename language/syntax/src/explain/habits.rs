//! What is right in other languages and means nothing here: elements by their number, points without their
//! name, another sign for `|>`. Each function looks at a failure and explains it, or leaves it to the next.

use super::{Explained, Failure};
use crate::rule::Rule;

/// `plate >> blur(3px)`
pub(super) fn pipe_of_others(failure: &Failure<'_>) -> Option<Explained> {
    let behind = failure.text[..failure.at].ends_with('>') && failure.found().starts_with('>');
    if !behind || !failure.expects(Rule::Operand) {
        return None;
    }
    let help = "a picture is passed on by `|>`";
    let place = failure.at - 1..failure.at + 1;
    let explained = Explained::new("T0127", "`>>` means nothing in Toma", place, help);
    Some(explained.fix("write `|>`", "|>"))
}

/// `looks[0]`
pub(super) fn element_by_number(failure: &Failure<'_>) -> Option<Explained> {
    let before = failure.before();
    let name = failure.last_word();
    let held = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        || before.ends_with(']') && before.contains('[')
        || before.ends_with(')');
    if failure.found() != "[" || before.len() != failure.at || !held {
        return None;
    }
    let list = if name.is_empty() { "list" } else { name };
    let help = format!(
        "give the element a name of its own with `let` or `const` and use that; all of them are used by \
         `[for one in {list}: …]`"
    );
    let message = "an element isn't taken out of a list by its number";
    Some(Explained::new("T0119", message, failure.place(), help))
}

/// `transform((3px, 4px))`, `blur<ACEScg>(plate, 3px)`
pub(super) fn several_in_parentheses(failure: &Failure<'_>) -> Option<Explained> {
    let several = failure.found() == "," && failure.expects(Rule::CloseParen);
    if !several || failure.expects(Rule::Comma) {
        return None;
    }
    let open = opened(failure.text.get(..failure.at)?)?;
    let before = failure.text.get(..open)?;
    if let Some(generic) = before.strip_suffix('>').and_then(|before| before.rfind('<')) {
        let start = before[..generic].trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
        let name = &before[start.len()..generic];
        let message = format!("the pictures that `{name}` works on are not written at a call");
        let help = format!("they follow from what it is given: write `{name}(…)`");
        return Some(Explained::new("T0119", message, generic..before.len(), help));
    }
    let rest = failure.text.get(failure.at..)?;
    let inside = &failure.text[open + 1..failure.at + rest.find(')').unwrap_or(0)];
    let sides: Vec<&str> = inside.split(',').map(str::trim).collect();
    let help = match sides.as_slice() {
        [x, y] if x.ends_with("px") && y.ends_with("px") => format!("write `Point({x}, {y})`"),
        [_, _, _] => format!("a colour is written `Rgb({})`, a list `[a, b, c]`", sides.join(", ")),
        _ => "a point is written `Point(3px, 4px)`, a list `[a, b]`".to_owned(),
    };
    let message = "what several values make together isn't said";
    Some(Explained::new("T0119", message, failure.place(), help))
}

/// The last parenthesis that is still open.
fn opened(text: &str) -> Option<usize> {
    let mut closed = 0;
    for (at, sign) in text.char_indices().rev() {
        match sign {
            ')' => closed += 1,
            '(' if closed == 0 => return Some(at),
            '(' => closed -= 1,
            _ => {}
        }
    }
    None
}

/// `blur({})`
pub(super) fn empty_curve(failure: &Failure<'_>) -> Option<Explained> {
    let open = failure.before();
    let value = open.strip_suffix('{')?.trim_end();
    let curve = value.ends_with(['(', ',', ':', '=', '[']) && !value.ends_with("=>");
    let values = [Rule::Key, Rule::Expression, Rule::Operand, Rule::Argument];
    if !curve || failure.found() != "}" || !values.iter().any(|value| failure.expects(*value)) {
        return None;
    }
    let help =
        "write one, as in `{1001: 2px, 1010: 4px}`; what never changes is written without braces";
    Some(Explained::new("T0107", "an empty curve needs a key", failure.place(), help))
}
