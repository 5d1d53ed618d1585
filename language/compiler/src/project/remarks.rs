//! Comments of a tweak file, and where they belong when its values move into the shot's text: in front of what
//! they speak about, with the language's own mark.

use super::tweaks::Tweak;

/// The comments of a tweak file as comments of the language: for each entry its own, and what stands behind all.
pub(crate) fn remarks(written: &str, tweaks: &[Tweak]) -> (Vec<Vec<String>>, Vec<String>) {
    let mut own = vec![Vec::new(); tweaks.len()];
    let mut rest = Vec::new();
    let mut begin = 0;
    for line in written.split_inclusive('\n') {
        let start = begin;
        begin += line.len();
        let Some(at) = comment(line, start, tweaks) else { continue };
        let text = line.get(at..).unwrap_or_default().trim_end();
        let text = text.trim_start_matches('#');
        let gap = if text.starts_with([' ', '\t']) || text.is_empty() { "" } else { " " };
        let text = format!("//{gap}{text}");
        let place = (start + at) as u32;
        let alone = line.get(..at).unwrap_or_default().trim_start_matches('\u{feff}').trim();
        let entry = if alone.is_empty() {
            tweaks.iter().position(|tweak| tweak.set.value.span.start > place)
        } else {
            tweaks.iter().rposition(|tweak| tweak.set.target.span.start < place)
        };
        match entry.and_then(|entry| own.get_mut(entry)) {
            Some(said) => said.push(text),
            None => rest.push(text),
        }
    }
    (own, rest)
}

/// Where a comment begins in a line: a `#` behind a blank that is in no value.
fn comment(line: &str, start: usize, tweaks: &[Tweak]) -> Option<usize> {
    let bytes = line.as_bytes();
    line.match_indices('#').map(|(at, _)| at).find(|at| {
        let front = at.checked_sub(1).and_then(|before| bytes.get(before));
        let begins = front.is_none_or(|before| matches!(before, b' ' | b'\t' | 0xBF));
        let place = (start + at) as u32;
        let inside = |tweak: &Tweak| {
            let span = tweak.set.value.span;
            // A value over several lines may hold comments of its own.
            span.start < place && place < span.end && !is_block(tweak)
        };
        begins && !tweaks.iter().any(inside)
    })
}

/// Lists and curves hold lines of their own; texts hold what they hold.
fn is_block(tweak: &Tweak) -> bool {
    use toma_syntax::ast::ExprKind;
    matches!(tweak.set.value.kind, ExprKind::List(_) | ExprKind::Curve(_))
}

/// The comments in a stretch of a program that is taken out.
pub(crate) fn kept(code: &str) -> Vec<String> {
    let comments = code.lines().filter_map(|line| {
        let mut quoted = false;
        let mut before = '\0';
        for (at, c) in line.char_indices() {
            match c {
                '"' if before != '\\' => quoted = !quoted,
                '/' if before == '/' && !quoted => {
                    return line.get(at.saturating_sub(1)..).map(|text| text.trim_end().to_owned());
                }
                _ => {}
            }
            before = c;
        }
        None
    });
    comments.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tweaks::parse;
    use crate::source::reference;

    #[test]
    fn comments_go_with_what_they_speak_about() {
        let text = "\u{feff}#Tuesday\n# softer\na.b: 5px # by Ana\na.t: \"no # comment\"\nc.d:\n  # late\n  at:\n    1..2: 1px # here\n# the end\n";
        let tweaks = parse(text, reference("", "")).entries;
        let (own, rest) = remarks(text, &tweaks);
        assert_eq!(own[0], ["// Tuesday", "// softer", "// by Ana"]);
        assert_eq!(own[1], Vec::<String>::new());
        assert_eq!(own[2], ["// late", "// here"]);
        assert_eq!(rest, ["// the end"]);
    }

    #[test]
    fn a_slash_in_a_text_is_no_comment() {
        assert_eq!(kept("set a = \"http://b\" // why\nset c = 1"), ["// why"]);
    }
}
