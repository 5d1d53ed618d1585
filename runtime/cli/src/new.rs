//! `toma new`: a project to begin with, small enough to read in a minute.

mod plate;

use crate::exit::Exit;
use crate::program::{plain, refuse};
use plate::{FRAMES, HEIGHT, WIDTH, plate};
use std::collections::BTreeMap;
use std::path::{Component, Path};
use toma_media::{Encoding, EncodingSetting, encode, write_atomic};
use toma_syntax::diagnostic::Diagnostic;

/// Makes a project.
pub(crate) fn new(folder: &Path) -> Exit {
    match made(folder) {
        Ok(name) => {
            let shown = folder.display();
            let here = folder.components().all(|part| part == Component::CurDir);
            let made = if here { name.clone() } else { shown.to_string() };
            outln!("{made} is made. Go on with");
            if !here {
                outln!("    cd {shown}");
            }
            outln!("    toma render {name}.toma");
            Exit::Done
        }
        Err((diagnostic, exit)) => refuse(diagnostic, exit),
    }
}

fn made(folder: &Path) -> Result<String, (Diagnostic, Exit)> {
    // `.` and `..` are called as the folder is that they mean.
    let called = folder
        .file_name()
        .map(ToOwned::to_owned)
        .or_else(|| std::fs::canonicalize(folder).ok()?.file_name().map(ToOwned::to_owned));
    let name = called.unwrap_or_default().to_string_lossy().into_owned();
    let right = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !toma_syntax::RESERVED.contains(&name.as_str());
    if !right {
        let help = "its shot is called so: begin with a letter, go on with letters, digits and `_`";
        let message = format!("`{name}` can't name a project");
        let help = match suggested(&name) {
            Some(near) => format!("{help}, as in `{near}`"),
            None => help.to_owned(),
        };
        return Err((plain("T0736", message, &help), Exit::Usage));
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

/// The nearest name that a shot may have.
fn suggested(name: &str) -> Option<String> {
    let sound = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = name.chars().map(sound).collect();
    let name = name.trim_matches('_');
    let name = match name.chars().next()? {
        digit if digit.is_ascii_digit() => format!("shot_{name}"),
        _ => name.to_owned(),
    };
    let word = toma_syntax::RESERVED.contains(&name.as_str());
    Some(if word { format!("{name}_0010") } else { name })
}

/// Files and what stands in them.
fn texts(name: &str) -> [(String, String); 4] {
    let manifest =
        "# The project: `toma schema project` shows what else may stand here.\nedition: 2027\n";
    let ignore = "# Caches and records; what is rendered can be rendered again.\n.toma/\nrenders/\nreview/\n";
    [
        (format!("{name}.toma"), shot(name)),
        ("README.md".to_owned(), readme(name)),
        ("toma.yaml".to_owned(), manifest.to_owned()),
        (".gitignore".to_owned(), ignore.to_owned()),
    ]
}

fn shot(name: &str) -> String {
    format!(
        "//! {name}: hills after sunset, and a lantern that is carried along them.

/// Spreads a picture's own light over it.
///
/// ```test
/// lowest(glow(constant(1), gain: -2stops)).green > 1
/// ```
recipe glow(
    plate: Clip<ACEScg>,
    /// How far the light spreads.
    size: Length in 0px..200px = 24px,
    /// How much of it is added.
    gain: Curve<Stops> in -8stops..2stops = -2stops,
) -> Clip<ACEScg> {{
    let light = plate |> blur(size) |> exposure(gain)
    plus(plate, light)
}}

/// Lays drifting mist over the lower part of a picture.
recipe mist(
    plate: Clip<ACEScg>,
    seed: Seed,
    /// How dense it is.
    amount: Curve<Ratio> in 0%..100% = 8%,
) -> Clip<ACEScg> {{
    let clouds = noise(seed:, size: 160px, amount: amount / 100%, evolve: {{first: 0, last: 0.6}})
    let valley = ramp(
        color_from: Rgb(1, 0.62, 0.55),
        color_to: Rgb(0, 0, 0),
        from: Point(0px, 40px),
        to: Point(0px, 170px),
    )
    screen(plate, multiply(clouds, valley) |> to(ACEScg))
}}

shot {name} {{
    frames 1001..1012
    rate 24fps
    format {WIDTH}x{HEIGHT}

    let plate = read(\"plates/dusk.%04d.exr\", space: ACEScg)
    let lit = plate |> glow(gain: {{first: -4stops, last: -2stops smooth}})
    let comp = lit |> mist(seed:) |> white_balance(5600K)

    write look \"review/{{shot}}.%04d.png\" = comp |> encode(sRGB)
    write final \"renders/{{shot}}.%04d.exr\" as exr(depth: half) = comp
}}

test \"a glow adds light and takes none away\" {{
    let plate = ramp()
    let lit = glow(plate, size: 3px)
    mean(lit).green > mean(plate).green
    lowest(lit).green >= lowest(plate).green
}}
"
    )
}

fn readme(name: &str) -> String {
    format!(
        "# {name}

A shot as text. `{name}.toma` says how the pictures in `plates` become those in `review` (to look at) and
`renders` (to work on with).

    toma render {name}.toma
    toma tweak set {name} comp.temperature 4600K

The first makes the pictures; look at `review/{name}.1006.png`. The second moves a value without touching
the text: it stands in `{name}.tweaks.yaml` then. Render again, and only what depends on it is computed.
`toma tweak unset {name} comp.temperature` takes it out, `toma tweak bake {name}` writes it into the text.

| to see | ask |
|---|---|
| whether the text is right | `toma check {name}.toma` |
| whether the recipes still do what they promise | `toma test` |
| where a value comes from | `toma why {name}.lit.gain` |
| what a message means | `toma explain CODE` |
| what a stage does | `toma doc blur` |
"
    )
}
