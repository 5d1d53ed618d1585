//! Our own logarithm and power of two: only additions, multiplications and one division in a fixed
//! order, so that the bits are the same on every machine, for every compiler and vector width. Both
//! are good to 1e-11, far below half a step of f32, and free of branches, so that loops over them
//! become vector code.

/// ln 2.
const LN_2: f64 = std::f64::consts::LN_2;
/// The bits of √½: mantissas are taken from there to √2, where the series is shortest.
const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
/// The bits of 1.0, and of 2⁵² as the addend that turns integers below into floats.
const ONE: u64 = 0x3ff0_0000_0000_0000;
const TWO_52: u64 = 0x4330_0000_0000_0000;

/// The binary logarithm of a positive, normal, finite number. Others give some number.
///
/// With x = 2ᵉ·m and s = (m − 1)/(m + 1), ln m = 2·(s + s³/3 + s⁵/5 + …) (Abramowitz and Stegun
/// 4.1.27).
#[inline]
pub fn log2(x: f64) -> f64 {
    let bits = x.to_bits();
    let biased = bits.wrapping_sub(SQRT_HALF).wrapping_add(ONE) >> 52;
    let exponent = f64::from_bits(TWO_52 | biased) - (4_503_599_627_370_496.0 + 1023.0);
    let mantissa = f64::from_bits(bits.wrapping_sub(biased << 52).wrapping_add(ONE));
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let z = s * s;
    let mut sum = 1.0 / 13.0;
    sum = sum * z + 1.0 / 11.0;
    sum = sum * z + 1.0 / 9.0;
    sum = sum * z + 1.0 / 7.0;
    sum = sum * z + 1.0 / 5.0;
    sum = sum * z + 1.0 / 3.0;
    sum = sum * z + 1.0;
    exponent + (2.0 / LN_2) * (s * sum)
}

/// Two to the power of `y`; beyond ±1021 the value there.
///
/// With y = n + r, |r| ≤ ½, the series of exp(r·ln 2).
#[inline]
pub fn exp2(y: f64) -> f64 {
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let y = if y < 1021.0 { y } else { 1021.0 };
    let y = if y > -1021.0 { y } else { -1021.0 };
    let shifted = y + ROUND;
    let r = (y - (shifted - ROUND)) * LN_2;
    let mut sum = 1.0 / 3_628_800.0;
    sum = sum * r + 1.0 / 362_880.0;
    sum = sum * r + 1.0 / 40_320.0;
    sum = sum * r + 1.0 / 5_040.0;
    sum = sum * r + 1.0 / 720.0;
    sum = sum * r + 1.0 / 120.0;
    sum = sum * r + 1.0 / 24.0;
    sum = sum * r + 1.0 / 6.0;
    sum = sum * r + 0.5;
    sum = sum * r + 1.0;
    sum = sum * r + 1.0;
    let scale = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    sum * scale
}

/// `x` to the power of `exponent`, for x ≥ 0 and a positive exponent; infinity stays infinite.
#[inline]
pub fn pow(x: f64, exponent: f64) -> f64 {
    let positive = if x > f64::MIN_POSITIVE { x } else { f64::MIN_POSITIVE };
    let power = exp2(exponent * log2(positive));
    if x == f64::INFINITY { x } else { power }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_agree_with_the_reference_to_eleven_digits() {
        let mut x = 1e-40f64;
        while x < 1e38 {
            let (ours, theirs) = (log2(x), libm::log2(x));
            assert!((ours - theirs).abs() < 2e-11 * theirs.abs().max(1.0), "log2({x:e}) {ours}");
            for exponent in [1.0 / 2.4, 2.4, 1.0 / 0.45, 0.45] {
                let (ours, theirs) = (pow(x, exponent), libm::pow(x, exponent));
                assert!((ours / theirs - 1.0).abs() < 1e-9, "{x:e}^{exponent} {ours} {theirs}");
            }
            x *= 1.013;
        }
        for step in -30_000..30_000 {
            let y = f64::from(step) * 0.005_13;
            assert!((exp2(y) / libm::exp2(y) - 1.0).abs() < 1e-11, "exp2({y})");
        }
    }

    #[test]
    fn the_bits_never_change() {
        let mut hash = 0u64;
        for step in 1..100_000u32 {
            let x = f64::from(step) * 0.001;
            for bits in [log2(x).to_bits(), exp2(x - 50.0).to_bits(), pow(x, 2.4).to_bits()] {
                hash = (hash ^ bits).wrapping_mul(0x0100_0000_01b3).rotate_left(17);
            }
        }
        assert_eq!(hash, GOLDEN, "{hash:#018x}");
    }

    const GOLDEN: u64 = 0x3da7_b696_8ddf_a97c;
}
