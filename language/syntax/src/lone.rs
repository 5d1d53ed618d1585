//! Values and addresses that stand by themselves: in a tweak file, on a command line, in a slider.
//!
//! The same grammar and the same messages as inside an item.

use crate::ast::{Address, Expr, ExprKind, Name};
use crate::build::Builder;
use crate::diagnostic::{Diagnostic, Span};
use crate::parse;
use crate::prepare::prepare;

/// Parses a text that is one value: `40%`, `{1001: 0%, 1040: 100% smooth}`, `[a, b]`. Spans count
/// from the beginning of the text. What can't be read is [`ExprKind::Broken`] and said.
pub fn parse_expression(text: &str) -> (Expr, Vec<Diagnostic>) {
    let whole = Span::new(0, text.len());
    let unread = |error: Diagnostic| (Expr { kind: ExprKind::Broken, span: whole }, vec![error]);
    if text.trim().is_empty() {
        return unread(
            Diagnostic::error("T0107", "a value is missing here", whole)
                .help("write one: a number with its unit, a text in quotes, a list, a curve"),
        );
    }
    let ready = prepare(text);
    if let Some(at) = ready.too_deep {
        let at = text.floor_char_boundary(at);
        let error =
            Diagnostic::error("T0106", "this value is nested too deeply", Span::new(at, at));
        return unread(error.help("write it with fewer brackets inside each other"));
    }
    match parse::value(&ready.text).root() {
        Some(lone) => Builder::new(text, &ready).value(lone),
        None => unread(
            Diagnostic::error("T0107", "this value can't be read", whole)
                .help("write a number with its unit, a text in quotes, a list or a curve"),
        ),
    }
}

/// Parses a text that is one address: `fall.amount`, `fall/gen.strength`. Spans count from the
/// beginning of the text.
///
/// # Errors
/// With what to write, when the text is anything else.
pub fn parse_address(text: &str) -> Result<Address, Diagnostic> {
    let whole = Span::new(0, text.len());
    let refused = || {
        let (message, help) = match text.trim() {
            "" => ("an address is missing here".to_owned(), ADDRESS.to_owned()),
            name => (format!("`{}` is no address", name.escape_debug()), ADDRESS.to_owned()),
        };
        Diagnostic::error("T0131", message, whole).help(help)
    };
    if !parse::is_address(text) {
        return Err(refused());
    }
    let (nodes, fields) = text.split_once('.').unwrap_or((text, ""));
    let mut at = 0;
    let mut name = |word: &str| {
        let span = Span::new(at, at + word.len());
        at += word.len() + 1;
        Name { text: word.to_owned(), span }
    };
    let nodes = nodes.split('/').map(&mut name).collect();
    let fields = fields.split('.').filter(|field| !field.is_empty()).map(&mut name).collect();
    Ok(Address { nodes, fields, span: whole })
}

const ADDRESS: &str = "an address reads `fall.amount` for a parameter of the let's last call, or \
                       `fall/gen.strength` for one of the call `gen` inside it";
