//! `std.source.noise`: gradient noise in three dimensions, two of them the picture's.
//!
//! Perlin, "Improving Noise" (2002): gradients to the middles of a cube's twelve edges, the fade
//! 6t⁵ − 15t⁴ + 10t³. His table of permutations is replaced by an integer hash of the seed and the
//! lattice point, so the noise never repeats. Integer arithmetic and f64 without transcendental
//! functions: the same on every machine.

use crate::declare::{EXACT, at, planes};
use crate::picture::RGB;
use crate::reading::{distance, format, refused, scale};
use crate::rows::fill;
use toma_media::{Block, Frame, Plane, Samples, Window};
use toma_stage::{AmbientValue, Answer, Declaration, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.source.noise",
    parameters: &[at("seed"), at("size"), at("octaves"), at("amount"), at("evolve")],
    ambient: &[AmbientValue::Format],
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Noise;

/// Mixes all bits of a number into all others (the finaliser of `SplitMix64`, Steele and others 2014).
fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// The share of a lattice point's gradient at a place relative to it.
fn gradient(hash: u64, x: f64, y: f64, z: f64) -> f64 {
    let (u, v) = match (hash >> 2) % 3 {
        0 => (x, y),
        1 => (x, z),
        _ => (y, z),
    };
    (if hash & 1 == 0 { u } else { -u }) + (if hash & 2 == 0 { v } else { -v })
}

/// One row of lattice points' hashes is shared by a row of pixels: what y and z contribute.
struct Lattice {
    /// For (y, z), (y + 1, z), (y, z + 1), (y + 1, z + 1).
    hashes: [u64; 4],
    y: f64,
    z: f64,
    fade_y: f64,
    fade_z: f64,
}

fn fade(t: f64) -> f64 {
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

fn mix(a: f64, b: f64, t: f64) -> f64 {
    a + t * (b - a)
}

impl Lattice {
    fn new(seed: u64, y: f64, z: f64) -> Self {
        let (row, slice) = (y.floor(), z.floor());
        let hash = |dy: i64, dz: i64| {
            let at_z = mixed(seed.wrapping_add((slice as i64 + dz) as u64));
            mixed(at_z.wrapping_add((row as i64 + dy) as u64))
        };
        let (y, z) = (y - row, z - slice);
        let hashes = [hash(0, 0), hash(1, 0), hash(0, 1), hash(1, 1)];
        Self { hashes, y, z, fade_y: fade(y), fade_z: fade(z) }
    }

    /// Between −1 and 1.
    fn at(&self, x: f64) -> f64 {
        let column = x.floor();
        let right = (column as i64 + 1) as u64;
        let left = column as i64 as u64;
        let x = x - column;
        let fade_x = fade(x);
        let [h00, h10, h01, h11] = self.hashes;
        let edge = |hash: u64, y: f64, z: f64| {
            let a = gradient(mixed(hash.wrapping_add(left)), x, y, z);
            let b = gradient(mixed(hash.wrapping_add(right)), x - 1.0, y, z);
            mix(a, b, fade_x)
        };
        let near = mix(edge(h00, self.y, self.z), edge(h10, self.y - 1.0, self.z), self.fade_y);
        let far = mix(
            edge(h01, self.y, self.z - 1.0),
            edge(h11, self.y - 1.0, self.z - 1.0),
            self.fade_y,
        );
        mix(near, far, self.fade_z)
    }
}

impl Stage for Noise {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, _request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(Vec::new())
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let settings = job.settings();
        // A proxy shows the same clouds, smaller: places are counted in pixels of the full format.
        let step = scale(&job.request);
        let cell = distance(&job.request, "size")? * step;
        if cell == 0.0 {
            return Err(refused("size", "0px".into(), "it must be above 0px"));
        }
        let octaves = settings.int("octaves")?;
        let Some(octaves) = u32::try_from(octaves).ok().filter(|count| (1..=12).contains(count))
        else {
            return Err(refused("octaves", octaves.to_string(), "it must be from 1 to 12"));
        };
        let (seed, evolve) = (mixed(settings.seed("seed")?), settings.number("evolve")?);
        let amount = settings.number("amount")?;
        let size = format(&job.request)?;
        let window = Window::of(size);
        let wide = size.width as usize;
        let total: f64 = (0..octaves).map(|octave| 1.0 / f64::from(1_u32 << octave)).sum();
        let samples = fill(window, 1, job.cancel, |first, block| {
            let Some(plane) = block.first_mut() else { return };
            for (row, values) in plane.chunks_mut(wide).enumerate() {
                let y = (f64::from(size.height) - (first + row) as f64 - 0.5) * step / cell;
                let lattices: Vec<(f64, Lattice)> = (0..octaves)
                    .map(|octave| {
                        let factor = f64::from(1_u32 << octave);
                        let seed = mixed(seed.wrapping_add(u64::from(octave) << 32));
                        (factor, Lattice::new(seed, y * factor, evolve * factor))
                    })
                    .collect();
                for (x, value) in values.iter_mut().enumerate() {
                    let x = (x as f64 + 0.5) * step / cell;
                    let mut sum = 0.0;
                    for (factor, lattice) in &lattices {
                        sum += lattice.at(x * factor) / factor;
                    }
                    *value = (amount * (0.5 + 0.5 * sum / total)) as f32;
                }
            }
        })?;
        let block = Block {
            channels: 1,
            height: size.height,
            width: size.width,
            samples: Samples::F32(samples),
        };
        let block = std::sync::Arc::new(block);
        let planes = RGB
            .iter()
            .map(|name| Plane { name: (*name).into(), block: block.clone(), channel: 0 })
            .collect();
        let frame = Frame { window, planes, ..Frame::black(size, &[]) };
        Ok(Answer::frame(frame))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_zero_at_lattice_points_and_stays_between_minus_one_and_one() {
        for place in -3..3 {
            assert!(Lattice::new(7, f64::from(place), 2.0).at(5.0).abs() < 1e-12);
        }
        let mut range = (0.0_f64, 0.0_f64);
        for index in 0..20_000 {
            let place = f64::from(index);
            let value = Lattice::new(7, place * 0.173, place * 0.091).at(place * 0.317);
            range = (range.0.min(value), range.1.max(value));
        }
        assert!(range.0 > -1.0 && range.1 < 1.0 && range.0 < -0.6 && range.1 > 0.6, "{range:?}");
    }

    #[test]
    fn seeds_give_different_noise() {
        assert_ne!(
            Lattice::new(1, 0.5, 0.5).at(0.25).to_bits(),
            Lattice::new(2, 0.5, 0.5).at(0.25).to_bits()
        );
    }
}
