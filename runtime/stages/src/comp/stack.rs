//! `std.comp.stack`: any number of pictures on a ground, merged one after the other in one pass over the rows.

use crate::declare::{EXACT, at, picture, planes};
use crate::picture::{Picture, RGB, RGBA, same_format};
use crate::reading::refused;
use crate::rows::{Laid, fill};
use toma_stage::{
    Answer, Declaration, InputPort, Job, Kind, Read, Request, Setting, Stage, StageError,
};

static DECLARATION: Declaration = Declaration {
    stage: "std.comp.stack",
    inputs: &[
        picture("ground"),
        InputPort { name: "layers", kind: Kind::Picture, optional: false, many: true },
    ],
    parameters: &[at("merge")],
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Stack;

/// How a layer meets what is below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Merge {
    Over,
    Plus,
    Screen,
    Lighten,
    Darken,
}

impl Merge {
    fn of(job: &Job<'_>) -> Result<Self, StageError> {
        match job.settings().get("merge") {
            Some(Setting::Text(how)) => match how.as_str() {
                "over" => Ok(Self::Over),
                "plus" => Ok(Self::Plus),
                "screen" => Ok(Self::Screen),
                "lighten" => Ok(Self::Lighten),
                "darken" => Ok(Self::Darken),
                other => Err(refused("merge", other.to_owned(), "it is no way to merge")),
            },
            other => Err(refused("merge", format!("{other:?}"), "it must be a text")),
        }
    }

    /// A sample of the layer, of what is below it, and the layer's coverage there.
    fn mix(self, a: f32, b: f32, coverage: f32) -> f32 {
        let bounded = || (0.0..=1.0).contains(&a) && (0.0..=1.0).contains(&b);
        match self {
            // Where the layer isn't, all stays as it is, also light below 0.
            _ if a == 0.0 && coverage == 0.0 => b,
            Self::Over => a + b * (1.0 - coverage),
            Self::Plus => a + b,
            Self::Screen if bounded() => a + b - a * b,
            Self::Screen => a.max(b),
            Self::Lighten => b.max(a + b * (1.0 - coverage)),
            Self::Darken => b.min(a + b * (1.0 - coverage)),
        }
    }
}

/// A picture's colour, and its coverage where the result has one.
fn laid<'a>(picture: &Picture<'a>, covered: bool) -> Vec<Laid<'a>> {
    let mut laid = picture.laid().to_vec();
    laid.extend(covered.then(|| picture.coverage()));
    laid
}

/// The ports of the layers, from the ground up.
fn layers(request: &Request<'_>) -> impl Iterator<Item = String> {
    let count = request.inputs.iter().filter(|(name, _)| name.starts_with("layers[")).count();
    (0..count).map(|index| format!("layers[{index}]"))
}

impl Stage for Stack {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        let ports = std::iter::once("ground".to_owned()).chain(layers(request));
        Ok(ports.map(|port| Read::input(port, request.time)).collect())
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let merge = Merge::of(job)?;
        let ground = Picture::at(job, "ground")?;
        let mut above = Vec::new();
        for port in layers(&job.request) {
            let layer = Picture::of(&port, job.frame(&port)?)?;
            same_format(("ground", ground.frame), (&port, layer.frame))?;
            above.push(layer);
        }
        if above.is_empty() {
            return Ok(Answer::Same("ground"));
        }
        let window = above.iter().fold(ground.window(), |all, layer| all.union(&layer.window()));
        let covered = ground.alpha.is_some() || above.iter().any(|layer| layer.alpha.is_some());
        let names: &[&str] = if covered { &RGBA } else { &RGB };
        let below = laid(&ground, covered);
        // Each layer's planes, and its coverage beside them.
        let above: Vec<_> =
            above.iter().map(|layer| (laid(layer, covered), layer.coverage())).collect();
        let wide = window.width as usize;
        let samples = fill(window, names.len(), job.cancel, |first, block| {
            let (mut one, mut two) = (Vec::new(), Vec::new());
            for (index, plane) in block.iter_mut().enumerate() {
                for (row, out) in plane.chunks_mut(wide).enumerate() {
                    let y = window.y + (first + row) as i32;
                    if let Some(below) = below.get(index) {
                        out.copy_from_slice(below.row(y, window, &mut one));
                    }
                    for (layer, coverage) in &above {
                        // Outside its rows a layer changes nothing.
                        if !(coverage.window.y..coverage.window.bottom()).contains(&y) {
                            continue;
                        }
                        let Some(layer) = layer.get(index) else { continue };
                        let a = layer.row(y, window, &mut one);
                        let coverage = coverage.row(y, window, &mut two);
                        for ((out, a), coverage) in out.iter_mut().zip(a).zip(coverage) {
                            *out = merge.mix(*a, *out, *coverage);
                        }
                    }
                }
            }
        })?;
        Ok(Answer::frame(ground.frame.with_samples(window, names, samples)))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_changes_nothing_where_it_is_not_and_all_where_it_is_opaque() {
        let all = [Merge::Over, Merge::Plus, Merge::Screen, Merge::Lighten, Merge::Darken];
        let expected = [0.25, 1.0, 0.8125, 0.75, 0.25];
        for (merge, expected) in all.into_iter().zip(expected) {
            assert_eq!(merge.mix(0.0, -0.5, 0.0), -0.5, "{merge:?}");
            assert_eq!(merge.mix(0.25, 0.75, 1.0), expected, "{merge:?}");
        }
    }

    #[test]
    fn half_covered_it_darkens_and_lightens_by_half() {
        assert_eq!(Merge::Darken.mix(0.125, 0.75, 0.5), 0.5);
        assert_eq!(Merge::Lighten.mix(0.125, 0.75, 0.5), 0.75);
        assert_eq!(Merge::Lighten.mix(0.5, 0.25, 0.5), 0.625);
    }
}
