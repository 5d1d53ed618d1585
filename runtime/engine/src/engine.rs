//! The engine: what a caller asks, put together from keys, store, schedule and sinks.

use crate::closure::{Closure, Link, Wanted};
use crate::encode::Digest;
use crate::event::{Event, Summary};
use crate::forecast::{Forecast, forecast};
use crate::history::{self, Change, Preimage};
use crate::ledger::{Ledger, Standing};
use crate::lock::Lock;
use crate::prepare::Prepared;
use crate::schedule::{Act, Pass, State, Tally};
use crate::sink::{self, Job};
use crate::sources::Sources;
use crate::store::{CacheCheck, CacheStat, Store, unwritable};
use crate::{EngineError, Failure, Settings};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use toma_plan::{FrameRange, Plan};
use toma_stage::{CancelToken, Registry, Value};

/// How often a request is planned again because sources changed under it.
const AGAIN: usize = 3;

/// Computes what plans ask for, and only what was never computed.
pub struct Engine {
    settings: Settings,
    registry: Registry,
    pool: rayon::ThreadPool,
    store: Store,
    sources: Sources,
    ledger: Ledger,
}

/// For each value that was asked for, it or why there is none.
pub type Answers = Vec<Result<Value, Arc<Failure>>>;

/// What of a plan is to be rendered.
#[derive(Debug, Clone, Default)]
pub struct RenderRequest {
    /// Names of outputs; all without.
    pub outputs: Option<Vec<String>>,
    /// Only frames of these; all that the outputs name without.
    pub frames: Option<FrameRange>,
    /// Overwrite files that Toma has not written.
    pub force: bool,
    /// To take the question back.
    pub cancel: CancelToken,
}

/// Why a node's result at a frame is what it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The node that was asked for.
    pub node: String,
    /// The node whose result it is: another one if this one changes nothing.
    pub made_by: String,
    /// The frame whose result it is; none for what is one for all times.
    pub frame: Option<i64>,
    /// What its key is made of now.
    pub now: Preimage,
    /// Are its bytes kept?
    pub kept: bool,
    /// Was it ever computed?
    pub known: bool,
    /// What the key was made of before it last changed.
    pub before: Option<Preimage>,
    /// What differs between the two.
    pub changes: Vec<Change>,
}

impl Engine {
    /// An engine over a state folder, which is made when something is to be remembered.
    ///
    /// # Errors
    /// [`EngineError::Start`] when its threads can't be started.
    pub fn open(mut settings: Settings, registry: Registry) -> Result<Self, EngineError> {
        // Files have full names, wherever the caller stands.
        let root = &settings.root;
        let root = std::fs::canonicalize(root).or_else(|_| std::path::absolute(root));
        settings.root = root.unwrap_or(settings.root);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(settings.threads)
            .thread_name(|number| format!("toma-{number}"))
            .build()
            .map_err(|error| EngineError::Start(format!("threads can't be started: {error}")))?;
        // Half for what is kept, half for what is being worked on.
        let memory = settings.memory_bytes / 2;
        let store = Store::new(&settings.state, memory, settings.caching, settings.limits);
        let sources = Sources::new(&settings.state, settings.root.clone());
        let ledger = Ledger::new(&settings.state, settings.root.clone());
        Ok(Self { settings, registry, pool, store, sources, ledger })
    }

    /// Renders a plan's outputs. Files that are as they should be cost nothing; what failed is told
    /// by events and counted, and everything else goes on.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when something is known to be wrong before anything runs;
    /// [`EngineError::Locked`]; [`EngineError::Cancelled`].
    pub fn render(
        &self,
        plan: &Plan,
        request: &RenderRequest,
        say: &(dyn Fn(Event) + Sync),
    ) -> Result<Summary, EngineError> {
        let begun = Instant::now();
        self.refresh(say);
        let lock = match Lock::take(&self.settings.state, &plan.shot)? {
            Ok(lock) => Some(lock),
            Err(error) => {
                let what = "the shot can't be locked against other renders";
                say(Event::Warning(unwritable(what, &error)));
                None
            }
        };
        let prepared = self.prepare(plan)?;
        let root = &self.settings.root;
        let jobs = sink::jobs(&prepared, root, request.outputs.as_deref(), request.frames)
            .map_err(EngineError::Refused)?;
        if let Some(killed) = lock.as_ref().and_then(|lock| lock.killed) {
            sink::sweep(&jobs, &self.settings.state, root, killed);
        }
        let tally = Tally::default();
        let files = Mutex::new(Files::default());
        let mut summary = Summary::default();
        let mut cancelled = false;
        for attempt in 0..=AGAIN {
            let closure = self.closure(&prepared, &jobs, true)?;
            let standings = sink::standings(&jobs, &closure, &self.ledger);
            let mut refusals = sink::check(&jobs, &standings, &self.ledger, request.force);
            refusals.extend(sink::read_and_written(&jobs, &closure));
            if !refusals.is_empty() {
                return Err(EngineError::Refused(refusals));
            }
            let roots: Vec<usize> = (0..jobs.len())
                .filter(|root| {
                    standings.get(*root).is_some_and(|(_, standing)| *standing != Standing::Current)
                })
                .collect();
            if attempt == 0 {
                tell_plan(&jobs, &closure, &roots, say);
                summary.up_to_date = jobs.len() - roots.len();
            }
            let again = attempt < AGAIN;
            let act = |root: usize, result: Result<Value, Arc<Failure>>| {
                let Some((job, standing)) = jobs.get(root).zip(standings.get(root)) else { return };
                self.deliver(job, *standing, result, again, &files, say);
            };
            let asked = Asked {
                prepared: &prepared,
                closure: &closure,
                roots: &roots,
                again,
                tally: &tally,
                cancel: &request.cancel,
                say,
            };
            let pass = self.pass(&asked, &act);
            let finished = pass.go(&self.pool);
            let changed = std::mem::take(&mut pass.lock().changed);
            if again && finished && !changed.is_empty() {
                say(Event::Replanned { files: changed.into_iter().collect() });
                continue;
            }
            let state = &self.settings.state;
            let colour_config = &self.settings.colour_config;
            let noted = history::record_run(state, &prepared, &closure, colour_config);
            self.store.note(noted, say);
            [summary.computed, summary.rebuilt, summary.cached, summary.failed] =
                pass.count(finished);
            cancelled = !finished;
            break;
        }
        let files = files.into_inner().unwrap_or_else(PoisonError::into_inner);
        summary.written = files.written.len();
        summary.up_to_date += files.as_it_was.len();
        summary.not_written = files.not_written.len();
        summary.seconds = begun.elapsed().as_secs_f64();
        if cancelled { Err(EngineError::Cancelled(Box::new(summary))) } else { Ok(summary) }
    }

    /// One value: a node's port at a frame.
    ///
    /// # Errors
    /// [`EngineError::Refused`], [`EngineError::Failed`], [`EngineError::Cancelled`].
    pub fn frame(
        &self,
        plan: &Plan,
        node: &str,
        port: &str,
        frame: i64,
        cancel: &CancelToken,
        say: &(dyn Fn(Event) + Sync),
    ) -> Result<Value, EngineError> {
        let (values, _) = self.values(plan, &[(node, port, frame)], cancel, say)?;
        let value = values.into_iter().next().unwrap_or_else(nothing);
        value.map_err(EngineError::Failed)
    }

    /// Values of nodes, each with its port and frame, and what bringing them came to. Writes no file.
    ///
    /// # Errors
    /// [`EngineError::Refused`], [`EngineError::Cancelled`].
    pub fn values(
        &self,
        plan: &Plan,
        wanted: &[(&str, &str, i64)],
        cancel: &CancelToken,
        say: &(dyn Fn(Event) + Sync),
    ) -> Result<(Answers, Summary), EngineError> {
        let begun = Instant::now();
        self.refresh(say);
        let prepared = self.prepare(plan)?;
        let find =
            |(node, port, frame): &(&str, &str, i64)| find(&prepared, node, Some(port), *frame);
        let wanted = wanted.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        let roots: Vec<usize> = (0..wanted.len()).collect();
        let tally = Tally::default();
        let mut attempt = 0;
        loop {
            let closure = self.closure_of(&prepared, &wanted, true)?;
            if attempt == 0 {
                say(Event::Planned { pairs: closure.pairs.len(), files: 0, up_to_date: 0 });
            }
            let answers: Mutex<BTreeMap<usize, _>> = Mutex::default();
            let act = |root: usize, result: Result<Value, Arc<Failure>>| {
                answers.lock().unwrap_or_else(PoisonError::into_inner).insert(root, result);
            };
            let again = attempt < AGAIN;
            let asked = Asked {
                prepared: &prepared,
                closure: &closure,
                roots: &roots,
                again,
                tally: &tally,
                cancel,
                say,
            };
            let pass = self.pass(&asked, &act);
            let finished = pass.go(&self.pool);
            let changed = std::mem::take(&mut pass.lock().changed);
            if again && finished && !changed.is_empty() {
                say(Event::Replanned { files: changed.into_iter().collect() });
                attempt += 1;
                continue;
            }
            let mut summary = Summary::default();
            [summary.computed, summary.rebuilt, summary.cached, summary.failed] =
                pass.count(finished);
            summary.seconds = begun.elapsed().as_secs_f64();
            if !finished {
                return Err(EngineError::Cancelled(Box::new(summary)));
            }
            drop(pass);
            let mut answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
            let answer = |root: &usize| answers.remove(root).unwrap_or_else(nothing);
            return Ok((roots.iter().map(answer).collect(), summary));
        }
    }

    /// What a render of the request would do. Runs no stage, writes no output, and hashes no source that
    /// was never hashed; digests of those that it has to hash again are remembered.
    ///
    /// # Errors
    /// [`EngineError::Refused`].
    pub fn forecast(&self, plan: &Plan, request: &RenderRequest) -> Result<Forecast, EngineError> {
        self.refresh(&|_| {});
        let prepared = self.prepare(plan)?;
        let root = &self.settings.root;
        let jobs = sink::jobs(&prepared, root, request.outputs.as_deref(), request.frames)
            .map_err(EngineError::Refused)?;
        let closure = self.closure(&prepared, &jobs, false)?;
        let standings = sink::standings(&jobs, &closure, &self.ledger);
        let colour_config = &self.settings.colour_config;
        Ok(forecast(&prepared, &closure, &jobs, &standings, &self.store, colour_config))
    }

    /// The keys of everything that a request can need. Runs no stage and writes nothing but digests of sources
    /// that had to be hashed.
    ///
    /// # Errors
    /// [`EngineError::Refused`].
    pub fn keys(&self, plan: &Plan, request: &RenderRequest) -> Result<crate::Keys, EngineError> {
        self.refresh(&|_| {});
        let prepared = self.prepare(plan)?;
        let root = &self.settings.root;
        let jobs = sink::jobs(&prepared, root, request.outputs.as_deref(), request.frames)
            .map_err(EngineError::Refused)?;
        let closure = self.closure(&prepared, &jobs, true)?;
        Ok(crate::keys::keys(&prepared, &closure, &jobs))
    }

    /// Why a node's result at a frame is what it is: what its key is made of now, and what has changed
    /// in it since it was another. Hashes sources that it depends on.
    ///
    /// # Errors
    /// [`EngineError::Refused`], also for a node that does not exist (T0708); [`EngineError::Failed`].
    pub fn why(&self, plan: &Plan, node: &str, frame: i64) -> Result<Explanation, EngineError> {
        self.refresh(&|_| {});
        let prepared = self.prepare(plan)?;
        let wanted = find(&prepared, node, None, frame)?;
        let closure = self.closure_of(&prepared, &[wanted], true)?;
        let pair = match closure.roots.first() {
            Some(Link::Pair { pair, .. }) => closure.pairs.get(*pair),
            _ => None,
        };
        let Some(pair) = pair else {
            let message =
                format!("`{node}` has no picture at frame {frame}: its source is black there");
            return Err(refused("T0708", message, "ask for a frame that the source has"));
        };
        if let Some(failure) = &pair.failure {
            return Err(EngineError::Failed(Arc::clone(failure)));
        }
        let colour_config = &self.settings.colour_config;
        let made_by = prepared.nodes.get(pair.node).map_or("", |node| &node.path).to_owned();
        let now = Preimage::of(&prepared, &closure, pair, colour_config);
        let now = now.ok_or_else(|| refused("T0904", "the node has no key".into(), ""))?;
        let slot = pair.slot.frame();
        let recalled = history::recall(&self.settings.state, &plan.shot, &made_by, slot);
        let before = match recalled {
            Some((last, before)) if last.key == now.key => before,
            Some((last, _)) => Some(last),
            None => None,
        };
        let name = crate::store::Name::all(now.key);
        Ok(Explanation {
            node: node.to_owned(),
            made_by,
            frame: slot,
            kept: self.store.has(name),
            known: self.store.known.is_known(&now.key),
            changes: before.as_ref().map(|before| now.changes_since(before)).unwrap_or_default(),
            before,
            now,
        })
    }

    /// What is in the cache.
    pub fn cache_stat(&self) -> CacheStat {
        self.store.stat(&self.settings.state)
    }

    /// Holds every entry of the cache against its hash, and removes bad ones.
    pub fn cache_verify(&self) -> CacheCheck {
        self.store.verify()
    }

    /// Removes every result; answers how many entries and bytes. What was computed stays known, and
    /// written files stay.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when the folder can't be changed (T0705).
    pub fn cache_clear(&self) -> Result<(usize, u64), EngineError> {
        self.store.clear().map_err(|error| {
            EngineError::Refused(vec![unwritable("the cache can't be cleared", &error)])
        })
    }

    fn refresh(&self, say: &dyn Fn(Event)) {
        self.store.note(self.store.known.refresh(), say);
        self.store.note(self.sources.refresh(), say);
        self.store.note(self.ledger.refresh(), say);
    }

    fn prepare<'p>(&self, plan: &'p Plan) -> Result<Prepared<'p>, EngineError> {
        Prepared::new(plan, &self.registry).map_err(EngineError::Refused)
    }

    fn pass<'a>(&'a self, asked: &Asked<'a>, act: Act<'a>) -> Pass<'a> {
        Pass {
            prepared: asked.prepared,
            closure: asked.closure,
            store: &self.store,
            sources: &self.sources,
            colour_config: &self.settings.colour_config,
            cancel: asked.cancel,
            say: asked.say,
            tally: asked.tally,
            again: asked.again,
            threads: self.pool.current_num_threads(),
            memory: self.settings.memory_bytes / 2,
            roots: asked.roots,
            act,
            state: Mutex::new(State::default()),
        }
    }

    fn closure(
        &self,
        prepared: &Prepared<'_>,
        jobs: &[Job],
        hash: bool,
    ) -> Result<Closure, EngineError> {
        let wanted: Vec<Wanted> = jobs.iter().map(|job| job.wanted).collect();
        self.closure_of(prepared, &wanted, hash)
    }

    fn closure_of(
        &self,
        prepared: &Prepared<'_>,
        wanted: &[Wanted],
        hash: bool,
    ) -> Result<Closure, EngineError> {
        let colour_config = &self.settings.colour_config;
        self.pool
            .install(|| Closure::new(prepared, wanted, &self.sources, colour_config, hash))
            .map_err(EngineError::Refused)
    }

    fn deliver(
        &self,
        job: &Job,
        standing: (Digest, Standing),
        result: Result<Value, Arc<Failure>>,
        again: bool,
        files: &Mutex<Files>,
        say: &(dyn Fn(Event) + Sync),
    ) {
        let written = result
            .map_err(|failure| (*failure).clone())
            .and_then(|value| sink::write(job, standing, &value, &self.ledger, &self.store, say));
        let mut files = files.lock().unwrap_or_else(PoisonError::into_inner);
        match written {
            Ok(true) => {
                files.written.insert(job.path.clone());
            }
            Ok(false) => {
                files.as_it_was.insert(job.path.clone());
            }
            // It is tried again.
            Err(failure) if again && failure.code == "T0641" => {}
            Err(failure) => {
                if files.not_written.insert(job.path.clone()) {
                    let (output, path) = (job.output.clone(), job.path.clone());
                    let failure = match failure.node {
                        Some(_) => failure,
                        None => Failure { frame: Some(job.frame), ..failure.output(&output) },
                    };
                    say(Event::NotWritten { output, frame: job.frame, path, failure });
                }
            }
        }
    }
}

/// What one pass is asked for.
struct Asked<'a> {
    prepared: &'a Prepared<'a>,
    closure: &'a Closure,
    roots: &'a [usize],
    again: bool,
    tally: &'a Tally,
    cancel: &'a CancelToken,
    say: &'a (dyn Fn(Event) + Sync),
}

/// Files of a request, over all its passes.
#[derive(Default)]
struct Files {
    written: HashSet<PathBuf>,
    as_it_was: HashSet<PathBuf>,
    not_written: HashSet<PathBuf>,
}

fn nothing() -> Result<Value, Arc<Failure>> {
    Err(Arc::new(Failure::mistake("T0903", "a result was asked for that nobody made")))
}

fn refused(code: &str, message: String, help: &str) -> EngineError {
    EngineError::Refused(vec![Failure::new(code, message, help)])
}

/// A node by its path. Without a port, its first.
fn find(
    prepared: &Prepared<'_>,
    node: &str,
    port: Option<&str>,
    frame: i64,
) -> Result<Wanted, EngineError> {
    let index = prepared.nodes.iter().position(|prepare| prepare.path == node);
    let port = index.and_then(|index| prepared.nodes.get(index)).and_then(|prepare| {
        let mut outputs = prepare.declaration.outputs.iter();
        outputs.position(|output| port.is_none_or(|port| output.name == port))
    });
    match (index, port.and_then(|port| u16::try_from(port).ok())) {
        (Some(node), Some(port)) => Ok(Wanted { node, port, frame }),
        (Some(_), None) => {
            Err(refused("T0708", format!("`{node}` has no such output"), "`out` is the usual one"))
        }
        (None, _) => {
            let paths: Vec<&str> = prepared.nodes.iter().map(|node| node.path.as_str()).collect();
            let help = format!("the shot has {}", paths.join(", "));
            Err(refused("T0708", format!("the shot has no `{node}`"), &help))
        }
    }
}

fn tell_plan(jobs: &[Job], closure: &Closure, roots: &[usize], say: &(dyn Fn(Event) + Sync)) {
    let up_to_date = jobs.len() - roots.len();
    say(Event::Planned { pairs: closure.pairs.len(), files: jobs.len(), up_to_date });
    let outdated: HashSet<usize> = roots.iter().copied().collect();
    for (_, job) in jobs.iter().enumerate().filter(|(root, _)| !outdated.contains(root)) {
        let (output, path) = (job.output.clone(), job.path.clone());
        say(Event::UpToDate { output, frame: job.frame, path });
    }
}
