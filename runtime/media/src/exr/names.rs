//! Which plane is which channel of which part.

use super::header::Head;
use super::window_of_parts;
use crate::frame::Window;

/// A plane to be.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) part: usize,
    pub(super) channel: usize,
}

/// All planes in order, and the window they share.
pub(super) struct Layout {
    pub(super) planes: Vec<Named>,
    pub(super) window: Window,
}

/// The part that is the picture: the first with R, G and B, else the first.
pub(super) fn picture_part(head: &Head) -> usize {
    let is_picture = |name: &str| ["R", "G", "B"].contains(&name);
    head.parts
        .iter()
        .position(|part| part.channels.iter().filter(|c| is_picture(&c.name)).count() == 3)
        .unwrap_or(0)
}

/// Names and order of the planes. A second channel of the same name is left out, as it is in every
/// reader that goes by names.
pub(super) fn layout(head: &Head) -> Layout {
    let main = picture_part(head);
    let order = std::iter::once(main).chain((0..head.parts.len()).filter(|part| *part != main));
    let mut planes: Vec<Named> = Vec::new();
    for part_index in order {
        let Some(part) = head.parts.get(part_index) else { continue };
        let begin = planes.len();
        for (channel_index, channel) in part.channels.iter().enumerate() {
            let prefix = format!("{}.", part.name);
            let bare =
                part_index == main || part.name.is_empty() || channel.name.starts_with(&prefix);
            let name = if bare { channel.name.clone() } else { prefix + &channel.name };
            if planes.iter().all(|plane| plane.name != name) {
                planes.push(Named { name, part: part_index, channel: channel_index });
            }
        }
        // Files sort channels by name: A, B, G, R. People don't.
        planes[begin..].sort_by_key(|plane| {
            let (layer, base) = plane.name.rsplit_once('.').unwrap_or(("", &plane.name));
            let rank = ["R", "G", "B", "A"].iter().position(|name| *name == base).unwrap_or(4);
            (!layer.is_empty(), layer.to_owned(), rank)
        });
    }
    Layout { planes, window: window_of_parts(head) }
}
