//! Convolutions of side 1 or 3, stride 1, any dilation, with zeros around the picture.
//!
//! A picture is cut into tiles. For each tile its surroundings are copied once, zeros included, into a
//! scratch that stays in the second-level cache; then strips of pixels are summed in registers, sixteen
//! or thirty-two output channels at a time, and turned back into planes row by row.

#[cfg(target_arch = "x86_64")]
use super::lanes::{Avx2, Avx512};
use super::lanes::{Block, LANES, Lanes, Portable};
use super::{Instructions, Set};
use rayon::prelude::*;

/// Columns of a tile. Five, ten and twenty divide it: the widths of strips.
const TILE_COLUMNS: usize = 80;
/// Samples of a tile's scratch, to stay within a megabyte of cache with the weights beside it.
const TILE_SAMPLES: usize = 96 * 1024;
/// Tiles that a picture is cut into at least, where it has rows enough.
const FEWEST_TILES: usize = 16;
/// Groups of outputs that a strip sums at once, at most.
const MOST_GROUPS: usize = 2;
/// Convolutions of at most so many outputs are summed an output at a time, pixels side by side: sixteen
/// lanes of outputs would stand mostly empty.
const FEW_OUTPUTS: usize = 4;
/// Pixels of a strip where the wider ones don't fit.
const NARROW: usize = 5;

/// One of the inputs whose channels follow each other. They are read where they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    /// Planes, row after row.
    pub(crate) samples: &'a [f32],
    /// How many planes.
    pub(crate) channels: usize,
    /// The planes have half the height and width, and each sample stands for four.
    pub(crate) doubled: bool,
}

/// Weights laid out for the kernels, bias, and what happens behind.
#[derive(Debug, Clone)]
pub(crate) struct Convolution {
    inputs: usize,
    outputs: usize,
    side: usize,
    dilation: usize,
    rectify: bool,
    /// A block of outputs for each `[group of sixteen][input][row][column]`; zeros behind the last.
    weights: Vec<Block>,
    /// A block for each group.
    bias: Vec<Block>,
}

/// A rectangle of the picture, and the picture's size.
#[derive(Debug, Clone, Copy)]
struct Tile {
    top: usize,
    left: usize,
    rows: usize,
    columns: usize,
    height: usize,
    width: usize,
}

/// What one thread works in.
#[derive(Default)]
struct Scratch {
    /// `[input][row][column]` of a tile with its surroundings.
    input: Vec<f32>,
    /// A block of outputs for each `[group][column]` of a row.
    row: Vec<Block>,
}

/// Where the planes of the result begin. Threads write to tiles that don't overlap.
#[derive(Clone, Copy)]
struct Target(*mut f32);

// SAFETY: the pointer is only written through, and each thread writes other places (its own tile).
unsafe impl Send for Target {}
// SAFETY: as above.
unsafe impl Sync for Target {}

impl Target {
    fn plane(self, channel: usize, tile: &Tile, row: usize) -> *mut f32 {
        let start = (channel * tile.height + tile.top + row) * tile.width + tile.left;
        self.0.wrapping_add(start)
    }
}

impl Convolution {
    /// From weights `[outputs][inputs][side][side]`.
    pub(crate) fn new(
        shape: (usize, usize, usize),
        weights: &[f32],
        bias: &[f32],
        dilation: usize,
        rectify: bool,
    ) -> Self {
        let (outputs, inputs, side) = shape;
        let (groups, taps) = (outputs.div_ceil(LANES), side * side);
        assert_eq!(weights.len(), outputs * inputs * taps, "as many weights as the shape says");
        assert_eq!(bias.len(), outputs, "a bias an output");
        let mut packed = vec![Block::ZERO; groups * inputs * taps];
        for (output, weights) in weights.chunks_exact(inputs * taps).enumerate() {
            let stream = &mut packed[output / LANES * inputs * taps..][..inputs * taps];
            for (block, weight) in stream.iter_mut().zip(weights) {
                block.0[output % LANES] = *weight;
            }
        }
        let mut padded = vec![Block::ZERO; groups];
        for (output, bias) in bias.iter().enumerate() {
            padded[output / LANES].0[output % LANES] = *bias;
        }
        Self { inputs, outputs, side, dilation, rectify, weights: packed, bias: padded }
    }

    /// Channels that it takes.
    pub(crate) fn inputs(&self) -> usize {
        self.inputs
    }

    /// Channels of the result.
    pub(crate) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Planes of the result, of the same size as the input's.
    pub(crate) fn run(
        &self,
        instructions: Instructions,
        parts: &[Part<'_>],
        height: usize,
        width: usize,
    ) -> Vec<f32> {
        let channels: usize = parts.iter().map(|part| part.channels).sum();
        assert_eq!(channels, self.inputs, "the parts' channels are the convolution's inputs");
        for part in parts {
            let plane = if part.doubled { height / 2 * (width / 2) } else { height * width };
            assert_eq!(part.samples.len(), part.channels * plane, "whole planes");
            assert!(
                !part.doubled || (height.is_multiple_of(2) && width.is_multiple_of(2)),
                "pairs of rows and columns"
            );
        }
        let size = self.outputs * height * width;
        let mut result: Vec<f32> = Vec::with_capacity(size);
        let target = Target(result.as_mut_ptr());
        let (across, rows) = (width.div_ceil(TILE_COLUMNS), self.tile_rows(height, width));
        (0..across * height.div_ceil(rows.max(1))).into_par_iter().for_each_init(
            Scratch::default,
            |scratch, index| {
                let (top, left) = (index / across * rows, index % across * TILE_COLUMNS);
                let tile = Tile {
                    top,
                    left,
                    rows: rows.min(height - top),
                    columns: TILE_COLUMNS.min(width - left),
                    height,
                    width,
                };
                self.gather(parts, &tile, &mut scratch.input);
                scratch.row.resize(MOST_GROUPS * TILE_COLUMNS, Block::ZERO);
                // SAFETY: `instructions` proves what the machine has; `target` is good for all outputs of
                // the whole picture, and tiles don't overlap.
                unsafe {
                    match instructions.0 {
                        #[cfg(target_arch = "x86_64")]
                        Set::Avx512 => self.tile_avx512(scratch, &tile, target),
                        #[cfg(target_arch = "x86_64")]
                        Set::Avx2 => self.tile_avx2(scratch, &tile, target),
                        Set::Portable => {
                            self.tile::<Portable, 1, NARROW, NARROW>(scratch, &tile, target);
                        }
                    }
                }
            },
        );
        // SAFETY: the tiles cover the picture, and each wrote all outputs of all its pixels.
        unsafe { result.set_len(size) };
        result
    }

    fn margin(&self) -> usize {
        self.dilation * (self.side / 2)
    }

    fn tile_rows(&self, height: usize, width: usize) -> usize {
        let across = width.div_ceil(TILE_COLUMNS);
        let line = self.inputs * (TILE_COLUMNS.min(width) + 2 * self.margin());
        let fitting = (TILE_SAMPLES / line.max(1)).saturating_sub(2 * self.margin());
        fitting.min((height * across).div_ceil(FEWEST_TILES)).clamp(1, height.max(1))
    }

    /// Copies the tile and its surroundings, zeros where the picture ends.
    fn gather(&self, parts: &[Part<'_>], tile: &Tile, into: &mut Vec<f32>) {
        let margin = self.margin();
        let (rows, columns) = (tile.rows + 2 * margin, tile.columns + 2 * margin);
        // What lies behind the planes is for rows of few outputs, which are read in whole vectors.
        into.resize(self.inputs * rows * columns + TILE_COLUMNS, 0.0);
        let before = margin.saturating_sub(tile.left);
        let first = (tile.left + before) - margin;
        let count = (columns - before).min(tile.width - first);
        let planes = parts.iter().flat_map(|part| {
            let shrink = usize::from(part.doubled);
            let plane = (tile.height >> shrink) * (tile.width >> shrink);
            part.samples.chunks_exact(plane).map(move |plane| (plane, part.doubled))
        });
        for ((plane, doubled), scratch) in planes.zip(into.chunks_exact_mut(rows * columns)) {
            for (row, line) in scratch.chunks_exact_mut(columns).enumerate() {
                let y = tile.top + row;
                if y < margin || y - margin >= tile.height {
                    line.fill(0.0);
                    continue;
                }
                let y = y - margin;
                let (zeros, rest) = line.split_at_mut(before);
                let (samples, behind) = rest.split_at_mut(count);
                zeros.fill(0.0);
                behind.fill(0.0);
                if doubled {
                    let source = &plane[y / 2 * (tile.width / 2)..][..tile.width / 2];
                    copy_doubled(source, first, samples);
                } else {
                    samples.copy_from_slice(&plane[y * tile.width + first..][..count]);
                }
            }
        }
    }

    /// # Safety
    /// As [`Self::tile`]; AVX-512F, AVX2 and FMA were detected.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx2,fma")]
    unsafe fn tile_avx512(&self, scratch: &mut Scratch, tile: &Tile, target: Target) {
        // SAFETY: as the caller promises.
        unsafe { self.tile::<Avx512, 2, 10, 20>(scratch, tile, target) }
    }

    /// # Safety
    /// As [`Self::tile`]; AVX2 and FMA were detected.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn tile_avx2(&self, scratch: &mut Scratch, tile: &Tile, target: Target) {
        // SAFETY: as the caller promises.
        unsafe { self.tile::<Avx2, 1, 5, 5>(scratch, tile, target) }
    }

    /// All outputs of a tile: `TOGETHER` groups of sixteen at once in strips of `SHORT` pixels while
    /// there are so many groups, then group by group in strips of `LONG`.
    ///
    /// # Safety
    /// The machine has what `V` needs, `target` is good for the picture's outputs, and no other thread
    /// has the tile.
    #[inline(always)]
    unsafe fn tile<V: Lanes, const TOGETHER: usize, const SHORT: usize, const LONG: usize>(
        &self,
        scratch: &mut Scratch,
        tile: &Tile,
        target: Target,
    ) {
        if self.outputs <= FEW_OUTPUTS {
            for output in 0..self.outputs {
                for row in 0..tile.rows {
                    // SAFETY: as the caller promises.
                    unsafe { self.thin_row::<V>(scratch, tile, target, output, row) };
                }
            }
            return;
        }
        let groups = self.outputs.div_ceil(LANES);
        let mut group = 0;
        while group < groups {
            for row in 0..tile.rows {
                // SAFETY: as the caller promises; the groups from `group` on are there.
                unsafe {
                    if group + TOGETHER <= groups {
                        self.row::<V, TOGETHER, SHORT>(scratch, tile, target, group, row);
                    } else {
                        self.row::<V, 1, LONG>(scratch, tile, target, group, row);
                    }
                }
            }
            group += if group + TOGETHER <= groups { TOGETHER } else { 1 };
        }
    }

    /// `GROUPS` groups of outputs of one row of a tile.
    ///
    /// # Safety
    /// As [`Self::tile`]; the groups exist.
    #[inline(always)]
    unsafe fn row<V: Lanes, const GROUPS: usize, const PIXELS: usize>(
        &self,
        scratch: &mut Scratch,
        tile: &Tile,
        target: Target,
        group: usize,
        row: usize,
    ) {
        let (taps, plane) = self.taps(tile, row);
        let taps = &taps[..self.side * self.side];
        let mut x = 0;
        while x < tile.columns {
            let left = tile.columns - x;
            // SAFETY: the machine has what `V` needs, as the caller promises.
            unsafe {
                if left >= PIXELS {
                    self.strip::<V, GROUPS, PIXELS>(scratch, taps, plane, group, x);
                    x += PIXELS;
                } else if tile.columns >= PIXELS {
                    // Some pixels are summed again, to the same bits.
                    let x_last = tile.columns - PIXELS;
                    self.strip::<V, GROUPS, PIXELS>(scratch, taps, plane, group, x_last);
                    x = tile.columns;
                } else if left >= NARROW {
                    self.strip::<V, GROUPS, NARROW>(scratch, taps, plane, group, x);
                    x += NARROW;
                } else {
                    self.strip::<V, GROUPS, 1>(scratch, taps, plane, group, x);
                    x += 1;
                }
            }
        }
        for (index, sums) in scratch.row.chunks_exact(TILE_COLUMNS).take(GROUPS).enumerate() {
            let sums = &sums[..tile.columns];
            let first = (group + index) * LANES;
            if first + LANES <= self.outputs {
                let stride = tile.height * tile.width;
                // SAFETY: sixteen planes from `first` on are there; the row lies in this tile.
                unsafe { V::transpose(sums, target.plane(first, tile, row), stride) };
                continue;
            }
            for output in first..self.outputs {
                let to = target.plane(output, tile, row);
                for (column, block) in sums.iter().enumerate() {
                    // SAFETY: within the tile's row of a plane that is there.
                    unsafe { *to.add(column) = block.0[output - first] };
                }
            }
        }
    }

    /// Where a row's first pixel finds the sample of each tap in a plane of the scratch, and how many
    /// samples such a plane has.
    fn taps(&self, tile: &Tile, row: usize) -> ([usize; 9], usize) {
        let line = tile.columns + 2 * self.margin();
        let mut taps = [0; 9];
        for (index, tap) in taps.iter_mut().take(self.side * self.side).enumerate() {
            *tap = (row + index / self.side * self.dilation) * line
                + index % self.side * self.dilation;
        }
        (taps, (tile.rows + 2 * self.margin()) * line)
    }

    /// One output of one row of a tile, with pixels side by side; its sums run in the same order.
    ///
    /// # Safety
    /// As [`Self::tile`]; the output exists.
    #[inline(always)]
    unsafe fn thin_row<V: Lanes>(
        &self,
        scratch: &mut Scratch,
        tile: &Tile,
        target: Target,
        output: usize,
        row: usize,
    ) {
        const VECTORS: usize = TILE_COLUMNS / LANES;
        let (taps, plane) = self.taps(tile, row);
        let taps = &taps[..self.side * self.side];
        // SAFETY: the machine has what `V` needs, as the caller promises.
        let mut sums = [unsafe { V::splat(self.bias[0].0[output]) }; VECTORS];
        let mut weights = self.weights.iter();
        for input in 0..self.inputs {
            for (tap, weight) in taps.iter().zip(weights.by_ref()) {
                // Behind the row's end this runs on into samples whose sums nobody takes.
                let samples = &scratch.input[input * plane + tap..][..TILE_COLUMNS];
                let (samples, _) = samples.as_chunks::<LANES>();
                // SAFETY: as above.
                unsafe {
                    let factor = V::splat(weight.0[output]);
                    for vector in 0..VECTORS {
                        let samples = V::load(&samples[vector]);
                        sums[vector] = sums[vector].plus_product(samples, factor);
                    }
                }
            }
        }
        let to = target.plane(output, tile, row);
        for (vector, sum) in sums.into_iter().enumerate() {
            let mut block = Block::ZERO;
            // SAFETY: as above; the row's columns lie in this tile.
            unsafe {
                (if self.rectify { sum.rectified() } else { sum }).store(&mut block);
                for (lane, sample) in block.0.iter().enumerate() {
                    let column = vector * LANES + lane;
                    if column < tile.columns {
                        *to.add(column) = *sample;
                    }
                }
            }
        }
    }

    /// Sums of `PIXELS` pixels from `x` on, kept in registers, into the scratch's row.
    ///
    /// # Safety
    /// The machine has what `V` needs.
    #[inline(always)]
    unsafe fn strip<V: Lanes, const GROUPS: usize, const PIXELS: usize>(
        &self,
        scratch: &mut Scratch,
        taps: &[usize],
        plane: usize,
        group: usize,
        x: usize,
    ) {
        let stream = self.inputs * taps.len();
        let weights = &self.weights[group * stream..][..GROUPS * stream];
        // SAFETY (of all blocks here): the machine has what `V` needs, as the caller promises.
        let mut sums = [[unsafe { V::splat(0.0) }; GROUPS]; PIXELS];
        for index in 0..GROUPS {
            let bias = unsafe { V::load(&self.bias[group + index].0) };
            for pixel in &mut sums {
                pixel[index] = bias;
            }
        }
        let mut at = 0;
        // Indices with constant bounds, so that all sums stay in registers.
        for plane in scratch.input.chunks_exact(plane).take(self.inputs) {
            for tap in taps {
                let samples = &plane[tap + x..][..PIXELS];
                let mut factors = [unsafe { V::splat(0.0) }; GROUPS];
                for index in 0..GROUPS {
                    factors[index] = unsafe { V::load(&weights[index * stream + at].0) };
                }
                at += 1;
                for pixel in 0..PIXELS {
                    let sample = unsafe { V::splat(samples[pixel]) };
                    for index in 0..GROUPS {
                        sums[pixel][index] =
                            unsafe { sums[pixel][index].plus_product(sample, factors[index]) };
                    }
                }
            }
        }
        for (index, row) in scratch.row.chunks_exact_mut(TILE_COLUMNS).take(GROUPS).enumerate() {
            for (sums, block) in sums.iter().zip(&mut row[x..]) {
                unsafe {
                    let sum = sums[index];
                    (if self.rectify { sum.rectified() } else { sum }).store(block);
                }
            }
        }
    }
}

/// Each sample twice, from the doubled position `first` on.
fn copy_doubled(source: &[f32], first: usize, into: &mut [f32]) {
    let (odd, even) = into.split_at_mut((first % 2).min(into.len()));
    if let (Some(to), Some(from)) = (odd.first_mut(), source.get(first / 2)) {
        *to = *from;
    }
    let source = source.get(first.div_ceil(2)..).unwrap_or_default();
    for (pair, sample) in even.chunks_mut(2).zip(source) {
        pair.fill(*sample);
    }
}
