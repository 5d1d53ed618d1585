//! Work on rows: fixed blocks of them in parallel, and rows of a plane laid into another window.

use crate::StagesError;
use rayon::prelude::*;
use toma_media::{Window, zeroed};
use toma_stage::{CancelToken, StageError};

/// Rows of a block. Results don't depend on it; caches and the delay of a cancel do.
pub(crate) const BLOCK: usize = 16;

/// Pixels of the largest picture that is made: 32,768 squared.
const MOST_PIXELS: usize = 1 << 30;
/// Its longest side.
const LONGEST: u32 = 1 << 20;

/// # Errors
/// T0653 for a picture beyond [`MOST_PIXELS`] or [`LONGEST`].
pub(crate) fn affordable(window: Window) -> Result<(), StageError> {
    if window.area() <= MOST_PIXELS && window.width.max(window.height) <= LONGEST {
        return Ok(());
    }
    let (width, height) = (u64::from(window.width), u64::from(window.height));
    Err(StagesError::TooLarge { width, height }.into())
}

/// Not even the address space for a picture.
fn no_memory(window: Window, planes: usize) -> StageError {
    let (width, height) = (u64::from(window.width), u64::from(window.height));
    let gigabytes = width.saturating_mul(height).saturating_mul(4 * planes as u64) as f64 / 1e9;
    StagesError::NoMemory { width, height, gigabytes: gigabytes.ceil() as u64 }.into()
}

/// Is there room for what a network needs beside the picture? It asks for its memory bit by bit, and
/// what isn't there then would end the process.
///
/// # Errors
/// T0655 where the machine doesn't grant so many bytes.
pub(crate) fn room(window: Window, bytes: u64) -> Result<(), StageError> {
    let granted =
        usize::try_from(bytes).is_ok_and(|bytes| Vec::<u8>::new().try_reserve_exact(bytes).is_ok());
    let (width, height) = (u64::from(window.width), u64::from(window.height));
    let gigabytes = bytes.div_ceil(1_000_000_000);
    let error = StagesError::NoMemory { width, height, gigabytes };
    if granted { Ok(()) } else { Err(error.into()) }
}

/// New samples for `planes` planes over `window`, `[plane][row][column]`. `paint` gets the number of a
/// block's first row in the window and that block's slice of each plane, zero so far.
///
/// # Errors
/// When cancelled between two blocks; T0653 for a window that is not [`affordable`]; T0655 where the
/// machine has no memory for it.
pub(crate) fn fill(
    window: Window,
    planes: usize,
    cancel: &CancelToken,
    paint: impl Fn(usize, &mut [&mut [f32]]) + Sync,
) -> Result<Vec<f32>, StageError> {
    cancel.check()?;
    let (width, area) = (window.width as usize, window.area());
    affordable(window)?;
    let mut samples = zeroed(planes, area).ok_or_else(|| no_memory(window, planes))?;
    if area == 0 {
        return Ok(samples);
    }
    let mut blocks: Vec<Vec<&mut [f32]>> = Vec::new();
    for plane in samples.chunks_mut(area) {
        for (index, block) in plane.chunks_mut(BLOCK * width).enumerate() {
            match blocks.get_mut(index) {
                Some(slices) => slices.push(block),
                None => blocks.push(vec![block]),
            }
        }
    }
    blocks.into_par_iter().enumerate().try_for_each(|(index, mut block)| {
        cancel.check()?;
        paint(index * BLOCK, &mut block);
        Ok::<(), StageError>(())
    })?;
    Ok(samples)
}

/// A plane with its window: samples inside, `outside` = 0 around it. Without samples it is 1 inside:
/// the alpha of a picture that has none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Laid<'a> {
    pub(crate) samples: Option<&'a [f32]>,
    pub(crate) window: Window,
}

impl<'a> Laid<'a> {
    /// The row `y` of the format, over the columns of `target`. Borrows the plane where it can and fills
    /// `scratch` where it can't.
    pub(crate) fn row<'r>(&self, y: i32, target: Window, scratch: &'r mut Vec<f32>) -> &'r [f32]
    where
        'a: 'r,
    {
        let wide = self.window.width as usize;
        if y >= self.window.y && y < self.window.bottom() {
            let start = (y - self.window.y) as usize * wide;
            let own = self.samples.and_then(|samples| samples.get(start..start + wide));
            if let Some(own) = own
                && self.window.x == target.x
                && self.window.width == target.width
            {
                return own;
            }
            scratch.clear();
            scratch.resize(target.width as usize, 0.0);
            let left = self.window.x.max(target.x);
            let right = self.window.right().min(target.right());
            if left < right {
                let to = (left - target.x) as usize..(right - target.x) as usize;
                let from = (left - self.window.x) as usize..(right - self.window.x) as usize;
                if let Some(to) = scratch.get_mut(to) {
                    match own.and_then(|own| own.get(from)) {
                        Some(from) => to.copy_from_slice(from),
                        None => to.fill(1.0),
                    }
                }
            }
        } else {
            scratch.clear();
            scratch.resize(target.width as usize, 0.0);
        }
        scratch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_in_another_window_is_zero_where_the_plane_is_not() {
        let window = Window { x: 1, y: 1, width: 2, height: 1 };
        let target = Window { x: -1, y: 0, width: 3, height: 3 };
        let plane = Laid { samples: Some(&[5.0, 6.0]), window };
        let mut scratch = Vec::new();
        assert_eq!(plane.row(1, target, &mut scratch), [0.0, 0.0, 5.0]);
        assert_eq!(plane.row(0, target, &mut scratch), [0.0, 0.0, 0.0]);
        assert_eq!(plane.row(1, window, &mut scratch), [5.0, 6.0]);
        let opaque = Laid { samples: None, window };
        assert_eq!(opaque.row(1, target, &mut scratch), [0.0, 0.0, 1.0]);
        assert_eq!(opaque.row(1, window, &mut scratch), [1.0, 1.0]);
    }

    #[test]
    fn what_the_machine_has_no_memory_for_is_an_error() {
        let window = Window { x: 0, y: 0, width: 1 << 15, height: 1 << 15 };
        let most = 1 << 20;
        for error in [
            fill(window, most, &CancelToken::default(), |_, _| {}).unwrap_err(),
            room(window, 4 << 50).unwrap_err(),
        ] {
            let StageError::Failed { code, message, .. } = error else { panic!("{error:?}") };
            assert_eq!(code, "T0655");
            assert!(message.contains("32768 x 32768 pixels"), "{message}");
            assert!(message.contains("GB"), "{message}");
        }
        assert_eq!(room(window, 1 << 20), Ok(()));
    }

    #[test]
    fn a_cancelled_fill_stops() {
        let cancel = CancelToken::default();
        cancel.cancel();
        let window = Window { x: 0, y: 0, width: 4, height: 400 };
        assert_eq!(fill(window, 1, &cancel, |_, _| {}), Err(StageError::Cancelled));
    }
}
