//! Any lock, and any manifest, of a project is read and checked.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let files = [("shot.toma", toma_fuzz::PROGRAM), ("toma.yaml", text), ("toma.lock", text)];
        toma_fuzz::checked(&files);
    }
});
