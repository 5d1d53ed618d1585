//! `std.time.hold`: one frame of a clip, at every frame. Computes nothing: all frames are forwarded to that one,
//! so whatever is made of it is made once.

use crate::declare::{EXACT, SAME_SORT, any, placing};
use std::borrow::Cow;
use toma_stage::{Answer, Declaration, Job, Read, Request, Settings, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.time.hold",
    inputs: &[any("image")],
    parameters: &[placing("frame")],
    outputs: SAME_SORT,
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Hold;

impl Stage for Hold {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.settings.int("frame")?)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        super::forwarded(job)
    }

    fn forwards_at(&self, settings: &Settings, _time: i64) -> Option<(Cow<'static, str>, i64)> {
        Some(("image".into(), settings.int("frame").ok()?))
    }

    /// It is there at every frame.
    fn domain(
        &self,
        _settings: &Settings,
        _inputs: &[(String, Option<(i64, i64)>)],
    ) -> Option<(i64, i64)> {
        None
    }

    fn memory(&self, _request: &Request<'_>) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toma_stage::Setting;

    #[test]
    fn every_frame_is_the_one_that_is_held() {
        let settings = Settings([("frame".to_owned(), Setting::Number(1012.0))].into());
        for time in [-5, 1001, 1012, 2000] {
            assert_eq!(Hold.forwards_at(&settings, time), Some(("image".into(), 1012)));
        }
        let short = [("image".to_owned(), Some((1010, 1014)))];
        assert_eq!(Hold.domain(&settings, &short), None);
    }
}
