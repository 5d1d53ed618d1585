//! What keys were made of, run by run: the memory behind `why`. Outside the cache, so that it outlives
//! results.
//!
//! One JSON file a shot, replaced as a whole. Equal neighbours in time stand once.

use crate::closure::{Closure, Link, Pair};
use crate::encode::Digest;
use crate::prepare::Prepared;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use toma_stage::{Read, Setting};

/// Everything that a key was made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preimage {
    /// The key.
    pub key: Digest,
    /// What does not depend on the inputs.
    pub made: Made,
    /// What was read, in the stage's order.
    pub reads: Vec<ReadRecord>,
}

/// The part of a key that is the stage's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// Module and name.
    pub stage: String,
    /// Of the stage.
    pub version: u32,
    /// The numeric class.
    pub class: String,
    /// The digest of the weights.
    pub weights: Option<Digest>,
    /// Parameters as read; times within them count from the frame.
    pub parameters: BTreeMap<String, Json>,
    /// Ambient values that the stage declares.
    pub ambient: BTreeMap<String, Json>,
}

/// One thing that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadRecord {
    /// The port, the parameter of a file, or `own` for an earlier result of the node itself.
    pub name: String,
    /// Frames from the one asked for.
    pub offset: i64,
    /// The node that gave it.
    pub node: Option<String>,
    /// Its key, or the digest of a file.
    pub key: Option<Digest>,
    /// The file.
    pub file: Option<PathBuf>,
    /// What stands in: `edge` outside a source, `missing` where there is nothing; for a file with the
    /// format of what is drawn in its stead.
    pub absent: Option<String>,
}

/// A field of a key that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Which: `amount`, `weights`, `input image`.
    pub field: String,
    /// In the key before.
    pub before: Json,
    /// Now.
    pub now: Json,
}

impl Preimage {
    /// What a pair's key is made of.
    pub(crate) fn of(
        prepared: &Prepared<'_>,
        closure: &Closure,
        pair: &Pair,
        colour_config: &str,
    ) -> Option<Self> {
        let node = prepared.nodes.get(pair.node)?;
        let declaration = &node.declaration;
        let values = prepared.ambient(node, pair.time);
        let mut ambient = BTreeMap::new();
        let mut add = |name: &str, value: Option<Json>| {
            value.map(|value| ambient.insert(name.to_owned(), value));
        };
        add("frame", values.frame.map(|frame| json!(frame)));
        add("format", values.format.map(|size| json!([size.width, size.height])));
        add("rate", values.rate.map(|rate| json!([rate.0, rate.1])));
        add("space", values.space.map(|space| json!(space)));
        if declaration.ambient.contains(&toma_stage::AmbientValue::ColourConfig) {
            add("colour config", Some(json!(Digest::of(colour_config.as_bytes()))));
        }
        let parameters = pair.settings.run.0.iter();
        let parameters =
            parameters.map(|(name, setting)| (name.clone(), in_json(setting, pair.time)));
        let made = Made {
            stage: declaration.stage.to_owned(),
            version: declaration.version,
            class: declaration.class.name().to_owned(),
            weights: closure.weights.get(&pair.node).copied().flatten(),
            parameters: parameters.collect(),
            ambient,
        };
        let reads = pair.reads.iter().zip(&pair.links);
        let reads = reads.map(|(read, link)| record(prepared, closure, pair, read, link));
        let key = closure.units.get(pair.unit)?.key;
        Some(Self { key, made, reads: reads.collect() })
    }

    /// The fields in which this differs from an earlier one.
    pub fn changes_since(&self, before: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut compare = |field: &str, before: Json, now: Json| {
            if before != now {
                changes.push(Change { field: field.to_owned(), before, now });
            }
        };
        compare("stage", json!(before.made.stage), json!(self.made.stage));
        compare("version", json!(before.made.version), json!(self.made.version));
        compare("class", json!(before.made.class), json!(self.made.class));
        compare("weights", json!(before.made.weights), json!(self.made.weights));
        let sides = [
            (&before.made.parameters, &self.made.parameters),
            (&before.made.ambient, &self.made.ambient),
        ];
        for (before, now) in sides {
            let names: std::collections::BTreeSet<_> = before.keys().chain(now.keys()).collect();
            for name in names {
                let value = |side: &BTreeMap<String, Json>| side.get(name).cloned();
                let (before, now) = (value(before), value(now));
                compare(name, before.unwrap_or_default(), now.unwrap_or_default());
            }
        }
        for index in 0..before.reads.len().max(self.reads.len()) {
            let (before, now) = (before.reads.get(index), self.reads.get(index));
            // Who gave it and where the file lies are in no key.
            let same = match (before, now) {
                (Some(a), Some(b)) => {
                    (&a.name, a.offset, a.key, &a.absent) == (&b.name, b.offset, b.key, &b.absent)
                }
                _ => false,
            };
            if !same {
                let name = now.or(before).map_or("", |read| &read.name);
                compare(&format!("input {name}"), json!(before), json!(now));
            }
        }
        changes
    }
}

fn record(
    prepared: &Prepared<'_>,
    closure: &Closure,
    pair: &Pair,
    read: &Read,
    link: &Link,
) -> ReadRecord {
    let (name, offset) = match read {
        Read::Input { port, time, .. } => (port.clone(), time - pair.time),
        Read::Own { time } => ("own".to_owned(), time - pair.time),
        Read::Blob { parameter, .. } => ((*parameter).to_owned(), 0),
    };
    let mut record = ReadRecord { name, offset, node: None, key: None, file: None, absent: None };
    match link {
        Link::Pair { pair, .. } => {
            let source = closure.pairs.get(*pair);
            let node = source.and_then(|pair| prepared.nodes.get(pair.node));
            record.node = node.map(|node| node.path.clone());
            record.key = closure.name(link).map(|name| name.key);
        }
        Link::Edge(_) => record.absent = Some("edge".to_owned()),
        Link::Missing(size) => {
            record.absent = Some(format!("missing, {}x{}", size.width, size.height));
        }
        Link::Nothing => record.absent = Some("missing".to_owned()),
        Link::Blob(index) => {
            let blob = closure.blobs.get(*index);
            record.file = blob.map(|blob| blob.path.clone());
            record.key = blob.filter(|blob| blob.read).map(|blob| blob.digest);
        }
    }
    record
}

fn in_json(setting: &Setting, time: i64) -> Json {
    match setting {
        Setting::None => Json::Null,
        Setting::Bool(value) => json!(value),
        Setting::Int(value) => json!(value),
        Setting::Number(value) => json!(value),
        Setting::Vector(values) => json!(values),
        Setting::Text(text) => json!(text),
        Setting::Seed(seed) => json!({ "seed": seed }),
        Setting::Size(size) => json!({ "size": [size.width, size.height] }),
        Setting::Frames(first, last) => json!({ "frames": [first, last] }),
        Setting::Steps(first, last, every) => {
            json!({ "frames": [first, last], "every": every })
        }
        Setting::Rate(frames, seconds) => json!({ "rate": [frames, seconds] }),
        Setting::Date(year, month, day) => json!({ "date": [year, month, day] }),
        Setting::List(items) => items.iter().map(|item| in_json(item, time)).collect(),
        Setting::Record(fields) => fields_in_json(fields, time),
        Setting::Case(name, fields) => {
            json!({ "case": name, "values": fields_in_json(fields, time) })
        }
        Setting::Samples(samples) => {
            let sample = |(at, values): &(f64, Vec<f64>)| json!([at - time as f64, values]);
            samples.iter().map(sample).collect()
        }
    }
}

fn fields_in_json(fields: &BTreeMap<String, Setting>, time: i64) -> Json {
    fields.iter().map(|(name, field)| (name.clone(), in_json(field, time))).collect()
}

/// A shot's nodes by path.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Shot {
    /// The shot's name.
    shot: String,
    nodes: BTreeMap<String, Vec<Run>>,
}

/// Neighbouring frames of a node with one key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Run {
    /// First and last frame; none for what is one for all times.
    frames: Option<(i64, i64)>,
    now: Preimage,
    /// Of the key that these frames had before.
    before: Option<Preimage>,
}

fn file(state: &Path, shot: &str) -> PathBuf {
    state.join("history").join(format!("{}.json", Digest::of(shot.as_bytes())))
}

fn load(state: &Path, shot: &str) -> Shot {
    // A history that can't be read is begun anew: it explains, and decides nothing.
    fs::read(file(state, shot))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

/// Remembers what the keys of a request were made of.
pub(crate) fn record_run(
    state: &Path,
    prepared: &Prepared<'_>,
    closure: &Closure,
    colour_config: &str,
) -> io::Result<()> {
    let mut shot = load(state, &prepared.plan.shot);
    let old = shot.clone();
    shot.shot.clone_from(&prepared.plan.shot);
    let mut pairs: BTreeMap<usize, Vec<&Pair>> = BTreeMap::new();
    for pair in closure.pairs.iter().filter(|pair| pair.failure.is_none()) {
        pairs.entry(pair.node).or_default().push(pair);
    }
    for (node, pairs) in pairs {
        let Some(path) = prepared.nodes.get(node).map(|node| node.path.clone()) else { continue };
        let runs = shot.nodes.entry(path).or_default();
        let mut frames: BTreeMap<Option<i64>, (Preimage, Option<Preimage>)> = BTreeMap::new();
        for run in runs.drain(..) {
            let range = run.frames.map_or(vec![None], |(a, b)| (a..=b).map(Some).collect());
            for frame in range {
                frames.insert(frame, (run.now.clone(), run.before.clone()));
            }
        }
        for pair in pairs {
            let Some(now) = Preimage::of(prepared, closure, pair, colour_config) else { continue };
            let before = match frames.remove(&pair.slot.frame()) {
                Some((old, before)) if old.key == now.key => before,
                Some((old, _)) => Some(old),
                None => None,
            };
            frames.insert(pair.slot.frame(), (now, before));
        }
        for (frame, (now, before)) in frames {
            match (runs.last_mut(), frame) {
                (Some(Run { frames: Some((_, last)), now: n, before: b }), Some(frame))
                    if *last + 1 == frame && *n == now && *b == before =>
                {
                    *last = frame;
                }
                _ => runs.push(Run { frames: frame.map(|frame| (frame, frame)), now, before }),
            }
        }
    }
    if shot == old {
        return Ok(());
    }
    let path = file(state, &prepared.plan.shot);
    let folder = path.parent().unwrap_or(state);
    fs::create_dir_all(folder)?;
    let mut temporary = tempfile::Builder::new()
        .prefix(&format!(".history{}", crate::sink::mark(std::process::id())))
        .suffix(".tmp")
        .tempfile_in(folder)?;
    serde_json::to_writer(io::BufWriter::new(&mut temporary), &shot)?;
    temporary.persist(&path)?;
    Ok(())
}

/// What a node's key was made of when it was last rendered, and before that.
pub(crate) fn recall(
    state: &Path,
    shot: &str,
    node: &str,
    frame: Option<i64>,
) -> Option<(Preimage, Option<Preimage>)> {
    let mut shot = load(state, shot);
    let runs = shot.nodes.remove(node)?;
    let found = runs.into_iter().find(|run| match (run.frames, frame) {
        (Some((first, last)), Some(frame)) => (first..=last).contains(&frame),
        (None, None) => true,
        _ => false,
    })?;
    Some((found.now, found.before))
}
