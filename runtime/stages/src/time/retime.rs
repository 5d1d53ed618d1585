//! `std.time.retime`: a clip faster, slower, or at another rate, by whole frames. Computes nothing: each
//! frame is forwarded to the latest one of the clip whose time has come.

use crate::declare::{EXACT, SAME_SORT, any, placing};
use crate::reading::refused;
use std::borrow::Cow;
use toma_stage::{Answer, Declaration, Job, Read, Request, Setting, Settings, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.time.retime",
    inputs: &[any("image")],
    parameters: &[placing("speed"), placing("rate"), placing("from"), placing("source")],
    outputs: SAME_SORT,
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Retime;

/// Frames of the clip that go by in one frame of the result: an exact ratio, above 0.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Pace {
    /// The frame that stays where it is.
    from: i64,
    numerator: i128,
    denominator: i128,
}

impl Pace {
    fn of(settings: &Settings) -> Result<Self, StageError> {
        let rate = |name: &'static str| match settings.get(name) {
            Some(Setting::Rate(frames, seconds)) if *frames > 0 && *seconds > 0 => {
                Ok((i128::from(*frames), i128::from(*seconds)))
            }
            other => Err(refused(name, format!("{other:?}"), "it must be a rate above 0fps")),
        };
        let (source, shown) = (rate("source")?, rate("rate")?);
        let speed = settings.number("speed")?;
        // Millionths: what a percentage with four decimals can say.
        let exact = (speed * 1e6).round();
        if !(1.0..=1e12).contains(&exact) {
            return Err(refused("speed", format!("{}%", speed * 100.0), "it must be above 0%"));
        }
        Ok(Self {
            from: settings.int("from")?,
            numerator: exact as i128 * source.0 * shown.1,
            denominator: 1_000_000 * source.1 * shown.0,
        })
    }

    /// The frame of the clip that is shown.
    fn source(self, time: i64) -> i64 {
        let steps = i128::from(time) - i128::from(self.from);
        let shown = steps.saturating_mul(self.numerator).div_euclid(self.denominator);
        i64::try_from(i128::from(self.from) + shown).unwrap_or(i64::MAX)
    }

    /// The first frame that shows this one of the clip, or a later one.
    fn shown(self, frame: i64) -> i64 {
        let steps = i128::from(frame) - i128::from(self.from);
        let up = -(-steps.saturating_mul(self.denominator)).div_euclid(self.numerator);
        i64::try_from(i128::from(self.from) + up).unwrap_or(i64::MAX)
    }
}

impl Stage for Retime {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", Pace::of(request.settings)?.source(request.time))])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        super::forwarded(job)
    }

    fn forwards_at(&self, settings: &Settings, time: i64) -> Option<(Cow<'static, str>, i64)> {
        Some(("image".into(), Pace::of(settings).ok()?.source(time)))
    }

    fn domain(
        &self,
        settings: &Settings,
        inputs: &[(String, Option<(i64, i64)>)],
    ) -> Option<(i64, i64)> {
        let pace = Pace::of(settings).ok()?;
        let (first, last) = inputs.iter().find_map(|(_, domain)| *domain)?;
        Some((pace.shown(first), pace.shown(last.saturating_add(1)).saturating_sub(1)))
    }

    fn memory(&self, _request: &Request<'_>) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(speed: f64, source: (u32, u32), shown: (u32, u32)) -> Pace {
        let settings = [
            ("speed", Setting::Number(speed)),
            ("source", Setting::Rate(source.0, source.1)),
            ("rate", Setting::Rate(shown.0, shown.1)),
            ("from", Setting::Number(1001.0)),
        ];
        Pace::of(&Settings(settings.map(|(name, value)| (name.to_owned(), value)).into())).unwrap()
    }

    #[test]
    fn of_25_frames_one_is_left_out_at_24() {
        let pace = pace(1.0, (25, 1), (24, 1));
        let shown: Vec<i64> = (1001..1025).map(|time| pace.source(time)).collect();
        assert_eq!(shown, (1001..1025).collect::<Vec<_>>());
        assert_eq!(pace.source(1025), 1026);
        assert_eq!(pace.source(1000), 999);
    }

    #[test]
    fn half_the_speed_shows_every_frame_twice() {
        let pace = pace(0.5, (24, 1), (24, 1));
        let shown: Vec<i64> = (999..1006).map(|time| pace.source(time)).collect();
        assert_eq!(shown, [1000, 1000, 1001, 1001, 1002, 1002, 1003]);
    }

    #[test]
    fn a_film_rate_and_its_video_twin_drift_by_a_frame_in_a_thousand() {
        let pace = pace(1.0, (24_000, 1001), (24, 1));
        assert_eq!(pace.source(1001 + 1000), 1001 + 999);
        assert_eq!(pace.source(1001 + 1001), 1001 + 1000);
    }

    #[test]
    fn the_domain_is_where_the_clip_has_frames() {
        let settings = [
            ("speed", Setting::Number(0.3)),
            ("source", Setting::Rate(25, 1)),
            ("rate", Setting::Rate(24, 1)),
            ("from", Setting::Number(1010.0)),
        ];
        let settings = Settings(settings.map(|(name, value)| (name.to_owned(), value)).into());
        let pace = Pace::of(&settings).unwrap();
        let inputs = [("image".to_owned(), Some((1001, 1020)))];
        let (first, last) = Retime.domain(&settings, &inputs).unwrap();
        for time in first - 5..=last + 5 {
            let inside = (1001..=1020).contains(&pace.source(time));
            assert_eq!((first..=last).contains(&time), inside, "{time}");
        }
    }
}
