//! Running one stage: its inputs together, its blobs read and checked, its answer taken apart.

use crate::Failure;
use crate::closure::{Link, Pair, chunk_length};
use crate::key;
use crate::prepare::{Prepare, guarded, with_request};
use crate::schedule::{Outcome, Pass};
use crate::sources::changed;
use crate::store::{Name, Values, Worth, part};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;
use toma_media::{Frame, Size};
use toma_stage::{Answer, Given, Job, Kind, NumericClass, Read, Span, StageError, Value};

impl Pass<'_> {
    /// The unit's values if they are kept under its key, or under that of equal content.
    pub(crate) fn find(&self, unit: usize) -> Option<Values> {
        let made = self.closure.units.get(unit)?;
        self.store
            .load(Name::all(made.key), self.say)
            .or_else(|| self.cut_off(unit))
            .filter(|values| self.fits(unit, values))
    }

    /// Early cut-off: the same content was computed before, under another key.
    fn cut_off(&self, unit: usize) -> Option<Values> {
        let made = self.closure.units.get(unit)?;
        if made.needs.is_empty() {
            return None;
        }
        let known = &self.store.known;
        let content = self.content_key(unit)?;
        let twin = known.content(&content).filter(|twin| *twin != made.key)?;
        self.store.note(known.add_alias(made.key, Name::all(twin)), self.say);
        self.store.load(Name::all(twin), self.say)
    }

    fn content_key(&self, unit: usize) -> Option<crate::encode::Digest> {
        let pair = self.first_pair(unit)?;
        let known = &self.store.known;
        key::content_key(self.prepared, self.closure, pair, self.colour_config, known).ok()
    }

    /// A stored result must be what the stage yields, whatever the store says.
    fn fits(&self, unit: usize, values: &Values) -> bool {
        let pair = self.first_pair(unit);
        let node = pair.and_then(|pair| self.prepared.nodes.get(pair.node).zip(Some(pair)));
        node.is_some_and(|(prepare, pair)| check(prepare, pair, values).is_ok())
    }

    /// Bytes that running the unit may take.
    pub(crate) fn estimate(&self, unit: usize) -> u64 {
        let Some(pair) = self.first_pair(unit) else { return 0 };
        let Some(prepare) = self.prepared.nodes.get(pair.node) else { return 0 };
        let mut ambient = self.prepared.ambient(prepare, pair.time);
        // An estimate may know the format; a result only if the stage declares it.
        let (width, height) = self.prepared.plan.ambient.format;
        ambient.format = Some(Size { width, height });
        let ask = || {
            Ok(with_request(prepare, &ambient, &pair.settings.asked, pair.time, |request| {
                prepare.stage.memory(request)
            }))
        };
        guarded(prepare.declaration.stage, ask).unwrap_or(0)
    }

    /// Runs the unit's stage with what it needs.
    pub(crate) fn compute(&self, unit: usize, inputs: &HashMap<usize, Values>) {
        if let Some(values) = self.cut_off(unit).filter(|values| self.fits(unit, values)) {
            return self.finish(unit, values, Outcome::Cached, 0.0);
        }
        let Some(made) = self.closure.units.get(unit) else { return };
        let Some(pair) = self.first_pair(unit) else { return };
        let Some(prepare) = self.prepared.nodes.get(pair.node) else { return };
        let at = |failure: Failure| Arc::new(failure.at(&prepare.path, pair.slot.frame()));
        let given = match self.given(pair, inputs) {
            Ok(given) => given,
            Err(failure) => return self.fail(unit, at(failure)),
        };
        let begun = Instant::now();
        let answer = self.ask(prepare, pair, &given);
        let seconds = begun.elapsed().as_secs_f64();
        let answer = match answer {
            Ok(answer) => answer,
            Err(StageError::Cancelled) if self.cancel.is_cancelled() => return,
            Err(error) => return self.fail(unit, at(error.into())),
        };
        let known = self.store.known.is_known(&made.key);
        let outcome = if known { Outcome::Rebuilt } else { Outcome::Computed };
        let (values, same) = match self.take_apart(prepare, pair, &given, answer) {
            Ok(taken) => taken,
            Err(failure) => return self.fail(unit, at(failure)),
        };
        let content = (!made.needs.is_empty()).then(|| self.content_key(unit)).flatten();
        if let Some(name) = same {
            self.store.note(self.store.known.add_alias(made.key, name), self.say);
            self.store.note(self.store.known.add_key(made.key), self.say);
        } else {
            let worth = Worth {
                dear: matches!(prepare.declaration.class, NumericClass::Network(_))
                    || prepare.span != Span::Frame,
                decoded: pair.links.iter().any(|link| matches!(link, Link::Blob(_))),
                seconds,
            };
            let class = prepare.declaration.class.name();
            self.store.keep(made.key, &values, class, &worth, self.say);
        }
        if let Some(content) = content {
            self.store.note(self.store.known.add_content(content, made.key), self.say);
        }
        if self.ran_before(unit, &made.key) {
            self.tell_again(pair, seconds);
        } else {
            self.tally.add(made.key, outcome);
        }
        self.finish(unit, values, outcome, seconds);
    }

    fn ask(&self, prepare: &Prepare, pair: &Pair, given: &[Given]) -> Result<Answer, StageError> {
        let ambient = self.prepared.ambient(prepare, pair.time);
        guarded(prepare.declaration.stage, || {
            with_request(prepare, &ambient, &pair.settings.run, pair.time, |request| {
                let reads = &pair.reads;
                prepare.stage.run(&Job { request: *request, reads, given, cancel: self.cancel })
            })
        })
    }

    /// What each read came to.
    fn given(&self, pair: &Pair, inputs: &HashMap<usize, Values>) -> Result<Vec<Given>, Failure> {
        let give = |(read, link): (&Read, &Link)| match link {
            Link::Missing(format) => Ok(Given::Missing { format: *format }),
            Link::Nothing => Ok(Given::Nothing),
            Link::Edge(frame) => Ok(Given::Value(Value::Frame(Arc::clone(frame)))),
            Link::Pair { port, frame, .. } => self
                .closure
                .unit_of(link)
                .and_then(|unit| part(inputs.get(&unit)?.get(usize::from(*port))?, *frame))
                .map(Given::Value)
                .ok_or_else(|| broken(&format!("an input was not there: {read:?}"))),
            Link::Blob(index) => {
                let blob = self.closure.blobs.get(*index);
                let blob = blob.ok_or_else(|| broken("a file was not looked for"))?;
                let Ok(bytes) = self.sources.read(&blob.path, &blob.digest) else {
                    self.lock().changed.insert(blob.path.clone());
                    return Err(changed(&blob.path));
                };
                let name = blob.path.file_name().unwrap_or_default();
                let name = name.to_string_lossy().into_owned();
                Ok(Given::Blob { bytes: bytes.into(), name })
            }
        };
        pair.reads.iter().zip(&pair.links).map(give).collect()
    }

    /// The values of an answer, and the name of the input that they are, if they are one.
    fn take_apart(
        &self,
        prepare: &Prepare,
        pair: &Pair,
        given: &[Given],
        answer: Answer,
    ) -> Result<(Values, Option<Name>), Failure> {
        match answer {
            Answer::Values(values) => {
                check(prepare, pair, &values)?;
                Ok((Arc::new(values), None))
            }
            Answer::Same(port) => {
                let mut reads = pair.reads.iter().zip(&pair.links).zip(given);
                let same = reads.find_map(|((read, link), given)| match (read, given) {
                    (Read::Input { port: name, time, .. }, Given::Value(value))
                        if name == port && *time == pair.time =>
                    {
                        Some((value.clone(), self.closure.name(link)))
                    }
                    _ => None,
                });
                let (value, name) = same.ok_or_else(|| {
                    broken(&format!("it answers that it equals `{port}`, which it has not read"))
                })?;
                let values = vec![value];
                check(prepare, pair, &values)?;
                Ok((Arc::new(values), name))
            }
        }
    }
}

/// Holds an answer against the declaration.
fn check(prepare: &Prepare, pair: &Pair, values: &[Value]) -> Result<(), Failure> {
    let outputs = prepare.declaration.outputs;
    if values.len() != outputs.len() {
        let message = format!("it declares {} outputs and yields {}", outputs.len(), values.len());
        return Err(broken(&message));
    }
    for (port, value) in outputs.iter().zip(values) {
        let fits = match (prepare.span, value) {
            (Span::Chunk { length, .. }, Value::Sequence(sequence)) => {
                let wanted = chunk_length(prepare.domain, length, pair.time) as usize;
                sequence.frames.len() >= wanted && sequence.frames.iter().all(|f| is_whole(f))
            }
            (Span::Chunk { .. }, _) | (_, Value::Sequence(_)) => false,
            (_, Value::Table(_)) => port.kind == Kind::Table,
            (_, Value::Frame(frame)) => port.kind != Kind::Table && is_whole(frame),
        };
        if !fits {
            return Err(broken(&format!(
                "what it yields as `{}` is not what it declares",
                port.name
            )));
        }
    }
    Ok(())
}

/// Has every plane as many samples as the window has pixels?
fn is_whole(frame: &Frame) -> bool {
    frame.planes.iter().all(|plane| {
        let samples = plane.f32().map(<[f32]>::len).or(plane.u32().map(<[u32]>::len));
        samples == Some(frame.window.area())
    })
}

fn broken(what: &str) -> Failure {
    Failure::mistake("T0903", format!("the stage breaks its contract: {what}"))
}
