//! Our own CPU arithmetic for networks: convolutions that keep up with the best runtimes, and the
//! small operations around them. Plain slices in, plain vectors out; no tensors here.
//!
//! **Invariants**
//! - A sum runs over input channels, then rows, then columns of the kernel, one fused multiply-add
//!   each, starting from the bias. Vectors lie across output channels, never along a sum. So every
//!   instruction set, tile size and number of threads gives the same bits.
//! - This is the only module of the crate with `unsafe`.
//! - Work is divided with rayon in the pool of whoever calls.

#[expect(clippy::inline_always, reason = "code must land in functions with the right instructions")]
mod convolution;
#[expect(clippy::inline_always, reason = "code must land in functions with the right instructions")]
mod lanes;
mod planes;
#[cfg(test)]
mod tests;

pub(crate) use convolution::{Convolution, Part};
pub(crate) use planes::{add, bilinear, max_pool, sigmoid};

/// A set of instructions that this machine has. Only detection makes one, so holding one proves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instructions(Set);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Portable,
}

impl Instructions {
    /// All that this machine has, the fastest first.
    pub(crate) fn available() -> Vec<Self> {
        let mut sets = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            if avx2 && is_x86_feature_detected!("avx512f") {
                sets.push(Self(Set::Avx512));
            }
            if avx2 {
                sets.push(Self(Set::Avx2));
            }
        }
        sets.push(Self(Set::Portable));
        sets
    }

    /// The fastest that this machine has.
    pub(crate) fn best() -> Self {
        Self::available().first().copied().unwrap_or(Self(Set::Portable))
    }
}
