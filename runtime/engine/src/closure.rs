//! All pairs that a request can need, what each reads, and their keys.
//!
//! Made in three steps: pairs and their reads from the roots on, without opening a file; the digests of
//! all files at once; keys from the sources on. Nothing here runs a stage or looks into the store.

use crate::Failure;
use crate::encode::Digest;
use crate::key;
use crate::prepare::{Bounds, Prepared, guarded, too_many, with_request};
use crate::sampling::Sampled;
use crate::sources::{Found, Look, Sources};
use crate::store::Name;
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use toma_media::{Frame, Size};
use toma_plan::{Domain, Outside, Value};
use toma_stage::{Kind, Read, Settings, Span};

/// When a pair is: at all times, or from a frame on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Slot {
    /// A still, or the artefact of a clip.
    Always,
    /// A frame, or the chunk that begins there.
    At(i64),
}

impl Slot {
    /// The frame that events name.
    pub(crate) fn frame(self) -> Option<i64> {
        match self {
            Self::Always => None,
            Self::At(frame) => Some(frame),
        }
    }
}

/// A node with a time.
pub(crate) struct Pair {
    pub(crate) node: usize,
    pub(crate) slot: Slot,
    pub(crate) time: i64,
    pub(crate) settings: Sampled,
    pub(crate) reads: Vec<Read>,
    /// For each read, where it comes from.
    pub(crate) links: Vec<Link>,
    /// Why it can't even be asked.
    pub(crate) failure: Option<Arc<Failure>>,
    /// Which unit computes it.
    pub(crate) unit: usize,
}

/// Where a read comes from.
#[derive(Debug, Clone)]
pub(crate) enum Link {
    /// A part of another pair's result.
    Pair { pair: usize, port: u16, frame: Option<u32> },
    /// Outside a source that is black there.
    Edge(Arc<Frame>),
    /// A file of the closure.
    Blob(usize),
    /// No file, and a marker of this format was asked for.
    Missing(Size),
    /// No earlier result.
    Nothing,
}

/// A file that is read.
pub(crate) struct Blob {
    pub(crate) path: PathBuf,
    pub(crate) digest: Digest,
    /// Was it ever hashed? If not, `digest` stands for something nobody has seen.
    pub(crate) read: bool,
}

/// Pairs with one key: computed once.
pub(crate) struct Unit {
    pub(crate) key: Digest,
    /// The first computes, the others are told.
    pub(crate) pairs: Vec<usize>,
    /// Units that it reads, each once.
    pub(crate) needs: Vec<usize>,
    /// How many units and roots may still ask for it.
    pub(crate) claims: usize,
}

/// More pairs, or more reads of them, are no honest request.
const MOST_PAIRS: usize = 20_000_000;
const MOST_LINKS: usize = 100_000_000;

/// What a request can need.
pub(crate) struct Closure {
    pub(crate) pairs: Vec<Pair>,
    pub(crate) units: Vec<Unit>,
    pub(crate) blobs: Vec<Blob>,
    /// For each root, where it comes from.
    pub(crate) roots: Vec<Link>,
    /// Weights by node, of nodes that were asked for.
    pub(crate) weights: HashMap<usize, Option<Digest>>,
}

/// A node's port at a frame that somebody asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) node: usize,
    pub(crate) port: u16,
    pub(crate) frame: i64,
}

impl Closure {
    /// The name of what a link gives, if it is the part of a key's values.
    pub(crate) fn name(&self, link: &Link) -> Option<Name> {
        let Link::Pair { pair, port, frame } = link else { return None };
        let unit = self.units.get(self.pairs.get(*pair)?.unit)?;
        Some(Name { key: unit.key, port: Some(*port), frame: *frame })
    }

    /// The unit that a link asks.
    pub(crate) fn unit_of(&self, link: &Link) -> Option<usize> {
        let Link::Pair { pair, .. } = link else { return None };
        self.pairs.get(*pair).map(|pair| pair.unit)
    }

    /// Everything that the wanted frames can need. With `hash`, files are hashed that were not yet.
    pub(crate) fn new(
        prepared: &Prepared<'_>,
        wanted: &[Wanted],
        sources: &Sources,
        colour_config: &str,
        hash: bool,
    ) -> Result<Self, Vec<Failure>> {
        let mut finder = Finder {
            prepared,
            look: Look::new(sources),
            pairs: Vec::new(),
            index: HashMap::new(),
            files: Vec::new(),
            file_index: HashMap::new(),
            refusals: Vec::new(),
        };
        let roots = finder.find(wanted);
        let Finder { look, pairs, files, mut refusals, .. } = finder;
        refusals.extend(look.refusals());
        let blobs = match digests(sources, files, hash) {
            Ok(blobs) => blobs,
            Err(failures) => {
                refusals.extend(failures);
                Vec::new()
            }
        };
        let mut weights = HashMap::new();
        for node in pairs.iter().map(|pair| pair.node) {
            weights.entry(node).or_insert_with(|| {
                weights_of(prepared, node).unwrap_or_else(|failure| {
                    refusals.push(failure);
                    None
                })
            });
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let mut closure = Self { pairs, units: Vec::new(), blobs, roots, weights };
        closure.make_keys(prepared, colour_config);
        Ok(closure)
    }

    /// Nodes are in topological order, and a scan reads its own past: so is this.
    fn make_keys(&mut self, prepared: &Prepared<'_>, colour_config: &str) {
        let mut order: Vec<usize> = (0..self.pairs.len()).collect();
        order.sort_by_key(|index| self.pairs.get(*index).map(|pair| (pair.node, pair.slot)));
        let mut units: HashMap<Digest, usize> = HashMap::new();
        for index in order {
            let Some(pair) = self.pairs.get(index) else { continue };
            let made = match &pair.failure {
                None => key::pair_key(prepared, self, pair, colour_config),
                Some(_) => Ok(key::failed_key(prepared, pair)),
            };
            let (key, failure) = match made {
                Ok(key) => (key, None),
                Err(failure) => (key::failed_key(prepared, pair), Some(Arc::new(failure))),
            };
            let mut needs: Vec<usize> =
                pair.links.iter().filter_map(|link| self.unit_of(link)).collect();
            needs.sort_unstable();
            needs.dedup();
            let next = self.units.len();
            let unit = *units.entry(key).or_insert(next);
            match self.units.get_mut(unit) {
                Some(unit) => unit.pairs.push(index),
                None => self.units.push(Unit { key, pairs: vec![index], needs, claims: 0 }),
            }
            if let Some(pair) = self.pairs.get_mut(index) {
                pair.unit = unit;
                pair.failure = pair.failure.take().or(failure);
            }
        }
        let needs: Vec<usize> = self.units.iter().flat_map(|unit| unit.needs.clone()).collect();
        let roots = self.roots.iter().filter_map(|link| self.unit_of(link));
        for unit in roots.chain(needs).collect::<Vec<_>>() {
            if let Some(unit) = self.units.get_mut(unit) {
                unit.claims += 1;
            }
        }
    }
}

/// Hashes all files at once, on the threads that are there.
fn digests(
    sources: &Sources,
    files: Vec<(PathBuf, String, String)>,
    hash: bool,
) -> Result<Vec<Blob>, Vec<Failure>> {
    let found: Vec<Result<Blob, Failure>> = files
        .into_par_iter()
        .map(|(path, node, parameter)| {
            let digest = if hash {
                sources
                    .digest(&path)
                    .map(Some)
                    .map_err(|failure| failure.at(&node, None).parameter(&parameter))?
            } else {
                sources.known(&path)
            };
            let read = digest.is_some();
            let digest = digest.unwrap_or_else(|| key::unread(&path));
            Ok(Blob { path, digest, read })
        })
        .collect();
    let mut blobs = Vec::with_capacity(found.len());
    let mut failures = Vec::new();
    for result in found {
        match result {
            Ok(blob) => blobs.push(blob),
            Err(failure) => failures.push(failure),
        }
    }
    if failures.is_empty() { Ok(blobs) } else { Err(failures) }
}

fn weights_of(prepared: &Prepared<'_>, node: usize) -> Result<Option<Digest>, Failure> {
    let (prepare, _) = prepared.node(node)?;
    if prepare.declaration.weights.is_none() {
        return Ok(None);
    }
    let digest = guarded(prepare.declaration.stage, || prepare.stage.weights())
        .map_err(|error| Failure::from(error).at(&prepare.path, None))?;
    Ok(digest.map(Digest))
}

/// Follows reads from the roots on.
struct Finder<'a, 'p> {
    prepared: &'a Prepared<'p>,
    look: Look<'a>,
    pairs: Vec<Pair>,
    index: HashMap<(usize, Slot), usize>,
    /// Files, with the node and parameter that asked first.
    files: Vec<(PathBuf, String, String)>,
    file_index: HashMap<PathBuf, usize>,
    refusals: Vec<Failure>,
}

impl Finder<'_, '_> {
    fn find(&mut self, wanted: &[Wanted]) -> Vec<Link> {
        let mut roots = Vec::with_capacity(wanted.len());
        for Wanted { node, port, frame } in wanted {
            let link = self.link(*node, *port, *frame);
            roots.push(self.or_refuse(link, *node, *frame));
        }
        // New pairs are appended while they are gone through.
        let mut next = 0;
        let mut links = 0;
        while next < self.pairs.len() {
            self.read(next);
            links += self.pairs.get(next).map_or(0, |pair| pair.links.len());
            if self.pairs.len() > MOST_PAIRS || links > MOST_LINKS {
                self.refusals.push(too_many(&format!("the request needs over {next} results")));
                break;
            }
            next += 1;
        }
        roots
    }

    fn or_refuse(&mut self, link: Result<Link, Failure>, node: usize, frame: i64) -> Link {
        link.unwrap_or_else(|failure| {
            let failure = match (&failure.node, self.prepared.nodes.get(node)) {
                (None, Some(prepare)) => failure.at(&prepare.path, Some(frame)),
                _ => failure,
            };
            self.refusals.push(failure);
            Link::Nothing
        })
    }

    /// Asks a pair's stage what it reads, and where that comes from.
    fn read(&mut self, index: usize) {
        let Some(pair) = self.pairs.get(index) else { return };
        let (node, slot, time, settings) =
            (pair.node, pair.slot, pair.time, Arc::clone(&pair.settings.asked));
        let reads = self.reads(node, time, &settings);
        let mut links = Vec::new();
        let mut failure = None;
        let mut kept = Vec::new();
        match reads {
            Ok(reads) => {
                for read in &reads {
                    match self.link_read(node, slot, time, read) {
                        Ok(link) => links.push(link),
                        Err(why) => {
                            failure.get_or_insert(why);
                        }
                    }
                }
                kept = reads;
            }
            Err(why) => failure = Some(why),
        }
        let path = self.prepared.nodes.get(node).map(|node| node.path.as_str()).unwrap_or_default();
        let failure = failure.map(|failure| Arc::new(failure.at(path, slot.frame())));
        if failure.is_some() {
            (kept, links) = (Vec::new(), Vec::new());
        }
        if let Some(pair) = self.pairs.get_mut(index) {
            (pair.reads, pair.links, pair.failure) = (kept, links, failure);
        }
    }

    fn reads(&self, node: usize, time: i64, settings: &Settings) -> Result<Vec<Read>, Failure> {
        let (prepare, _) = self.prepared.node(node)?;
        let ambient = self.prepared.ambient(prepare, time);
        let ask = || {
            guarded(prepare.declaration.stage, || {
                with_request(prepare, &ambient, settings, time, |request| {
                    prepare.stage.reads(request)
                })
            })
        };
        let reads = ask()?;
        // What a stage reads depends on the request alone.
        if cfg!(debug_assertions) && reads != ask()? {
            return Err(contract("answers differently when it is asked again what it reads"));
        }
        Ok(reads)
    }

    fn link_read(
        &mut self,
        node: usize,
        slot: Slot,
        time: i64,
        read: &Read,
    ) -> Result<Link, Failure> {
        let (prepare, plan_node) = self.prepared.node(node)?;
        match read {
            Read::Input { port, time: at, .. } => {
                let (source, index) = *prepare
                    .links
                    .get(port)
                    .ok_or_else(|| contract(&format!("reads `{port}`, which is not connected")))?;
                let link = self.link(source, index, *at);
                Ok(self.or_refuse(link, source, *at))
            }
            Read::Own { time: at } => {
                let first = prepare.domain.map_or(self.prepared.whole.first, |(first, _)| first);
                if *at >= time {
                    return Err(contract("reads its own result before it is there"));
                }
                if slot == Slot::Always || *at < first {
                    return Ok(Link::Nothing);
                }
                self.pair_at(node, 0, *at)
            }
            Read::Blob { parameter, frame, missing } => {
                let Some(Value::Path(text) | Value::Text(text)) =
                    plan_node.parameters.get(parameter)
                else {
                    return Err(contract(&format!("reads `{parameter}`, which is no file")));
                };
                let declared = prepare.declaration.parameter(parameter);
                if declared.is_none_or(|p| p.sampling != toma_stage::Sampling::Blob) {
                    return Err(contract(&format!("reads the file `{parameter}` undeclared")));
                }
                match self.look.find(&prepare.path, parameter, text, *frame, *missing) {
                    Found::Missing | Found::Refused => {
                        let (width, height) = self.prepared.format(node, 0);
                        Ok(Link::Missing(Size { width, height }))
                    }
                    Found::File(path) => {
                        let next = self.files.len();
                        let index = *self.file_index.entry(path.clone()).or_insert(next);
                        if index == next {
                            let (node, parameter) = (prepare.path.clone(), (*parameter).to_owned());
                            self.files.push((path, node, parameter));
                        }
                        Ok(Link::Blob(index))
                    }
                }
            }
        }
    }

    /// A node's port at a frame: past identities, within its domain.
    fn link(&mut self, node: usize, port: u16, frame: i64) -> Result<Link, Failure> {
        let (mut node, mut port, mut frame) = (node, port, frame);
        loop {
            let (prepare, plan_node) = self.prepared.node(node)?;
            if let (false, Domain::Frames(range)) = (prepare.still, plan_node.domain)
                && !range.contains(frame)
            {
                match plan_node.outside {
                    Outside::Hold => frame = frame.clamp(range.first, range.last),
                    Outside::Black => return self.edge(node, port),
                    Outside::Error => {
                        let bounds = (range.first, range.last);
                        return Err(outside(&prepare.path, frame, bounds));
                    }
                }
            }
            if prepare.span != Span::Frame || prepare.declaration.outputs.len() != 1 {
                return self.pair_at(node, port, frame);
            }
            let at = if prepare.still { self.prepared.plan.ambient.frames.first } else { frame };
            let settings = self.prepared.settings(node, at)?;
            let forwards = prepare.stage.forwards_at(&settings.asked, frame);
            match forwards.and_then(|(input, time)| Some((*prepare.links.get(&*input)?, time))) {
                Some((input, time)) => ((node, port), frame) = (input, time),
                None => return self.pair_at(node, port, frame),
            }
        }
    }

    /// The pair that holds a node's frame, and which part of it the frame is.
    fn pair_at(&mut self, node: usize, port: u16, frame: i64) -> Result<Link, Failure> {
        let (prepare, _) = self.prepared.node(node)?;
        let shot = self.prepared.plan.ambient.frames.first;
        let (slot, time, part) = match (prepare.span, prepare.domain) {
            (Span::Clip, bounds) => (Slot::Always, bounds.map_or(shot, |(first, _)| first), None),
            (Span::Frame, _) if prepare.still => (Slot::Always, shot, None),
            (Span::Frame, _) | (Span::Chunk { .. }, None) => (Slot::At(frame), frame, None),
            (Span::Chunk { length, overlap }, Some(bounds)) => {
                if !(bounds.0..=bounds.1).contains(&frame) {
                    return Err(outside(&prepare.path, frame, bounds));
                }
                let first = chunk_of(bounds, length, overlap, frame);
                (Slot::At(first), first, u32::try_from(frame - first).ok())
            }
        };
        let next = self.pairs.len();
        let pair = *self.index.entry((node, slot)).or_insert(next);
        if pair == next {
            let settings = match self.prepared.settings(node, time) {
                Ok(settings) => settings,
                Err(failure) => {
                    self.index.remove(&(node, slot));
                    return Err(failure);
                }
            };
            self.pairs.push(Pair {
                node,
                slot,
                time,
                settings,
                reads: Vec::new(),
                links: Vec::new(),
                failure: None,
                unit: 0,
            });
        }
        Ok(Link::Pair { pair, port, frame: part })
    }

    /// No light, in the format that the port has.
    fn edge(&self, node: usize, port: u16) -> Result<Link, Failure> {
        let (prepare, _) = self.prepared.node(node)?;
        let declared = prepare.declaration.outputs.get(usize::from(port));
        let names: &[&str] = match declared.map(|port| port.kind) {
            Some(Kind::Matte) => &["A"],
            Some(Kind::Picture) => &["R", "G", "B"],
            // Data of no fixed sort: what the plan says of it, else nothing at all.
            Some(Kind::Any) => match self.prepared.kind(node, port) {
                Some("Matte") => &["A"],
                Some("Depth") => &["Z"],
                Some("Normals") => &["X", "Y", "Z"],
                Some("Flow") => &["U", "V"],
                Some(kind) if kind.starts_with("Clip<") || kind.starts_with("Image<") => {
                    &["R", "G", "B"]
                }
                _ => &[],
            },
            Some(Kind::Table) | None => {
                return Err(contract("is to be black where it yields no picture"));
            }
        };
        let (width, height) = self.prepared.format(node, port);
        let size = Size { width, height };
        Ok(Link::Edge(Arc::new(Frame::black(size, names))))
    }
}

/// The first frame of the chunk that a frame belongs to: where two overlap, the earlier one.
fn chunk_of(bounds: Bounds, length: u32, overlap: u32, frame: i64) -> i64 {
    let step = i64::from(length - overlap).max(1);
    let chunk = (frame - bounds.0 - i64::from(overlap)).div_euclid(step).max(0);
    bounds.0 + chunk * step
}

/// How many frames the chunk yields that begins at `first`.
pub(crate) fn chunk_length(bounds: Option<Bounds>, length: u32, first: i64) -> u32 {
    let rest = bounds.map_or(i64::MAX, |(_, last)| last - first + 1);
    u32::try_from(rest.clamp(0, i64::from(length))).unwrap_or(length)
}

fn outside(path: &str, frame: i64, bounds: Bounds) -> Failure {
    let (first, last) = bounds;
    Failure::new(
        "T0642",
        format!("`{path}` is asked for frame {frame}, and has frames {first}..{last}"),
        "ask for fewer frames, or say what lies beyond: `outside: \"hold\"` or `outside: \"black\"`",
    )
    .at(path, Some(frame))
}

fn contract(what: &str) -> Failure {
    Failure::mistake("T0903", format!("the stage breaks its contract: it {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_in_two_chunks_belongs_to_the_earlier() {
        let bounds = (1001, 1030);
        for (frame, first) in
            [(1001, 1001), (1010, 1001), (1011, 1008), (1017, 1008), (1018, 1015), (1030, 1022)]
        {
            assert_eq!(chunk_of(bounds, 10, 3, frame), first, "frame {frame}");
        }
        assert_eq!(chunk_length(Some(bounds), 10, 1022), 9);
        assert_eq!(chunk_length(Some(bounds), 10, 1001), 10);
        assert_eq!(chunk_of((5, 9), 1, 0, 7), 7);
    }
}
