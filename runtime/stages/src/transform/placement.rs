//! Where a moved, turned and scaled picture lies, and which of its pixels a place shows.
//!
//! All in pixels with y down, pixel n's centre at n + 0.5.

use crate::kernel::Filter;
use toma_media::{Size, Window};

/// A similarity: from the picture to where it is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placement {
    cos: f64,
    sin: f64,
    scale: f64,
    /// Where the origin of the picture comes to lie.
    origin: [f64; 2],
}

/// Cosine and sine of an angle in degrees, exact at multiples of 90.
fn direction(degrees: f64) -> (f64, f64) {
    let turn = degrees - (degrees / 360.0).floor() * 360.0;
    if turn % 90.0 == 0.0 {
        return match (turn / 90.0) as u8 {
            1 => (0.0, 1.0),
            2 => (-1.0, 0.0),
            3 => (0.0, -1.0),
            _ => (1.0, 0.0),
        };
    }
    let angle = turn * (std::f64::consts::PI / 180.0);
    (libm::cos(angle), libm::sin(angle))
}

impl Placement {
    /// Scaled and then turned (counter-clockwise, degrees) around `centre`, then moved; `centre` and
    /// `translate` with y up from the bottom of the format.
    pub(super) fn new(
        format: Size,
        translate: [f64; 2],
        degrees: f64,
        scale: f64,
        centre: [f64; 2],
    ) -> Self {
        let (cos, sin) = direction(degrees);
        let [cx, cy] = [centre[0], f64::from(format.height) - centre[1]];
        let (turned_x, turned_y) = (cos * cx + sin * cy, cos * cy - sin * cx);
        let origin = if (cos, scale) == (1.0, 1.0) {
            [translate[0], -translate[1]]
        } else {
            [cx + translate[0] - scale * turned_x, cy - translate[1] - scale * turned_y]
        };
        Self { cos, sin, scale, origin }
    }

    /// The whole pixels by which it is moved, if nothing else happens to it.
    pub(super) fn whole_pixels(&self) -> Option<[i32; 2]> {
        let whole =
            |value: f64| (value.fract() == 0.0 && value.abs() < 1e9).then_some(value as i32);
        let [x, y] = self.origin;
        let plain = (self.cos, self.scale) == (1.0, 1.0);
        if plain { Some([whole(x)?, whole(y)?]) } else { None }
    }

    fn shown_at(&self, x: f64, y: f64) -> [f64; 2] {
        let [ox, oy] = self.origin;
        [
            ox + self.scale * (self.cos * x + self.sin * y),
            oy + self.scale * (self.cos * y - self.sin * x),
        ]
    }

    /// The place of the picture that is shown at a place: it is the same similarity backwards.
    pub(super) fn shows(&self, x: f64, y: f64) -> [f64; 2] {
        let (x, y) = ((x - self.origin[0]) / self.scale, (y - self.origin[1]) / self.scale);
        [self.cos * x - self.sin * y, self.cos * y + self.sin * x]
    }

    /// Do columns stay columns? Then [`Self::shows`] finds the same x in every row.
    pub(super) fn is_upright(&self) -> bool {
        self.sin == 0.0
    }

    /// How much wider a filter has to be.
    pub(super) fn stretch(&self, filter: Filter) -> f64 {
        filter.stretch(self.scale)
    }

    /// The pixels that a picture over `window` can reach.
    pub(super) fn reach(&self, window: Window, filter: Filter) -> Window {
        if window.is_empty() {
            return Window::EMPTY;
        }
        let beyond = filter.support() * self.stretch(filter) - 0.5;
        let (left, right) = (f64::from(window.x) - beyond, f64::from(window.right()) + beyond);
        let (top, bottom) = (f64::from(window.y) - beyond, f64::from(window.bottom()) + beyond);
        let corners = [(left, top), (right, top), (left, bottom), (right, bottom)]
            .map(|(x, y)| self.shown_at(x, y));
        let range = |axis: fn(&[f64; 2]) -> f64| {
            let values = corners.iter().map(axis);
            let least = values.clone().fold(f64::INFINITY, f64::min);
            let most = values.fold(f64::NEG_INFINITY, f64::max);
            // Pixels whose centres lie between; on the very edge only the nearest pixel counts.
            let bound = |value: f64| value.clamp(-1e9, 1e9) as i32;
            if filter == Filter::Impulse {
                (bound((least - 0.5).ceil()), bound((most - 0.5).floor()) + 1)
            } else {
                (bound((least - 0.5).floor()) + 1, bound((most - 0.5).ceil()))
            }
        };
        let ((x, right), (y, bottom)) = (range(|corner| corner[0]), range(|corner| corner[1]));
        if right <= x || bottom <= y {
            return Window::EMPTY;
        }
        Window { x, y, width: (right - x) as u32, height: (bottom - y) as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMAT: Size = Size { width: 100, height: 50 };

    #[test]
    fn turning_is_counter_clockwise_and_exact_at_right_angles() {
        let quarter = Placement::new(FORMAT, [0.0; 2], 90.0, 1.0, [50.0, 25.0]);
        // Right of the middle comes to lie above it: at a smaller y.
        assert_eq!(quarter.shown_at(60.0, 25.0), [50.0, 15.0]);
        assert_eq!(quarter.shows(50.0, 15.0), [60.0, 25.0]);
    }

    #[test]
    fn a_place_there_and_back_is_the_place() {
        let placement = Placement::new(FORMAT, [3.25, -7.5], 33.0, 1.75, [10.0, 20.0]);
        let [x, y] = placement.shown_at(12.5, 40.5);
        let [x, y] = placement.shows(x, y);
        assert!((x - 12.5).abs() < 1e-9 && (y - 40.5).abs() < 1e-9);
    }

    #[test]
    fn up_is_a_smaller_row() {
        let up = Placement::new(FORMAT, [2.0, 5.0], 720.0, 1.0, [0.0; 2]);
        assert_eq!(up.whole_pixels(), Some([2, -5]));
    }

    #[test]
    fn the_reach_holds_what_the_filter_touches() {
        let window = Window { x: 10, y: 10, width: 4, height: 4 };
        let still = Placement::new(FORMAT, [0.0; 2], 0.0, 1.0, [0.0; 2]);
        assert_eq!(still.reach(window, Filter::Impulse), window);
        assert_eq!(still.reach(window, Filter::Cubic), window.grown(1));
        let double = Placement::new(FORMAT, [0.0; 2], 0.0, 2.0, [0.0, 50.0]);
        let reach = double.reach(window, Filter::Bilinear);
        assert_eq!(reach, Window { x: 19, y: 19, width: 10, height: 10 });
    }
}
