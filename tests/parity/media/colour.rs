//! Colour conversions beside OpenColorIO and colour-science; see `make_colour.py`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use toma_media::{BuiltinColour, ColourSpaces};

static COLOUR: LazyLock<BuiltinColour> = LazyLock::new(|| BuiltinColour::new().unwrap());
const GOLDEN: &str = include_str!("colour.txt");
/// A hash of the bits of every exact conversion of the colours in that file.
const GOLDEN_BITS: u64 = 0xa721_6379_2990_eebf;

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
    let mut worst: BTreeMap<String, (f64, bool)> = BTreeMap::new();
    for line in GOLDEN.lines().filter(|line| line.starts_with("ocio|")) {
        let fields: Vec<&str> = line.split('|').collect();
        let hex = |word: &str| f32::from_bits(u32::from_str_radix(word, 16).unwrap());
        let (input, theirs) = (three(fields[3], hex), three(fields[4], hex));
        let ours = convert(colour, fields[1], fields[2], input);
        let exact = colour.converter(fields[1], fields[2]).unwrap().is_exact();
        let pair = format!("{} → {}", fields[1], fields[2]);
        let entry = worst.entry(pair).or_insert((0.0, exact));
        entry.0 = entry.0.max(distance(ours, theirs));
    }
    let exact = worst.values().filter(|(_, exact)| *exact).count();
    println!("{} pairs, {exact} of them exact", worst.len());
    let mut sorted: Vec<_> = worst.iter().collect();
    sorted.sort_by(|a, b| b.1.0.total_cmp(&a.1.0));
    for (pair, (error, exact)) in sorted.iter().take(12) {
        println!("{error:.2e} {exact} {pair}");
    }
    assert!(exact > 100);
    for (pair, (error, _)) in worst {
        assert!(error < 1e-5, "{pair}: {error:e}");
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
fn the_bits_of_exact_conversions_never_change() {
    let colour = &*COLOUR;
    let mut hash = 0u64;
    for line in GOLDEN.lines().filter(|line| line.starts_with("ocio|")) {
        let fields: Vec<&str> = line.split('|').collect();
        let hex = |word: &str| f32::from_bits(u32::from_str_radix(word, 16).unwrap());
        let converter = colour.converter(fields[1], fields[2]).unwrap();
        if converter.is_exact() {
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
