//! The grammar's rules in the artist's words.

use crate::rule::Rule;

/// What would have fitted, as one reads it in a sentence; `None` for what goes without saying.
pub(super) fn phrase(part: Rule) -> Option<String> {
    let words = match part {
        Rule::End | Rule::NewlineOrEnd => "the end of the line",
        Rule::Expression | Rule::Operand | Rule::BareOperand | Rule::FrameRange => "a value",
        Rule::Argument => "an argument",
        Rule::Arguments | Rule::OpenParen | Rule::Call => "`(`",
        Rule::Parameters => "the parameters in parentheses",
        Rule::CloseParen => "`)`",
        Rule::OpenSquare => "`[`",
        Rule::CloseSquare => "`]`",
        Rule::OpenBrace | Rule::Clauses | Rule::Body | Rule::UseList | Rule::Settings => "`{`",
        Rule::CloseBrace | Rule::HoleEnd => "`}`",
        Rule::Comma => "a comma",
        Rule::Colon => "`:`",
        Rule::Equals => "`=`",
        Rule::Arrow => "`->` and a type",
        Rule::FatArrow => "`=>`",
        Rule::Name | Rule::Path | Rule::Imported | Rule::Case => "a name",
        Rule::Text => "a text in quotes",
        Rule::Type | Rule::TypePath => "a type",
        Rule::Address => "an address",
        Rule::Shots => "a choice of shots",
        Rule::Key => "a key",
        Rule::List => "a list",
        Rule::Refinement => "`in`, `step` or `one of`",
        Rule::Step => "`step`",
        Rule::Purpose => "`for`",
        Rule::FileFormat | Rule::Handle => "`as`",
        Rule::WithHandles => "`with handles`",
        Rule::Within => "`in`",
        Rule::Derived => "`from`",
        Rule::Setting => "a setting",
        Rule::Parameter | Rule::Field => "a name with its type",
        Rule::Variant => "a case",
        Rule::Pattern | Rule::Arm => "a case to match",
        Rule::Piece => "a stretch of frames",
        Rule::Exception => "`except`",
        _ => return word(part).map(|word| format!("`{word}`")),
    };
    Some(words.to_owned())
}

/// The word that a keyword rule stands for.
pub(super) fn word(part: Rule) -> Option<String> {
    match part {
        Rule::Every => return Some("every".to_owned()),
        Rule::Purpose => return Some("for".to_owned()),
        Rule::FileFormat | Rule::Handle => return Some("as".to_owned()),
        Rule::WithHandles => return Some("with".to_owned()),
        Rule::Within => return Some("in".to_owned()),
        Rule::Derived => return Some("from".to_owned()),
        Rule::Step => return Some("step".to_owned()),
        Rule::Exception => return Some("except".to_owned()),
        _ => {}
    }
    part.word().map(ToOwned::to_owned)
}

/// "a, b or c".
pub(super) fn either(mut phrases: Vec<String>) -> String {
    phrases.sort();
    phrases.dedup();
    match phrases.pop() {
        None => "something else".to_owned(),
        Some(last) if phrases.is_empty() => last,
        Some(last) => format!("{} or {last}", phrases.join(", ")),
    }
}
