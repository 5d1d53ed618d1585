//! Seeds: from names, and independent ones by label. None of it changes between releases.

/// The seed of a name: FNV-1a over its bytes, then mixed.
pub(crate) fn seed_of_name(name: &str) -> u64 {
    mix(fold(0xcbf2_9ce4_8422_2325, name.as_bytes()))
}

/// An independent seed by label: FNV-1a over the seed's bytes (little endian) and the label's, then mixed.
pub(crate) fn split(seed: u64, label: &str) -> u64 {
    mix(fold(fold(0xcbf2_9ce4_8422_2325, &seed.to_le_bytes()), label.as_bytes()))
}

fn fold(start: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finaliser of `SplitMix64` (Steele, Lea and Flood, 2014).
fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_never_change_between_releases() {
        assert_eq!(seed_of_name("A"), seed_of_name("A"));
        assert_eq!(split(40, "dust"), split(40, "dust"));
        assert_ne!(split(40, "dust"), split(40, "grain"));
        assert_ne!(split(40, "dust"), split(41, "dust"));
        // FNV-1a of nothing is its offset basis, a published constant.
        assert_eq!(fold(0xcbf2_9ce4_8422_2325, b"a"), 0xaf63_dc4c_8601_ec8c);
    }
}
