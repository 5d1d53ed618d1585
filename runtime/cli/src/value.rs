//! `toma why SHOT.fall.dust`: what a value is, within which bounds, and everybody who has a say in it.

use crate::exit::Exit;
use crate::program::{Program, plain, refuse};
use crate::why::{layer, place};
use serde_json::json;
use toma_compiler::Control;
use toma_plan::{Dimension, SettingOrigin, Value, written};

/// Explains a value.
pub(crate) fn why(
    program: &Program,
    shot: &str,
    control: &Control,
    frame: Option<i64>,
    json: bool,
) -> Exit {
    let value = match (&control.value, frame) {
        (Some(value), Some(frame)) => Some(at(value, frame)),
        (Some(value), None) => Some(value.clone()),
        (None, _) => None,
    };
    if json {
        return print_json(program, shot, control, frame, value.as_ref());
    }
    let shown = value.as_ref().map_or_else(|| "not worked out here".to_owned(), written::value);
    let when = frame.map_or_else(String::new, |frame| format!(" at frame {frame}"));
    outln!("{shot}.{} = {shown}{when}", control.address);
    let over_time = if control.per_frame { ", may change over time" } else { "" };
    outln!("  type       {}{over_time}", control.kind);
    let dimension = dimension(control.value.as_ref().or(control.default.as_ref()));
    if let Some((low, high)) = control.range {
        let (low, high) = (written::number(low, dimension), written::number(high, dimension));
        outln!("  bounds     {low}..{high}");
    }
    if let Some(step) = control.step {
        outln!("  step       {}", written::number(step, dimension));
    }
    if !control.choices.is_empty() {
        let choices: Vec<String> = control.choices.iter().map(written::value).collect();
        outln!("  one of     {}", choices.join(", "));
    }
    for line in control.docs.lines().take_while(|line| !line.trim().is_empty()) {
        outln!("  says       {}", line.trim());
    }
    outln!("  declared   {}", place(program, &control.declared));
    if let Some(refused) = &control.refused {
        outln!("  no tweak   {refused}");
    }
    let holds = winner(&control.origins, frame);
    outln!("  who says so, strongest first");
    for (index, origin) in control.origins.iter().enumerate() {
        let mark = if holds.contains(&index) { ">" } else { " " };
        let when = match origin.frames {
            Some(frames) if frames.first == frames.last => format!("   at {}", frames.first),
            Some(frames) => format!("   at {}..{}", frames.first, frames.last),
            None => String::new(),
        };
        let hard = if origin.hard { "   set!" } else { "" };
        let lost = if origin.silenced { "   silenced" } else { "" };
        outln!(
            "  {mark} {:<9} {:<16} {}{when}{hard}{lost}",
            layer(origin.layer),
            origin.written.lines().next().unwrap_or_default(),
            place(program, &origin.place)
        );
    }
    Exit::Done
}

/// Which of the origins hold: at a frame one, else everybody whose word is heard at some frame.
fn winner(origins: &[SettingOrigin], frame: Option<i64>) -> Vec<usize> {
    let heard = origins.iter().enumerate().filter(|(_, origin)| !origin.silenced);
    match frame {
        None => heard.map(|(index, _)| index).collect(),
        Some(frame) => {
            let mut base = None;
            for (index, origin) in heard {
                match origin.frames {
                    Some(frames) if frames.contains(frame) => return vec![index],
                    None if base.is_none() => base = Some(index),
                    _ => {}
                }
            }
            base.into_iter().collect()
        }
    }
}

/// The value at a frame.
fn at(value: &Value, frame: i64) -> Value {
    match value {
        Value::Curve(curve) => {
            let values = curve.at(frame as f64);
            let dimension = curve.dimension;
            match values.as_slice() {
                [value] => Value::Number { value: *value, dimension },
                _ => Value::Vector { values, dimension },
            }
        }
        other => other.clone(),
    }
}

/// What a value measures.
fn dimension(value: Option<&Value>) -> Dimension {
    match value {
        Some(Value::Number { dimension, .. } | Value::Vector { dimension, .. }) => *dimension,
        Some(Value::Curve(curve)) => curve.dimension,
        _ => Dimension::Scalar,
    }
}

fn print_json(
    program: &Program,
    shot: &str,
    control: &Control,
    frame: Option<i64>,
    value: Option<&Value>,
) -> Exit {
    let holds = winner(&control.origins, frame);
    let origins: Vec<serde_json::Value> = control
        .origins
        .iter()
        .enumerate()
        .map(|(index, origin)| {
            json!({
                "layer": layer(origin.layer),
                "place": place(program, &origin.place),
                "written": origin.written,
                "frames": origin.frames.map(|frames| [frames.first, frames.last]),
                "hard": origin.hard,
                "silenced": origin.silenced,
                "holds": holds.contains(&index),
            })
        })
        .collect();
    let all = json!({
        "shot": shot,
        "address": control.address,
        "frame": frame,
        "type": control.kind,
        "per_frame": control.per_frame,
        "value": value,
        "shown": value.map(written::value),
        "default": control.default,
        "range": control.range.map(|(low, high)| [low, high]),
        "step": control.step,
        "choices": control.choices,
        "docs": control.docs,
        "ui": control.ui,
        "refused": control.refused,
        "declared": place(program, &control.declared),
        "origins": origins,
    });
    match serde_json::to_string_pretty(&all) {
        Ok(text) => {
            outln!("{text}");
            Exit::Done
        }
        Err(error) => {
            let help = "this is a mistake in Toma: please report it with the file";
            refuse(plain("T0904", error.to_string(), help), Exit::Program)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toma_plan::{FrameRange, Layer, Place};

    #[test]
    fn at_a_frame_one_word_holds_and_without_one_all_that_are_heard() {
        let origin = |frames: Option<(i64, i64)>, silenced| SettingOrigin {
            layer: Layer::Shot,
            place: Place::default(),
            written: String::new(),
            frames: frames.map(|(first, last)| FrameRange { first, last }),
            hard: false,
            silenced,
        };
        let origins = [
            origin(None, false),
            origin(Some((4, 6)), false),
            origin(Some((5, 9)), true),
            origin(None, true),
        ];
        assert_eq!(winner(&origins, None), [0, 1]);
        assert_eq!(winner(&origins, Some(5)), [1]);
        assert_eq!(winner(&origins, Some(9)), [0]);
        assert_eq!(winner(&origins[3..], Some(9)), [0_usize; 0]);
    }
}
