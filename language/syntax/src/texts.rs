//! Where a text in quotes ends. Its holes may hold brackets and further texts; it ends with its line.

/// The extent of a text.
pub(crate) struct TextEnd {
    /// Behind its closing quote, or behind the last character of the line.
    pub(crate) end: usize,
    /// What would have closed it, innermost first; empty for a closed text.
    pub(crate) missing: String,
    /// An escape that the end of the line cuts off: this backslash.
    pub(crate) cut_escape: Option<usize>,
    /// How deep its holes and brackets nest.
    pub(crate) depth: usize,
}

/// From the opening quote at `open` to behind the closing one. Linear in the line.
pub(crate) fn text_end(text: &str, open: usize) -> TextEnd {
    let bytes = text.as_bytes();
    // `"` for a text, `{` for its hole, `(` and `[` for brackets in a hole.
    let mut frames = vec![b'"'];
    let mut depth = 1;
    let mut cut_escape = None;
    let mut i = open + 1;
    while let Some(&byte) = bytes.get(i) {
        let in_text = frames.last() == Some(&b'"');
        match byte {
            b'\n' => break,
            b'\\' if in_text => {
                if matches!(bytes.get(i + 1), None | Some(b'\n')) {
                    cut_escape = Some(i);
                    i += 1;
                } else {
                    i += 2;
                }
                continue;
            }
            b'{' if in_text && bytes.get(i + 1) == Some(&b'{') => {
                i += 2;
                continue;
            }
            b'"' if in_text => {
                frames.pop();
                if frames.is_empty() {
                    return TextEnd { end: i + 1, missing: String::new(), cut_escape, depth };
                }
            }
            b'"' | b'(' | b'[' if !in_text => frames.push(byte),
            b'{' => frames.push(byte),
            b'}' if !in_text => while frames.pop().is_some_and(|frame| frame != b'{') {},
            b')' if frames.last() == Some(&b'(') => _ = frames.pop(),
            b']' if frames.last() == Some(&b'[') => _ = frames.pop(),
            _ => {}
        }
        depth = depth.max(frames.len());
        i += 1;
    }
    let mut end = i.min(bytes.len());
    while end > open + 1 && matches!(bytes[end - 1], b'\r' | b' ' | b'\t') {
        end -= 1;
    }
    let missing = frames.iter().rev().map(|&frame| char::from(closer(frame))).collect();
    TextEnd { end, missing, cut_escape, depth }
}

/// What closes this bracket or quote.
pub(crate) fn closer(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        other => other,
    }
}
