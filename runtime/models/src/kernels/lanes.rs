//! Sixteen samples side by side, in whatever registers there are.
//!
//! Each operation rounds each lane as IEEE says, so which registers are used can't be seen in a result.

/// Samples in a [`Lanes`].
pub(super) const LANES: usize = 16;

/// Sixteen samples in memory, where one cache line begins.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C, align(64))]
pub(super) struct Block(pub(super) [f32; LANES]);

impl Block {
    /// All zero.
    pub(super) const ZERO: Self = Self([0.0; LANES]);
}

/// Sixteen f32 values in registers.
///
/// # Safety
/// Every method may be called only where the instruction set of the implementation was detected.
pub(super) trait Lanes: Copy {
    /// Reads sixteen values.
    unsafe fn load(from: &[f32; LANES]) -> Self;
    /// Sixteen times the same.
    unsafe fn splat(value: f32) -> Self;
    /// `a * b + self` with one rounding.
    unsafe fn plus_product(self, a: Self, b: Self) -> Self;
    /// Zero where the value isn't above zero.
    unsafe fn rectified(self) -> Self;
    /// Writes sixteen values.
    unsafe fn store(self, to: &mut Block);
    /// Turns blocks into sixteen rows as long as there are blocks, `stride` apart.
    ///
    /// # Safety
    /// The rows at `to` may be written.
    unsafe fn transpose(from: &[Block], to: *mut f32, stride: usize);
}

/// Any machine. Where fused multiply-add is in the baseline (as on `AArch64`) this becomes vectors too.
#[derive(Clone, Copy)]
pub(super) struct Portable([f32; LANES]);

impl Lanes for Portable {
    #[inline(always)]
    unsafe fn load(from: &[f32; LANES]) -> Self {
        Self(*from)
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    unsafe fn plus_product(mut self, a: Self, b: Self) -> Self {
        for lane in 0..LANES {
            self.0[lane] = a.0[lane].mul_add(b.0[lane], self.0[lane]);
        }
        self
    }

    #[inline(always)]
    unsafe fn rectified(mut self) -> Self {
        for lane in &mut self.0 {
            *lane = if *lane > 0.0 { *lane } else { 0.0 };
        }
        self
    }

    #[inline(always)]
    unsafe fn store(self, to: &mut Block) {
        to.0 = self.0;
    }

    #[inline(always)]
    unsafe fn transpose(from: &[Block], to: *mut f32, stride: usize) {
        // SAFETY: the caller promises the rows.
        unsafe { transpose_one_by_one(from, to, stride) }
    }
}

#[inline(always)]
unsafe fn transpose_one_by_one(from: &[Block], to: *mut f32, stride: usize) {
    for lane in 0..LANES {
        for (column, block) in from.iter().enumerate() {
            // SAFETY: a row for each lane, as long as there are blocks, as the caller promises.
            unsafe { *to.add(lane * stride + column) = block.0[lane] };
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Block, LANES, Lanes, transpose_one_by_one};
    use std::arch::x86_64::{
        __m256, __m512, _mm256_fmadd_ps, _mm256_max_ps, _mm256_permute2f128_ps, _mm256_set1_ps,
        _mm256_setzero_ps, _mm256_shuffle_ps, _mm256_storeu_ps, _mm256_unpackhi_ps,
        _mm256_unpacklo_ps, _mm512_fmadd_ps, _mm512_max_ps, _mm512_set1_ps, _mm512_setzero_ps,
    };
    use std::mem::transmute;

    /// One register of AVX-512F; the transposition uses AVX.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx512(__m512);

    impl Lanes for Avx512 {
        #[inline(always)]
        unsafe fn load(from: &[f32; LANES]) -> Self {
            // SAFETY: both are sixteen f32, of which every bit pattern is one.
            Self(unsafe { transmute::<[f32; LANES], __m512>(*from) })
        }

        #[inline(always)]
        unsafe fn splat(value: f32) -> Self {
            // SAFETY: AVX-512F is there, as the caller promises.
            Self(unsafe { _mm512_set1_ps(value) })
        }

        #[inline(always)]
        unsafe fn plus_product(self, a: Self, b: Self) -> Self {
            // SAFETY: AVX-512F is there, as the caller promises.
            Self(unsafe { _mm512_fmadd_ps(a.0, b.0, self.0) })
        }

        #[inline(always)]
        unsafe fn rectified(self) -> Self {
            // The second operand wins where one isn't a number or both are zero: as `Portable`.
            // SAFETY: AVX-512F is there, as the caller promises.
            Self(unsafe { _mm512_max_ps(self.0, _mm512_setzero_ps()) })
        }

        #[inline(always)]
        unsafe fn store(self, to: &mut Block) {
            // SAFETY: both are sixteen f32, of which every bit pattern is one.
            to.0 = unsafe { transmute::<__m512, [f32; LANES]>(self.0) };
        }

        #[inline(always)]
        unsafe fn transpose(from: &[Block], to: *mut f32, stride: usize) {
            // SAFETY: AVX comes with AVX-512F; the caller promises the rows.
            unsafe { transpose_by_eights(from, to, stride) }
        }
    }

    /// Two registers of AVX2, with FMA.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx2(__m256, __m256);

    impl Lanes for Avx2 {
        #[inline(always)]
        unsafe fn load(from: &[f32; LANES]) -> Self {
            // SAFETY: both are sixteen f32, of which every bit pattern is one.
            let [low, high] = unsafe { transmute::<[f32; LANES], [__m256; 2]>(*from) };
            Self(low, high)
        }

        #[inline(always)]
        unsafe fn splat(value: f32) -> Self {
            // SAFETY: AVX is there, as the caller promises.
            let eight = unsafe { _mm256_set1_ps(value) };
            Self(eight, eight)
        }

        #[inline(always)]
        unsafe fn plus_product(self, a: Self, b: Self) -> Self {
            // SAFETY: FMA is there, as the caller promises.
            unsafe { Self(_mm256_fmadd_ps(a.0, b.0, self.0), _mm256_fmadd_ps(a.1, b.1, self.1)) }
        }

        #[inline(always)]
        unsafe fn rectified(self) -> Self {
            // The second operand wins where one isn't a number or both are zero: as `Portable`.
            // SAFETY: AVX is there, as the caller promises.
            unsafe {
                let zero = _mm256_setzero_ps();
                Self(_mm256_max_ps(self.0, zero), _mm256_max_ps(self.1, zero))
            }
        }

        #[inline(always)]
        unsafe fn store(self, to: &mut Block) {
            // SAFETY: both are sixteen f32, of which every bit pattern is one.
            to.0 = unsafe { transmute::<[__m256; 2], [f32; LANES]>([self.0, self.1]) };
        }

        #[inline(always)]
        unsafe fn transpose(from: &[Block], to: *mut f32, stride: usize) {
            // SAFETY: AVX comes with AVX2; the caller promises the rows.
            unsafe { transpose_by_eights(from, to, stride) }
        }
    }

    /// Squares of eight blocks by eight lanes in registers, what is left over one by one.
    #[inline(always)]
    unsafe fn transpose_by_eights(from: &[Block], to: *mut f32, stride: usize) {
        let (eights, rest) = from.as_chunks::<8>();
        for (index, blocks) in eights.iter().enumerate() {
            // SAFETY: rows for all sixteen lanes and eight columns, as the caller promises; AVX.
            unsafe {
                transpose_eight::<0>(blocks, to.add(index * 8), stride);
                transpose_eight::<8>(blocks, to.add(index * 8 + 8 * stride), stride);
            }
        }
        // SAFETY: the rows go on behind the eights, as the caller promises.
        unsafe { transpose_one_by_one(rest, to.add(eights.len() * 8), stride) }
    }

    #[inline(always)]
    unsafe fn transpose_eight<const LANE: usize>(from: &[Block; 8], to: *mut f32, stride: usize) {
        let half = |column: usize| -> __m256 {
            let lanes = &from[column].0;
            let eight: [f32; 8] = std::array::from_fn(|lane| lanes[LANE + lane]);
            // SAFETY: both are eight f32, of which every bit pattern is one.
            unsafe { transmute::<[f32; 8], __m256>(eight) }
        };
        let (a, b, c, d) = (half(0), half(1), half(2), half(3));
        let (e, f, g, h) = (half(4), half(5), half(6), half(7));
        // SAFETY: eight rows of eight at `to`, and AVX, as the caller promises.
        unsafe {
            let (ab_low, ab_high) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
            let (cd_low, cd_high) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
            let (ef_low, ef_high) = (_mm256_unpacklo_ps(e, f), _mm256_unpackhi_ps(e, f));
            let (gh_low, gh_high) = (_mm256_unpacklo_ps(g, h), _mm256_unpackhi_ps(g, h));
            // 0x44 takes the lower pairs of both operands, 0xEE the upper pairs.
            let quads = [
                (_mm256_shuffle_ps(ab_low, cd_low, 0x44), _mm256_shuffle_ps(ef_low, gh_low, 0x44)),
                (_mm256_shuffle_ps(ab_low, cd_low, 0xEE), _mm256_shuffle_ps(ef_low, gh_low, 0xEE)),
                (
                    _mm256_shuffle_ps(ab_high, cd_high, 0x44),
                    _mm256_shuffle_ps(ef_high, gh_high, 0x44),
                ),
                (
                    _mm256_shuffle_ps(ab_high, cd_high, 0xEE),
                    _mm256_shuffle_ps(ef_high, gh_high, 0xEE),
                ),
            ];
            for (row, (left, right)) in quads.into_iter().enumerate() {
                let low = _mm256_permute2f128_ps(left, right, 0x20);
                let high = _mm256_permute2f128_ps(left, right, 0x31);
                _mm256_storeu_ps(to.add(row * stride), low);
                _mm256_storeu_ps(to.add((row + 4) * stride), high);
            }
        }
    }
}
