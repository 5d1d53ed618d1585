//! Random plans, random edits, random losses: what comes out incrementally is what comes out of an
//! engine that remembers nothing, and only what an edit can have changed is computed.
//!
//! `TOMA_CASES=5000` tries more.

use crate::plans::{Build, World, curve, frames, number, plan, values};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::Ordering;
use toma_engine::{Caching, Engine};
use toma_plan::{Outside, Plan, Value};

const LAST: i64 = 6;

/// `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn small(&mut self) -> f64 {
        [0.0, 0.5, 1.0, 2.0, 3.0][self.below(5)]
    }
}

/// A number of the plan: static, or a curve.
#[derive(Debug, Clone)]
enum Amount {
    Static(f64),
    Keys(Vec<(f64, f64)>),
}

impl Amount {
    fn random(dice: &mut Dice) -> Self {
        if dice.one_in(3) {
            return Self::Keys(vec![(2.0, dice.small()), (4.0, dice.small()), (5.0, dice.small())]);
        }
        Self::Static(dice.small())
    }

    fn value(&self) -> Value {
        match self {
            Self::Static(value) => number(*value),
            Self::Keys(keys) => curve(keys),
        }
    }

    /// Our own sampling of straight lines.
    fn at(&self, time: f64) -> f64 {
        let keys = match self {
            Self::Static(value) => return *value,
            Self::Keys(keys) => keys,
        };
        for pair in keys.windows(2) {
            let ((a, x), (b, y)) = (pair[0], pair[1]);
            if time >= a && time < b {
                let weight = (time - a) / (b - a);
                return if x == y { x } else { x * (1.0 - weight) + y * weight };
            }
        }
        if time < keys[0].0 { keys[0].1 } else { keys[keys.len() - 1].1 }
    }
}

/// A node as the test thinks of it. Inputs are identities, which outlive renaming and reordering.
#[derive(Debug, Clone)]
enum Kind {
    Constant(Amount),
    Clock,
    Read {
        pattern: usize,
        missing: &'static str,
        outside: Outside,
        start: i64,
    },
    Gain(Amount),
    Plus,
    Shift(i64),
    Mean(i64),
    Wobble(Amount, i64, i64),
    Echo,
    /// A measure and its application.
    Measured,
    Limit(f64),
    Chunk(i64, i64),
    Net,
    Split(bool),
}

#[derive(Debug, Clone)]
struct Spec {
    id: usize,
    name: String,
    kind: Kind,
    inputs: Vec<usize>,
}

/// What files there are: by pattern and frame.
type Files = BTreeMap<(usize, i64), f64>;

struct Case {
    specs: Vec<Spec>,
    files: Files,
    weights: u64,
    next: usize,
}

fn pattern(index: usize) -> String {
    format!("p{index}/plate.%04d.txt")
}

impl Case {
    fn random(dice: &mut Dice) -> Self {
        let mut files = Files::new();
        for pattern in 0..2 {
            for frame in 1..=LAST {
                if frame == 1 || !dice.one_in(4) {
                    files.insert((pattern, frame), dice.below(4) as f64);
                }
            }
        }
        let mut case = Self { specs: vec![], files, weights: 1, next: 0 };
        for _ in 0..3 + dice.below(8) {
            let at = case.specs.len();
            case.insert(dice, at);
        }
        case
    }

    /// A new node at a place, taking from nodes before it.
    fn insert(&mut self, dice: &mut Dice, at: usize) -> usize {
        let source = at == 0 || dice.one_in(4);
        let kind = if source {
            match dice.below(4) {
                0 => Kind::Constant(Amount::random(dice)),
                1 => Kind::Clock,
                _ => Kind::Read {
                    pattern: dice.below(2),
                    missing: ["hold", "nearest", "marker"][dice.below(3)],
                    outside: if dice.one_in(2) { Outside::Hold } else { Outside::Black },
                    start: dice.below(3) as i64 - 1,
                },
            }
        } else {
            match dice.below(12) {
                0 | 1 => Kind::Gain(Amount::random(dice)),
                2 => Kind::Plus,
                3 => Kind::Shift(dice.below(4) as i64 - 1),
                4 => Kind::Mean(dice.below(3) as i64),
                5 => Kind::Wobble(Amount::random(dice), dice.below(2) as i64, dice.below(3) as i64),
                6 => Kind::Echo,
                7 => Kind::Measured,
                8 => Kind::Limit(dice.small()),
                9 => {
                    let overlap = dice.below(2) as i64;
                    Kind::Chunk(overlap + 1 + dice.below(3) as i64, overlap)
                }
                10 => Kind::Net,
                _ => Kind::Split(dice.one_in(2)),
            }
        };
        let count = match kind {
            Kind::Constant(_) | Kind::Clock | Kind::Read { .. } => 0,
            Kind::Plus => 1 + dice.below(3),
            _ => 1,
        };
        let inputs = (0..count).map(|_| self.specs[dice.below(at)].id).collect();
        let id = self.next;
        self.next += 1;
        self.specs.insert(at, Spec { id, name: format!("n{id}"), kind, inputs });
        id
    }

    fn edit(&mut self, dice: &mut Dice) {
        match dice.below(9) {
            0..=2 => {
                let index = dice.below(self.specs.len());
                let spec = &mut self.specs[index];
                match &mut spec.kind {
                    Kind::Wobble(Amount::Keys(keys), ..) => keys[1].1 = dice.small(),
                    Kind::Constant(amount) | Kind::Gain(amount) | Kind::Wobble(amount, ..) => {
                        *amount = Amount::random(dice);
                    }
                    Kind::Shift(by) => *by = dice.below(4) as i64 - 1,
                    Kind::Mean(reach) => *reach = dice.below(3) as i64,
                    Kind::Limit(limit) => *limit = dice.small(),
                    Kind::Chunk(length, overlap) => *length = *overlap + 1 + dice.below(3) as i64,
                    Kind::Read { outside, .. } if dice.one_in(2) => *outside = Outside::Hold,
                    Kind::Read { missing, .. } if dice.one_in(2) => {
                        *missing = ["hold", "nearest", "marker"][dice.below(3)];
                    }
                    Kind::Read { start, .. } => *start = dice.below(3) as i64 - 1,
                    Kind::Split(high) => *high = !*high,
                    _ => {}
                }
            }
            3 => {
                // A file changes, or one is added.
                let place = (dice.below(2), 1 + dice.below(LAST as usize) as i64);
                self.files.insert(place, dice.below(4) as f64);
            }
            4 => {
                // A node between a node and its input.
                let index = dice.below(self.specs.len());
                if let Some(before) = self.specs[index].inputs.first().copied() {
                    let between = self.insert(dice, index);
                    let new = self.specs.iter_mut().find(|spec| spec.id == between).unwrap();
                    new.inputs.iter_mut().for_each(|input| *input = before);
                    self.specs[index + 1].inputs[0] = between;
                }
            }
            5 => {
                let index = dice.below(self.specs.len());
                self.specs[index].name = format!("other{}", dice.roll());
            }
            6 => self.weights += 1,
            7 => {
                // Another order in which every input still comes first.
                let mut left = std::mem::take(&mut self.specs);
                let mut placed = HashSet::new();
                while !left.is_empty() {
                    let free: Vec<usize> = (0..left.len())
                        .filter(|index| left[*index].inputs.iter().all(|id| placed.contains(id)))
                        .collect();
                    let spec = left.remove(free[dice.below(free.len())]);
                    placed.insert(spec.id);
                    self.specs.push(spec);
                }
            }
            _ => {
                let at = self.specs.len();
                self.insert(dice, at);
            }
        }
    }

    fn plan(&self) -> Plan {
        let mut plan = plan(LAST);
        let name = |id: &usize| {
            let spec = self.specs.iter().find(|spec| spec.id == *id).unwrap();
            match spec.kind {
                Kind::Split(high) => {
                    format!("{}.{}", spec.name, if high { "high" } else { "low" })
                }
                _ => spec.name.clone(),
            }
        };
        for spec in &self.specs {
            let first = spec.inputs.first().map(name).unwrap_or_default();
            let image: &[(&str, &str)] = &[("image", &first)];
            let path = spec.name.as_str();
            let int = Value::Int;
            match &spec.kind {
                Kind::Constant(amount) => {
                    plan.node(path, "t.constant", &[("value", amount.value())], &[]);
                    if matches!(amount, Amount::Static(_)) {
                        plan.last().domain = toma_plan::Domain::Still;
                    }
                }
                Kind::Clock => plan.node(path, "t.clock", &[], &[]),
                Kind::Read { pattern: p, missing, outside, start } => {
                    plan.read(path, &pattern(*p), missing, frames(1, LAST), *outside);
                    plan.last().parameters.insert("start".into(), int(*start));
                }
                Kind::Gain(amount) => {
                    plan.node(path, "t.gain", &[("amount", amount.value())], image);
                }
                Kind::Plus => {
                    let names: Vec<String> = spec.inputs.iter().map(name).collect();
                    let ports: Vec<String> =
                        (0..names.len()).map(|i| format!("layers[{i}]")).collect();
                    let inputs: Vec<(&str, &str)> = ports
                        .iter()
                        .map(String::as_str)
                        .zip(names.iter().map(String::as_str))
                        .collect();
                    plan.node(path, "t.plus", &[], &inputs);
                }
                Kind::Shift(by) => plan.node(path, "t.shift", &[("by", int(*by))], image),
                Kind::Mean(reach) => plan.node(path, "t.mean", &[("reach", int(*reach))], image),
                Kind::Wobble(amount, before, after) => {
                    let settings = [
                        ("amount", amount.value()),
                        ("before", int(*before)),
                        ("after", int(*after)),
                    ];
                    plan.node(path, "t.wobble", &settings, image);
                }
                Kind::Echo => plan.node(path, "t.echo", &[], image),
                Kind::Measured => {
                    let measure = format!("{path}/measure");
                    plan.node(&measure, "t.measure", &[], image);
                    plan.node(path, "t.apply", &[], &[("image", &first), ("by", &measure)]);
                }
                Kind::Limit(limit) => {
                    plan.node(path, "t.limit", &[("limit", number(*limit))], image);
                }
                Kind::Chunk(length, overlap) => {
                    let settings = [("length", int(*length)), ("overlap", int(*overlap))];
                    plan.node(path, "t.chunk", &settings, image);
                }
                Kind::Net => plan.node(path, "t.net", &[], image),
                Kind::Split(_) => plan.node(path, "t.split", &[], image),
            }
        }
        plan
    }
}

/// Everything that a pair's result can depend on, followed to the files, without any cleverness but
/// that a stage whose settings change nothing but the time is its input.
struct Model<'a> {
    case: &'a Case,
    memo: HashMap<(usize, i64, u8), u64>,
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Which of a spec's nodes: itself, or its measure.
const ITSELF: u8 = 0;
const MEASURE: u8 = 1;

impl Model<'_> {
    fn spec(&self, id: usize) -> &Spec {
        self.case.specs.iter().find(|spec| spec.id == id).unwrap()
    }

    /// Frames at which a node exists: none for always.
    fn domain(&self, id: usize) -> Option<(i64, i64)> {
        let spec = self.spec(id);
        match &spec.kind {
            Kind::Constant(_) | Kind::Clock => None,
            Kind::Read { .. } => Some((1, LAST)),
            kind => {
                let inputs = spec.inputs.iter().filter_map(|input| self.domain(*input));
                let all = inputs.reduce(|a, b| (a.0.max(b.0), a.1.min(b.1)));
                let all = match kind {
                    Kind::Shift(by) => all.map(|(a, b)| (a + by, b + by)),
                    _ => all,
                };
                match kind {
                    Kind::Chunk(..) => Some(all.unwrap_or((1, LAST))),
                    _ => all,
                }
            }
        }
    }

    /// The fingerprint of what a consumer sees.
    fn seen(&mut self, id: usize, time: i64) -> u64 {
        let spec = self.spec(id).clone();
        match &spec.kind {
            Kind::Read { outside: Outside::Black, .. } if !(1..=LAST).contains(&time) => {
                hash("black")
            }
            Kind::Read { .. } => self.pair(id, time.clamp(1, LAST), ITSELF),
            Kind::Gain(amount) if amount.at(time as f64) == 1.0 => self.seen(spec.inputs[0], time),
            Kind::Shift(by) => self.seen(spec.inputs[0], time - by),
            Kind::Chunk(length, overlap) => {
                let first = self.chunk(id, *length, *overlap, time);
                hash((self.pair(id, first, ITSELF), time - first))
            }
            Kind::Split(high) => hash((self.pair(id, time, ITSELF), high)),
            _ => self.pair(id, time, ITSELF),
        }
    }

    /// Goes through the grid chunk by chunk.
    fn chunk(&self, id: usize, length: i64, overlap: i64, time: i64) -> i64 {
        let mut first = self.domain(id).unwrap().0;
        while time >= first + length {
            first += length - overlap;
        }
        first
    }

    /// The fingerprint of a pair of its own.
    fn pair(&mut self, id: usize, time: i64, part: u8) -> u64 {
        if let Some(found) = self.memo.get(&(id, time, part)) {
            return *found;
        }
        let spec = self.spec(id).clone();
        let input = spec.inputs.first().copied();
        let bits = |amount: &Amount, time: i64| amount.at(time as f64).to_bits();
        let own = match &spec.kind {
            Kind::Constant(amount) => hash(("constant", bits(amount, time))),
            Kind::Clock => hash(("clock", time)),
            Kind::Read { pattern, missing, start, .. } => {
                hash(("read", self.file(*pattern, missing, time - start)))
            }
            Kind::Gain(amount) => {
                hash(("gain", bits(amount, time), self.seen(input.unwrap(), time)))
            }
            Kind::Plus => {
                let layers: Vec<u64> = spec.inputs.iter().map(|i| self.seen(*i, time)).collect();
                hash(("plus", layers))
            }
            Kind::Shift(_) => unreachable!("it is forwarded"),
            Kind::Mean(reach) => {
                let times = time - reach..=time + reach;
                hash(("mean", times.map(|t| self.seen(input.unwrap(), t)).collect::<Vec<_>>()))
            }
            Kind::Wobble(amount, before, after) => {
                let times = time - before..=time + after;
                let amounts: Vec<u64> = times.map(|t| bits(amount, t)).collect();
                hash(("wobble", amounts, before, after, self.seen(input.unwrap(), time)))
            }
            Kind::Echo => {
                let first = self.domain(id).map_or(1, |domain| domain.0);
                let before = if time > first { self.pair(id, time - 1, ITSELF) } else { 0 };
                hash(("echo", before, self.seen(input.unwrap(), time)))
            }
            Kind::Measured if part == MEASURE => {
                let (first, last) = self.domain(input.unwrap()).unwrap_or((1, LAST));
                let all: Vec<u64> = (first..=last).map(|t| self.seen(input.unwrap(), t)).collect();
                hash(("measure", all))
            }
            Kind::Measured => {
                let measure = self.pair(id, i64::MIN, MEASURE);
                hash(("apply", measure, self.seen(input.unwrap(), time)))
            }
            Kind::Limit(limit) => hash(("limit", limit.to_bits(), self.seen(input.unwrap(), time))),
            Kind::Chunk(length, overlap) => {
                let (first, last) = self.domain(id).unwrap();
                let mut all = Vec::new();
                for t in time - 1..time + overlap - 1 {
                    let there = t >= first;
                    all.push(if there { self.seen(id, t) } else { 0 });
                }
                for t in time..=last.min(time + length - 1) {
                    all.push(self.seen(input.unwrap(), t));
                }
                hash(("chunk", all, length, overlap))
            }
            Kind::Net => hash(("net", self.case.weights, self.seen(input.unwrap(), time))),
            Kind::Split(_) => hash(("split", self.seen(input.unwrap(), time))),
        };
        self.memo.insert((id, time, part), own);
        own
    }

    fn file(&self, pattern: usize, missing: &str, time: i64) -> Option<u64> {
        let files = &self.case.files;
        let get = |frame: i64| files.get(&(pattern, frame)).map(|value| value.to_bits());
        if missing == "marker" {
            return get(time);
        }
        let nearest = (1..=LAST).filter(|frame| get(*frame).is_some()).min_by_key(|frame| {
            let later = *frame > time;
            let distance = (frame - time).abs();
            if missing == "hold" {
                (later, distance)
            } else {
                (false, distance * 2 + i64::from(later))
            }
        });
        nearest.and_then(get)
    }

    /// The fingerprint of the pair that an event names.
    fn event(&mut self, node: &str, frame: Option<i64>) -> u64 {
        let (name, part) = match node.strip_suffix("/measure") {
            Some(name) => (name, MEASURE),
            None => (node, ITSELF),
        };
        let id = self.case.specs.iter().find(|spec| spec.name == name).unwrap().id;
        self.pair(id, frame.unwrap_or(if part == MEASURE { i64::MIN } else { 1 }), part)
    }
}

struct Run<'a> {
    world: &'a World,
    engine: Option<Engine>,
    /// Fingerprints that were ever computed, as far as anybody can know.
    ever: HashSet<u64>,
}

impl Run<'_> {
    /// Loses things between edits.
    fn lose(&mut self, dice: &mut Dice) {
        let state = self.world.path().join("state");
        let shelves = std::fs::read_dir(state.join("store")).into_iter().flatten().flatten();
        for shelf in shelves {
            for entry in std::fs::read_dir(shelf.path()).unwrap().flatten() {
                match dice.below(6) {
                    0 => std::fs::remove_file(entry.path()).unwrap(),
                    1 => {
                        let mut bytes = std::fs::read(entry.path()).unwrap();
                        let at = dice.below(bytes.len());
                        bytes[at] ^= 1 << dice.below(8);
                        std::fs::write(entry.path(), bytes).unwrap();
                    }
                    _ => {}
                }
            }
        }
        if dice.one_in(8) {
            self.engine = None;
            let _ = std::fs::remove_file(state.join("known.log"));
            self.ever.clear();
        }
    }

    fn step(&mut self, case: &Case, dice: &mut Dice, label: &str) {
        for ((p, frame), value) in &case.files {
            self.world.plates(&pattern(*p), &[(*frame, *value)]);
        }
        self.world.knobs.weights.store(case.weights, Ordering::SeqCst);
        if self.engine.is_none() || dice.one_in(2) {
            let mut settings = self.world.settings();
            settings.threads = 1 + dice.below(4);
            settings.memory_bytes = [0, 2000, 1 << 20][dice.below(3)];
            settings.caching = [Caching::Full, Caching::Full, Caching::Off][dice.below(3)];
            settings.limits.kept_from_seconds = 0.0;
            settings.limits.kept_from_seconds_per_byte = if dice.one_in(2) { 0.0 } else { 1.0 };
            self.engine = Some(self.world.open(settings));
        }
        let engine = self.engine.as_ref().unwrap();
        let plan = case.plan();
        let mut model = Model { case, memo: HashMap::new() };
        for spec in case.specs.iter().rev().take(1 + dice.below(2)) {
            let node = match spec.kind {
                Kind::Split(high) => format!("{}.{}", spec.name, if high { "high" } else { "low" }),
                _ => spec.name.clone(),
            };
            let wanted = match model.domain(spec.id) {
                Some((first, last)) => (first..=last).collect(),
                None => vec![1, 2, 5],
            };
            if wanted.is_empty() {
                continue;
            }
            let (_state, clean) = self.world.clean();
            let outcome = values(engine, &plan, &node, wanted.clone());
            let expected = values(&clean, &plan, &node, wanted.clone());
            let ((got, told), (expected, _)) = match (outcome, expected) {
                (Ok(got), Ok(expected)) => (got, expected),
                (Err(a), Err(b)) => {
                    assert_eq!(a.to_string(), b.to_string(), "{label}");
                    continue;
                }
                (a, b) => panic!("{label}: {a:?} against {b:?}\n{:#?}", case.specs),
            };
            let bits = |values: &[Option<[f32; 2]>]| -> Vec<_> {
                values.iter().map(|value| value.map(|pair| pair.map(f32::to_bits))).collect()
            };
            assert_eq!(
                bits(&got),
                bits(&expected),
                "{label}: {node} {wanted:?}\n{:#?}",
                case.specs
            );
            assert_eq!(told.summary.failed, 0, "{label}: {:#?}", told.events);
            let mut now = HashSet::new();
            for (node, frame) in told.computed() {
                let print = model.event(&node, frame);
                assert!(
                    !self.ever.contains(&print) && now.insert(print),
                    "{label}: {node} {frame:?} was computed before\n{:#?}\n{:#?}",
                    case.specs,
                    told.events
                );
            }
            for (node, frame) in told.rebuilt() {
                now.insert(model.event(&node, frame));
            }
            self.ever.extend(now);
        }
    }
}

#[test]
fn an_incremental_result_is_the_clean_result_and_only_what_changed_is_computed() {
    let cases = std::env::var("TOMA_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    for seed in 0..cases {
        let mut dice = Dice(seed);
        let world = World::new();
        let mut case = Case::random(&mut dice);
        let mut run = Run { world: &world, engine: None, ever: HashSet::new() };
        for step in 0..5 {
            run.step(&case, &mut dice, &format!("case {seed}, step {step}"));
            case.edit(&mut dice);
            run.lose(&mut dice);
        }
    }
}
