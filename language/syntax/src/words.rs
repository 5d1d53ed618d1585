//! The words that mean something: at the left edge, at the beginning of a line, everywhere.

/// Words that begin an item at column 0.
pub const ITEM_WORDS: &[&str] = &[
    "use", "pub", "recipe", "stage", "show", "sequence", "shot", "record", "enum", "const",
    "policy", "test",
];

/// Words that begin a clause of a layer.
pub const CLAUSE_WORDS: &[&str] = &[
    "frames", "rate", "format", "space", "seed", "param", "let", "set", "set!", "at", "gate",
    "review", "write", "drop", "policy", "retake", "wedge", "variants", "pick",
];

/// Words that are never names.
pub const RESERVED: &[&str] = &[
    "let", "if", "else", "match", "for", "in", "and", "or", "not", "true", "false", "none", "cut",
    "every",
];

/// Units that may stand behind a number.
pub const UNITS: &[&str] = &["px", "mm", "deg", "s", "ms", "fr", "fps", "%", "stops", "K", "nits"];

/// Can this byte stand in a word? Bytes of characters outside ASCII count as letters.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The word at the beginning of a line (`set!` with its mark), or nothing.
pub(crate) fn first_word(line: &str) -> &str {
    let end = line.bytes().position(|b| !is_word(b)).unwrap_or(line.len());
    let end = if &line[..end] == "set" && line[end..].starts_with('!') { end + 1 } else { end };
    &line[..end]
}

/// The one of `words` that `word` was probably meant to be.
pub(crate) fn nearest<'a>(word: &str, words: &[&'a str]) -> Option<&'a str> {
    // Comparing takes the product of both lengths, and nobody means one of these by so long a word.
    if word.len() > 64 {
        return None;
    }
    let lower = word.to_lowercase();
    let near = words.iter().map(|w| (strsim::damerau_levenshtein(&lower, &w.to_lowercase()), *w));
    let (distance, best) = near.min_by_key(|(distance, _)| *distance)?;
    let longest = word.chars().count().max(best.len());
    (distance * 3 <= longest).then_some(best)
}
