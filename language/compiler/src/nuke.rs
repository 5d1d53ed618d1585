//! What nodes of Nuke are called here, for somebody who writes the name that the fingers know. Knows nothing of
//! what a file imports: the names in the helps are those of the standard library.

/// What to write instead of a node's name.
pub(crate) fn here(name: &str) -> Option<String> {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit()).to_lowercase();
    let (_, help) = NODES.iter().find(|(node, _)| *node == bare)?;
    Some((*help).to_owned())
}

/// Nodes in small letters, without the number of their version.
const NODES: [(&str, &str); 26] = [
    (
        "merge",
        "one picture over another is `over(front, back)`; others are `plus`, `multiply`, `screen` and `stack`",
    ),
    ("gaussianblur", "it is called `blur`: `plate |> blur(3px)`"),
    ("defocus", "a soft picture is made by `blur`: `plate |> blur(3px)`"),
    ("colorcorrect", "it is called `grade`, with `saturation` and `exposure` beside it"),
    ("multiplyadd", "it is called `grade`"),
    ("colorspace", "spaces are converted by `to`: `plate |> to(ACEScg)`"),
    ("ociocolorspace", "spaces are converted by `to`: `plate |> to(ACEScg)`"),
    ("ociodisplay", "what is shown is made by `encode`: `plate |> encode(sRGB)`"),
    ("ociocdltransform", "it is called `cdl`"),
    ("premult", "it is called `premultiply`, and pictures are premultiplied as they are read"),
    ("unpremult", "it is called `unpremultiply`"),
    ("copy", "alpha is put into a picture by `with_alpha`"),
    ("shuffle", "layers of a file are read by name into a record: `let beauty: Beauty = read(…)`"),
    ("shufflecopy", "alpha is put into a picture by `with_alpha`"),
    ("framehold", "it is called `hold`: `plate |> hold(1001)`"),
    ("timeoffset", "it is called `shift`: `plate |> shift(8fr)`"),
    ("timewarp", "it is called `retime`"),
    ("framerange", "the frames of a shot stand in its clause: `frames 1001..1096`"),
    ("appendclip", "clips stand behind each other in a `cut`: `cut { 1001..1030: a, else: b }`"),
    (
        "switch",
        "what is the same for the whole shot is chosen by `if` or `match`, what changes by `cut { 1001..1030: a, else: b }`",
    ),
    ("roto", "a shape is drawn elsewhere and read as a matte: `let wall: Matte = read(…)`"),
    ("rotopaint", "a shape is drawn elsewhere and read as a matte: `let wall: Matte = read(…)`"),
    ("resize", "it is called `reformat`"),
    ("cornerpin", "a picture is moved, turned and scaled by `transform`"),
    ("expression", "pictures are computed with by stages: `plus`, `multiply`, `exposure`, `grade`"),
    ("dot", "a result gets its name with `let`, and is used as often as needed"),
];

#[cfg(test)]
mod tests {
    use super::here;

    #[test]
    fn a_node_is_known_in_any_case_and_version() {
        for name in ["merge", "Merge2", "MERGE", "FrameHold", "GaussianBlur"] {
            assert!(here(name).is_some(), "{name}");
        }
        assert_eq!(here("collapse"), None);
    }
}
