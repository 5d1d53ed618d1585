//! Is a claim true? And if not, how far from it: both sides, and where pictures differ.

#![expect(clippy::float_cmp, reason = "claims compare the very numbers")]

use super::measure::{self, Difference};
use std::collections::BTreeMap;
use std::sync::Arc;
use toma_compiler::{Claim, Comparison, Measure, Measured, Operand, OperandId, TestCase};
use toma_engine::{Engine, EngineError};
use toma_media::Frame;
use toma_plan::{Dimension, Value, written};
use toma_stage::{CancelToken, Value as Flowing};

/// Why a claim isn't true.
#[derive(Debug)]
pub(super) enum Failed {
    /// Lines that say it.
    Differs(Vec<String>),
    /// It could not even be looked at.
    Broken(String),
}

impl Failed {
    /// What there is to read.
    pub(super) fn lines(&self) -> Vec<String> {
        match self {
            Self::Differs(lines) => lines.clone(),
            Self::Broken(line) => vec![line.clone()],
        }
    }
}

/// The rendered pictures of a test, of the frames that were asked for last.
pub(super) struct Pictures<'c> {
    case: &'c TestCase,
    frames: BTreeMap<(OperandId, i64), Arc<Frame>>,
}

impl<'c> Pictures<'c> {
    pub(super) fn new(case: &'c TestCase) -> Self {
        Self { case, frames: BTreeMap::new() }
    }

    /// Renders what a claim looks at when it is held against a frame.
    pub(super) fn bring(
        &mut self,
        engine: &Engine,
        claim: &Claim,
        frame: i64,
    ) -> Result<(), EngineError> {
        let mut wanted = Vec::new();
        each(claim, &mut |operand, at| {
            wanted.push((operand, at.map_or(frame, |at| whole(self.case, at))));
        });
        // Only what this frame needs is held.
        self.frames.retain(|known, _| wanted.contains(known));
        wanted.retain(|one| !self.frames.contains_key(one));
        wanted.sort_unstable();
        wanted.dedup();
        let named: Vec<(&str, &str, i64)> = wanted
            .iter()
            .filter_map(|(operand, frame)| match self.case.operands.get(*operand)? {
                Operand::Picture { node, port } => Some((node.as_str(), port.as_str(), *frame)),
                Operand::Value(_) => None,
            })
            .collect();
        if named.is_empty() {
            return Ok(());
        }
        let cancel = CancelToken::default();
        let (values, _) = engine.values(&self.case.plan, &named, &cancel, &|_| {})?;
        for (key, value) in wanted.into_iter().zip(values) {
            if let Flowing::Frame(frame) = value.map_err(EngineError::Failed)? {
                self.frames.insert(key, frame);
            }
        }
        Ok(())
    }

    fn get(&self, operand: OperandId, frame: i64) -> Option<&Frame> {
        self.frames.get(&(operand, frame)).map(AsRef::as_ref)
    }
}

/// Calls `visit` with every picture that a claim looks at, and its own frame if it names one.
fn each(claim: &Claim, visit: &mut dyn FnMut(OperandId, Option<OperandId>)) {
    match claim {
        Claim::Holds { .. } => {}
        Claim::Pictures { left, right, .. } => {
            visit(*left, None);
            visit(*right, None);
        }
        Claim::Compare { left, right, .. } => {
            each_measured(left, visit);
            each_measured(right, visit);
        }
        Claim::Not(claim) => each(claim, visit),
        Claim::All(claims) | Claim::Any(claims) => {
            for claim in claims {
                each(claim, visit);
            }
        }
    }
}

fn each_measured(measured: &Measured, visit: &mut dyn FnMut(OperandId, Option<OperandId>)) {
    match measured {
        Measured::Value(_) => {}
        Measured::Measure { pictures, at, .. } => {
            for picture in pictures {
                visit(*picture, *at);
            }
        }
        Measured::Computed { left, right, .. } => {
            each_measured(left, visit);
            each_measured(right, visit);
        }
    }
}

/// The frames at which a claim must be true: all of the test's, or one where nothing depends on them.
pub(super) fn frames(claim: &Claim, case: &TestCase) -> std::ops::RangeInclusive<i64> {
    let mut moving = false;
    each(claim, &mut |_, at| moving |= at.is_none());
    let last = if moving { case.frames.last } else { case.frames.first };
    case.frames.first..=last
}

fn value(case: &TestCase, operand: OperandId) -> Option<&Value> {
    match case.operands.get(operand)? {
        Operand::Value(value) => Some(value),
        Operand::Picture { .. } => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Number { value, .. } => Some(*value),
        _ => None,
    }
}

fn whole(case: &TestCase, operand: OperandId) -> i64 {
    value(case, operand).and_then(number).map_or(0, |value| value as i64)
}

/// Why a claim isn't true at a frame; nothing if it is.
pub(super) fn judge(
    claim: &Claim,
    case: &TestCase,
    pictures: &Pictures<'_>,
    frame: i64,
) -> Option<Failed> {
    match claim {
        Claim::Holds { value: whole, sides } => {
            if value(case, *whole) == Some(&Value::Bool(true)) {
                return None;
            }
            let shown = |operand| value(case, operand).map(written::value).unwrap_or_default();
            Some(Failed::Differs(match sides {
                Some((left, right)) => {
                    vec![format!("left   {}", shown(*left)), format!("right  {}", shown(*right))]
                }
                None => vec!["it is false".to_owned()],
            }))
        }
        Claim::Pictures { left, right, equal, tolerance } => {
            let tolerance = tolerance
                .and_then(|operand| value(case, operand).and_then(number))
                .unwrap_or(case.tolerance);
            let (Some(a), Some(b)) = (pictures.get(*left, frame), pictures.get(*right, frame))
            else {
                return Some(Failed::Broken("there is no picture to look at".to_owned()));
            };
            two_pictures(&measure::difference(a, b, tolerance), tolerance, *equal, frame)
        }
        Claim::Compare { comparison, left, right } => {
            let sides =
                (measured(left, case, pictures, frame), measured(right, case, pictures, frame));
            let (Some(a), Some(b)) = sides else {
                let line = "a measure has no such channel or no picture".to_owned();
                return Some(Failed::Broken(line));
            };
            let tolerance = match comparison {
                Comparison::Close(operand) => value(case, *operand).and_then(number),
                _ => None,
            };
            if hold(*comparison, &a, &b, tolerance.unwrap_or_default()) {
                return None;
            }
            let mut lines = vec![format!("left   {}", shown(&a)), format!("right  {}", shown(&b))];
            if let Some(tolerance) = tolerance {
                lines.push(format!("they may differ by {tolerance}"));
            }
            let mut moving = false;
            each(claim, &mut |_, at| moving |= at.is_none());
            if moving {
                lines.push(format!("at frame {frame}"));
            }
            Some(Failed::Differs(lines))
        }
        Claim::Not(inner) => match judge(inner, case, pictures, frame) {
            Some(Failed::Differs(_)) => None,
            Some(broken) => Some(broken),
            None => Some(Failed::Differs(vec![format!("it is true at frame {frame}")])),
        },
        Claim::All(claims) => claims.iter().find_map(|claim| judge(claim, case, pictures, frame)),
        Claim::Any(claims) => {
            let mut lines = Vec::new();
            for claim in claims {
                match judge(claim, case, pictures, frame) {
                    None => return None,
                    Some(Failed::Broken(line)) => return Some(Failed::Broken(line)),
                    Some(Failed::Differs(own)) => lines.extend(own),
                }
            }
            Some(Failed::Differs(lines))
        }
    }
}

fn two_pictures(
    difference: &Difference,
    tolerance: f64,
    equal: bool,
    frame: i64,
) -> Option<Failed> {
    let same = matches!(difference, Difference::Samples(found) if found.largest <= tolerance);
    if same == equal {
        return None;
    }
    Some(Failed::Differs(match difference {
        _ if same => vec![format!("the pictures are the same at frame {frame}")],
        Difference::Shape(words) => vec![format!("at frame {frame} {words}")],
        Difference::Samples(found) => {
            let mut lines = vec![format!(
                "at frame {frame} samples differ by up to {}, by {} in the mean; psnr {} dB",
                short(found.largest),
                short(found.mean),
                short(measure::psnr(found.square))
            )];
            if tolerance > 0.0 {
                lines.push(format!("they may differ by {tolerance}"));
            }
            if let Some((channel, x, y, a, b)) = &found.first {
                lines.push(format!("first at pixel ({x}, {y}), {channel}: left {a}, right {b}"));
            }
            lines
        }
    }))
}

/// Something measured: numbers by channel; a plain number has no channel's name.
type Numbers = Vec<(String, f64)>;

fn measured(
    of: &Measured,
    case: &TestCase,
    pictures: &Pictures<'_>,
    frame: i64,
) -> Option<Numbers> {
    match of {
        Measured::Value(operand) => match value(case, *operand)? {
            Value::Vector { values, .. } => {
                let names = ["R", "G", "B"].map(str::to_owned);
                Some(names.into_iter().zip(values.iter().copied()).collect())
            }
            plain => Some(vec![(String::new(), number(plain)?)]),
        },
        Measured::Measure { measure, pictures: operands, at, channel } => {
            let frame = at.map_or(frame, |at| whole(case, at));
            let first = pictures.get(*operands.first()?, frame)?;
            let numbers = match measure {
                Measure::Psnr | Measure::Difference => {
                    let second = pictures.get(*operands.get(1)?, frame)?;
                    let number = match measure::difference(first, second, 0.0) {
                        // Pictures that can't be held against each other are as far apart as can be.
                        Difference::Shape(_) if *measure == Measure::Psnr => f64::NEG_INFINITY,
                        Difference::Shape(_) => f64::INFINITY,
                        Difference::Samples(found) if *measure == Measure::Psnr => {
                            measure::psnr(found.square)
                        }
                        Difference::Samples(found) => found.largest,
                    };
                    vec![(String::new(), number)]
                }
                Measure::Mean => {
                    measure::over(first, 0.0, |sum, sample| sum + sample, |sum, count| sum / count)
                }
                Measure::Highest => {
                    measure::over(first, f64::NEG_INFINITY, f64::max, |highest, _| highest)
                }
                Measure::Lowest => {
                    measure::over(first, f64::INFINITY, f64::min, |lowest, _| lowest)
                }
                Measure::Pixel { x, y } => measure::pixel(first, whole(case, *x), whole(case, *y)),
            };
            match channel {
                None => Some(numbers),
                Some(channel) => {
                    let found = numbers.into_iter().find(|(name, _)| *name == channel.to_string());
                    found.map(|(_, number)| vec![(String::new(), number)])
                }
            }
        }
        Measured::Computed { operator, left, right } => {
            let a = measured(left, case, pictures, frame)?;
            let b = measured(right, case, pictures, frame)?;
            let apply = |a: f64, b: f64| match operator {
                '+' => a + b,
                '-' => a - b,
                '*' => a * b,
                _ => a / b,
            };
            Some(match (a.as_slice(), b.as_slice()) {
                (_, [(_, one)]) => {
                    a.iter().map(|(name, a)| (name.clone(), apply(*a, *one))).collect()
                }
                ([(_, one)], _) => {
                    b.iter().map(|(name, b)| (name.clone(), apply(*one, *b))).collect()
                }
                _ => a
                    .iter()
                    .filter_map(|(name, a)| {
                        let (_, b) = b.iter().find(|(other, _)| other == name)?;
                        Some((name.clone(), apply(*a, *b)))
                    })
                    .collect(),
            })
        }
    }
}

/// Is it so for every channel that both have?
fn hold(comparison: Comparison, a: &Numbers, b: &Numbers, tolerance: f64) -> bool {
    let single = |numbers: &Numbers| numbers.len() == 1;
    let mut pairs: Vec<(f64, f64)> = Vec::new();
    if single(a) && single(b) {
        pairs.extend(a.iter().zip(b).map(|((_, a), (_, b))| (*a, *b)));
    } else {
        for (name, a) in a {
            pairs.extend(b.iter().find(|(other, _)| other == name).map(|(_, b)| (*a, *b)));
        }
    }
    // Samples are f32; a number that is written out is none of them otherwise.
    let equal = |a: f64, b: f64| a as f32 == b as f32 || (a.is_nan() && b.is_nan());
    let one = |(a, b): &(f64, f64)| match comparison {
        Comparison::Equal | Comparison::NotEqual => equal(*a, *b),
        Comparison::Less => a < b,
        Comparison::LessEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterEqual => a >= b,
        Comparison::Close(_) => equal(*a, *b) || (a - b).abs() <= tolerance,
    };
    let all = !pairs.is_empty() && pairs.iter().all(one);
    if comparison == Comparison::NotEqual { !all } else { all }
}

fn short(number: f64) -> String {
    if !number.is_finite() {
        return if number.is_nan() {
            "no number"
        } else if number > 0.0 {
            "infinity"
        } else {
            "-infinity"
        }
        .to_owned();
    }
    if number != 0.0 && (number.abs() < 1e-4 || number.abs() >= 1e7) {
        return format!("{number:.4e}");
    }
    let text = format!("{number:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    written::number(text.parse().unwrap_or(number), Dimension::Scalar)
}

fn shown(numbers: &Numbers) -> String {
    match numbers.as_slice() {
        [(name, one)] if name.is_empty() => short(*one),
        several => {
            let several: Vec<String> =
                several.iter().map(|(name, number)| format!("{name} {}", short(*number))).collect();
            several.join("  ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(number: f64) -> Numbers {
        vec![(String::new(), number)]
    }

    #[test]
    fn numbers_are_equal_as_samples_are() {
        assert!(hold(Comparison::Equal, &one(f64::from(0.1_f32)), &one(0.1), 0.0));
        assert!(!hold(Comparison::Equal, &one(0.1001), &one(0.1), 0.0));
        assert!(hold(Comparison::NotEqual, &one(0.1001), &one(0.1), 0.0));
        assert!(hold(Comparison::Close(0), &one(0.1001), &one(0.1), 0.001));
        assert!(!hold(Comparison::Less, &one(f64::NAN), &one(1.0), 0.0));
    }

    #[test]
    fn colours_are_equal_channel_by_channel() {
        let rgb = |r, g, b| -> Numbers {
            [("R", r), ("G", g), ("B", b)].map(|(n, v)| (n.to_owned(), v)).into()
        };
        let rgba: Numbers = rgb(0.5, 0.5, 0.5).into_iter().chain([("A".to_owned(), 0.0)]).collect();
        assert!(hold(Comparison::Equal, &rgba, &rgb(0.5, 0.5, 0.5), 0.0));
        assert!(!hold(Comparison::Equal, &rgba, &rgb(0.5, 0.5, 0.6), 0.0));
    }

    #[test]
    fn figures_are_short() {
        assert_eq!(short(0.123_456_789), "0.123457");
        assert_eq!(short(0.000_012), "1.2000e-5");
        assert_eq!(short(f64::INFINITY), "infinity");
        assert_eq!(short(40.0), "40");
    }
}
