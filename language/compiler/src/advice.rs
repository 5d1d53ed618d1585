//! What to do about a mistake, where its message knows nothing more particular. Every message that leaves the
//! compiler says what to do.

/// The general advice for a code.
pub(crate) fn general(code: &str) -> &'static str {
    match code {
        "T0201" | "T0202" => {
            "a name is made before its use: by `let`, as a parameter, by `const` or by `use`"
        }
        "T0203" | "T0204" | "T0502" | "T0213" => "keep one of them",
        "T0205" => "leave it out, or look the parameters up in the declaration",
        "T0210" => "check the path: it is relative to the shot's file",
        "T0214" => "add what is missing, by name",
        "T0215" => "leave out what is too much, or pass it by name",
        "T0216" => "every program ends: a recipe can only use recipes that don't use it",
        "T0217" => "call a recipe or stage with parentheses, and use a value without them",
        "T0219" => {
            "write the type as its declaration does: `Clip<ACEScg>`, `Curve<Ratio>`, `List<Int>`"
        }
        "T0301" | "T0302" => {
            "what it takes stands where it is declared: convert the value, or give it another one"
        }
        "T0321" => "bring one into the other's space with `to(…)`",
        "T0322" => "convert the picture first, with `to(…)`",
        "T0323" => "take a name of the colour configuration: `ACEScg`, or `Space(\"ARRI LogC4\")`",
        "T0401" => "take a smaller or a larger value, so that it lies within",
        "T0402" => "the others are not known to it",
        "T0405" => "put the keys in the order of their frames, one for each",
        "T0406" => "an ease is `hold`, `linear`, `smooth` or `cubic(a, b)`",
        "T0407" => "divide by what is never zero, and keep numbers within what can be counted",
        "T0420" | "T0421" => {
            "name a result with `let` and use the name, instead of making it again"
        }
        "T0430" => "name fewer curves, or put their keys into one",
        "T0431" => "write the value, the lower bound, then the upper one: `clamp(a, 0%, 100%)`",
        "T0432" => {
            "take slopes nearer to 0, or keys that leave room; `clamp` cuts off what is beyond"
        }
        "T0345" => "write a whole number of frames: `1001..1096 every 2`",
        "T0422" => {
            "take fewer, or cut it into several shots: 100000 are the most, handles included"
        }
        "T0373" => "let the pieces cover the whole cut, or end with `else: …`",
        "T0511" => "write the name of a show or sequence of this file, or import one with `use`",
        "T0519" => "name a shot of this file, or import one with `use`",
        "T0513" => "write the lower number first: `1001..1010`",
        "T0509" => "look the file format's settings up with `toma explain T0509`",
        "T0512" => "let one of them stand alone",
        "T0514" => "write a clip, an image, a matte, another picture, or a record of them",
        _ => "`toma explain` with this code shows a wrong and a right program",
    }
}
