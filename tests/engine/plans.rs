//! Plans in a few words, folders for them, and what happened to them.

use crate::stages::{Knobs, registry, samples};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use toma_engine::{Caching, Engine, EngineError, Event, RenderRequest, Settings, Summary};
use toma_plan::{
    Ambient, Curve, CurveKey, Dimension, Domain, Ease, FrameRange, FrameRate, Input, Node, NodeId,
    Output, Outside, Plan, Port, Value,
};
use toma_stage::CancelToken;

pub(crate) fn number(value: f64) -> Value {
    Value::Number { value, dimension: Dimension::Scalar }
}

pub(crate) fn curve(keys: &[(f64, f64)]) -> Value {
    let keys = keys.iter().map(|(frame, value)| CurveKey {
        frame: *frame,
        values: vec![*value],
        ease: Ease::Linear,
    });
    Value::Curve(Curve::through(keys.collect(), Dimension::Scalar))
}

pub(crate) fn frames(first: i64, last: i64) -> FrameRange {
    FrameRange { first, last }
}

/// A plan without nodes, of frames 1 to `last`.
pub(crate) fn plan(last: i64) -> Plan {
    Plan {
        schema: toma_plan::SCHEMA,
        shot: "shot".into(),
        ambient: Ambient {
            frames: frames(1, last),
            handles: 0,
            rate: FrameRate { frames: 24, seconds: 1 },
            format: (2, 1),
            space: "ACEScg".into(),
        },
        nodes: vec![],
        outputs: vec![],
        origins: toma_plan::Origins::default(),
    }
}

/// Adding to plans by the names of nodes.
pub(crate) trait Build {
    /// A node that asks its inputs, `port: node` or `port: node.output`.
    fn node(&mut self, path: &str, stage: &str, values: &[(&str, Value)], inputs: &[(&str, &str)]);
    /// A still.
    fn still(&mut self, path: &str, stage: &str, values: &[(&str, Value)], inputs: &[(&str, &str)]);
    /// Files at some frames.
    fn read(&mut self, path: &str, pattern: &str, missing: &str, range: FrameRange, out: Outside);
    /// A file a frame.
    fn write(&mut self, name: &str, path: &str, node: &str);
    fn input(&self, name: &str) -> Input;
    fn last(&mut self) -> &mut Node;
}

impl Build for Plan {
    fn node(&mut self, path: &str, stage: &str, values: &[(&str, Value)], inputs: &[(&str, &str)]) {
        let inputs = inputs.iter().map(|(port, node)| ((*port).to_owned(), self.input(node)));
        let inputs: toma_plan::Named<_> = inputs.collect();
        let (kind, outs): (&str, &[&str]) = match stage {
            "t.measure" => ("Table", &["out"]),
            "t.split" => ("Clip<ACEScg>", &["low", "high"]),
            _ => ("Clip<ACEScg>", &["out"]),
        };
        let port = |name: &&str| Port { name: (*name).into(), kind: kind.into(), format: None };
        self.nodes.push(Node {
            path: path.into(),
            stage: stage.into(),
            version: 1,
            parameters: values.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect(),
            inputs,
            ports: outs.iter().map(port).collect(),
            domain: Domain::Inputs,
            outside: Outside::Error,
            weights: None,
        });
    }

    fn still(
        &mut self,
        path: &str,
        stage: &str,
        values: &[(&str, Value)],
        inputs: &[(&str, &str)],
    ) {
        self.node(path, stage, values, inputs);
        self.last().domain = Domain::Still;
    }

    fn read(&mut self, path: &str, pattern: &str, missing: &str, range: FrameRange, out: Outside) {
        let values =
            [("path", Value::Path(pattern.into())), ("missing", Value::Text(missing.into()))];
        self.node(path, "t.read", &values, &[]);
        self.last().domain = Domain::Frames(range);
        self.last().outside = out;
    }

    fn write(&mut self, name: &str, path: &str, node: &str) {
        let output = Output {
            name: name.into(),
            path: path.into(),
            format: "exr".into(),
            settings: BTreeMap::from([("depth".to_owned(), Value::Text("float".into()))]),
            frames: self.ambient.frames,
            purpose: None,
            input: self.input(node),
        };
        self.outputs.push(output);
    }

    fn input(&self, name: &str) -> Input {
        let (node, port) = name.split_once('.').unwrap_or((name, "out"));
        let index = self.nodes.iter().position(|other| other.path == node);
        Input { node: NodeId(index.unwrap_or(999) as u32), port: port.into() }
    }

    fn last(&mut self) -> &mut Node {
        self.nodes.last_mut().unwrap()
    }
}

/// A folder of its own, in memory where the system offers that: thousands of tiny files are made.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()).unwrap()
}

/// A folder with sources, outputs and state, and the stages' knobs.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) knobs: Arc<Knobs>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { folder: folder(), knobs: Arc::default() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn settings(&self) -> Settings {
        let mut settings = Settings::new(self.path().join("state"), self.path());
        settings.threads = 2;
        settings.memory_bytes = 64 << 20;
        settings
    }

    pub(crate) fn open(&self, settings: Settings) -> Engine {
        Engine::open(settings, registry(&self.knobs)).unwrap()
    }

    pub(crate) fn engine(&self) -> Engine {
        self.open(self.settings())
    }

    /// An engine that remembers nothing, in a folder of its own.
    pub(crate) fn clean(&self) -> (TempDir, Engine) {
        let state = folder();
        let settings =
            Settings { state: state.path().into(), caching: Caching::Off, ..self.settings() };
        (state, self.open(settings))
    }

    /// One file a frame, each holding a number.
    pub(crate) fn plates(&self, pattern: &str, values: &[(i64, f64)]) {
        for (frame, value) in values {
            let name = pattern.replace("%04d", &format!("{frame:04}"));
            let path = self.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, value.to_string()).unwrap();
        }
    }
}

/// What a request told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) summary: Summary,
    pub(crate) events: Vec<Event>,
}

impl Told {
    fn pairs(&self, take: impl Fn(&Event) -> Option<(String, Option<i64>)>) -> Pairs {
        self.events.iter().filter_map(take).collect()
    }

    pub(crate) fn computed(&self) -> Pairs {
        self.pairs(|event| match event {
            Event::Computed { node, frame, .. } => Some((node.clone(), *frame)),
            _ => None,
        })
    }

    pub(crate) fn rebuilt(&self) -> Pairs {
        self.pairs(|event| match event {
            Event::Rebuilt { node, frame, .. } => Some((node.clone(), *frame)),
            _ => None,
        })
    }

    pub(crate) fn cached(&self) -> Pairs {
        self.pairs(|event| match event {
            Event::Cached { node, frame } => Some((node.clone(), *frame)),
            _ => None,
        })
    }

    pub(crate) fn failed(&self) -> Pairs {
        self.pairs(|event| match event {
            Event::Failed(failure) => Some((failure.node.clone().unwrap(), failure.frame)),
            _ => None,
        })
    }

    pub(crate) fn warnings(&self) -> Vec<String> {
        let warning = |event: &Event| match event {
            Event::Warning(failure) => Some(failure.code.clone()),
            _ => None,
        };
        self.events.iter().filter_map(warning).collect()
    }

    /// Every pair of the closure was told of exactly once, and again only for running again; and so it
    /// was counted.
    pub(crate) fn assert_adds_up(&self) {
        let planned = self.events.iter().find_map(|event| match event {
            Event::Planned { pairs, .. } => Some(*pairs),
            _ => None,
        });
        let count = |is: fn(&Event) -> bool| self.events.iter().filter(|event| is(event)).count();
        let rebuilt = count(|event| matches!(event, Event::Rebuilt { .. }));
        assert_eq!(self.summary.rebuilt, rebuilt, "{:?}\n{:#?}", self.summary, self.events);
        let told = [
            (self.summary.computed, self.computed()),
            (self.summary.cached, self.cached()),
            (self.summary.failed, self.failed()),
        ];
        let mut all = BTreeSet::new();
        let mut sum = 0;
        for (number, pairs) in told {
            assert_eq!(number, pairs.len(), "{:?}\n{:#?}", self.summary, self.events);
            sum += number;
            all.extend(pairs);
        }
        assert_eq!(all.len(), sum, "a pair was told of twice: {:#?}", self.events);
        let events = count(|event| {
            matches!(event, Event::Computed { .. } | Event::Cached { .. } | Event::Failed(_))
        });
        assert_eq!(events, sum, "a pair was told of twice: {:#?}", self.events);
        all.extend(self.rebuilt());
        assert_eq!(planned, Some(all.len()), "{:#?}", self.events);
    }
}

pub(crate) type Pairs = BTreeSet<(String, Option<i64>)>;

pub(crate) fn pairs(pairs: &[(&str, i64)]) -> Pairs {
    pairs.iter().map(|(node, frame)| ((*node).to_owned(), Some(*frame))).collect()
}

/// Listens to an engine.
pub(crate) fn listen<T>(call: impl FnOnce(&(dyn Fn(Event) + Sync)) -> T) -> (T, Vec<Event>) {
    let events = Mutex::new(Vec::new());
    let result = call(&|event| events.lock().unwrap().push(event));
    (result, events.into_inner().unwrap())
}

/// Renders everything.
pub(crate) fn render(engine: &Engine, plan: &Plan) -> Result<Told, EngineError> {
    render_with(engine, plan, &RenderRequest::default())
}

pub(crate) fn render_with(
    engine: &Engine,
    plan: &Plan,
    request: &RenderRequest,
) -> Result<Told, EngineError> {
    let (summary, events) = listen(|say| engine.render(plan, request, say));
    let told = Told { summary: summary?, events };
    told.assert_adds_up();
    Ok(told)
}

/// The two samples of each frame; none where it has failed.
pub(crate) type Brought = Vec<Option<[f32; 2]>>;

/// Samples of a node at frames, and what bringing them came to.
pub(crate) fn values(
    engine: &Engine,
    plan: &Plan,
    node: &str,
    frames: impl IntoIterator<Item = i64>,
) -> Result<(Brought, Told), EngineError> {
    let (node, port) = node.split_once('.').unwrap_or((node, "out"));
    let wanted: Vec<_> = frames.into_iter().map(|frame| (node, port, frame)).collect();
    let (result, events) = listen(|say| engine.values(plan, &wanted, &CancelToken::default(), say));
    let (values, summary) = result?;
    let told = Told { summary, events };
    told.assert_adds_up();
    let sample = |value| match value {
        Ok(toma_stage::Value::Frame(frame)) => Some(samples(&frame)),
        Ok(toma_stage::Value::Table(table)) => Some([table.columns["x"][0] as f32, 0.0]),
        _ => None,
    };
    Ok((values.into_iter().map(sample).collect(), told))
}

/// The refusals of a request that was refused.
pub(crate) fn refusals<T>(result: Result<T, EngineError>) -> Vec<toma_engine::Failure> {
    match result {
        Err(EngineError::Refused(failures)) => failures,
        Err(other) => panic!("not refused but {other:?}"),
        Ok(_) => panic!("not refused"),
    }
}
