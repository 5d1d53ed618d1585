//! Any program is checked and planned.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        toma_fuzz::checked(&[("shot.toma", text)]);
    }
});
