//! Colours for programs: what each piece of a text is, by the language's own tree. Every byte of the text is in
//! exactly one piece.

use toma_syntax::{Rule, SyntaxKind, SyntaxToken, tree};

/// What a piece of a program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Plain,
    Word,
    Comment,
    Doc,
    Text,
    Number,
    Type,
    Call,
    Attribute,
}

impl Sort {
    /// The class of the style sheet; empty for what has no colour.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Word => "w",
            Self::Comment => "c",
            Self::Doc => "d",
            Self::Text => "s",
            Self::Number => "n",
            Self::Type => "t",
            Self::Call => "f",
            Self::Attribute => "a",
        }
    }
}

/// A program's pieces, in order.
pub(crate) fn pieces(text: &str) -> Vec<(Sort, String)> {
    let mut pieces: Vec<(Sort, String)> = Vec::new();
    let root = tree(text);
    for element in root.descendants_with_tokens() {
        let Some(token) = element.into_token() else { continue };
        let sort = sort(&token);
        match pieces.last_mut() {
            Some((last, own)) if *last == sort => own.push_str(token.text()),
            _ => pieces.push((sort, token.text().to_owned())),
        }
    }
    pieces
}

fn sort(token: &SyntaxToken) -> Sort {
    match token.kind() {
        SyntaxKind::Comment => Sort::Comment,
        SyntaxKind::FileDoc => Sort::Doc,
        SyntaxKind::Rule(rule) => by_rule(rule, token),
        _ if in_text(token) => Sort::Text,
        _ => Sort::Plain,
    }
}

/// Is it in a text, and not in a hole of it?
fn in_text(token: &SyntaxToken) -> bool {
    token.parent().is_some_and(|parent| parent.kind() == SyntaxKind::Rule(Rule::Text))
}

fn by_rule(rule: Rule, token: &SyntaxToken) -> Sort {
    match rule {
        Rule::Doc => Sort::Doc,
        Rule::Text | Rule::TextEnd | Rule::Characters | Rule::Escape => Sort::Text,
        Rule::Number
        | Rule::Size
        | Rule::Date
        | Rule::Unit
        | Rule::Quantity
        | Rule::TrueWord
        | Rule::FalseWord
        | Rule::NoneWord => Sort::Number,
        Rule::Public => Sort::Word,
        // A word of a clause that begins nothing is a name like any other.
        _ if rule.word().is_some() => Sort::Word,
        Rule::Name | Rule::Path => of_name(token),
        _ if in_text(token) => Sort::Text,
        _ => Sort::Plain,
    }
}

fn of_name(token: &SyntaxToken) -> Sort {
    let mut node = token.parent();
    for _ in 0..3 {
        let Some(parent) = node else { break };
        match parent.kind() {
            SyntaxKind::Rule(Rule::Attribute) => return Sort::Attribute,
            SyntaxKind::Rule(Rule::Type | Rule::TypePath | Rule::Generic | Rule::Generics) => {
                return Sort::Type;
            }
            SyntaxKind::Rule(Rule::Expression | Rule::Parameter | Rule::Arguments) => break,
            _ => node = parent.parent(),
        }
    }
    let next = token.next_token();
    if next.is_some_and(|next| next.text().starts_with('(')) { Sort::Call } else { Sort::Plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_text_and_know_what_they_are() {
        let text = "//! Night.\n\n/// Soft.\n@ui(group: \"a\")\npub recipe soft<S: Linear>(plate: Clip<S>) -> Clip<S> {\n    // why\n    let a = plate |> blur(4px, edge: \"x {n} y\")\n    if true { a } else { plate }\n}\n\nshot A {\n    frames 1001..1010\n    rate 24fps\n    format 64x64\n}\n";
        let pieces = pieces(text);
        assert_eq!(pieces.iter().map(|(_, text)| text.as_str()).collect::<String>(), text);
        let of = |wanted: &str| {
            pieces.iter().find(|(_, text)| text.contains(wanted)).map(|(sort, _)| *sort)
        };
        assert_eq!(of("//! Night"), Some(Sort::Doc), "{pieces:?}");
        assert_eq!(of("/// Soft"), Some(Sort::Doc));
        assert_eq!(of("// why"), Some(Sort::Comment));
        assert_eq!(of("recipe"), Some(Sort::Word));
        assert_eq!(of("blur"), Some(Sort::Call));
        assert_eq!(of("Linear"), Some(Sort::Type));
        assert_eq!(of("4px"), Some(Sort::Number), "{pieces:?}");
        assert_eq!(of("64x64"), Some(Sort::Number), "{pieces:?}");
        assert_eq!(of("frames"), Some(Sort::Word), "{pieces:?}");
    }
}
