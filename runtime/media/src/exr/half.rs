//! Half floats (IEEE 754 binary16) to f32 and back, in integer arithmetic that gives the same bits on
//! every machine and that compilers turn into vector code. NaN payloads survive the way back.

/// 2⁻²⁴, the smallest half above zero.
const TINIEST: f32 = 5.960_464_5e-8;

/// The f32 of the same value.
#[inline]
pub(super) fn to_f32(half: u16) -> f32 {
    let sign = u32::from(half & 0x8000) << 16;
    let magnitude = u32::from(half & 0x7fff);
    let subnormal = (magnitude as i32 as f32 * TINIEST).to_bits();
    let infinite = if magnitude >= 0x7c00 { 112 << 23 } else { 0 };
    let normal = (magnitude << 13) + (112 << 23) + infinite;
    f32::from_bits(sign | if magnitude < 0x400 { subnormal } else { normal })
}

/// The nearest half, ties to the even one. From 65520 on it is infinite, as in OpenEXR; NaN stays
/// NaN.
#[inline]
pub(super) fn from_f32(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16) as u16 & 0x8000;
    let magnitude = bits & 0x7fff_ffff;
    // Adding 0.5 shifts the bits of a subnormal half to the end of the sum, rounded by the addition.
    let subnormal = (f32::from_bits(magnitude) + 0.5).to_bits().wrapping_sub(0x3f00_0000);
    let even = (magnitude >> 13) & 1;
    let rounded = magnitude.wrapping_add(0xfff + even).wrapping_sub(112 << 23) >> 13;
    let normal = if magnitude >= 0x4780_0000 { 0x7c00 } else { rounded.min(0x7c00) };
    let payload = (magnitude >> 13) & 0x3ff;
    let nan = 0x7c00 | payload | u32::from(payload == 0);
    let half = if magnitude > 0x7f80_0000 {
        nan
    } else if magnitude < 0x3880_0000 {
        subnormal
    } else {
        normal
    };
    sign | half as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_comes_back_with_its_bits() {
        for half in 0..=u16::MAX {
            assert_eq!(from_f32(to_f32(half)), half, "{half:#06x}");
        }
    }

    #[test]
    fn every_half_has_the_value_that_the_half_crate_gives_it() {
        for bits in 0..=u16::MAX {
            let (ours, theirs) = (to_f32(bits), half::f16::from_bits(bits).to_f32_const());
            assert!(ours.to_bits() == theirs.to_bits() || ours.is_nan() && theirs.is_nan());
        }
    }

    #[test]
    fn rounding_is_to_the_nearest_even_and_over_the_top_is_infinite() {
        for bits in (0..=u32::MAX).step_by(9973) {
            let value = f32::from_bits(bits);
            let (ours, theirs) = (from_f32(value), half::f16::from_f32_const(value).to_bits());
            assert!(ours == theirs || value.is_nan(), "{value:e}: {ours:#06x} {theirs:#06x}");
        }
        for (value, half) in [
            (65504.0, 0x7bff),
            (65519.996, 0x7bff),
            (65520.0, 0x7c00),
            (1e30, 0x7c00),
            (-1e30, 0xfc00),
            (2.980_232_2e-8, 0x0000),
            (2.980_232_6e-8, 0x0001),
            (1.000_488_3, 0x3c00),
            (1.001_464_8, 0x3c02),
            (-0.0, 0x8000),
        ] {
            assert_eq!(from_f32(value), half, "{value}");
        }
    }
}
