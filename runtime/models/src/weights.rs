//! From the bytes of a safetensors file to named tensors, with messages that name the file.

use crate::ModelError;
use candle_core::{DType, Device};
use candle_nn::VarBuilder;
use safetensors::SafeTensorError;
use std::path::Path;

/// Builds a network from a safetensors file's bytes. Tensors become f32 whatever the file's type.
pub(crate) fn build<Network>(
    name: &str,
    bytes: Vec<u8>,
    file: &Path,
    device: &Device,
    network: impl FnOnce(VarBuilder<'_>) -> candle_core::Result<Network>,
) -> Result<Network, ModelError> {
    VarBuilder::from_buffered_safetensors(bytes, DType::F32, device).and_then(network).map_err(
        |error| ModelError::Tensors {
            name: name.to_owned(),
            file: file.to_path_buf(),
            reason: reason(&error),
        },
    )
}

/// The library's error without its trace of calls.
fn reason(error: &candle_core::Error) -> String {
    use candle_core::Error;
    match error {
        Error::WithBacktrace { inner, .. } => reason(inner),
        Error::CannotFindTensor { path } => format!("there is no tensor `{path}`"),
        Error::UnexpectedShape { msg, expected, got } => {
            format!("{msg}: it should be {expected:?} and is {got:?}")
        }
        Error::SafeTensor(SafeTensorError::TensorNotFound(tensor)) => {
            format!("there is no tensor `{tensor}`")
        }
        Error::SafeTensor(inner) => format!("it isn't a whole safetensors file ({inner})"),
        other => other.to_string(),
    }
}
