//! What differs between two texts, line by line, as `diff -u` shows it.

use std::fmt::Write as _;

/// Lines around a change that are shown with it.
const AROUND: usize = 3;
/// Texts that differ more are shown whole, once without and once with the change.
const MOST_EDITS: usize = 2_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Same,
    Gone,
    New,
}

/// The shortest way from one text to the other (Myers, "An O(ND) difference algorithm", 1986).
fn steps(a: &[&str], b: &[&str]) -> Vec<Step> {
    let common = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (head, a, b) = (common, &a[common..], &b[common..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    let mut middle = Vec::new();
    let most = (a.len() + b.len()).min(MOST_EDITS);
    let size = 2 * most + 3;
    let centre = most + 1;
    let mut furthest = vec![0_usize; size];
    let mut trace: Vec<Vec<usize>> = Vec::new();
    let mut found = None;
    'search: for edits in 0..=most {
        trace.push(furthest.clone());
        for step in 0..=edits {
            let k = centre + 2 * step - edits;
            let down = step == 0 || (step != edits && furthest[k - 1] < furthest[k + 1]);
            let mut x = if down { furthest[k + 1] } else { furthest[k - 1] + 1 };
            let mut y = (x + centre).wrapping_sub(k);
            while x < a.len() && y < b.len() && a[x] == b[y] {
                (x, y) = (x + 1, y + 1);
            }
            furthest[k] = x;
            if x >= a.len() && y >= b.len() {
                found = Some(edits);
                break 'search;
            }
        }
    }
    match found {
        None => {
            middle.extend(vec![Step::New; b.len()]);
            middle.extend(vec![Step::Gone; a.len()]);
        }
        Some(edits) => {
            let (mut x, mut y) = (a.len(), b.len());
            for edits in (1..=edits).rev() {
                let furthest = &trace[edits];
                let k = (x + centre) - y;
                let least = centre - edits;
                let down = k == least || (k != centre + edits && furthest[k - 1] < furthest[k + 1]);
                let from = if down { k + 1 } else { k - 1 };
                let before = furthest[from];
                let start = if down { before } else { before + 1 };
                while x > start {
                    middle.push(Step::Same);
                    (x, y) = (x - 1, y - 1);
                }
                middle.push(if down { Step::New } else { Step::Gone });
                (x, y) = (before, (before + centre) - from);
            }
            middle.extend(vec![Step::Same; x]);
        }
    }
    let mut steps = vec![Step::Same; head];
    steps.extend(middle.into_iter().rev());
    steps.extend(vec![Step::Same; tail]);
    steps
}

/// The changes from one text to the other, with a few lines around each; empty where they are the same.
pub(crate) fn difference(name: &str, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let steps = steps(&a, &b);
    let changed: Vec<usize> =
        (0..steps.len()).filter(|index| steps[*index] != Step::Same).collect();
    let mut text = format!("--- {name}\n+++ {name}\n");
    let mut at = 0;
    while at < changed.len() {
        let start = changed[at].saturating_sub(AROUND);
        let mut end = changed[at];
        while at < changed.len() && changed[at] <= end + 2 * AROUND + 1 {
            end = changed[at];
            at += 1;
        }
        let end = (end + AROUND + 1).min(steps.len());
        let count = |of: &[Step], side: Step| {
            of.iter().filter(|step| **step == Step::Same || **step == side).count()
        };
        let (x, y) = (count(&steps[..start], Step::Gone), count(&steps[..start], Step::New));
        let hunk = &steps[start..end];
        let _ = writeln!(
            text,
            "@@ -{},{} +{},{} @@",
            x + 1,
            count(hunk, Step::Gone),
            y + 1,
            count(hunk, Step::New)
        );
        let (mut x, mut y) = (x, y);
        for step in hunk {
            let (mark, line) = match step {
                Step::Same => (' ', a[x]),
                Step::Gone => ('-', a[x]),
                Step::New => ('+', b[y]),
            };
            let _ = writeln!(text, "{mark}{line}");
            x += usize::from(*step != Step::New);
            y += usize::from(*step != Step::Gone);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_shown_with_the_lines_around_them() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let after = "1\n2\n3\n4\nfive\n6\n7\n8\n9\nten\n";
        let shown = difference("a", before, after);
        assert_eq!(
            shown,
            "--- a\n+++ a\n@@ -2,8 +2,9 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n 9\n+ten\n"
        );
        assert_eq!(difference("a", before, before), "");
    }

    #[test]
    fn the_steps_lead_from_one_text_to_the_other() {
        let texts =
            ["", "a", "a b c", "c b a", "a a b b", "x a y b z", "b c d e f", "a b c d e f g"];
        for before in texts {
            for after in texts {
                let (a, b): (Vec<&str>, Vec<&str>) =
                    (before.split(' ').collect(), after.split(' ').collect());
                let (mut x, mut built) = (0, Vec::new());
                let mut y = 0;
                for step in steps(&a, &b) {
                    match step {
                        Step::Same => {
                            built.push(a[x]);
                            (x, y) = (x + 1, y + 1);
                        }
                        Step::Gone => x += 1,
                        Step::New => {
                            built.push(b[y]);
                            y += 1;
                        }
                    }
                }
                assert_eq!((built, x), (b, a.len()), "{before} -> {after}");
            }
        }
    }
}
