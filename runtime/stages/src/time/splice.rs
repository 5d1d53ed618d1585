//! `std.time.splice`: one clip after the other. Computes nothing: each frame is forwarded to the clip that is
//! shown there, and no other one is read.

use crate::declare::{EXACT, SAME_SORT, placing};
use std::borrow::Cow;
use toma_stage::{
    Answer, Declaration, InputPort, Job, Kind, Read, Request, Setting, Settings, Stage, StageError,
};

static DECLARATION: Declaration = Declaration {
    stage: "std.time.splice",
    inputs: &[InputPort { name: "clips", kind: Kind::Any, optional: false, many: true }],
    parameters: &[placing("frames")],
    outputs: SAME_SORT,
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Splice;

/// When each clip is shown, in the order of the ports.
fn ranges(settings: &Settings) -> Vec<(i64, i64)> {
    match settings.get("frames") {
        Some(Setting::List(ranges)) => ranges
            .iter()
            .filter_map(|range| match range {
                Setting::Frames(first, last) => Some((*first, *last)),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The port that is shown: that of the first range with the frame, else the one behind them.
fn port(settings: &Settings, time: i64) -> String {
    let ranges = ranges(settings);
    let inside = ranges.iter().position(|(first, last)| (*first..=*last).contains(&time));
    format!("clips[{}]", inside.unwrap_or(ranges.len()))
}

impl Stage for Splice {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        let port = port(request.settings, request.time);
        if request.has(&port) {
            return Ok(vec![Read::input(port, request.time)]);
        }
        Err(StageError::failed(
            "T0656",
            format!("the cut shows nothing at frame {}", request.time),
            "add a piece for it, or say what is shown everywhere else: `else: plate`",
        ))
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        super::forwarded(job)
    }

    fn forwards_at(&self, settings: &Settings, time: i64) -> Option<(Cow<'static, str>, i64)> {
        Some((port(settings, time).into(), time))
    }

    fn domain(
        &self,
        settings: &Settings,
        inputs: &[(String, Option<(i64, i64)>)],
    ) -> Option<(i64, i64)> {
        let ranges = ranges(settings);
        let mut all: Option<(i64, i64)> = None;
        for (name, domain) in inputs {
            let index = name.strip_prefix("clips[")?.strip_suffix(']')?.parse::<usize>().ok()?;
            let shown = match (ranges.get(index), domain) {
                (Some(range), None) => *range,
                (Some(range), Some(domain)) => (range.0.max(domain.0), range.1.min(domain.1)),
                (None, Some(domain)) => *domain,
                // Shown everywhere else, and everywhere there.
                (None, None) => return None,
            };
            if shown.0 <= shown.1 {
                all = Some(all.map_or(shown, |all| (all.0.min(shown.0), all.1.max(shown.1))));
            }
        }
        all
    }

    fn memory(&self, _request: &Request<'_>) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        let frames = [Setting::Frames(1001, 1004), Setting::Frames(1007, 1009)];
        Settings([("frames".to_owned(), Setting::List(frames.into()))].into())
    }

    #[test]
    fn each_frame_finds_its_clip() {
        let shown = |time| port(&settings(), time);
        assert_eq!(shown(1000), "clips[2]");
        assert_eq!(shown(1004), "clips[0]");
        assert_eq!(shown(1007), "clips[1]");
    }

    #[test]
    fn it_is_there_where_one_of_them_is_shown() {
        let two = [("clips[0]".to_owned(), Some((1003, 1100))), ("clips[1]".to_owned(), None)];
        assert_eq!(Splice.domain(&settings(), &two), Some((1003, 1009)));
        let rest = ("clips[2]".to_owned(), Some((990, 1020)));
        let three = [two[0].clone(), two[1].clone(), rest];
        assert_eq!(Splice.domain(&settings(), &three), Some((990, 1020)));
    }
}
