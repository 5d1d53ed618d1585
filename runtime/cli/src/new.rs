//! `toma new`: a project to begin with, small enough to read in a minute.

use crate::exit::Exit;
use crate::program::{plain, refuse};
use std::collections::BTreeMap;
use std::path::Path;
use toma_media::{Encoding, EncodingSetting, Frame, Size, Window, encode, write_atomic};
use toma_syntax::diagnostic::Diagnostic;

/// Frames of the plate.
const FRAMES: std::ops::RangeInclusive<i64> = 1001..=1012;
const WIDTH: u32 = 240;
const HEIGHT: u32 = 135;

/// Makes a project.
pub(crate) fn new(folder: &Path) -> Exit {
    match made(folder) {
        Ok(name) => {
            let shown = folder.display();
            outln!("{shown} is made. Go on with");
            outln!("    cd {shown}");
            outln!("    toma render {name}.toma");
            Exit::Done
        }
        Err((diagnostic, exit)) => refuse(diagnostic, exit),
    }
}

fn made(folder: &Path) -> Result<String, (Diagnostic, Exit)> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let right = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !toma_syntax::RESERVED.contains(&name.as_str());
    if !right {
        let help = "a shot is called so: begin with a letter, go on with letters, digits and `_`";
        return Err((plain("T0736", format!("`{name}` can't name a project"), help), Exit::Usage));
    }
    let unwritable = |path: &Path, said: String| {
        let help = "check that you may write there";
        (plain("T0732", format!("{}: {said}", path.display()), help), Exit::Surroundings)
    };
    if folder.symlink_metadata().is_ok() {
        let empty = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
        if !empty {
            let message = format!("{} is there already and is not empty", folder.display());
            let help = "give another name; nothing was written";
            return Err((plain("T0736", message, help), Exit::Surroundings));
        }
    }
    let plates = folder.join("plates");
    std::fs::create_dir_all(&plates).map_err(|error| unwritable(&plates, error.to_string()))?;
    for (file, text) in texts(&name) {
        let path = folder.join(file);
        write_atomic(&path, text.as_bytes(), false)
            .map_err(|error| unwritable(&path, error.to_string()))?;
    }
    let half = BTreeMap::from([("depth".to_owned(), EncodingSetting::Text("half".to_owned()))]);
    let half =
        Encoding::new("exr", &half).map_err(|error| unwritable(&plates, error.to_string()))?;
    for frame in FRAMES {
        let path = plates.join(format!("dusk.{frame}.exr"));
        let bytes =
            encode(&plate(frame), &half).map_err(|error| unwritable(&path, error.to_string()))?;
        write_atomic(&path, &bytes, false).map_err(|error| unwritable(&path, error.to_string()))?;
    }
    Ok(name)
}

/// A dusk over hills with a lamp that is carried past: scene-linear, ACEScg.
fn plate(frame: i64) -> Frame {
    let count = (WIDTH * HEIGHT) as usize;
    let mut samples = vec![0.0; 3 * count];
    let along = (frame - FRAMES.start()) as f32 / (FRAMES.end() - FRAMES.start()) as f32;
    // What rises and falls in a smooth wave, made of multiplications only.
    let wave = |x: f32| {
        let t = x - x.floor();
        let s = 4.0 * t * (1.0 - t);
        s * s * (3.0 - 2.0 * s)
    };
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let (u, v) = (x as f32 / WIDTH as f32, y as f32 / HEIGHT as f32);
            let far = 0.58 - 0.10 * wave(u * 1.7 + 0.15) - 0.03 * wave(u * 5.3);
            let near = 0.78 - 0.12 * wave(u * 1.1 + 0.6) - 0.02 * wave(u * 9.1 + 0.2);
            let glow = v * v;
            let mut rgb = [0.05 + 0.85 * glow, 0.09 + 0.42 * glow, 0.22 + 0.20 * glow];
            if v > far {
                rgb = [0.060, 0.055, 0.090];
            }
            if v > near {
                rgb = [0.012, 0.014, 0.020];
            }
            let (lamp, height) = (0.12 + 0.76 * along, 0.76 - 0.10 * wave(0.1 + 0.8 * along));
            let (dx, dy) = ((u - lamp) * 16.0 / 9.0, v - height);
            let distance = dx * dx + dy * dy;
            let light = 0.004 / (distance + 0.0012);
            for (channel, tint) in rgb.iter_mut().zip([1.0, 0.55, 0.18]) {
                *channel += light * tint;
            }
            let at = (y * WIDTH + x) as usize;
            for (plane, value) in rgb.into_iter().enumerate() {
                if let Some(sample) = samples.get_mut(plane * count + at) {
                    *sample = value;
                }
            }
        }
    }
    let format = Size { width: WIDTH, height: HEIGHT };
    Frame::from_samples(format, Window::of(format), &["R", "G", "B"], samples)
}

/// Files and what stands in them.
fn texts(name: &str) -> [(String, String); 4] {
    let shot = format!(
        "//! {name}: dusk over the hills, and a lamp that is carried past.

/// Spreads a picture's own light over it.
recipe glow(
    plate: Clip<ACEScg>,
    /// How far the light spreads.
    size: Length in 0px..200px = 9px,
    /// How much of it is added.
    gain: Stops in -6stops..2stops = -2stops,
) -> Clip<ACEScg> {{
    let light = plate |> blur(size) |> exposure(gain)
    plus(plate, light)
}}

shot {name} {{
    frames 1001..1012
    rate   24fps
    format {WIDTH}x{HEIGHT}

    let plate = read(\"plates/dusk.%04d.exr\", space: ACEScg)
    let comp  = plate |> glow(size: 14px) |> white_balance(5600K)

    write look  \"review/{{shot}}.%04d.png\" = comp |> encode(sRGB)
    write final \"renders/{{shot}}.%04d.exr\" as exr(depth: half) = comp
}}
"
    );
    let readme = format!(
        "# {name}

A shot as text. `{name}.toma` says how the pictures in `plates` become those in `renders` and `review`.

    toma render {name}.toma
    toma tweak set {name} comp.temperature 4800K

The first makes all pictures, or those that changed. The second moves a value without touching the text: it
stands in `{name}.tweaks.yaml` then; `toma tweak unset` takes it out again. `toma check {name}.toma` says what is
wrong with a text, and `toma explain CODE` what to do about it.
"
    );
    let manifest =
        "# The project: `toma schema project` shows what else may stand here.\nedition: 2027\n";
    let ignore = "# Caches and records; what is rendered can be rendered again.\n.toma/\nrenders/\nreview/\n";
    [
        (format!("{name}.toma"), shot),
        ("README.md".to_owned(), readme),
        ("toma.yaml".to_owned(), manifest.to_owned()),
        (".gitignore".to_owned(), ignore.to_owned()),
    ]
}
