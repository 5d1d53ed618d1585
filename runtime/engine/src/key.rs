//! The name of a result: a hash of everything that its bits depend on, and of nothing else.
//!
//! Not in a key: the node's path, names, a blob's path, the time unless the stage declares it. Times of
//! reads enter relative to the frame asked for, so equal content at another time has an equal key.

use crate::Failure;
use crate::closure::{Blob, Closure, Link, Pair, chunk_length};
use crate::encode::{Digest, Encoder, NotFinite};
use crate::prepare::{Prepare, Prepared};
use crate::store::{Known, encode_content};
use std::path::Path;
use toma_stage::{AmbientValue, Precision, Read, Span};

/// Changes with the meaning of keys.
const SCHEMA: i64 = 1;

/// The key of a pair whose inputs have theirs.
pub(crate) fn pair_key(
    prepared: &Prepared<'_>,
    closure: &Closure,
    pair: &Pair,
    colour_config: &str,
) -> Result<Digest, Failure> {
    let input = |link: &Link, encoder: &mut Encoder| {
        let Some(name) = closure.name(link) else { return };
        encoder.digest(&name.key);
        encoder.int(name.port.map_or(-1, i64::from));
        encoder.int(name.frame.map_or(-1, i64::from));
    };
    hash("toma.key", prepared, closure, pair, colour_config, input)
}

/// The key of a pair by the content of its inputs, as far as it is known; where it is not, their keys
/// stand for it. Equal content keys mean equal results.
pub(crate) fn content_key(
    prepared: &Prepared<'_>,
    closure: &Closure,
    pair: &Pair,
    colour_config: &str,
    known: &Known,
) -> Result<Digest, Failure> {
    let input = |link: &Link, encoder: &mut Encoder| {
        if let Some(name) = closure.name(link) {
            encode_content(known, name, encoder);
        }
    };
    hash("toma.content", prepared, closure, pair, colour_config, input)
}

/// A name for a pair that has no result. It is in no store.
pub(crate) fn failed_key(prepared: &Prepared<'_>, pair: &Pair) -> Digest {
    let mut encoder = Encoder::new("toma.failed");
    encoder.text(prepared.nodes.get(pair.node).map_or("", |node| &node.path));
    encoder.int(pair.time);
    encoder.finish()
}

/// Stands for the digest of a file that nobody has read.
pub(crate) fn unread(path: &Path) -> Digest {
    let mut encoder = Encoder::new("toma.unread");
    encoder.text(&path.to_string_lossy());
    encoder.finish()
}

/// What a file of an output holds: what is shown, and how it is written.
pub(crate) fn write_key(closure: &Closure, root: &Link, encoding: &str) -> Digest {
    let mut encoder = Encoder::new("toma.write");
    encoder.int(SCHEMA);
    encoder.text(encoding);
    match (closure.name(root), root) {
        (Some(name), _) => {
            encoder.digest(&name.key);
            encoder.int(name.port.map_or(-1, i64::from));
            encoder.int(name.frame.map_or(-1, i64::from));
        }
        (None, link) => edge(link, &mut encoder),
    }
    encoder.finish()
}

fn hash(
    what: &str,
    prepared: &Prepared<'_>,
    closure: &Closure,
    pair: &Pair,
    colour_config: &str,
    input: impl Fn(&Link, &mut Encoder),
) -> Result<Digest, Failure> {
    let (prepare, _) = prepared.node(pair.node)?;
    let mut encoder = Encoder::new(what);
    encoder.int(SCHEMA);
    let declaration = &prepare.declaration;
    encoder.text(declaration.stage);
    encoder.int(i64::from(declaration.version));
    encoder.text(declaration.class.name());
    encoder.int(1); // The scale: full size.
    encoder.list(declaration.outputs.len());
    for output in declaration.outputs {
        encoder.text(output.name);
        encoder.text(match output.precision {
            Precision::F32 => "f32",
            Precision::F16 => "f16",
        });
    }
    match closure.weights.get(&pair.node).copied().flatten() {
        Some(weights) => encoder.digest(&weights),
        None => encoder.none(),
    }
    match prepare.span {
        Span::Frame => encoder.text("frame"),
        Span::Clip => encoder.text("clip"),
        Span::Chunk { length, overlap } => {
            encoder.text("chunk");
            encoder.int(i64::from(chunk_length(prepare.domain, length, pair.time)));
            encoder.int(i64::from(overlap));
        }
    }
    encode_settings(pair, &mut encoder).map_err(|why| {
        Failure::mistake("T0904", format!("the plan does not fit the stage: {why}"))
    })?;
    encode_ambient(prepared, prepare, pair, colour_config, &mut encoder);
    encoder.list(pair.reads.len());
    for (read, link) in pair.reads.iter().zip(&pair.links) {
        match read {
            Read::Input { port, time, .. } => {
                encoder.text("input");
                encoder.text(port);
                encoder.int(time - pair.time);
            }
            Read::Own { time } => {
                encoder.text("own");
                encoder.int(time - pair.time);
            }
            Read::Blob { parameter, .. } => {
                encoder.text("blob");
                encoder.text(parameter);
            }
        }
        match link {
            Link::Pair { .. } => input(link, &mut encoder),
            Link::Edge(_) | Link::Missing(_) | Link::Nothing => edge(link, &mut encoder),
            Link::Blob(index) => {
                if let Some(Blob { digest, .. }) = closure.blobs.get(*index) {
                    encoder.digest(digest);
                }
            }
        }
    }
    Ok(encoder.finish())
}

fn encode_settings(pair: &Pair, encoder: &mut Encoder) -> Result<(), NotFinite> {
    encoder.record(pair.settings.run.0.len());
    for (name, setting) in &pair.settings.run.0 {
        encoder.text(name);
        encoder.setting(setting, pair.time)?;
    }
    Ok(())
}

fn encode_ambient(
    prepared: &Prepared<'_>,
    prepare: &Prepare,
    pair: &Pair,
    colour_config: &str,
    encoder: &mut Encoder,
) {
    let shot = &prepared.plan.ambient;
    encoder.list(prepare.declaration.ambient.len());
    for value in prepare.declaration.ambient {
        match value {
            AmbientValue::FrameNumber => {
                encoder.text("frame");
                encoder.int(pair.time);
            }
            AmbientValue::Format => {
                encoder.text("format");
                encoder.int(i64::from(shot.format.0));
                encoder.int(i64::from(shot.format.1));
            }
            AmbientValue::Rate => {
                encoder.text("rate");
                encoder.int(i64::from(shot.rate.frames));
                encoder.int(i64::from(shot.rate.seconds));
            }
            AmbientValue::Space => {
                encoder.text("space");
                encoder.text(&shot.space);
            }
            AmbientValue::ColourConfig => {
                encoder.text("colour config");
                encoder.text(colour_config);
            }
        }
    }
}

/// What stands where there is no result: the edge of a source, the marker of a file that is not there, or
/// nothing.
fn edge(link: &Link, encoder: &mut Encoder) {
    let frame = match link {
        Link::Edge(frame) => frame,
        Link::Missing(size) => {
            encoder.text("missing");
            encoder.int(i64::from(size.width));
            return encoder.int(i64::from(size.height));
        }
        _ => return encoder.none(),
    };
    encoder.text("edge");
    encoder.int(i64::from(frame.format.width));
    encoder.int(i64::from(frame.format.height));
    encoder.list(frame.planes.len());
    for plane in &frame.planes {
        encoder.text(&plane.name);
    }
}
