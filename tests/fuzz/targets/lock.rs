//! Any lock, and any manifest, of a project is read and checked: each beside one that is right.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        for (manifest, lock) in [(text, toma_fuzz::LOCK), (toma_fuzz::MANIFEST, text)] {
            let files =
                [("shot.toma", toma_fuzz::PROGRAM), ("toma.yaml", manifest), ("toma.lock", lock)];
            toma_fuzz::checked(&files);
        }
    }
});
