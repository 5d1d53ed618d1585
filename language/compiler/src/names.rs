//! "Did you mean": the nearest of the names that would have been right.

/// The name that was most likely meant, if one is near enough.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let allowed = match name.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let lower = name.to_lowercase();
    known
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| {
            let known = candidate.to_lowercase();
            let distance = strsim::damerau_levenshtein(&lower, &known);
            // Half a word is what it begins.
            let begun = allowed > 1 && known.starts_with(&lower);
            (if begun { distance.min(allowed) } else { distance }, candidate)
        })
        .filter(|(distance, candidate)| {
            *distance <= allowed && *distance < candidate.chars().count()
        })
        .min_by_key(|(distance, candidate)| {
            // Few people get the first letter wrong.
            let begins_otherwise = candidate.chars().next() != name.chars().next();
            (*distance, begins_otherwise, *candidate)
        })
        .map(|(_, candidate)| candidate.to_owned())
}

/// `a`, `b` and `c`
pub(crate) fn listed<S: AsRef<str>>(names: &[S], last: &str) -> String {
    match names {
        [] => String::new(),
        [one] => format!("`{}`", one.as_ref()),
        [front @ .., end] => {
            let front: Vec<String> =
                front.iter().map(|name| format!("`{}`", name.as_ref())).collect();
            format!("{} {last} `{}`", front.join(", "), end.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_and_nothing_far() {
        let known = ["blur", "over", "keymix", "temporal_median"];
        assert_eq!(nearest("blurr", known).as_deref(), Some("blur"));
        assert_eq!(nearest("ovre", known).as_deref(), Some("over"));
        assert_eq!(nearest("Keymix", known).as_deref(), Some("keymix"));
        assert_eq!(nearest("temporal_medain", known).as_deref(), Some("temporal_median"));
        assert_eq!(nearest("plait", ["last", "plate"]).as_deref(), Some("plate"));
        assert_eq!(nearest("xyz", known), None);
        assert_eq!(nearest("temporal", known).as_deref(), Some("temporal_median"));
        assert_eq!(nearest("te", known), None);
    }

    #[test]
    fn lists_names_as_a_sentence() {
        assert_eq!(listed(&["a", "b", "c"], "or"), "`a`, `b` or `c`");
        assert_eq!(listed(&["a"], "or"), "`a`");
    }
}
