//! "Did you mean": the nearest of the names that would have been right.

use std::borrow::Cow;

/// The one of the names that was most likely meant by a misspelt one, if one is near enough.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let length = name.chars().count();
    // Nobody mistypes so long a name, and comparing two takes the product of their lengths.
    if length > LONGEST {
        return None;
    }
    let allowed = match length {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let lower = name.to_lowercase();
    let (length, signs) = (lower.chars().count(), signs(&lower));
    known
        .into_iter()
        .take(MOST)
        .filter(|candidate| *candidate != name && candidate.len() <= 4 * LONGEST)
        .map(|candidate| (lowercase(candidate), candidate))
        .filter(|(known, _)| {
            allowed > 1 && known.starts_with(&lower) || differ(length, signs, known) <= allowed
        })
        .take(MOST_ALIKE)
        .map(|(known, candidate)| {
            // Half a word is what it begins.
            let begun = allowed > 1 && known.starts_with(&lower);
            let distance = strsim::damerau_levenshtein(&lower, &known);
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

/// Names that are looked at.
const MOST: usize = 2_000;
/// Of these, names that are compared sign by sign.
const MOST_ALIKE: usize = 100;
/// Characters of a name that something near is looked for.
const LONGEST: usize = 64;

fn lowercase(name: &str) -> Cow<'_, str> {
    let small = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if name.bytes().all(small) { Cow::Borrowed(name) } else { Cow::Owned(name.to_lowercase()) }
}

/// Which characters stand in a name, a bit for each, some sharing one.
fn signs(name: &str) -> u64 {
    name.chars().fold(0, |signs, c| signs | 1 << (c as u32 % 64))
}

/// No fewer changes than these make one name of the other: one may bring a character and take another away.
fn differ(length: usize, own: u64, known: &str) -> usize {
    let other = signs(known);
    let lengths = known.chars().count().abs_diff(length);
    let gone = (own & !other).count_ones().max((other & !own).count_ones());
    lengths.max(gone as usize)
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
    fn what_is_passed_over_without_a_look_is_too_far_away() {
        let names =
            ["blur", "blurr", "rulb", "Blür", "über", "a", "ab", "keymix", "mixkey", "lumakey"];
        for a in names {
            for b in names {
                let (a, b) = (a.to_lowercase(), b.to_lowercase());
                let least = differ(a.chars().count(), signs(&a), &b);
                assert!(least <= strsim::damerau_levenshtein(&a, &b), "{a} {b}");
            }
        }
    }

    #[test]
    fn lists_names_as_a_sentence() {
        assert_eq!(listed(&["a", "b", "c"], "or"), "`a`, `b` or `c`");
        assert_eq!(listed(&["a"], "or"), "`a`");
    }
}
