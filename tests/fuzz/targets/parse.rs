//! Any text is read: a file, a value, an address.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        toma_fuzz::parse(text);
    }
});
