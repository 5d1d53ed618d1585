//! U2NETP: the matte of whatever stands out in a picture.
//!
//! Qin et al., *U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection*, Pattern
//! Recognition 106 (2020), arXiv 2005.09007; the small variant, as published with batch normalisation
//! folded into its convolutions. Names of tensors are those of the published `PyTorch` network.

use crate::layers::{Backend, Conv2d, Shaped};
use crate::picture::{self, Filter};
use crate::{ModelError, weights};
use candle_core::{Device, Result, Tensor};
use candle_nn::VarBuilder;
use std::path::Path;

/// Height and width at which the published network looks at pictures.
const SIZE: usize = 320;
/// Mean and standard deviation of R, G and B over `ImageNet`.
const STATISTICS: [(f32, f32); 3] = [(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)];
/// Channels within a block, and between blocks.
const INNER: usize = 16;
const OUTER: usize = 64;

/// The network, ready to run.
#[derive(Debug)]
pub struct U2netp {
    backend: Backend,
    /// Six blocks downwards.
    encoder: Vec<Block>,
    /// Five blocks upwards, the deepest first.
    decoder: Vec<Block>,
    /// A map from each depth, the shallowest first.
    sides: Vec<Conv2d>,
    fuse: Conv2d,
}

impl U2netp {
    /// Its card.
    pub const NAME: &'static str = "u2netp";

    /// From the bytes of a safetensors file; `file` names it in messages.
    ///
    /// # Errors
    /// [`ModelError::Tensors`] when the file isn't one or holds other tensors.
    pub fn from_safetensors(
        bytes: Vec<u8>,
        file: &Path,
        device: &Device,
    ) -> std::result::Result<Self, ModelError> {
        Self::build(bytes, file, device, Backend::of(device))
    }

    pub(crate) fn build(
        bytes: Vec<u8>,
        file: &Path,
        device: &Device,
        backend: Backend,
    ) -> std::result::Result<Self, ModelError> {
        weights::build(Self::NAME, bytes, file, device, |vars| Self::load(&vars, backend))
    }

    fn load(vars: &VarBuilder<'_>, backend: Backend) -> Result<Self> {
        let block = |name: &str, inputs, kind| Block::load(&vars.pp(name), inputs, kind, backend);
        let encoder = [
            ("stage1", 3, Kind::Pooled(7)),
            ("stage2", OUTER, Kind::Pooled(6)),
            ("stage3", OUTER, Kind::Pooled(5)),
            ("stage4", OUTER, Kind::Pooled(4)),
            ("stage5", OUTER, Kind::Dilated),
            ("stage6", OUTER, Kind::Dilated),
        ];
        let decoder = [
            ("stage5d", Kind::Dilated),
            ("stage4d", Kind::Pooled(4)),
            ("stage3d", Kind::Pooled(5)),
            ("stage2d", Kind::Pooled(6)),
            ("stage1d", Kind::Pooled(7)),
        ];
        let side = Shaped { inputs: OUTER, outputs: 1, side: 3, dilation: 1, rectify: false };
        let fuse = Shaped { inputs: 6, outputs: 1, side: 1, dilation: 1, rectify: false };
        Ok(Self {
            backend,
            encoder: encoder
                .into_iter()
                .map(|(name, inputs, kind)| block(name, inputs, kind))
                .collect::<Result<_>>()?,
            decoder: decoder
                .into_iter()
                .map(|(name, kind)| block(name, 2 * OUTER, kind))
                .collect::<Result<_>>()?,
            sides: (1..=6)
                .map(|depth| Conv2d::load(&vars.pp(format!("side{depth}")), side, backend))
                .collect::<Result<_>>()?,
            fuse: Conv2d::load(&vars.pp("outconv"), fuse, backend)?,
        })
    }

    /// The bare network: `[1, 3, h, w]` normalised RGB to `[1, 1, h, w]`, 0 to 1. The published one has
    /// `h = w = 320`; others work, from 32 up.
    ///
    /// # Errors
    /// [`ModelError::Cancelled`] soon after `cancelled` says so; [`ModelError::Failed`] for a tensor
    /// of another shape or type.
    pub fn forward(
        &self,
        input: &Tensor,
        cancelled: &dyn Fn() -> bool,
    ) -> std::result::Result<Tensor, ModelError> {
        ModelError::answered(Self::NAME, self.run(input, cancelled))
    }

    /// The matte of a picture: what stands out, 0 to 1, `width × height` samples row after row.
    ///
    /// The planes are display-referred sRGB (values as in an 8-bit picture, divided by 255), row after
    /// row from the top; they are clipped to 0..1. As rembg does it: resized to 320×320 with Lanczos'
    /// filter of three lobes, divided by its largest sample, normalised, run, stretched so that the
    /// least becomes 0 and the greatest 1, and resized to the picture with a triangle filter. (rembg
    /// rounds to 8 bits between these steps and resizes the matte with Lanczos' filter, which rings;
    /// here nothing is rounded.) A picture in which nothing stands out is stretched all the same;
    /// a map of one single value gives 0 everywhere.
    ///
    /// # Errors
    /// [`ModelError::Picture`] when a plane isn't `width × height` samples; [`ModelError::Cancelled`].
    pub fn matte(
        &self,
        rgb: [&[f32]; 3],
        width: usize,
        height: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> std::result::Result<Vec<f32>, ModelError> {
        picture::check(Self::NAME, rgb, width, height)?;
        let failed = |error: candle_core::Error| ModelError::failed(Self::NAME, &error);
        let input =
            Tensor::from_vec(normalised(rgb, width, height), (1, 3, SIZE, SIZE), &Device::Cpu)
                .map_err(failed)?;
        let map = self.forward(&input, cancelled)?;
        let mut map = map.flatten_all().and_then(|map| map.to_vec1::<f32>()).map_err(failed)?;
        stretch(&mut map);
        let mut matte = picture::resize(&map, (SIZE, SIZE), (width, height), Filter::Triangle);
        for sample in &mut matte {
            *sample = picture::clip(*sample);
        }
        Ok(matte)
    }

    /// `None` when cancelled.
    fn run(&self, input: &Tensor, cancelled: &dyn Fn() -> bool) -> Result<Option<Tensor>> {
        let mut maps: Vec<Tensor> = Vec::with_capacity(self.encoder.len());
        for block in &self.encoder {
            let input = match maps.last() {
                Some(above) => self.backend.max_pool(above)?,
                None => input.clone(),
            };
            let Some(map) = block.forward(Input::One(&input), self.backend, cancelled)? else {
                return Ok(None);
            };
            maps.push(map);
        }
        // From below: the deepest map, then what each decoder makes of it and the encoder's map.
        let Some(mut map) = maps.pop() else { return Ok(None) };
        let mut sides = Vec::with_capacity(self.sides.len());
        let mut heads = self.sides.iter().rev();
        for block in &self.decoder {
            if let Some(head) = heads.next() {
                sides.push(head.forward(&map)?);
            }
            let Some(skip) = maps.pop() else { return Ok(None) };
            let (_, _, height, width) = skip.dims4()?;
            let larger = self.backend.bilinear(&map, height, width)?;
            match block.forward(Input::Two(&larger, &skip), self.backend, cancelled)? {
                Some(result) => map = result,
                None => return Ok(None),
            }
        }
        if let Some(head) = heads.next() {
            sides.push(head.forward(&map)?);
        }
        let (_, _, height, width) = map.dims4()?;
        let sides = sides
            .iter()
            .rev()
            .map(|side| self.backend.bilinear(side, height, width))
            .collect::<Result<Vec<_>>>()?;
        let fused = self.fuse.forward(&Tensor::cat(&sides, 1)?)?;
        self.backend.sigmoid(&fused).map(Some)
    }
}

/// Clips, resizes, scales by the largest sample and normalises: three planes of 320×320.
fn normalised(rgb: [&[f32]; 3], width: usize, height: usize) -> Vec<f32> {
    let mut samples = Vec::with_capacity(3 * SIZE * SIZE);
    for plane in rgb {
        let clipped: Vec<f32> = plane.iter().copied().map(picture::clip).collect();
        let small = picture::resize(&clipped, (width, height), (SIZE, SIZE), Filter::Lanczos3);
        samples.extend(small.into_iter().map(picture::clip));
    }
    let largest = samples.iter().copied().fold(1e-6_f32, f32::max);
    for (plane, (mean, deviation)) in samples.chunks_exact_mut(SIZE * SIZE).zip(STATISTICS) {
        for sample in plane {
            *sample = (*sample / largest - mean) / deviation;
        }
    }
    samples
}

/// Stretches to 0..1.
fn stretch(map: &mut [f32]) {
    let least = map.iter().copied().fold(f32::INFINITY, f32::min);
    let greatest = map.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let range = greatest - least;
    for sample in map {
        *sample = if range > 0.0 { (*sample - least) / range } else { 0.0 };
    }
}

/// The two sorts of residual U-block.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// So many levels, halving in between.
    Pooled(usize),
    /// Four levels at one size, reaching further by dilation.
    Dilated,
}

/// What a block takes: one map, or two whose channels follow each other.
#[derive(Clone, Copy)]
enum Input<'a> {
    One(&'a Tensor),
    Two(&'a Tensor, &'a Tensor),
}

/// A residual U-block: a small U-Net whose result is added to its first convolution's.
#[derive(Debug)]
struct Block {
    kind: Kind,
    first: Conv2d,
    /// The shallowest first; the last is the bottom.
    down: Vec<Conv2d>,
    /// The deepest first.
    up: Vec<Conv2d>,
}

impl Block {
    fn load(vars: &VarBuilder<'_>, inputs: usize, kind: Kind, backend: Backend) -> Result<Self> {
        let conv = |layer: String, inputs, outputs, dilation| {
            let shape = Shaped { inputs, outputs, side: 3, dilation, rectify: true };
            Conv2d::load(&vars.pp(layer).pp("conv_s1"), shape, backend)
        };
        let levels = match kind {
            Kind::Pooled(levels) => levels,
            Kind::Dilated => 4,
        };
        let dilation = |level: usize| match kind {
            Kind::Dilated => 1 << (level - 1),
            Kind::Pooled(_) => {
                if level == levels {
                    2
                } else {
                    1
                }
            }
        };
        Ok(Self {
            kind,
            first: conv("rebnconvin".to_owned(), inputs, OUTER, 1)?,
            down: (1..=levels)
                .map(|level| {
                    let inputs = if level == 1 { OUTER } else { INNER };
                    conv(format!("rebnconv{level}"), inputs, INNER, dilation(level))
                })
                .collect::<Result<_>>()?,
            up: (1..levels)
                .rev()
                .map(|level| {
                    let outputs = if level == 1 { OUTER } else { INNER };
                    conv(format!("rebnconv{level}d"), 2 * INNER, outputs, dilation(level))
                })
                .collect::<Result<_>>()?,
        })
    }

    /// `None` when cancelled.
    fn forward(
        &self,
        input: Input<'_>,
        backend: Backend,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Option<Tensor>> {
        let first = match input {
            Input::One(map) => self.first.forward(map)?,
            Input::Two(map, skip) => self.first.forward_joined(map, skip)?,
        };
        let mut maps: Vec<Tensor> = Vec::with_capacity(self.down.len());
        for (level, conv) in self.down.iter().enumerate() {
            if cancelled() {
                return Ok(None);
            }
            let map = match (maps.last(), self.kind) {
                (None, _) => conv.forward(&first)?,
                (Some(above), Kind::Pooled(levels)) if level + 1 < levels => {
                    conv.forward(&backend.max_pool(above)?)?
                }
                (Some(above), _) => conv.forward(above)?,
            };
            maps.push(map);
        }
        let Some(mut map) = maps.pop() else { return Ok(None) };
        for conv in &self.up {
            if cancelled() {
                return Ok(None);
            }
            let Some(skip) = maps.pop() else { return Ok(None) };
            let (_, _, height, width) = skip.dims4()?;
            map = conv.forward_joined(&backend.bilinear(&map, height, width)?, &skip)?;
        }
        backend.add(map, &first).map(Some)
    }
}
