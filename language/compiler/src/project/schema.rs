//! JSON schemas of the YAML files, made of the tables that the reader holds files against, so that an editor
//! completes and underlines what Toma will accept.

use super::form::{Entry, Form, LOCK, PROJECT};
use std::fmt::Write as _;

/// The files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaOf {
    /// `toma.yaml`
    Project,
    /// `toma.lock`
    Lock,
    /// `SHOT.tweaks.yaml`
    Tweaks,
}

/// The schema as JSON text (draft 2020-12).
pub fn schema(of: SchemaOf) -> String {
    let (title, body) = match of {
        SchemaOf::Project => ("toma.yaml: a Toma project", object(&PROJECT)),
        SchemaOf::Lock => ("toma.lock: what a project's packages and weights held", object(&LOCK)),
        SchemaOf::Tweaks => ("SHOT.tweaks.yaml: what artists have changed on a shot", tweaks()),
    };
    let mut out = String::from("{\n");
    let _ = writeln!(out, "  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",");
    let _ = writeln!(out, "  \"title\": {},", text(title));
    let body = body.strip_prefix('{').and_then(|body| body.strip_suffix('}')).unwrap_or(&body);
    let _ = writeln!(out, "  {body}\n}}");
    out
}

fn text(text: &str) -> String {
    super::splice::quoted(text)
}

fn object(form: &Form) -> String {
    match form {
        Form::Table(entries) => table(entries),
        Form::Each(inner) => {
            format!("{{\"type\": \"object\", \"additionalProperties\": {}}}", object(inner))
        }
        Form::Either(tables) => {
            let tables: Vec<String> = tables.iter().map(|entries| table(entries)).collect();
            format!("{{\"oneOf\": [{}]}}", tables.join(", "))
        }
        Form::Text => "{\"type\": \"string\", \"minLength\": 1}".to_owned(),
        Form::Number(known) => {
            let known: Vec<String> = known.iter().map(u32::to_string).collect();
            format!("{{\"enum\": [{}]}}", known.join(", "))
        }
        Form::Word(words) => {
            let words: Vec<String> = words.iter().map(|word| text(word)).collect();
            format!("{{\"enum\": [{}]}}", words.join(", "))
        }
        Form::Hex(front, digits) => {
            let pattern = text(&format!("^{front}[0-9a-fA-F]{{{digits}}}$"));
            format!("{{\"type\": \"string\", \"pattern\": {pattern}}}")
        }
    }
}

fn table(entries: &[Entry]) -> String {
    let properties: Vec<String> = entries
        .iter()
        .map(|entry| {
            let form = object(&entry.form);
            let inner = form.strip_prefix('{').unwrap_or(&form);
            let docs = text(entry.docs);
            format!("    {}: {{\"description\": {docs}, {inner}", text(entry.name))
        })
        .collect();
    let needed: Vec<String> =
        entries.iter().filter(|entry| entry.needed).map(|entry| text(entry.name)).collect();
    format!(
        "{{\"type\": \"object\", \"properties\": {{\n{}\n  }}, \"required\": [{}], \
         \"additionalProperties\": false}}",
        properties.join(",\n"),
        needed.join(", ")
    )
}

/// Addresses are of the shot, so the schema knows only their form.
fn tweaks() -> String {
    // Letters of any script, written as "no other sign of ASCII": not every validator knows `\p{L}`.
    let word = "[^\\x00-@\\[-^`{-\\x7f][^\\x00-/:-@\\[-^`{-\\x7f]*";
    let address = text(&format!("^{word}(/{word})*(\\.{word})*!?$"));
    let frames = text("^([-+]?[0-9]|first|last)");
    format!(
        "{{\"type\": [\"object\", \"null\"],\n  \"patternProperties\": {{{address}: {{\"anyOf\": [\n    \
         {{\"$ref\": \"#/$defs/value\"}},\n    {{\"type\": \"object\", \"minProperties\": 1, \
         \"additionalProperties\": false, \"properties\": {{\n      \"value\": {{\"$ref\": \
         \"#/$defs/value\"}},\n      \"at\": {{\"type\": \"object\", \"patternProperties\": {{{frames}: \
         {{\"$ref\": \"#/$defs/value\"}}}}, \"additionalProperties\": false}}}}}}\n  ]}}}},\n  \
         \"additionalProperties\": false,\n  \"$defs\": {{\n    \"scalar\": {{\"type\": [\"string\", \
         \"number\", \"boolean\"]}},\n    \"value\": {{\"anyOf\": [\n      {{\"$ref\": \
         \"#/$defs/scalar\"}},\n      {{\"type\": \"array\", \"items\": {{\"$ref\": \
         \"#/$defs/scalar\"}}}},\n      {{\"type\": \"object\", \"minProperties\": 1, \
         \"patternProperties\": {{{frames}: {{\"$ref\": \"#/$defs/scalar\"}}}}, \
         \"additionalProperties\": false}}\n    ]}}\n  }}}}"
    )
}
