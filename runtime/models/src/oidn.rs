//! Open Image Denoise's network for display-referred colour: noise out, edges kept.
//!
//! The U-Net of Intel's Open Image Denoise 2 (filter `RT`, colour only, base size), after its library's
//! `rt_ldr` weights. Names of tensors are the library's.

use crate::layers::{Backend, Conv2d, Shaped};
use crate::{ModelError, picture, weights};
use candle_core::{Device, Result, Tensor};
use candle_nn::VarBuilder;
use std::path::Path;

/// Heights and widths are filled up to a multiple of this: four times halved.
const MULTIPLE: usize = 16;

/// The network, ready to run.
#[derive(Debug)]
pub struct Oidn {
    backend: Backend,
    first: Conv2d,
    /// Convolutions before each halving, from full size down.
    down: Vec<Conv2d>,
    bottom: [Conv2d; 2],
    /// Two convolutions after each doubling, from the bottom up.
    up: Vec<[Conv2d; 2]>,
    last: Conv2d,
}

impl Oidn {
    /// Its card.
    pub const NAME: &'static str = "oidn_ldr";

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
        let conv = |name: &str, inputs, outputs| {
            let rectify = name != "dec_conv0";
            let shape = Shaped { inputs, outputs, side: 3, dilation: 1, rectify };
            Conv2d::load(&vars.pp(name), shape, backend)
        };
        Ok(Self {
            backend,
            first: conv("enc_conv0", 3, 32)?,
            down: vec![
                conv("enc_conv1", 32, 32)?,
                conv("enc_conv2", 32, 48)?,
                conv("enc_conv3", 48, 64)?,
                conv("enc_conv4", 64, 80)?,
            ],
            bottom: [conv("enc_conv5a", 80, 96)?, conv("enc_conv5b", 96, 96)?],
            up: vec![
                [conv("dec_conv4a", 96 + 64, 112)?, conv("dec_conv4b", 112, 112)?],
                [conv("dec_conv3a", 112 + 48, 96)?, conv("dec_conv3b", 96, 96)?],
                [conv("dec_conv2a", 96 + 32, 64)?, conv("dec_conv2b", 64, 64)?],
                [conv("dec_conv1a", 64 + 3, 64)?, conv("dec_conv1b", 64, 32)?],
            ],
            last: conv("dec_conv0", 32, 3)?,
        })
    }

    /// The bare network: `[1, 3, h, w]` sRGB-encoded, `h` and `w` multiples of 16, to the same shape.
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

    /// The picture without its noise: three planes, 0 to 1.
    ///
    /// The planes are display-referred, sRGB-encoded (as the network was trained on), row after row
    /// from the top, of any size; they are clipped to 0..1. Sizes that aren't multiples of 16 are filled
    /// up with zeros to the right and below, as the library does, and cropped again. The whole picture
    /// is one tile.
    ///
    /// # Errors
    /// [`ModelError::Picture`] when a plane isn't `width × height` samples; [`ModelError::Cancelled`].
    pub fn denoise(
        &self,
        rgb: [&[f32]; 3],
        width: usize,
        height: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> std::result::Result<[Vec<f32>; 3], ModelError> {
        picture::check(Self::NAME, rgb, width, height)?;
        let failed = |error: candle_core::Error| ModelError::failed(Self::NAME, &error);
        let (columns, rows) = (width.next_multiple_of(MULTIPLE), height.next_multiple_of(MULTIPLE));
        let mut samples = vec![0.0; 3 * rows * columns];
        for (to, from) in samples.chunks_exact_mut(rows * columns).zip(rgb) {
            for (to, from) in to.chunks_exact_mut(columns).zip(from.chunks_exact(width)) {
                for (to, from) in to.iter_mut().zip(from) {
                    *to = picture::clip(*from);
                }
            }
        }
        let input =
            Tensor::from_vec(samples, (1, 3, rows, columns), &Device::Cpu).map_err(failed)?;
        let output = self.forward(&input, cancelled)?;
        let output = output.flatten_all().and_then(|t| t.to_vec1::<f32>()).map_err(failed)?;
        let mut planes = output.chunks_exact(rows * columns).map(|plane| {
            let lines = plane.chunks_exact(columns).take(height);
            lines.flat_map(|line| line.iter().take(width).copied().map(picture::clip)).collect()
        });
        Ok(std::array::from_fn(|_| planes.next().unwrap_or_default()))
    }

    /// `None` when cancelled.
    fn run(&self, input: &Tensor, cancelled: &dyn Fn() -> bool) -> Result<Option<Tensor>> {
        // What each doubling joins, the shallowest first: the input, then the halved maps but the last.
        let mut skips = vec![input.clone()];
        let mut map = self.first.forward(input)?;
        for (depth, conv) in self.down.iter().enumerate() {
            if cancelled() {
                return Ok(None);
            }
            map = conv.forward(&map)?;
            map = self.backend.max_pool(&map)?;
            if depth + 1 < self.down.len() {
                skips.push(map.clone());
            }
        }
        for conv in &self.bottom {
            map = conv.forward(&map)?;
        }
        for [join, refine] in &self.up {
            if cancelled() {
                return Ok(None);
            }
            let Some(skip) = skips.pop() else { return Ok(None) };
            map = join.forward_doubled(&map, &skip)?;
            drop(skip);
            if cancelled() {
                return Ok(None);
            }
            map = refine.forward(&map)?;
        }
        self.last.forward(&map).map(Some)
    }
}
