//! Keys, store, scheduling: computes only what changed.
//!
//! An [`Engine`] takes a plan and brings its outputs. It knows the contract of stages and no stage;
//! pixels are values that it carries.
//!
//! ```text
//! plan ─ prepare ─► closure (pairs, reads, files, keys) ─ schedule ─► compute ─► store
//!                       │ sources, key, encode               └─► sink (ledger, lock) ─► files
//!                       └─► forecast, history (why)
//! ```
//!
//! **Invariants**
//! - A key holds everything that a result's bits depend on: what is kept never changes a picture.
//! - Nothing is stored under a key whose inputs were not exactly those of the key.
//! - A failure is never remembered beyond the request.
//! - When the state folder can't be written, pictures come all the same; what is lost is caches, reports and
//!   the ledger, without which the next render takes its own files for somebody else's and asks (T0701).

mod closure;
mod compute;
mod config;
pub mod encode;
mod engine;
mod error;
mod event;
mod forecast;
mod history;
mod journal;
mod key;
mod keys;
mod ledger;
mod lock;
mod prepare;
mod sampling;
mod schedule;
mod sink;
mod sources;
mod store;

pub use config::{Caching, Limits, Settings};
pub use encode::Digest;
pub use engine::{Answers, Engine, Explanation, RenderRequest};
pub use error::{Cause, EngineError, Failure};
pub use event::{Event, Reason, Summary};
pub use forecast::{FileForecast, Forecast, NodeForecast};
pub use history::{Change, Made, Preimage, ReadRecord};
pub use keys::Keys;
pub use store::{CacheCheck, CacheStat};
