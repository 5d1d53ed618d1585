//! Any tweak file beside a shot is read and checked.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        toma_fuzz::edited(text);
        toma_fuzz::checked(&[("shot.toma", toma_fuzz::PROGRAM), ("A.tweaks.yaml", text)]);
    }
});
