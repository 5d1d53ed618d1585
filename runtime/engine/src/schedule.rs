//! Who runs when. Frames are wanted in order; what they need is looked up, and computed where it is not
//! there, on as many threads as there are.
//!
//! **Invariants**
//! - A task never waits for another: it is begun when everything it needs is there. So a stage that
//!   steals a task while it waits for its own threads can't deadlock.
//! - No more tasks run than there are threads; one network at a time; no lock is held in a stage.
//! - A value is held as long as somebody may still ask for it, and given up before memory runs out.
//! - A unit is computed by one task: who asks later waits for it.

use crate::Failure;
use crate::closure::{Closure, Link, Pair};
use crate::encode::Digest;
use crate::event::Event;
use crate::prepare::Prepared;
use crate::sources::Sources;
use crate::store::{Store, Values, part};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use toma_stage::{CancelToken, NumericClass, Value};

/// What became of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Computed,
    Rebuilt,
    Cached,
    Failed,
}

/// What one request has come to so far, over all its passes.
#[derive(Default)]
pub(crate) struct Tally {
    /// Pairs that were told of: each is told of once.
    pub(crate) said: Mutex<HashSet<(usize, Option<i64>)>>,
    /// Keys that this request has computed.
    pub(crate) ran: Mutex<HashMap<Digest, Outcome>>,
    /// Runs of what this request had already and had to give up.
    again: AtomicUsize,
}

/// What to do with a root's value, or with the reason that there is none.
pub(crate) type Act<'a> = &'a (dyn Fn(usize, Result<Value, Arc<Failure>>) + Sync);

/// Everything that a pass works with.
pub(crate) struct Pass<'a> {
    pub(crate) prepared: &'a Prepared<'a>,
    pub(crate) closure: &'a Closure,
    pub(crate) store: &'a Store,
    pub(crate) sources: &'a Sources,
    pub(crate) colour_config: &'a str,
    pub(crate) cancel: &'a CancelToken,
    pub(crate) say: &'a (dyn Fn(Event) + Sync),
    pub(crate) tally: &'a Tally,
    /// May the request still be planned again? Then changed files are not yet failures.
    pub(crate) again: bool,
    pub(crate) threads: usize,
    pub(crate) memory: u64,
    /// Roots to bring, in order: indices into the closure's roots.
    pub(crate) roots: &'a [usize],
    pub(crate) act: Act<'a>,
    pub(crate) state: Mutex<State>,
}

/// What changes while a pass runs.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) units: Vec<UnitState>,
    ready: BinaryHeap<Reverse<(usize, Task)>>,
    networks: BinaryHeap<Reverse<(usize, Task)>>,
    running: usize,
    network_running: bool,
    /// Bytes that running stages may take, by their own estimate.
    promised: u64,
    /// Bytes of values that are held.
    held: u64,
    /// Units with values, oldest first.
    holders: VecDeque<usize>,
    next_root: usize,
    in_flight: usize,
    pub(crate) changed: BTreeSet<PathBuf>,
}

/// Where a unit stands.
#[derive(Default)]
pub(crate) struct UnitState {
    phase: Phase,
    claims: usize,
    /// Does it hold claims on what it needs?
    claiming: bool,
    /// Does it pin what it needs?
    pinning: bool,
    /// Consumers that are about to run with its value.
    pins: usize,
    waiting: usize,
    /// Counts how often it was looked up: who waits for an earlier time is not told.
    epoch: u32,
    rank: usize,
    waiters: Vec<Waiter>,
    values: Option<Values>,
    bytes: u64,
    failure: Option<Arc<Failure>>,
    pub(crate) outcome: Option<Outcome>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Phase {
    #[default]
    Idle,
    Looking,
    Waiting,
    Running,
    Done,
    Failed,
}

#[derive(Debug, Clone, Copy)]
enum Waiter {
    Unit(usize, u32),
    Root(usize),
}

/// In the order of preference within a frame: finish what is nearly finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Task {
    /// Bring a root to who asked: its place in `Pass::roots`.
    Deliver(usize),
    Run(usize),
    Look(usize),
}

/// What a finished unit is to be told as.
pub(crate) struct Told {
    unit: usize,
    outcome: Outcome,
    seconds: f64,
    failure: Option<Arc<Failure>>,
}

impl<'a> Pass<'a> {
    /// Brings all roots; answers whether nobody took the question back.
    pub(crate) fn go(&self, pool: &rayon::ThreadPool) -> bool {
        {
            let mut state = self.lock();
            state.units = self
                .closure
                .units
                .iter()
                .map(|unit| UnitState {
                    claims: unit.claims,
                    claiming: true,
                    ..UnitState::default()
                })
                .collect();
            self.forgo(&mut state);
        }
        pool.in_place_scope(|scope| self.pump(scope));
        !self.cancel.is_cancelled()
    }

    /// Roots that nobody wants to have brought give up their claims.
    fn forgo(&self, state: &mut State) {
        let wanted: HashSet<usize> = self.roots.iter().copied().collect();
        for (index, link) in self.closure.roots.iter().enumerate() {
            if !wanted.contains(&index)
                && let Some(unit) = self.closure.unit_of(link)
            {
                self.release(state, vec![unit]);
            }
        }
    }

    /// Starts whatever may start.
    fn pump<'s>(&'s self, scope: &rayon::Scope<'s>) {
        loop {
            let mut state = self.lock();
            if self.cancel.is_cancelled() {
                return;
            }
            self.admit(&mut state);
            if state.running >= self.threads {
                return;
            }
            let Some((task, estimate)) = self.pick(&mut state) else { return };
            state.running += 1;
            state.promised += estimate;
            drop(state);
            scope.spawn(move |scope| {
                let network = self.is_network(task);
                self.work(task);
                let mut state = self.lock();
                state.running -= 1;
                state.promised -= estimate;
                if network {
                    state.network_running = false;
                }
                drop(state);
                self.pump(scope);
            });
        }
    }

    /// Takes the most urgent task that may run now, with its estimate of memory.
    fn pick(&self, state: &mut State) -> Option<(Task, u64)> {
        let network = match (state.ready.peek(), state.networks.peek()) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(Reverse(other)), Some(Reverse(network))) => network < other,
        } && !state.network_running;
        let heap = if network { &mut state.networks } else { &mut state.ready };
        let Reverse((rank, task)) = heap.pop()?;
        let estimate = match task {
            Task::Run(unit) => self.estimate(unit),
            _ => 0,
        };
        let fits =
            state.promised.saturating_add(state.held).saturating_add(estimate) <= self.memory;
        if !fits && estimate > 0 && state.promised > 0 {
            let heap = if network { &mut state.networks } else { &mut state.ready };
            heap.push(Reverse((rank, task)));
            return None;
        }
        state.network_running |= network;
        Some((task, estimate))
    }

    /// Lets roots in, in order, while there is room.
    fn admit(&self, state: &mut State) {
        while let Some(root) = self.roots.get(state.next_root) {
            let room = state.in_flight < self.threads + 2 && state.held < self.memory;
            if !room && state.in_flight > 0 {
                return;
            }
            let rank = state.next_root;
            state.next_root += 1;
            state.in_flight += 1;
            let unit = self.closure.roots.get(*root).and_then(|link| self.closure.unit_of(link));
            let there = unit.is_none_or(|unit| {
                state.pin(unit);
                self.demand(state, unit, Waiter::Root(rank), rank)
            });
            if there {
                state.ready.push(Reverse((rank, Task::Deliver(rank))));
            }
        }
    }

    /// Asks for a unit. Answers whether it is there already, with a value or a failure.
    fn demand(&self, state: &mut State, unit: usize, waiter: Waiter, rank: usize) -> bool {
        let Some(found) = state.units.get_mut(unit) else { return true };
        match found.phase {
            Phase::Done if found.values.is_some() => return true,
            Phase::Failed => return true,
            Phase::Idle | Phase::Done => {
                found.phase = Phase::Looking;
                found.rank = rank;
                found.epoch += 1;
                found.waiters.push(waiter);
                // It was given up and is asked for again: so is what it needs.
                if !found.claiming {
                    found.claiming = true;
                    self.claim_needs(state, unit);
                }
                state.ready.push(Reverse((rank, Task::Look(unit))));
            }
            Phase::Looking | Phase::Waiting | Phase::Running => found.waiters.push(waiter),
        }
        false
    }

    fn claim_needs(&self, state: &mut State, unit: usize) {
        for need in self.needs(unit) {
            if let Some(need) = state.units.get_mut(*need) {
                need.claims += 1;
            }
        }
    }

    fn needs(&self, unit: usize) -> &'a [usize] {
        self.closure.units.get(unit).map(|unit| unit.needs.as_slice()).unwrap_or_default()
    }

    fn is_network(&self, task: Task) -> bool {
        let Task::Run(unit) = task else { return false };
        let pair = self.first_pair(unit);
        pair.and_then(|pair| self.prepared.nodes.get(pair.node))
            .is_some_and(|node| matches!(node.declaration.class, NumericClass::Network(_)))
    }

    fn work(&self, task: Task) {
        if self.cancel.is_cancelled() {
            return;
        }
        match task {
            Task::Look(unit) => self.look(unit),
            Task::Run(unit) => self.run(unit),
            Task::Deliver(rank) => self.deliver(rank),
        }
    }

    /// Is the unit anywhere? If not, asks for what it needs.
    fn look(&self, unit: usize) {
        if self.abandoned(unit) {
            return;
        }
        if let Some(failure) = self.first_pair(unit).and_then(|pair| pair.failure.clone()) {
            return self.fail(unit, failure);
        }
        if let Some(values) = self.find(unit) {
            return self.finish(unit, values, Outcome::Cached, 0.0);
        }
        let mut failed = None;
        let mut state = self.lock();
        let Some(found) = state.units.get_mut(unit) else { return };
        found.phase = Phase::Waiting;
        found.pinning = true;
        let (epoch, rank) = (found.epoch, found.rank);
        let mut waiting = 0;
        for need in self.needs(unit) {
            state.pin(*need);
            if !self.demand(&mut state, *need, Waiter::Unit(unit, epoch), rank) {
                waiting += 1;
            } else if let Some(failure) =
                state.units.get(*need).and_then(|need| need.failure.clone())
            {
                failed = Some(failure);
            }
        }
        if let Some(found) = state.units.get_mut(unit) {
            found.waiting = waiting;
        }
        if let Some(failure) = failed {
            drop(state);
            return self.fail(unit, self.poisoned(unit, &failure));
        }
        if waiting == 0 {
            self.make_ready(&mut state, unit);
        }
    }

    fn make_ready(&self, state: &mut State, unit: usize) {
        let Some(found) = state.units.get_mut(unit) else { return };
        found.phase = Phase::Running;
        let entry = Reverse((found.rank, Task::Run(unit)));
        if self.is_network(Task::Run(unit)) {
            state.networks.push(entry);
        } else {
            state.ready.push(entry);
        }
    }

    /// Nobody asks any more: the unit is left as if it had never been asked for.
    fn abandoned(&self, unit: usize) -> bool {
        let mut state = self.lock();
        let Some(found) = state.units.get_mut(unit) else { return true };
        if found.claims > 0 {
            return false;
        }
        found.phase = Phase::Idle;
        found.waiters.clear();
        self.let_go(&mut state, unit);
        true
    }

    fn run(&self, unit: usize) {
        if self.abandoned(unit) {
            return;
        }
        let inputs: HashMap<usize, Values> = {
            let state = self.lock();
            let values = |need: &usize| Some((*need, state.units.get(*need)?.values.clone()?));
            self.needs(unit).iter().filter_map(values).collect()
        };
        self.compute(unit, &inputs);
    }

    /// A unit has a value: those who wait for it go on, and what it needed is let go.
    pub(crate) fn finish(&self, unit: usize, values: Values, outcome: Outcome, seconds: f64) {
        let told = {
            let mut state = self.lock();
            let Some(found) = state.units.get_mut(unit) else { return };
            let first = found.outcome.is_none();
            found.phase = Phase::Done;
            found.outcome.get_or_insert(outcome);
            let waiters = std::mem::take(&mut found.waiters);
            if found.claims > 0 {
                found.bytes = values.iter().map(Value::bytes).sum();
                found.values = Some(values);
                state.held += found.bytes;
                state.holders.push_back(unit);
            }
            for waiter in waiters {
                self.wake(&mut state, waiter);
            }
            self.let_go(&mut state, unit);
            self.make_room(&mut state);
            first.then_some(Told { unit, outcome, seconds, failure: None })
        };
        self.tell(told);
    }

    fn wake(&self, state: &mut State, waiter: Waiter) {
        match waiter {
            Waiter::Root(rank) => state.ready.push(Reverse((rank, Task::Deliver(rank)))),
            Waiter::Unit(unit, epoch) => {
                let Some(found) = state.units.get_mut(unit) else { return };
                if found.phase == Phase::Waiting && found.epoch == epoch {
                    found.waiting = found.waiting.saturating_sub(1);
                    if found.waiting == 0 {
                        self.make_ready(state, unit);
                    }
                }
            }
        }
    }

    /// A unit has no value, nor has anybody who waits for it.
    pub(crate) fn fail(&self, unit: usize, failure: Arc<Failure>) {
        let mut told = Vec::new();
        {
            let mut state = self.lock();
            let mut failing = vec![(unit, failure)];
            while let Some((unit, failure)) = failing.pop() {
                let Some(found) = state.units.get_mut(unit) else { continue };
                if found.phase == Phase::Failed {
                    continue;
                }
                found.phase = Phase::Failed;
                found.failure = Some(Arc::clone(&failure));
                let first = found.outcome.replace(Outcome::Failed) != Some(Outcome::Failed);
                for waiter in std::mem::take(&mut found.waiters) {
                    match waiter {
                        Waiter::Root(_) => self.wake(&mut state, waiter),
                        Waiter::Unit(other, epoch) => {
                            let waits = state.units.get(other).is_some_and(|other| {
                                other.phase == Phase::Waiting && other.epoch == epoch
                            });
                            if waits {
                                failing.push((other, self.poisoned(other, &failure)));
                            }
                        }
                    }
                }
                self.let_go(&mut state, unit);
                if first {
                    let outcome = Outcome::Failed;
                    told.push(Told { unit, outcome, seconds: 0.0, failure: Some(failure) });
                }
            }
        }
        for told in told {
            self.tell(Some(told));
        }
    }

    fn poisoned(&self, unit: usize, failure: &Failure) -> Arc<Failure> {
        let pair = self.first_pair(unit);
        let path = pair.and_then(|pair| self.prepared.nodes.get(pair.node));
        let path = path.map_or("", |node| &node.path);
        Arc::new(failure.poisoning(path, pair.and_then(|pair| pair.slot.frame())))
    }

    /// A unit that is done, failed or given up holds nothing of what it needed.
    fn let_go(&self, state: &mut State, unit: usize) {
        let Some(found) = state.units.get_mut(unit) else { return };
        let (claiming, pinning) = (found.claiming, found.pinning);
        (found.claiming, found.pinning) = (false, false);
        if pinning {
            for need in self.needs(unit) {
                if let Some(need) = state.units.get_mut(*need) {
                    need.pins = need.pins.saturating_sub(1);
                }
            }
        }
        if claiming {
            self.release(state, self.needs(unit).to_vec());
        }
    }

    /// Gives up a claim on each of these; what has none left is given up, and so on.
    fn release(&self, state: &mut State, units: Vec<usize>) {
        let mut releasing = units;
        while let Some(unit) = releasing.pop() {
            let Some(found) = state.units.get_mut(unit) else { continue };
            found.claims = found.claims.saturating_sub(1);
            if found.claims > 0 {
                continue;
            }
            let values = found.values.take();
            if values.is_some() {
                state.held -= found.bytes;
            }
            // What is being looked up or run finds out by itself that nobody asks any more.
            let idle = matches!(found.phase, Phase::Idle | Phase::Waiting);
            if !idle {
                continue;
            }
            found.phase = Phase::Idle;
            found.waiters.clear();
            let (claiming, pinning) = (found.claiming, found.pinning);
            (found.claiming, found.pinning) = (false, false);
            for need in self.needs(unit) {
                if pinning && let Some(need) = state.units.get_mut(*need) {
                    need.pins = need.pins.saturating_sub(1);
                }
                if claiming {
                    releasing.push(*need);
                }
            }
        }
    }

    /// Gives up values that nobody is about to use, oldest first; they are brought again when asked for.
    fn make_room(&self, state: &mut State) {
        let holds = |state: &State, unit: &usize| {
            state.units.get(*unit).is_some_and(|unit| unit.values.is_some())
        };
        while state.holders.front().is_some_and(|unit| !holds(state, unit)) {
            state.holders.pop_front();
        }
        let mut left = state.holders.len();
        while state.held > self.memory && left > 0 {
            left -= 1;
            let Some(unit) = state.holders.pop_front() else { return };
            let Some(found) = state.units.get_mut(unit) else { continue };
            if found.values.is_some() && found.pins == 0 {
                state.held -= found.bytes;
                found.values = None;
            } else if found.values.is_some() {
                state.holders.push_back(unit);
            }
        }
    }

    /// Gives a root to who asked.
    fn deliver(&self, rank: usize) {
        let Some(root) = self.roots.get(rank) else { return };
        let Some(link) = self.closure.roots.get(*root) else { return };
        let unit = self.closure.unit_of(link);
        let result = match (link, unit) {
            (Link::Edge(frame), _) => Ok(Value::Frame(Arc::clone(frame))),
            (Link::Pair { port, frame, .. }, Some(unit)) => {
                let state = self.lock();
                let found = state.units.get(unit);
                let value = found
                    .and_then(|unit| unit.values.as_ref())
                    .and_then(|values| part(values.get(usize::from(*port))?, *frame));
                let failure = found.and_then(|unit| unit.failure.clone());
                value.ok_or_else(|| failure.unwrap_or_else(nothing_there))
            }
            _ => Err(nothing_there()),
        };
        (self.act)(*root, result);
        let mut state = self.lock();
        state.in_flight -= 1;
        if let Some(unit) = unit {
            if let Some(found) = state.units.get_mut(unit) {
                found.pins = found.pins.saturating_sub(1);
            }
            self.release(&mut state, vec![unit]);
        }
    }

    /// Tells what became of a unit's pairs: the first did it, the others had it for nothing.
    fn tell(&self, told: Option<Told>) {
        let Some(Told { unit, outcome, seconds, failure }) = told else { return };
        if self.again && failure.as_ref().is_some_and(|failure| failure.code == "T0641") {
            return;
        }
        let pairs = self.closure.units.get(unit).map(|unit| unit.pairs.as_slice());
        for (place, index) in pairs.unwrap_or_default().iter().enumerate() {
            let Some(pair) = self.closure.pairs.get(*index) else { continue };
            let frame = pair.slot.frame();
            if !self.tally.said().insert((pair.node, frame)) {
                continue;
            }
            let node = self.prepared.nodes.get(pair.node).map_or("", |node| &node.path).to_owned();
            (self.say)(match (outcome, &failure) {
                (Outcome::Failed, Some(failure)) => {
                    Event::Failed((**failure).clone().at(&node, frame))
                }
                (Outcome::Computed, _) if place == 0 => Event::Computed { node, frame, seconds },
                (Outcome::Rebuilt, _) if place == 0 => Event::Rebuilt { node, frame, seconds },
                _ => Event::Cached { node, frame },
            });
        }
    }

    /// Had this request the unit's value before, and gave it up for want of memory?
    pub(crate) fn ran_before(&self, unit: usize, key: &Digest) -> bool {
        let ran = self.tally.ran.lock().unwrap_or_else(PoisonError::into_inner).contains_key(key);
        ran || self.lock().units.get(unit).is_some_and(|unit| unit.outcome.is_some())
    }

    /// Tells and counts another run of what was told of already.
    pub(crate) fn tell_again(&self, pair: &Pair, seconds: f64) {
        self.tally.again.fetch_add(1, Ordering::Relaxed);
        let node = self.prepared.nodes.get(pair.node).map_or("", |node| &node.path).to_owned();
        (self.say)(Event::Rebuilt { node, frame: pair.slot.frame(), seconds });
    }

    /// Counts every pair once, and what ran again once more; tells of pairs that were never asked for.
    /// Of a request that was taken back, only what it came to counts.
    pub(crate) fn count(&self, finished: bool) -> [usize; 4] {
        let [mut computed, mut rebuilt, mut cached, mut failed] = [0; 4];
        let outcomes: Vec<Option<Outcome>> = {
            let state = self.lock();
            let ran = self.tally.ran.lock().unwrap_or_else(PoisonError::into_inner);
            // What an earlier pass of this request has run is counted as it was told then.
            let outcome = |unit: &UnitState, key: &Digest| match unit.outcome {
                Some(Outcome::Failed) => Some(Outcome::Failed),
                outcome => {
                    ran.get(key).copied().or(outcome).or(finished.then_some(Outcome::Cached))
                }
            };
            let units = state.units.iter().zip(&self.closure.units);
            units.map(|(unit, made)| outcome(unit, &made.key)).collect()
        };
        for (index, (unit, outcome)) in self.closure.units.iter().zip(outcomes).enumerate() {
            let pairs = unit.pairs.len();
            let Some(outcome) = outcome else { continue };
            match outcome {
                Outcome::Computed => (computed, cached) = (computed + 1, cached + pairs - 1),
                Outcome::Rebuilt => (rebuilt, cached) = (rebuilt + 1, cached + pairs - 1),
                Outcome::Cached => {
                    cached += pairs;
                    self.tell(Some(Told { unit: index, outcome, seconds: 0.0, failure: None }));
                }
                Outcome::Failed => failed += pairs,
            }
        }
        rebuilt += self.tally.again.load(Ordering::Relaxed);
        [computed, rebuilt, cached, failed]
    }

    pub(crate) fn first_pair(&self, unit: usize) -> Option<&'a Pair> {
        let first = *self.closure.units.get(unit)?.pairs.first()?;
        self.closure.pairs.get(first)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn pin(&mut self, unit: usize) {
        if let Some(unit) = self.units.get_mut(unit) {
            unit.pins += 1;
        }
    }
}

impl Tally {
    pub(crate) fn said(&self) -> MutexGuard<'_, HashSet<(usize, Option<i64>)>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, key: Digest, outcome: Outcome) {
        let mut ran = self.ran.lock().unwrap_or_else(PoisonError::into_inner);
        ran.entry(key).or_insert(outcome);
    }
}

fn nothing_there() -> Arc<Failure> {
    Arc::new(Failure::mistake("T0903", "a result was asked for that nobody made"))
}
