//! Layers over candle tensors, `[1, channels, height, width]`: on the CPU our kernels under candle's
//! custom operations, on any other device candle's own. Networks are written over these once.

use crate::kernels::{self, Convolution, Instructions, Part};
use candle_core::{
    CpuStorage, CustomOp1, CustomOp2, Device, InplaceOp2, Layout, Result, Shape, Tensor, bail,
};
use candle_nn::VarBuilder;

/// Whose arithmetic a network runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    /// Our kernels, on the CPU.
    Kernels(Instructions),
    /// Candle's operations, on any device.
    Candle,
}

impl Backend {
    /// The best for tensors of that device.
    pub(crate) fn of(device: &Device) -> Self {
        if device.is_cpu() { Self::Kernels(Instructions::best()) } else { Self::Candle }
    }

    /// Halves height and width, keeping the largest of each 2×2 block; odd sizes round up.
    pub(crate) fn max_pool(self, input: &Tensor) -> Result<Tensor> {
        let (_, _, height, width) = input.dims4()?;
        match self {
            Self::Kernels(_) => input.apply_op1_no_bwd(&MaxPool),
            Self::Candle => {
                input.pad_with_same(2, 0, height % 2)?.pad_with_same(3, 0, width % 2)?.max_pool2d(2)
            }
        }
    }

    /// Resizes bilinearly, at half-pixel positions.
    pub(crate) fn bilinear(self, input: &Tensor, height: usize, width: usize) -> Result<Tensor> {
        if input.dims4().is_ok_and(|(_, _, h, w)| (h, w) == (height, width)) {
            return Ok(input.clone());
        }
        match self {
            Self::Kernels(_) => input.apply_op1_no_bwd(&Bilinear { height, width }),
            Self::Candle => input.upsample_bilinear2d(height, width, false),
        }
    }

    /// The sum of two tensors of one shape. On the CPU it takes the first one's place: nobody else may
    /// hold that.
    pub(crate) fn add(self, sum: Tensor, other: &Tensor) -> Result<Tensor> {
        match self {
            Self::Kernels(_) => {
                sum.inplace_op2(other, &Add)?;
                Ok(sum)
            }
            Self::Candle => sum + other,
        }
    }

    /// The logistic curve.
    pub(crate) fn sigmoid(self, input: &Tensor) -> Result<Tensor> {
        match self {
            Self::Kernels(_) => input.apply_op1_no_bwd(&Sigmoid),
            Self::Candle => candle_nn::ops::sigmoid(input),
        }
    }
}

/// What a convolution is, but for its weights.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shaped {
    /// Channels in.
    pub(crate) inputs: usize,
    /// Channels out.
    pub(crate) outputs: usize,
    /// 1 or 3.
    pub(crate) side: usize,
    /// Distance of the taps.
    pub(crate) dilation: usize,
    /// Is zero the least it gives?
    pub(crate) rectify: bool,
}

/// A convolution with bias that keeps height and width, perhaps followed by `max(0, x)`.
#[derive(Debug)]
pub(crate) struct Conv2d {
    shape: Shaped,
    arithmetic: Arithmetic,
}

#[derive(Debug)]
enum Arithmetic {
    Kernels(Convolution, Instructions),
    Candle { weight: Tensor, bias: Tensor },
}

impl Conv2d {
    /// Reads `weight` and `bias`.
    pub(crate) fn load(vars: &VarBuilder<'_>, shape: Shaped, backend: Backend) -> Result<Self> {
        let Shaped { inputs, outputs, side, dilation, rectify } = shape;
        let weight = vars.get((outputs, inputs, side, side), "weight")?;
        let bias = vars.get(outputs, "bias")?;
        let arithmetic = match backend {
            Backend::Kernels(instructions) => {
                let weights = weight.flatten_all()?.to_vec1::<f32>()?;
                let bias = bias.to_vec1::<f32>()?;
                let shape = (outputs, inputs, side);
                let kernel = Convolution::new(shape, &weights, &bias, dilation, rectify);
                Arithmetic::Kernels(kernel, instructions)
            }
            Backend::Candle => {
                Arithmetic::Candle { weight, bias: bias.reshape((1, outputs, 1, 1))? }
            }
        };
        Ok(Self { shape, arithmetic })
    }

    /// Of one tensor.
    pub(crate) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        match &self.arithmetic {
            Arithmetic::Kernels(kernel, instructions) => {
                input.apply_op1_no_bwd(&Run { kernel, instructions: *instructions, doubled: false })
            }
            Arithmetic::Candle { weight, bias } => self.candle(input, weight, bias),
        }
    }

    /// Of two tensors whose channels follow each other. They are never copied together on the CPU.
    pub(crate) fn forward_joined(&self, first: &Tensor, second: &Tensor) -> Result<Tensor> {
        match &self.arithmetic {
            Arithmetic::Kernels(kernel, instructions) => first.apply_op2_no_bwd(
                second,
                &Run { kernel, instructions: *instructions, doubled: false },
            ),
            Arithmetic::Candle { weight, bias } => {
                self.candle(&Tensor::cat(&[first, second], 1)?, weight, bias)
            }
        }
    }

    /// As [`Conv2d::forward_joined`], the first tensor doubled in height and width before, each of
    /// its samples standing for four. On the CPU the doubled tensor is never made.
    pub(crate) fn forward_doubled(&self, half: &Tensor, second: &Tensor) -> Result<Tensor> {
        match &self.arithmetic {
            Arithmetic::Kernels(kernel, instructions) => half.apply_op2_no_bwd(
                second,
                &Run { kernel, instructions: *instructions, doubled: true },
            ),
            Arithmetic::Candle { weight, bias } => {
                let (_, _, height, width) = second.dims4()?;
                let whole = half.upsample_nearest2d(height, width)?;
                self.candle(&Tensor::cat(&[&whole, second], 1)?, weight, bias)
            }
        }
    }

    fn candle(&self, input: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
        let Shaped { side, dilation, rectify, .. } = self.shape;
        let result =
            input.conv2d(weight, dilation * (side / 2), 1, dilation, 1)?.broadcast_add(bias)?;
        if rectify { result.relu() } else { Ok(result) }
    }
}

/// One tensor's samples as a kernel takes them, with channels, height and width.
fn planes<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<(&'a [f32], [usize; 3])> {
    let (batch, channels, height, width) = layout.shape().dims4()?;
    let (CpuStorage::F32(samples), Some((start, end))) = (storage, layout.contiguous_offsets())
    else {
        bail!("kernels take contiguous f32 tensors");
    };
    let Some(samples) = samples.get(start..end).filter(|_| batch == 1 && height * width > 0) else {
        bail!("kernels take one picture at a time, not {:?}", layout.shape());
    };
    Ok((samples, [channels, height, width]))
}

fn tensor(samples: Vec<f32>, shape: [usize; 3]) -> (CpuStorage, Shape) {
    let [channels, height, width] = shape;
    (CpuStorage::F32(samples), Shape::from((1, channels, height, width)))
}

/// A convolution under way.
struct Run<'a> {
    kernel: &'a Convolution,
    instructions: Instructions,
    doubled: bool,
}

impl CustomOp1 for Run<'_> {
    fn name(&self) -> &'static str {
        "convolution"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (samples, [channels, height, width]) = planes(storage, layout)?;
        if channels != self.kernel.inputs() {
            bail!("{channels} channels for a convolution of {}", self.kernel.inputs());
        }
        let part = Part { samples, channels, doubled: false };
        let result = self.kernel.run(self.instructions, &[part], height, width);
        Ok(tensor(result, [self.kernel.outputs(), height, width]))
    }
}

impl CustomOp2 for Run<'_> {
    fn name(&self) -> &'static str {
        "joined convolution"
    }

    fn cpu_fwd(
        &self,
        first: &CpuStorage,
        first_layout: &Layout,
        second: &CpuStorage,
        second_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (first, [before, rows, columns]) = planes(first, first_layout)?;
        let (second, [behind, height, width]) = planes(second, second_layout)?;
        let whole = if self.doubled { (2 * rows, 2 * columns) } else { (rows, columns) };
        if before + behind != self.kernel.inputs() || whole != (height, width) {
            bail!("{before}×{rows}×{columns} and {behind}×{height}×{width} don't fit together");
        }
        let parts = [
            Part { samples: first, channels: before, doubled: self.doubled },
            Part { samples: second, channels: behind, doubled: false },
        ];
        let result = self.kernel.run(self.instructions, &parts, height, width);
        Ok(tensor(result, [self.kernel.outputs(), height, width]))
    }
}

struct MaxPool;

impl CustomOp1 for MaxPool {
    fn name(&self) -> &'static str {
        "max pool"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (samples, [channels, height, width]) = planes(storage, layout)?;
        let (result, height, width) = kernels::max_pool(samples, height, width);
        Ok(tensor(result, [channels, height, width]))
    }
}

struct Bilinear {
    height: usize,
    width: usize,
}

impl CustomOp1 for Bilinear {
    fn name(&self) -> &'static str {
        "bilinear"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (samples, [channels, height, width]) = planes(storage, layout)?;
        let result = kernels::bilinear(samples, (height, width), (self.height, self.width));
        Ok(tensor(result, [channels, self.height, self.width]))
    }
}

struct Add;

impl InplaceOp2 for Add {
    fn name(&self) -> &'static str {
        "sum"
    }

    fn cpu_fwd(
        &self,
        sum: &mut CpuStorage,
        sum_layout: &Layout,
        other: &CpuStorage,
        other_layout: &Layout,
    ) -> Result<()> {
        let (other, _) = planes(other, other_layout)?;
        match (sum, sum_layout.contiguous_offsets()) {
            (CpuStorage::F32(sum), Some((0, end)))
                if end == sum.len() && sum_layout.dims() == other_layout.dims() =>
            {
                kernels::add(sum, other);
                Ok(())
            }
            _ => bail!("{:?} and {:?} can't be added", sum_layout.shape(), other_layout.shape()),
        }
    }
}

struct Sigmoid;

impl CustomOp1 for Sigmoid {
    fn name(&self) -> &'static str {
        "logistic curve"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (samples, shape) = planes(storage, layout)?;
        Ok(tensor(kernels::sigmoid(samples), shape))
    }
}
