//! The plate of a new project: hills after sunset, and a lantern that is carried along the nearest of them.
//! Made of additions, multiplications and divisions, so it is the same bits everywhere.

use toma_media::{Frame, Size, Window};

/// Frames of the plate.
pub(super) const FRAMES: std::ops::RangeInclusive<i64> = 1001..=1012;
pub(super) const WIDTH: u32 = 480;
pub(super) const HEIGHT: u32 = 270;

type Rgb = [f32; 3];

/// A chain of hills.
struct Ridge {
    /// Where it stands, from the top: 0 to 1.
    base: f32,
    /// How high its hills are.
    height: f32,
    /// How many there are over the width.
    count: f32,
    seed: u32,
    colour: Rgb,
}

/// The farthest first.
const RIDGES: [Ridge; 4] = [
    Ridge { base: 0.62, height: 0.15, count: 3.0, seed: 11, colour: [0.200, 0.125, 0.165] },
    Ridge { base: 0.70, height: 0.14, count: 4.0, seed: 23, colour: [0.090, 0.066, 0.105] },
    Ridge { base: 0.80, height: 0.15, count: 5.0, seed: 37, colour: [0.034, 0.030, 0.055] },
    Ridge { base: 0.93, height: 0.16, count: 2.5, seed: 59, colour: [0.008, 0.008, 0.014] },
];

/// Light that hangs between the chains.
const HAZE: Rgb = [0.34, 0.19, 0.18];

/// One frame: scene-linear, ACEScg.
pub(super) fn plate(frame: i64) -> Frame {
    let along = (frame - FRAMES.start()) as f32 / (FRAMES.end() - FRAMES.start()) as f32;
    let lantern = 0.16 + 0.44 * along;
    let lantern = (lantern, crest(&RIDGES[3], lantern) - 0.028);
    let count = (WIDTH * HEIGHT) as usize;
    let mut planes: [Vec<f32>; 3] = std::array::from_fn(|_| Vec::with_capacity(count));
    let middle = |number: u32, of: u32| (number as f32 + 0.5) / of as f32;
    // Two columns for each pixel, and below two rows, so that edges are smooth.
    let crests: Vec<[f32; 4]> = (0..2 * WIDTH)
        .map(|column| RIDGES.each_ref().map(|ridge| crest(ridge, middle(column, 2 * WIDTH))))
        .collect();
    for y in 0..HEIGHT {
        for (x, columns) in (0..WIDTH).zip(crests.chunks_exact(2)) {
            let (u, v) = (middle(x, WIDTH), middle(y, HEIGHT));
            let mut rgb = [0.0; 3];
            for crests in columns {
                for row in [2 * y, 2 * y + 1] {
                    let part = land(crests, middle(row, 2 * HEIGHT));
                    let part = part.unwrap_or_else(|| sky(u, v, x + y * WIDTH));
                    rgb.iter_mut().zip(part).for_each(|(sum, part)| *sum += part / 4.0);
                }
            }
            let (dx, dy) = ((u - lantern.0) * 16.0 / 9.0, v - lantern.1);
            let distance = dx * dx + dy * dy;
            let light = 0.0011 / (distance + 0.000_12) * (1.0 - mixed(0.01, 0.09, distance));
            for (channel, tint) in rgb.iter_mut().zip([1.0, 0.50, 0.16]) {
                *channel += light * tint;
            }
            for (plane, value) in planes.iter_mut().zip(rgb) {
                plane.push(value);
            }
        }
    }
    let format = Size { width: WIDTH, height: HEIGHT };
    Frame::from_samples(format, Window::of(format), &["R", "G", "B"], planes.concat())
}

/// The hill at a height of a column, if there is one.
fn land(crests: &[f32; 4], v: f32) -> Option<Rgb> {
    RIDGES.iter().zip(crests).rev().find(|(_, crest)| v > **crest).map(|(ridge, crest)| {
        let haze = 0.55 * mixed(0.0, 0.22, v - crest) * ridge.colour[0] / RIDGES[0].colour[0];
        blend(ridge.colour, HAZE, haze)
    })
}

/// Blue above, red below, the last light where the sun went down, and the first stars.
fn sky(u: f32, v: f32, pixel: u32) -> Rgb {
    let (top, middle, low) = ([0.020, 0.040, 0.130], [0.200, 0.150, 0.260], [0.900, 0.360, 0.150]);
    let mut rgb = blend(blend(top, middle, mixed(0.0, 0.38, v)), low, mixed(0.22, 0.66, v));
    let (dx, dy) = ((u - 0.70) * 1.1, (v - 0.58) * 1.9);
    let glow = 0.05 / (dx * dx + dy * dy + 0.05);
    for (channel, tint) in rgb.iter_mut().zip([0.85, 0.42, 0.13]) {
        *channel += glow * glow * tint;
    }
    if random(pixel, 5) > 0.9988 {
        let star = 0.75 * (1.0 - mixed(0.05, 0.42, v)) * random(pixel, 6);
        for channel in &mut rgb {
            *channel += star;
        }
    }
    rgb
}

/// How far from the top a chain of hills begins.
fn crest(ridge: &Ridge, u: f32) -> f32 {
    let (mut sum, mut size, mut place) = (0.0, 0.5, u * ridge.count);
    for octave in 0..6 {
        let cell = place.floor();
        let number = cell as u32;
        let (left, right) =
            (random(number, ridge.seed + octave), random(number + 1, ridge.seed + octave));
        sum += size * (left + (right - left) * mixed(0.0, 1.0, place - cell));
        size *= 0.42;
        place *= 2.1;
    }
    ridge.base - ridge.height * sum
}

/// From 0 at `from` to 1 at `to`, smooth at both ends.
fn mixed(from: f32, to: f32, at: f32) -> f32 {
    let t = ((at - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn blend(from: Rgb, to: Rgb, amount: f32) -> Rgb {
    std::array::from_fn(|channel| from[channel] + (to[channel] - from[channel]) * amount)
}

/// A number from 0 to 1 that belongs to two others.
fn random(number: u32, seed: u32) -> f32 {
    let mut bits = number.wrapping_mul(0x9E37_79B1) ^ seed.wrapping_mul(0x85EB_CA6B);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2C1B_3C6D);
    bits = (bits ^ (bits >> 12)).wrapping_mul(0x297A_2D39);
    ((bits ^ (bits >> 15)) >> 8) as f32 / 16_777_216.0
}
