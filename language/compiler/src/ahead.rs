//! What a check of many items needs, asked for on all cores before anybody waits for it. Only the order of
//! work is decided here: the answers stay in the database.

use crate::STACK;
use crate::check::{check_body, layer};
use crate::database::{Database, Db, File, ItemId};
use crate::diagnose::said;
use crate::lower::shot_values;
use crate::source::heads;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Items that a thread takes at once.
const BATCH: usize = 16;
/// Fewer items are not worth a thread.
const FEWEST: usize = 64;
/// The same for files that are cut into items.
const FEWEST_FILES: usize = 16;

/// Checks and lowers the items of these files, then gathers what there is to say of each file.
pub(crate) fn look_ahead(database: &Database, paths: &[String]) {
    let files: Vec<File> = paths.iter().map(|path| database.file(path)).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    if threads > 1 && files.len() >= FEWEST_FILES {
        on_all_cores(database, threads, files.len(), &|db, index| {
            if let Some(file) = files.get(index) {
                heads(db, *file);
            }
        });
    }
    let items: Vec<(File, String, bool)> = files
        .iter()
        .flat_map(|file| {
            let heads = heads(database, *file).iter();
            heads.map(|head| (*file, head.key.clone(), head.word == "shot"))
        })
        .collect();
    if threads < 2 || items.len() < FEWEST {
        return;
    }
    on_all_cores(database, threads, items.len().div_ceil(BATCH), &|db, batch| {
        for (file, key, shot) in items.iter().skip(batch * BATCH).take(BATCH) {
            let item = ItemId::new(db, *file, key.as_str());
            check_body(db, item);
            layer(db, item);
            if *shot {
                shot_values(db, item);
            }
        }
    });
    on_all_cores(database, threads, files.len(), &|db, index| {
        if let Some(file) = files.get(index) {
            said(db, *file);
        }
    });
}

/// Does `count` pieces of work, each once. A thread that can't be had, or that ends early, costs nothing but
/// time: whoever asks next finds no answer and works it out.
fn on_all_cores(
    database: &Database,
    threads: usize,
    count: usize,
    work: &(dyn Fn(&dyn Db, usize) + Sync),
) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let database = database.clone();
            let next = &next;
            let deep = std::thread::Builder::new().stack_size(STACK);
            let thread = deep.spawn_scoped(scope, move || {
                let database = database;
                loop {
                    let piece = next.fetch_add(1, Ordering::Relaxed);
                    if piece >= count {
                        break;
                    }
                    work(&database, piece);
                }
            });
            drop(thread);
        }
    });
}
