//! Parameters as a stage reads them: the plan's values sampled at the times that the stage declares.

use std::collections::BTreeMap;
use std::sync::Arc;
use toma_media::Size;
use toma_plan::{FrameRange, Node, Value};
use toma_stage::{Declaration, Sampling, Setting, Settings, StageError};

/// Does the node's settings depend on the frame?
pub(crate) fn is_fixed(declaration: &Declaration, node: &Node) -> bool {
    declaration.parameters.iter().all(|parameter| {
        let curve = node.parameters.get(parameter.name).is_some_and(has_curve);
        !curve || parameter.sampling == Sampling::Blob
    }) && declaration
        .parameters
        .iter()
        .all(|p| matches!(p.sampling, Sampling::At | Sampling::Blob | Sampling::Placing))
}

fn has_curve(value: &Value) -> bool {
    match value {
        Value::Curve(_) => true,
        Value::List(items) => items.iter().any(has_curve),
        Value::Record(fields) | Value::Case { values: fields, .. } => {
            fields.values().any(has_curve)
        }
        _ => false,
    }
}

/// Does any parameter of the node change over time?
pub(crate) fn is_animated(node: &Node) -> bool {
    node.parameters.values().any(has_curve)
}

/// A node's settings at a time, as its stage sees them.
#[derive(Debug, Clone)]
pub(crate) struct Sampled {
    /// When it is asked: all of them.
    pub(crate) asked: Arc<Settings>,
    /// When it runs, and in the key: without those that only place.
    pub(crate) run: Arc<Settings>,
}

impl Sampled {
    /// The settings of a node at a time, of which `whole` is the shot with its handles.
    ///
    /// # Errors
    /// As [`settings_at`].
    pub(crate) fn at(
        declaration: &Declaration,
        node: &Node,
        time: i64,
        whole: FrameRange,
    ) -> Result<Self, StageError> {
        let asked = Arc::new(settings_at(declaration, node, time, whole)?);
        let places = |name: &String| {
            let declared = declaration.parameter(name);
            declared.is_some_and(|parameter| parameter.sampling == Sampling::Placing)
        };
        let run = if asked.0.keys().any(places) {
            let kept = asked.0.iter().filter(|(name, _)| !places(name));
            Arc::new(Settings(kept.map(|(name, value)| (name.clone(), value.clone())).collect()))
        } else {
            Arc::clone(&asked)
        };
        Ok(Self { asked, run })
    }
}

/// The settings of a node at a time. `whole` is the shot with its handles.
///
/// # Errors
/// When plan and declaration don't fit together, or a number is not finite.
fn settings_at(
    declaration: &Declaration,
    node: &Node,
    time: i64,
    whole: FrameRange,
) -> Result<Settings, StageError> {
    let mut settings = BTreeMap::new();
    for parameter in declaration.parameters {
        let value = node.parameters.get(parameter.name).unwrap_or(&Value::None);
        let count = |name: &str| count_of(node, name);
        let setting = match parameter.sampling {
            Sampling::Blob => continue,
            Sampling::At | Sampling::Placing => setting_at(value, time as f64)?,
            Sampling::Window { before, after } => {
                let times = time - count(before)?..=time + count(after)?;
                samples(value, times.map(|time| time as f64))?
            }
            Sampling::Whole => samples(value, (whole.first..=whole.last).map(|time| time as f64))?,
            Sampling::Shutter { length, samples: number } => {
                let number = count(number)?.max(1);
                let length = number_of(node, length)?;
                let step = if number > 1 { length / (number - 1) as f64 } else { 0.0 };
                let first = if number > 1 { time as f64 - length / 2.0 } else { time as f64 };
                samples(value, (0..number).map(|index| first + step * index as f64))?
            }
        };
        settings.insert(parameter.name.to_owned(), setting);
    }
    Ok(Settings(settings))
}

fn samples(value: &Value, times: impl Iterator<Item = f64>) -> Result<Setting, StageError> {
    if *value == Value::None {
        return Ok(Setting::None);
    }
    let at = |time: f64| match setting_at(value, time)? {
        Setting::Number(number) => Ok((time, vec![number])),
        Setting::Int(number) => Ok((time, vec![number as f64])),
        Setting::Vector(values) => Ok((time, values)),
        other => Err(mismatch(&format!("{other:?} can't be read over several times"))),
    };
    times.map(at).collect::<Result<_, _>>().map(Setting::Samples)
}

fn setting_at(value: &Value, time: f64) -> Result<Setting, StageError> {
    Ok(match value {
        Value::None => Setting::None,
        Value::Bool(value) => Setting::Bool(*value),
        Value::Int(value) => Setting::Int(*value),
        Value::Number { value, .. } => Setting::Number(finite(*value)?),
        Value::Vector { values, .. } => Setting::Vector(all_finite(values)?),
        Value::Text(text) | Value::Path(text) => Setting::Text(text.clone()),
        Value::Seed(seed) => Setting::Seed(*seed),
        Value::Size(width, height) => Setting::Size(Size { width: *width, height: *height }),
        Value::Frames(range) => Setting::Frames(range.first, range.last),
        Value::Steps { frames, every } => Setting::Steps(frames.first, frames.last, *every),
        Value::Date(date) => {
            let (year, month, day) = date.parts();
            Setting::Date(year, month, day)
        }
        Value::Rate(rate) => Setting::Rate(rate.frames, rate.seconds),
        Value::List(items) => Setting::List(
            items.iter().map(|item| setting_at(item, time)).collect::<Result<_, _>>()?,
        ),
        Value::Record(fields) => Setting::Record(fields_at(fields, time)?),
        Value::Case { name, values } => Setting::Case(name.clone(), fields_at(values, time)?),
        Value::Curve(curve) => {
            let values = all_finite(&curve.at(time))?;
            match values.as_slice() {
                [value] => Setting::Number(*value),
                _ => Setting::Vector(values),
            }
        }
    })
}

fn fields_at(
    fields: &BTreeMap<String, Value>,
    time: f64,
) -> Result<BTreeMap<String, Setting>, StageError> {
    fields.iter().map(|(name, field)| Ok((name.clone(), setting_at(field, time)?))).collect()
}

/// −0 becomes 0: what a stage gets is what its key holds.
fn finite(value: f64) -> Result<f64, StageError> {
    if value.is_finite() {
        Ok(if value == 0.0 { 0.0 } else { value })
    } else {
        Err(mismatch("a number in the plan is not finite"))
    }
}

fn all_finite(values: &[f64]) -> Result<Vec<f64>, StageError> {
    values.iter().map(|value| finite(*value)).collect()
}

fn number_of(node: &Node, name: &str) -> Result<f64, StageError> {
    match node.parameters.get(name) {
        Some(Value::Int(value)) => Ok(*value as f64),
        Some(Value::Number { value, .. }) => finite(*value),
        _ => Err(mismatch(&format!("`{name}` is no static number"))),
    }
}

fn count_of(node: &Node, name: &str) -> Result<i64, StageError> {
    let number = number_of(node, name)?;
    if number.fract() == 0.0 && (0.0..1e6).contains(&number) {
        Ok(number as i64)
    } else {
        Err(mismatch(&format!("`{name}` is no small whole number")))
    }
}

fn mismatch(what: &str) -> StageError {
    StageError::failed(
        "T0904",
        format!("the plan does not fit the stage: {what}"),
        "this is a mistake in Toma: please report it with the shot",
    )
}
