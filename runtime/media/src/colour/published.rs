//! Spaces whose curve the configuration holds as a table, by the formulas that their makers
//! published instead: the tables come from the platform's mathematics and would differ in the last
//! bit between machines. Knows the configuration's names only as text.
//!
//! Sources: `ACEScc`, Academy S-2014-003; Apple Log Profile White Paper (2023); Canon Log Gamma Curves
//! (2018, Canon Log 2 and 3 version 1.2); PQ, SMPTE ST 2084:2014.

use super::transcendental::{exp2, log2, pow};

/// A curve between code values and light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Published {
    /// Light 0.18 is 0.4136; everything below 0 is the lowest code.
    AcesCc,
    /// Light below −0.056 is 0.
    AppleLog,
    /// Turned round its black.
    CanonLog2,
    /// With a line through black.
    CanonLog3,
    /// Light 1 is 100 nits; turned round the origin; codes end at 1, which is 10 000 nits.
    Pq,
}

/// A space of the configuration that has such a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PublishedSpace {
    /// Its name.
    pub(super) name: &'static str,
    pub(super) curve: Published,
    /// The linear space of the same primaries.
    pub(super) linear: &'static str,
    /// Negative light of ACES2065-1 becomes 0 (S-2014-003, 4.4.1).
    pub(super) clips: bool,
}

const SPACES: [PublishedSpace; 6] = [
    PublishedSpace { name: "ACEScc", curve: Published::AcesCc, linear: "ACEScg", clips: true },
    PublishedSpace {
        name: "Apple Log",
        curve: Published::AppleLog,
        linear: "Linear Rec.2020",
        clips: false,
    },
    PublishedSpace {
        name: "CanonLog2 CinemaGamut D55",
        curve: Published::CanonLog2,
        linear: "Linear CinemaGamut D55",
        clips: false,
    },
    PublishedSpace {
        name: "CanonLog3 CinemaGamut D55",
        curve: Published::CanonLog3,
        linear: "Linear CinemaGamut D55",
        clips: false,
    },
    PublishedSpace {
        name: "Rec.2100-PQ - Display",
        curve: Published::Pq,
        linear: "Linear Rec.2020",
        clips: false,
    },
    PublishedSpace {
        name: "ST2084-P3-D65 - Display",
        curve: Published::Pq,
        linear: "Linear P3-D65",
        clips: false,
    },
];

impl PublishedSpace {
    /// The space of that name in the configuration, if its curve is one of ours.
    pub(super) fn named(name: &str) -> Option<Self> {
        SPACES.into_iter().find(|space| space.name == name)
    }
}

/// log2(10).
const OCTAVES: f64 = std::f64::consts::LOG2_10;

fn exp10(x: f64) -> f64 {
    exp2(x * OCTAVES)
}

fn log10(x: f64) -> f64 {
    log2(x) / OCTAVES
}

/// Apple Log's constants.
mod apple {
    pub(super) const R_0: f64 = -0.056_410_88;
    pub(super) const R_T: f64 = 0.01;
    pub(super) const C: f64 = 47.287_112_36;
    pub(super) const BETA: f64 = 0.009_640_52;
    pub(super) const GAMMA: f64 = 0.085_504_79;
    pub(super) const DELTA: f64 = 0.693_369_45;
}

/// ST 2084's constants.
mod pq {
    pub(super) const M1: f64 = 2610.0 / 16384.0;
    pub(super) const M2: f64 = 2523.0 / 32.0;
    pub(super) const C1: f64 = 3424.0 / 4096.0;
    pub(super) const C2: f64 = 2413.0 / 128.0;
    pub(super) const C3: f64 = 2392.0 / 128.0;
}

impl Published {
    /// Code value to light.
    pub(super) fn to_light(self, code: f64) -> f64 {
        match self {
            Self::AcesCc => {
                let power = exp2(code * 17.52 - 9.72);
                let low = (power - exp2(-16.0)) * 2.0;
                let value = if code <= (9.72 - 15.0) / 17.52 { low } else { power };
                if value < 65504.0 { value } else { 65504.0 }
            }
            Self::AppleLog => {
                let foot = apple::C * (apple::R_T - apple::R_0) * (apple::R_T - apple::R_0);
                if code >= foot {
                    exp2((code - apple::DELTA) / apple::GAMMA) - apple::BETA
                } else if code >= 0.0 {
                    (code / apple::C).sqrt() + apple::R_0
                } else {
                    apple::R_0
                }
            }
            Self::CanonLog2 => {
                let from_black = code - 0.092_864_125;
                let light = (exp10(from_black.abs() / 0.241_360_77) - 1.0) / 87.099_375;
                0.9 * light.copysign(from_black)
            }
            Self::CanonLog3 => {
                let light = if code < 0.097_465_473 {
                    -(exp10((0.127_839_01 - code) / 0.367_268_45) - 1.0) / 14.983_25
                } else if code <= 0.152_778_91 {
                    (code - 0.125_122_19) / 1.975_479_8
                } else {
                    (exp10((code - 0.122_405_37) / 0.367_268_45) - 1.0) / 14.983_25
                };
                0.9 * light
            }
            Self::Pq => {
                let size = code.abs();
                let root = pow(if size < 1.0 { size } else { 1.0 }, 1.0 / pq::M2);
                let above = root - pq::C1;
                let ratio = above / (pq::C2 - pq::C3 * root);
                let light = if above > 0.0 { 100.0 * pow(ratio, 1.0 / pq::M1) } else { 0.0 };
                light.copysign(code)
            }
        }
    }

    /// Light to code value.
    pub(super) fn to_code(self, light: f64) -> f64 {
        match self {
            Self::AcesCc => {
                let light = if light > 0.0 { light } else { 0.0 };
                let least = exp2(-15.0);
                let inside = if light < least { exp2(-16.0) + light * 0.5 } else { light };
                (log2(inside) + 9.72) / 17.52
            }
            Self::AppleLog => {
                if light >= apple::R_T {
                    apple::GAMMA * log2(light + apple::BETA) + apple::DELTA
                } else if light >= apple::R_0 {
                    apple::C * (light - apple::R_0) * (light - apple::R_0)
                } else {
                    0.0
                }
            }
            Self::CanonLog2 => {
                let code = 0.241_360_77 * log10(87.099_375 * (light / 0.9).abs() + 1.0);
                code.copysign(light) + 0.092_864_125
            }
            Self::CanonLog3 => {
                let light = light / 0.9;
                if light < -0.014 {
                    0.127_839_01 - 0.367_268_45 * log10(1.0 - 14.983_25 * light)
                } else if light <= 0.014 {
                    1.975_479_8 * light + 0.125_122_19
                } else {
                    0.367_268_45 * log10(14.983_25 * light + 1.0) + 0.122_405_37
                }
            }
            Self::Pq => {
                let power = pow((light * 0.01).abs(), pq::M1);
                // Of infinite light the limit.
                let power = if power < 1e30 { power } else { 1e30 };
                let ratio = (pq::C1 + pq::C2 * power) / (1.0 + pq::C3 * power);
                pow(ratio, pq::M2).copysign(light)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURVES: [Published; 5] = [
        Published::AcesCc,
        Published::AppleLog,
        Published::CanonLog2,
        Published::CanonLog3,
        Published::Pq,
    ];

    #[test]
    fn codes_come_back_from_light() {
        for curve in CURVES {
            for step in 1..1000 {
                let code = f64::from(step) / 1000.0;
                let back = curve.to_code(curve.to_light(code));
                assert!((back - code).abs() < 2e-7, "{curve:?} {code} {back}");
            }
        }
    }

    #[test]
    fn published_values_of_the_grey_card() {
        for (curve, code) in [
            (Published::AcesCc, 0.413_588_4),
            (Published::AppleLog, 0.488_271_5),
            (Published::CanonLog2, 0.398_254_7),
            (Published::CanonLog3, 0.343_389_7),
        ] {
            let ours = curve.to_code(0.18);
            assert!((ours - code).abs() < 1e-4, "{curve:?} {ours}");
        }
        // ST 2084: 100 nits are 0.508.
        assert!((Published::Pq.to_code(1.0) - 0.508_078_42).abs() < 1e-7);
        assert!((Published::Pq.to_light(1.0) - 100.0).abs() < 1e-6);
    }
}
