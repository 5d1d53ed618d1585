//! `std.time`: pictures at other times.

pub(crate) mod conform;
pub(crate) mod hold;
pub(crate) mod retime;
pub(crate) mod shift;
pub(crate) mod splice;
pub(crate) mod temporal_median;

use toma_stage::{Answer, Given, Job, Registry, StageError, Value};

/// Adds the chapter.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(conform::Conform);
    registry.add(hold::Hold);
    registry.add(retime::Retime);
    registry.add(shift::Shift);
    registry.add(splice::Splice);
    registry.add(temporal_median::TemporalMedian);
}

/// The one picture that was read, shared and not copied: for whoever does not forward.
fn forwarded(job: &Job<'_>) -> Result<Answer, StageError> {
    match job.given {
        [Given::Value(Value::Frame(frame))] => {
            Ok(Answer::Values(vec![Value::Frame(frame.clone())]))
        }
        _ => Err(StageError::failed(
            "T0901",
            "a stage that only chooses a picture was given none",
            "this is a mistake in Toma: please report it with the shot",
        )),
    }
}
