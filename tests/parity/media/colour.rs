//! Colour conversions beside OpenColorIO and colour-science; see `make_colour.py`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use toma_media::{BuiltinColour, ColourSpaces};

static COLOUR: LazyLock<BuiltinColour> = LazyLock::new(|| BuiltinColour::new().unwrap());
const GOLDEN: &str = include_str!("colour.txt");
/// Spaces that OpenColorIO holds as tables and Toma evaluates by their published formulas.
const TABLES: [&str; 6] = [
    "ACEScc",
    "Apple Log",
    "CanonLog2 CinemaGamut D55",
    "CanonLog3 CinemaGamut D55",
    "Rec.2100-PQ - Display",
    "ST2084-P3-D65 - Display",
];
/// Where OpenColorIO's table of `ACEScc` ends, below the curve's own least code.
const ACESCC_END: f32 = -0.36;
const ACESCC_BLACK: f32 = -0.358_447;
/// Those that are refused.
const UNSUPPORTED: [&str; 3] = ["Rec.2100-HLG - Display", "ADX10", "ADX16"];
/// A hash of the bits of every conversion of the colours in that file.
const GOLDEN_BITS: u64 = 0xdb9d_819e_b5e5_51c7;

fn convert(colour: &BuiltinColour, from: &str, to: &str, rgb: [f32; 3]) -> [f32; 3] {
    let [mut r, mut g, mut b] = rgb.map(|x| [x]);
    colour.converter(from, to).unwrap().apply(&mut r, &mut g, &mut b);
    [r[0], g[0], b[0]]
}

/// Three f32s from words.
fn three(text: &str, parse: impl Fn(&str) -> f32) -> [f32; 3] {
    let numbers: Vec<f32> = text.split(' ').map(parse).collect();
    numbers.try_into().unwrap()
}

/// How far apart, in parts of the larger of the value, the pixel's peak, and 1.
fn distance(ours: [f32; 3], theirs: [f32; 3]) -> f64 {
    let peak = theirs.iter().map(|x| f64::from(x.abs())).fold(1e-2, f64::max);
    ours.iter()
        .zip(theirs)
        .map(|(ours, theirs)| match (f64::from(*ours), f64::from(theirs)) {
            (a, b) if a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan() => 0.0,
            (_, b) if b.abs() > 1e30 => 0.0,
            (a, b) => (a - b).abs() / peak,
        })
        .fold(0.0, f64::max)
}

#[test]
fn every_space_converts_as_opencolorio_does() {
    let colour = &*COLOUR;
    let mut worst: BTreeMap<String, f64> = BTreeMap::new();
    for line in GOLDEN.lines().filter(|line| line.starts_with("ocio|")) {
        let fields: Vec<&str> = line.split('|').collect();
        let hex = |word: &str| f32::from_bits(u32::from_str_radix(word, 16).unwrap());
        let (input, theirs) = (three(fields[3], hex), three(fields[4], hex));
        if UNSUPPORTED.iter().any(|space| fields[1..3].contains(space)) {
            let error = colour.converter(fields[1], fields[2]).err().unwrap();
            assert_eq!(error.code(), "T0613");
            continue;
        }
        // OpenColorIO's tables end at codes 0 and 1; the published formulas go on, both ways.
        if TABLES.contains(&fields[1]) && input.iter().any(|code| !(0.0..=1.0).contains(code)) {
            continue;
        }
        let mut ours = convert(colour, fields[1], fields[2], input);
        if TABLES.contains(&fields[2]) {
            for (ours, theirs) in ours.iter_mut().zip(theirs) {
                let is = |end: f32| theirs.to_bits() == end.to_bits();
                let beyond = (is(0.0) && *ours < 0.0)
                    || (is(1.0) && *ours > 1.0)
                    || (is(ACESCC_END) && *ours <= ACESCC_BLACK);
                *ours = if beyond { theirs } else { *ours };
            }
        }
        let pair = format!("{} → {}", fields[1], fields[2]);
        let entry = worst.entry(pair).or_insert(0.0);
        *entry = entry.max(distance(ours, theirs));
    }
    println!("{} pairs", worst.len());
    let mut sorted: Vec<_> = worst.iter().collect();
    sorted.sort_by(|a, b| b.1.total_cmp(a.1));
    for (pair, error) in sorted.iter().take(16) {
        println!("{error:.2e} {pair}");
    }
    assert!(worst.len() > 120);
    for (pair, error) in worst {
        // OpenColorIO interpolates in a table where ours is the formula.
        let table = TABLES.iter().any(|space| pair.contains(space));
        assert!(error < if table { 1e-4 } else { 1e-5 }, "{pair}: {error:e}");
    }
}

#[test]
fn published_formulas_give_the_same() {
    let colour = &*COLOUR;
    let mut checked = 0;
    for line in GOLDEN.lines().filter(|line| line.starts_with("science|")) {
        let fields: Vec<&str> = line.split('|').collect();
        let parse = |word: &str| word.parse().unwrap();
        let (input, theirs) = (three(fields[3], parse), three(fields[4], parse));
        let ours = convert(colour, fields[1], fields[2], input);
        // Rec.709 and sRGB are published with rounded constants.
        let tolerance = match line {
            _ if line.contains("|Rec709|") => 4e-3,
            _ if line.contains("sRGB") => 5e-4,
            _ => 1e-5,
        };
        assert!(distance(ours, theirs) < tolerance, "{line}: {ours:?}");
        checked += 1;
    }
    assert!(checked > 25);
}

#[test]
fn known_values() {
    let colour = &*COLOUR;
    for (from, to, input, output) in [
        ("ACEScg", "ACES2065", [1.0, 0.0, 0.0], [0.695_452_2, 0.044_794_6, -0.005_525_9]),
        ("ARRI LogC4", "ACEScg", [0.4; 3], [0.737_674; 3]),
        ("ARRI LogC3 (EI800)", "ACEScg", [0.4; 3], [0.196_551; 3]),
        ("sRGB", "ACEScg", [0.4; 3], [0.132_871; 3]),
    ] {
        let ours = convert(colour, from, to, input);
        // The references were computed with OpenColorIO's fast powers, good to 15 bits.
        assert!(distance(ours, output) < 3e-5, "{from} → {to}: {ours:?}");
    }
}

#[test]
fn the_bits_of_conversions_never_change() {
    let colour = &*COLOUR;
    let mut hash = 0u64;
    for line in GOLDEN.lines().filter(|line| line.starts_with("ocio|")) {
        let fields: Vec<&str> = line.split('|').collect();
        let hex = |word: &str| f32::from_bits(u32::from_str_radix(word, 16).unwrap());
        if !UNSUPPORTED.iter().any(|space| fields[1..3].contains(space)) {
            for value in convert(colour, fields[1], fields[2], three(fields[3], hex)) {
                hash = (hash ^ u64::from(value.to_bits()))
                    .wrapping_mul(0x0100_0000_01b3)
                    .rotate_left(17);
            }
        }
    }
    assert_eq!(
        hash, GOLDEN_BITS,
        "{hash:#018x}: the evaluation changed; raise its version if on purpose"
    );
}
