//! New memory for samples: asked for, not taken for granted. Knows no frame.

use bytemuck::Zeroable;

/// So many zeros in so many planes, untouched until written; `None` where the machine has no room for
/// them. (A `vec![0.0; n]` would end the whole process there.)
pub fn zeroed<T: Zeroable>(planes: usize, area: usize) -> Option<Vec<T>> {
    bytemuck::allocation::try_zeroed_vec(planes.checked_mul(area)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_machine_has_is_answered() {
        assert_eq!(zeroed::<f32>(2, 3), Some(vec![0.0; 6]));
        assert_eq!(zeroed::<f32>(0, 3), Some(Vec::new()));
        assert_eq!(zeroed::<f32>(1 << 20, 1 << 40), None);
        assert_eq!(zeroed::<f32>(usize::MAX, 2), None);
    }
}
