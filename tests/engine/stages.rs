//! Small stages over two-pixel pictures and one-column tables, of every sort that the contract allows.

use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use toma_media::{Frame, Size, Window};
use toma_stage::{
    AmbientValue, Answer, Declaration, Given, InputPort, Job, Kind, Missing, NumericClass,
    OutputPort, Parameter, Precision, Read, Registry, Request, Sampling, Sequence, Settings, Span,
    Stage, StageError, Table, Value,
};

pub(crate) const FORMAT: Size = Size { width: 2, height: 1 };

/// What tests turn from outside.
#[derive(Default)]
pub(crate) struct Knobs {
    /// Stands for the weights of `t.net`.
    pub(crate) weights: AtomicU64,
    /// Runs of any stage.
    pub(crate) runs: AtomicUsize,
    /// Stages running at this moment, and the most there ever were.
    pub(crate) running: AtomicUsize,
    pub(crate) most: AtomicUsize,
    /// Networks running at this moment, and the most there ever were.
    pub(crate) networks: AtomicUsize,
    pub(crate) most_networks: AtomicUsize,
    /// Called when `t.hook` runs.
    pub(crate) hook: std::sync::Mutex<Option<Box<dyn Fn() + Send>>>,
    /// While true, `t.slow` goes on.
    pub(crate) hold: AtomicBool,
}

pub(crate) fn frame(samples: [f32; 2]) -> Frame {
    Frame::from_samples(FORMAT, Window::of(FORMAT), &["R", "G", "B"], {
        let [a, b] = samples;
        vec![a, b, a, b, a, b]
    })
}

/// The two samples of a picture; an empty one is black.
pub(crate) fn samples(frame: &Frame) -> [f32; 2] {
    let plane = frame.planes[0].f32().unwrap();
    match plane {
        [a, b] => [*a, *b],
        _ => [0.0, 0.0],
    }
}

const PICTURE: OutputPort =
    OutputPort { name: "out", kind: Kind::Picture, precision: Precision::F32 };
const TABLE: OutputPort = OutputPort { name: "out", kind: Kind::Table, precision: Precision::F32 };
const IMAGE: InputPort =
    InputPort { name: "image", kind: Kind::Picture, optional: false, many: false };

const fn at(name: &'static str) -> Parameter {
    Parameter { name, sampling: Sampling::At }
}

const fn placing(name: &'static str) -> Parameter {
    Parameter { name, sampling: Sampling::Placing }
}

const fn stage(stage: &'static str) -> Declaration {
    Declaration {
        stage,
        version: 1,
        inputs: &[IMAGE],
        parameters: &[],
        outputs: &[PICTURE],
        class: NumericClass::Exact,
        ambient: &[],
        weights: None,
    }
}

/// A stage by its functions.
struct Small {
    declaration: Declaration,
    knobs: Arc<Knobs>,
    reads: fn(&Request<'_>) -> Vec<Read>,
    run: fn(&Job<'_>, &Knobs) -> Result<Answer, StageError>,
    forwards: fn(&Settings) -> Option<(&'static str, i64)>,
    span: fn(&Settings) -> Span,
}

impl Small {
    fn new(
        knobs: &Arc<Knobs>,
        declaration: Declaration,
        run: fn(&Job<'_>, &Knobs) -> Result<Answer, StageError>,
    ) -> Self {
        Self {
            declaration,
            knobs: Arc::clone(knobs),
            reads: |request| vec![Read::input("image", request.time)],
            run,
            forwards: |_| None,
            span: |_| Span::Frame,
        }
    }
}

impl Stage for Small {
    fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok((self.reads)(request))
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let network = matches!(self.declaration.class, NumericClass::Network(_));
        let knobs = &self.knobs;
        knobs.runs.fetch_add(1, Ordering::SeqCst);
        let running = knobs.running.fetch_add(1, Ordering::SeqCst) + 1;
        knobs.most.fetch_max(running, Ordering::SeqCst);
        if network {
            let running = knobs.networks.fetch_add(1, Ordering::SeqCst) + 1;
            knobs.most_networks.fetch_max(running, Ordering::SeqCst);
        }
        let answer = (self.run)(job, knobs);
        knobs.running.fetch_sub(1, Ordering::SeqCst);
        if network {
            knobs.networks.fetch_sub(1, Ordering::SeqCst);
        }
        answer
    }

    fn forwards(&self, settings: &Settings) -> Option<(&'static str, i64)> {
        (self.forwards)(settings)
    }

    fn span(&self, settings: &Settings) -> Span {
        (self.span)(settings)
    }

    fn weights(&self) -> Result<Option<[u8; 32]>, StageError> {
        if self.declaration.weights.is_none() {
            return Ok(None);
        }
        let mut digest = [7; 32];
        digest[..8].copy_from_slice(&self.knobs.weights.load(Ordering::SeqCst).to_le_bytes());
        Ok(Some(digest))
    }
}

fn picture(job: &Job<'_>) -> Result<[f32; 2], StageError> {
    job.frame("image").map(|frame| samples(frame))
}

fn given(given: &Given) -> [f32; 2] {
    match given {
        Given::Value(Value::Frame(frame)) => samples(frame),
        _ => [0.0, 0.0],
    }
}

fn table(value: f64) -> Answer {
    Answer::table(Table { columns: [("x".to_owned(), vec![value])].into() })
}

fn of(value: f32) -> Answer {
    Answer::frame(frame([value, -value]))
}

/// All stages, turned by the knobs.
pub(crate) fn registry(knobs: &Arc<Knobs>) -> Registry {
    let mut registry = Registry::default();
    let mut add = |small: Small| registry.add(small);
    let new = |declaration, run| Small::new(knobs, declaration, run);

    let source = |name| Declaration { inputs: &[], ..stage(name) };
    add(Small {
        reads: |_| vec![],
        ..new(
            Declaration { parameters: const { &[at("value")] }, ..source("t.constant") },
            |job, _| Ok(of(job.settings().number("value")? as f32)),
        )
    });
    add(Small {
        reads: |_| vec![],
        ..new(
            Declaration { ambient: &[AmbientValue::FrameNumber], ..source("t.clock") },
            |job, _| Ok(of(job.request.ambient.frame.unwrap() as f32)),
        )
    });
    add(Small {
        reads: |request| {
            let missing = match request.settings.text("missing").unwrap() {
                "hold" => Missing::Hold,
                "nearest" => Missing::Nearest,
                "marker" => Missing::Marker,
                _ => Missing::Error,
            };
            let frame = request.time - request.settings.int("start").unwrap_or(0);
            vec![Read::Blob { parameter: "path", frame, missing }]
        },
        ..new(
            Declaration {
                parameters: const {
                    &[
                        Parameter { name: "path", sampling: Sampling::Blob },
                        placing("missing"),
                        placing("start"),
                    ]
                },
                ..source("t.read")
            },
            |job, _| match &job.given[0] {
                _ if !job.settings().0.is_empty() => panic!("it sees where it is placed"),
                Given::Blob { bytes, name } => {
                    let text = String::from_utf8_lossy(bytes);
                    let value = text.trim().parse::<f32>().map_err(|_| {
                        StageError::failed("T0605", format!("{name} is damaged"), "copy it again")
                    })?;
                    Ok(of(value))
                }
                Given::Missing { format } => Ok(of(-997.0 - format.width as f32)),
                other => panic!("no file but {other:?}"),
            },
        )
    });
    add(Small {
        forwards: |settings| (settings.number("amount").unwrap() == 1.0).then_some(("image", 0)),
        ..new(Declaration { parameters: const { &[at("amount")] }, ..stage("t.gain") }, |job, _| {
            let amount = job.settings().number("amount")? as f32;
            let [a, b] = picture(job)?;
            Ok(Answer::frame(frame([a * amount, b * amount + 0.5])))
        })
    });
    add(Small {
        reads: |request| {
            let ports = request.inputs.iter().map(|(port, _)| port.clone());
            ports.map(|port| Read::input(port, request.time)).collect()
        },
        ..new(
            Declaration {
                inputs: &[InputPort { name: "layers", many: true, ..IMAGE }],
                ..stage("t.plus")
            },
            |job, _| {
                let sum =
                    job.given.iter().map(given).fold([0.0, 0.0], |sum, layer| {
                        [sum[0] + layer[0], sum[1] * 2.0 + layer[1]]
                    });
                Ok(Answer::frame(frame(sum)))
            },
        )
    });
    add(Small {
        forwards: |settings| Some(("image", settings.int("by").unwrap())),
        ..new(Declaration { parameters: const { &[placing("by")] }, ..stage("t.shift") }, |_, _| {
            panic!("what is forwarded does not run")
        })
    });
    add(Small {
        reads: |request| {
            let reach = request.settings.int("reach").unwrap() as u32;
            Read::window("image", request.time, reach, reach).collect()
        },
        ..new(Declaration { parameters: const { &[at("reach")] }, ..stage("t.mean") }, |job, _| {
            let sum = job
                .given
                .iter()
                .map(given)
                .enumerate()
                .fold([0.0; 2], |sum, (i, [a, b])| [sum[0] + a, sum[1] + b * i as f32]);
            Ok(Answer::frame(frame(sum)))
        })
    });
    add(new(
        Declaration {
            parameters: const {
                &[
                    Parameter {
                        name: "amount",
                        sampling: Sampling::Window { before: "before", after: "after" },
                    },
                    at("before"),
                    at("after"),
                ]
            },
            ..stage("t.wobble")
        },
        |job, _| {
            let [mut a, b] = picture(job)?;
            for (time, values) in job.settings().samples("amount")? {
                a += (time - job.request.time as f64 + 2.0) as f32 * values[0] as f32;
            }
            Ok(Answer::frame(frame([a, b])))
        },
    ));
    add(Small {
        reads: |request| {
            vec![Read::Own { time: request.time - 1 }, Read::input("image", request.time)]
        },
        ..new(stage("t.echo"), |job, _| {
            let [a, b] = given(&job.given[0]);
            let [c, d] = given(&job.given[1]);
            Ok(Answer::frame(frame([a * 0.5 + c, b * 0.25 + d])))
        })
    });
    add(Small {
        reads: |request| {
            let (first, last) = request.domain.unwrap();
            (first..=last).map(|time| Read::input("image", time)).collect()
        },
        span: |_| Span::Clip,
        ..new(Declaration { outputs: &[TABLE], ..stage("t.measure") }, |job, _| {
            let values = job.given.iter().map(|value| given(value)[0]);
            Ok(table(f64::from(values.fold(f32::MIN, f32::max))))
        })
    });
    add(Small {
        reads: |request| vec![Read::input("image", request.time), Read::input("by", request.time)],
        ..new(
            Declaration {
                inputs: &[IMAGE, InputPort { name: "by", kind: Kind::Table, ..IMAGE }],
                ..stage("t.apply")
            },
            |job, _| {
                let x = job.table("by")?.columns["x"][0] as f32;
                let [a, b] = picture(job)?;
                Ok(Answer::frame(frame([a - x, b - x])))
            },
        )
    });
    add(new(Declaration { parameters: const { &[at("limit")] }, ..stage("t.limit") }, |job, _| {
        let limit = job.settings().number("limit")? as f32;
        let [a, b] = picture(job)?;
        if a <= limit && b <= limit {
            return Ok(Answer::Same("image"));
        }
        Ok(Answer::frame(frame([a.min(limit), b.min(limit)])))
    }));
    add(Small {
        reads: |request| {
            let length = request.settings.int("length").unwrap();
            let overlap = request.settings.int("overlap").unwrap();
            let last = request.domain.unwrap().1.min(request.time + length - 1);
            let own =
                (request.time..request.time + overlap).map(|time| Read::Own { time: time - 1 });
            let inputs = (request.time..=last).map(|time| Read::input("image", time));
            own.chain(inputs).collect()
        },
        span: |settings| Span::Chunk {
            length: settings.int("length").unwrap() as u32,
            overlap: settings.int("overlap").unwrap() as u32,
        },
        ..new(
            Declaration {
                parameters: const { &[at("length"), at("overlap")] },
                ..stage("t.chunk")
            },
            |job, _| {
                let own = job.reads.iter().filter(|read| matches!(read, Read::Own { .. })).count();
                let (own, inputs) = job.given.split_at(own);
                let before = own.iter().map(given).fold(0.0, |sum, [a, _]| sum + a);
                let frames = inputs.iter().map(given).enumerate();
                let frames = frames
                    .map(|(i, [a, b])| Arc::new(frame([a + before * 0.25, b + i as f32])))
                    .collect();
                let sequence = Sequence { first: job.request.time, frames };
                Ok(Answer::Values(vec![Value::Sequence(Arc::new(sequence))]))
            },
        )
    });
    add(new(
        Declaration {
            class: NumericClass::Network("test-f32"),
            weights: Some("net"),
            ..stage("t.net")
        },
        |job, knobs| {
            let [a, b] = picture(job)?;
            Ok(Answer::frame(frame([a + knobs.weights.load(Ordering::SeqCst) as f32, b * 3.0])))
        },
    ));
    add(new(
        Declaration {
            outputs: &[
                OutputPort { name: "low", ..PICTURE },
                OutputPort { name: "high", ..PICTURE },
            ],
            ..stage("t.split")
        },
        |job, _| {
            let [a, b] = picture(job)?;
            let value = |value: f32| Value::Frame(Arc::new(frame([value, value])));
            Ok(Answer::Values(vec![value(a), value(b)]))
        },
    ));
    add(new(Declaration { parameters: const { &[at("above")] }, ..stage("t.fail") }, |job, _| {
        let [a, b] = picture(job)?;
        if f64::from(a) > job.settings().number("above")? {
            return Err(StageError::failed("T0605", "it is too bright", "make it darker"));
        }
        Ok(Answer::frame(frame([a, b])))
    }));
    add(new(stage("t.panic"), |_, _| panic!("on purpose")));
    add(new(stage("t.liar"), |job, _| match job.frame_at("image", job.request.time + 1) {
        Ok(_) => Ok(of(0.0)),
        Err(error) => Err(error),
    }));
    add(new(stage("t.nothing"), |_, _| Ok(Answer::Values(vec![]))));
    add(new(stage("t.slow"), |job, knobs| {
        while knobs.hold.load(Ordering::SeqCst) {
            job.cancel.check()?;
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(8));
        Ok(Answer::frame(frame(picture(job)?)))
    }));
    add(new(stage("t.parallel"), |job, _| {
        let [a, b] = picture(job)?;
        let pause = |number: u32| {
            std::thread::sleep(Duration::from_micros(50));
            number
        };
        let sum: u32 = (0..64).into_par_iter().map(pause).sum();
        Ok(Answer::frame(frame([a + sum as f32, b])))
    }));
    add(new(stage("t.hook"), |job, knobs| {
        if let Some(hook) = &*knobs.hook.lock().unwrap() {
            hook();
        }
        Ok(Answer::frame(frame(picture(job)?)))
    }));
    registry
}
