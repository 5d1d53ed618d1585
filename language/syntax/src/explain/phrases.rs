//! The grammar's rules in the artist's words.

use crate::grammar::Rule;

/// What would have fitted, as one reads it in a sentence; `None` for what goes without saying.
pub(super) fn phrase(part: Rule) -> Option<String> {
    let words = match part {
        Rule::EOI | Rule::newline_or_end => "the end of the line",
        Rule::expression | Rule::operand | Rule::bare_operand | Rule::frame_range => "a value",
        Rule::argument => "an argument",
        Rule::arguments | Rule::open_paren | Rule::call => "`(`",
        Rule::parameters => "the parameters in parentheses",
        Rule::close_paren => "`)`",
        Rule::open_square => "`[`",
        Rule::close_square => "`]`",
        Rule::open_brace | Rule::clauses | Rule::body | Rule::use_list | Rule::settings => "`{`",
        Rule::close_brace | Rule::hole_end => "`}`",
        Rule::comma => "a comma",
        Rule::colon => "`:`",
        Rule::equals => "`=`",
        Rule::arrow => "`->` and a type",
        Rule::fat_arrow => "`=>`",
        Rule::name | Rule::path | Rule::imported | Rule::case => "a name",
        Rule::text => "a text in quotes",
        Rule::type_ | Rule::type_path => "a type",
        Rule::address => "an address",
        Rule::shots => "a choice of shots",
        Rule::key => "a key",
        Rule::list => "a list",
        Rule::refinement => "`in`, `step` or `one of`",
        Rule::step => "`step`",
        Rule::purpose => "`for`",
        Rule::file_format | Rule::handle => "`as`",
        Rule::with_handles => "`with handles`",
        Rule::within => "`in`",
        Rule::derived => "`from`",
        Rule::setting => "a setting",
        Rule::parameter | Rule::field => "a name with its type",
        Rule::variant => "a case",
        Rule::pattern | Rule::arm => "a case to match",
        Rule::piece => "a stretch of frames",
        Rule::exception => "`except`",
        _ => return word(part).map(|word| format!("`{word}`")),
    };
    Some(words.to_owned())
}

/// The word that a keyword rule stands for.
pub(super) fn word(part: Rule) -> Option<String> {
    match part {
        Rule::k_set_hard => return Some("set!".to_owned()),
        Rule::every => return Some("every".to_owned()),
        Rule::k_space_type => return Some("Space".to_owned()),
        Rule::purpose => return Some("for".to_owned()),
        Rule::file_format | Rule::handle => return Some("as".to_owned()),
        Rule::with_handles => return Some("with".to_owned()),
        Rule::within => return Some("in".to_owned()),
        Rule::derived => return Some("from".to_owned()),
        Rule::step => return Some("step".to_owned()),
        Rule::exception => return Some("except".to_owned()),
        _ => {}
    }
    format!("{part:?}").strip_prefix("k_").map(ToOwned::to_owned)
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
