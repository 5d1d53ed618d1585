//! Sixteen samples side by side, in whatever registers there are.
//!
//! Each operation rounds each lane as IEEE says, so which registers are used can't be seen in a result.

/// Samples in a [`Lanes`].
pub(super) const LANES: usize = 16;

/// Sixteen f32 values.
///
/// # Safety
/// Every method may be called only where the instruction set of the implementation was detected, and
/// pointers must be good for [`LANES`] values unless said otherwise.
pub(super) trait Lanes: Copy {
    /// Reads sixteen values; no alignment is asked for.
    unsafe fn load(from: *const f32) -> Self;
    /// Sixteen times the same.
    unsafe fn splat(value: f32) -> Self;
    /// `a * b + self` with one rounding.
    unsafe fn plus_product(self, a: Self, b: Self) -> Self;
    /// Zero where the value isn't above zero.
    unsafe fn rectified(self) -> Self;
    /// Writes sixteen values.
    unsafe fn store(self, to: *mut f32);
    /// Turns `columns` runs of sixteen lanes into sixteen rows of `columns`, `stride` apart.
    unsafe fn transpose(from: *const f32, columns: usize, to: *mut f32, stride: usize);
}

/// Any machine. Where fused multiply-add is in the baseline (as on AArch64) this becomes vectors too.
#[derive(Clone, Copy)]
pub(super) struct Portable([f32; LANES]);

impl Lanes for Portable {
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller promises sixteen readable values; the read asks for no alignment.
        Self(unsafe { from.cast::<[f32; LANES]>().read_unaligned() })
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
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller promises sixteen writable values; the write asks for no alignment.
        unsafe { to.cast::<[f32; LANES]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn transpose(from: *const f32, columns: usize, to: *mut f32, stride: usize) {
        // SAFETY: the caller promises `columns` runs at `from` and sixteen rows at `to`.
        unsafe { transpose_one_by_one(from, 0, columns, to, stride) }
    }
}

/// The columns from `first` on, sample by sample.
#[inline(always)]
unsafe fn transpose_one_by_one(
    from: *const f32,
    first: usize,
    columns: usize,
    to: *mut f32,
    stride: usize,
) {
    for lane in 0..LANES {
        for column in first..columns {
            // SAFETY: `column < columns` runs and `lane < LANES` rows, as the caller promises.
            unsafe { *to.add(lane * stride + column) = *from.add(column * LANES + lane) };
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{LANES, Lanes, transpose_one_by_one};
    use std::arch::x86_64::{
        __m256, __m512, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_max_ps, _mm256_permute2f128_ps,
        _mm256_set1_ps, _mm256_setzero_ps, _mm256_shuffle_ps, _mm256_storeu_ps, _mm256_unpackhi_ps,
        _mm256_unpacklo_ps, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_max_ps, _mm512_set1_ps,
        _mm512_setzero_ps, _mm512_storeu_ps,
    };

    /// One register of AVX-512F; the transposition uses AVX.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx512(__m512);

    impl Lanes for Avx512 {
        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            // SAFETY: AVX-512F is there and sixteen values are readable, as the caller promises.
            Self(unsafe { _mm512_loadu_ps(from) })
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
        unsafe fn store(self, to: *mut f32) {
            // SAFETY: AVX-512F is there and sixteen values are writable, as the caller promises.
            unsafe { _mm512_storeu_ps(to, self.0) }
        }

        #[inline(always)]
        unsafe fn transpose(from: *const f32, columns: usize, to: *mut f32, stride: usize) {
            // SAFETY: AVX comes with AVX-512F; the rest as the caller promises.
            unsafe { transpose_by_eights(from, columns, to, stride) }
        }
    }

    /// Two registers of AVX2, with FMA.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx2(__m256, __m256);

    impl Lanes for Avx2 {
        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            // SAFETY: AVX is there and sixteen values are readable, as the caller promises.
            unsafe { Self(_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(8))) }
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
        unsafe fn store(self, to: *mut f32) {
            // SAFETY: AVX is there and sixteen values are writable, as the caller promises.
            unsafe {
                _mm256_storeu_ps(to, self.0);
                _mm256_storeu_ps(to.add(8), self.1);
            }
        }

        #[inline(always)]
        unsafe fn transpose(from: *const f32, columns: usize, to: *mut f32, stride: usize) {
            // SAFETY: AVX comes with AVX2; the rest as the caller promises.
            unsafe { transpose_by_eights(from, columns, to, stride) }
        }
    }

    /// Blocks of eight columns by eight lanes in registers, what is left over one by one.
    #[inline(always)]
    unsafe fn transpose_by_eights(from: *const f32, columns: usize, to: *mut f32, stride: usize) {
        let whole = columns / 8 * 8;
        for column in (0..whole).step_by(8) {
            for lane in (0..LANES).step_by(8) {
                // SAFETY: eight runs from `column` and eight rows from `lane` lie within what the
                // caller promises; AVX is there.
                unsafe {
                    transpose_eight(
                        from.add(column * LANES + lane),
                        to.add(lane * stride + column),
                        stride,
                    );
                }
            }
        }
        // SAFETY: as the caller promises.
        unsafe { transpose_one_by_one(from, whole, columns, to, stride) }
    }

    #[inline(always)]
    unsafe fn transpose_eight(from: *const f32, to: *mut f32, stride: usize) {
        // SAFETY: eight runs of sixteen at `from`, eight rows at `to`, AVX: as the caller promises.
        unsafe {
            let run = |column: usize| _mm256_loadu_ps(from.add(column * LANES));
            let (a, b, c, d) = (run(0), run(1), run(2), run(3));
            let (e, f, g, h) = (run(4), run(5), run(6), run(7));
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
