//! A made-up project: shots over a show's layers, and recipes in modules that they use. How many of each is
//! the caller's choice; the same numbers make the same texts.

use std::fmt::Write as _;
use std::path::Path;

/// How large the project is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    /// Shots.
    pub(crate) shots: usize,
    /// Lines that define something: `let`s of shots and of recipes.
    pub(crate) definitions: usize,
    /// Files that hold shots.
    pub(crate) files: usize,
}

/// Files by path.
pub(crate) type Files = Vec<(String, String)>;

/// Recipes in each module.
const RECIPES: usize = 20;
/// Definitions in each recipe.
const LINES: usize = 5;

/// The project's texts. A fifth of the definitions stand in recipes, the others in shots.
pub(crate) fn project(extent: Extent) -> Files {
    let modules = (extent.definitions / 5 / (RECIPES * LINES)).max(1);
    let in_recipes = modules * RECIPES * LINES;
    let each = extent.definitions.saturating_sub(in_recipes) / extent.shots.max(1);
    let mut files: Files = (0..modules).map(module).collect();
    let per_file = extent.shots.div_ceil(extent.files.max(1));
    for file in 0..extent.files {
        let first = file * per_file;
        let last = extent.shots.min(first + per_file);
        files.push((format!("shots_{file:03}.toma"), shots(file, first..last, each, modules)));
    }
    files
}

fn module(index: usize) -> (String, String) {
    let mut text = format!("//! Looks of reel {index}.\n\n");
    for recipe in 0..RECIPES {
        let _ = write!(
            text,
            "/// Look {recipe}.\npub recipe look_{index}_{recipe}(plate: Clip<ACEScg>, amount: Ratio in 0%..100% = {}%) -> Clip<ACEScg> {{\n",
            30 + recipe
        );
        text.push_str("    let l0 = plate |> saturation(amount)\n");
        for line in 1..LINES {
            let before = line - 1;
            let _ = writeln!(
                text,
                "    let l{line} = l{before} |> exposure(0.{}stops) |> blur({line}px)",
                (recipe + line) % 9 + 1
            );
        }
        let _ = write!(text, "    l{}\n}}\n\n", LINES - 1);
    }
    (format!("looks_{index:03}.toma"), text)
}

fn shots(file: usize, range: std::ops::Range<usize>, each: usize, modules: usize) -> String {
    let module = file % modules;
    let mut text = format!(
        "use looks_{module:03}.{{look_{module}_0, look_{module}_1}}\n\nshow S {{\n    format 1920x1080\n    rate   24fps\n    space  ACEScg\n}}\n\n"
    );
    for shot in range {
        let _ = write!(text, "shot S_{shot:05} in S {{\n    frames 1001..1024\n\n");
        let _ = writeln!(text, "    let n0 = constant(Rgb(0.{}, 0.2, 0.3))", shot % 9 + 1);
        for line in 1..each {
            let (before, half) = (line - 1, line / 2);
            let _ = match line % 3 {
                0 => writeln!(
                    text,
                    "    let n{line} = over(n{before}, n{half}) |> exposure(0.{}stops)",
                    line % 7 + 1
                ),
                1 => writeln!(
                    text,
                    "    let n{line} = n{before} |> look_{module}_{}(amount: {}%)",
                    line % 2,
                    20 + line
                ),
                _ => writeln!(
                    text,
                    "    let n{line} = n{before} |> grade(multiply: Rgb(1.0, 0.{:02}, 1.1)) |> exposure(0.{}stops)",
                    90 + line % 5,
                    line % 7 + 1
                ),
            };
        }
        let last = each.saturating_sub(1);
        let _ = write!(text, "\n    write \"renders/{{shot}}.%04d.exr\" = n{last}\n}}\n\n");
    }
    text
}

/// Writes the project into a folder.
pub(crate) fn write(files: &Files, folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    files.iter().try_for_each(|(path, text)| std::fs::write(folder.join(path), text))
}
