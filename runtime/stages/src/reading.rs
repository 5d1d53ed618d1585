//! Settings beyond plain numbers, and lengths at the scale asked for.

use crate::StagesError;
use toma_media::Size;
use toma_stage::{Request, Setting, Settings, StageError};

/// A colour as three factors.
pub(crate) fn rgb(settings: &Settings, name: &str) -> Result<[f32; 3], StageError> {
    Ok(settings.vector::<3>(name)?.map(|value| value as f32))
}

/// A length in pixels of the result: those of the shot's format over the request's scale.
pub(crate) fn length(request: &Request<'_>, name: &'static str) -> Result<f64, StageError> {
    Ok(request.settings.number(name)? / scale(request))
}

/// A length that can't be negative.
pub(crate) fn distance(request: &Request<'_>, name: &'static str) -> Result<f64, StageError> {
    let value = length(request, name)?;
    if value < 0.0 {
        return Err(refused(name, format!("{value}px"), "it must not be below 0px"));
    }
    Ok(value)
}

/// A point in pixels of the result, y up; `None` where an optional one is absent.
pub(crate) fn point(request: &Request<'_>, name: &str) -> Result<Option<[f64; 2]>, StageError> {
    if request.settings.get(name).is_none() {
        return Ok(None);
    }
    Ok(Some(request.settings.vector::<2>(name)?.map(|value| value / scale(request))))
}

/// How many pixels of the full format a pixel of the result stands for.
pub(crate) fn scale(request: &Request<'_>) -> f64 {
    f64::from(request.scale.max(1))
}

/// A size at the scale asked for, rounded up.
pub(crate) fn scaled(size: Size, request: &Request<'_>) -> Size {
    let scale = request.scale.max(1);
    Size { width: size.width.div_ceil(scale), height: size.height.div_ceil(scale) }
}

/// The shot's format, at the scale asked for.
pub(crate) fn format(request: &Request<'_>) -> Result<Size, StageError> {
    let format = request.ambient.format.ok_or_else(|| {
        StageError::failed(
            "T0901",
            "the stage was not given the shot's format",
            "this is a mistake in Toma: please report it with the shot",
        )
    })?;
    Ok(scaled(format, request))
}

/// One of several words.
pub(crate) fn choice<T: Copy>(
    settings: &Settings,
    name: &'static str,
    choices: &[(&str, T)],
) -> Result<T, StageError> {
    let word = settings.text(name)?;
    choices
        .iter()
        .find(|(choice, _)| *choice == word)
        .map(|(_, value)| *value)
        .ok_or_else(|| refused(name, format!("\"{word}\""), "it is none of the words it may be"))
}

/// A count of frames, 0 and above.
pub(crate) fn frames(settings: &Settings, name: &'static str) -> Result<u32, StageError> {
    let count = settings.int(name)?;
    u32::try_from(count)
        .ok()
        .filter(|count| *count <= 1000)
        .ok_or_else(|| refused(name, format!("{count}fr"), "it must be from 0fr to 1000fr"))
}

/// Values over an open shutter, in order; a value without times counts as one moment.
pub(crate) fn moments<const N: usize>(
    settings: &Settings,
    name: &str,
) -> Result<Vec<[f64; N]>, StageError> {
    match settings.get(name) {
        Some(Setting::Samples(samples)) if !samples.is_empty() => samples
            .iter()
            .map(|(_, values)| {
                let one = match values.as_slice() {
                    [value] => Setting::Number(*value),
                    values => Setting::Vector(values.to_vec()),
                };
                Settings([(name.to_owned(), one)].into()).vector::<N>(name)
            })
            .collect(),
        _ => Ok(vec![settings.vector::<N>(name)?]),
    }
}

/// A setting with which nothing can be computed.
pub(crate) fn refused(name: &'static str, value: String, why: &'static str) -> StageError {
    StagesError::Setting { name, value, why }.into()
}
