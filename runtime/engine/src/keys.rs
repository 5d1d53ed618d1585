//! The keys of a request, without running anything: two plans whose keys agree at a frame have the same
//! picture there.

use crate::closure::Closure;
use crate::encode::Digest;
use crate::key::write_key;
use crate::prepare::Prepared;
use crate::sink::Job;
use serde::Serialize;
use std::collections::BTreeMap;

/// Keys of everything that a request can need.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Keys {
    /// By node, by frame; a still's is under none. What can't even be asked has no key.
    pub nodes: BTreeMap<String, BTreeMap<Option<i64>, Option<Digest>>>,
    /// By output, by frame: of the file, its encoding included.
    pub outputs: BTreeMap<String, BTreeMap<i64, Option<Digest>>>,
    /// What stands against asking, by node, each message once.
    pub failures: Vec<(String, String)>,
}

pub(crate) fn keys(prepared: &Prepared<'_>, closure: &Closure, jobs: &[Job]) -> Keys {
    let mut keys = Keys::default();
    // A pair whose input can't be asked can't be asked itself.
    let mut broken = vec![false; closure.units.len()];
    for (index, unit) in closure.units.iter().enumerate() {
        let own = unit.pairs.iter().filter_map(|pair| closure.pairs.get(*pair));
        let fails = own.into_iter().any(|pair| pair.failure.is_some())
            || unit.needs.iter().any(|need| broken.get(*need) == Some(&true));
        if let Some(broken) = broken.get_mut(index) {
            *broken = fails;
        }
    }
    for pair in &closure.pairs {
        let Some(node) = prepared.nodes.get(pair.node) else { continue };
        let sound = broken.get(pair.unit) == Some(&false);
        let key = closure.units.get(pair.unit).filter(|_| sound).map(|unit| unit.key);
        keys.nodes.entry(node.path.clone()).or_default().insert(pair.slot.frame(), key);
        if let Some(failure) = &pair.failure {
            let said = (node.path.clone(), failure.message.clone());
            if !keys.failures.contains(&said) && keys.failures.len() < 100 {
                keys.failures.push(said);
            }
        }
    }
    for (job, root) in jobs.iter().zip(&closure.roots) {
        let fails = closure.unit_of(root).is_some_and(|unit| broken.get(unit) == Some(&true));
        let key = (!fails).then(|| write_key(closure, root, &job.encoding.identity()));
        keys.outputs.entry(job.output.clone()).or_default().insert(job.frame, key);
    }
    keys
}
