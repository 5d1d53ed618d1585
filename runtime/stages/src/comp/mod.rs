//! `std.comp`: putting pictures together.

pub(crate) mod keymix;
pub(crate) mod merge;
pub(crate) mod multiply;
pub(crate) mod over;
pub(crate) mod plus;
pub(crate) mod premultiply;
pub(crate) mod screen;
pub(crate) mod stack;
pub(crate) mod unpremultiply;
pub(crate) mod with_alpha;

use toma_stage::Registry;

/// Adds the chapter.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(over::Over);
    registry.add(plus::Plus);
    registry.add(multiply::Multiply);
    registry.add(screen::Screen);
    registry.add(stack::Stack);
    registry.add(keymix::Keymix);
    registry.add(with_alpha::WithAlpha);
    registry.add(premultiply::Premultiply);
    registry.add(unpremultiply::Unpremultiply);
}
