//! How each clause and item is written: one example of each, for the helps.

/// An example of the clause or item that begins with `word`.
pub(super) fn form(word: &str) -> Option<&'static str> {
    Some(match word {
        "frames" => "frames 1001..1096 handles 8",
        "rate" => "rate 24fps",
        "format" => "format 1920x1080",
        "space" => "space ACEScg",
        "seed" => "seed 40",
        "param" | "parameter" => "warmth: Kelvin in 4000K..8000K = 5600K",
        "let" => "let soft = blur(plate, 2px)",
        "set" | "set!" => "set fall.amount = 90%",
        "at" => "at 1040..last { set fall.amount = 90% }",
        "gate" => "gate steady: flicker(comp) < 2% except 1033..1036 because \"the flash\"",
        "review" => "review comp by \"vfx supervisor\"",
        "write" => "write main \"comp.%04d.exr\" as exr(depth: half) for final = comp",
        "drop" => "drop write main",
        "policy" => "policy studio.rights",
        "retake" => "retake fall/gen 1033..1040 as t2 { seed 41 }",
        "wedge" => "wedge warmth = [5200K, 5600K] over ELT_104.*",
        "variants" => "variants fall/gen = 4",
        "pick" => "pick t2 by \"ana\"",
        "require" => "require not generated(x) because \"the contract\"",
        "use" => "use std.finish.{grain, measure_grain as measure}",
        "recipe" => "recipe soften(a: Matte, by: Length = 2px) -> Matte { … }",
        "stage" => "stage blur<S: Linear>(image: Clip<S>, radius: Length) -> Clip<S>",
        "show" | "sequence" | "shot" => "shot ELT_0420 in ELT { … }",
        "record" => "record Beauty { rgba: Clip<ACEScg>, z: Depth }",
        "enum" => "enum Holdout { None, Roto(shape: Path) }",
        "const" => "const limit: Ratio = 80%",
        "match" => "match holdout { Roto(shape) => shape, else => plate }",
        "for" => "[for size in 1..4: blur(plate, 1px * size)]",
        "cut" => "cut { 1001..1030: patch, else: plate }",
        "hole" => "{frame:04}",
        "test" => "test \"adds\" { 1 + 1 == 2 }",
        _ => return None,
    })
}
