//! A picture for every stage: the example in its docs, called in a shot over a plate. Here it only becomes a
//! program; rendering it needs an engine.

use crate::declared::Item;
use crate::markdown::programs;
use std::fmt::Write as _;
use toma_syntax::ast::{ItemKind, Parameter, Recipe, Type, TypeKind};
use toma_syntax::parse_file;

/// The frames of the plate that an example is rendered over: [`PLATE`] has these numbers.
pub const PLATE_FRAMES: std::ops::RangeInclusive<u32> = 1..=3;
/// The plate's files, beside the program.
pub const PLATE: &str = "plates/walk.%04d.jpg";
/// The frame that is shown: there are frames before and behind it.
pub const FRAME: i64 = 1002;
/// The shot's name.
pub const SHOT: &str = "example";

/// An example that can be rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The example as it stands in the docs.
    pub text: String,
    /// The same with a shot behind it that calls it.
    pub program: String,
    /// What the shot writes, inputs first.
    pub pictures: Vec<Picture>,
}

/// A picture that the shot writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The name of the write.
    pub output: String,
    /// What it shows: `plate`, `graded(plate)`.
    pub caption: String,
    /// Its file, beside the program.
    pub file: String,
}

/// Pictures that examples are given, by the names of their parameters, each in ACEScg.
const GIVEN: [(&str, &[&str], &str); 4] = [
    (
        "title",
        &["title", "front", "logo"],
        "constant(Rgb(0.9, 0.3, 0.04)) |> crop(Box(300px, 170px, 660px, 370px)) |> with_alpha() |> transform(rotate: 8deg)",
    ),
    (
        "glow",
        &["glow", "flare", "light"],
        "constant(Rgb(1.6, 0.8, 0.25)) |> crop(Box(520px, 300px, 600px, 380px)) |> blur(40px)",
    ),
    (
        "shadow",
        &["shadow", "shade"],
        "ramp(color_from: Rgb(0.08, 0.1, 0.2), color_to: Rgb(1, 1, 1), from: Point(160px, 60px), to: Point(760px, 420px))",
    ),
    (
        "plate",
        &[],
        "read(\"plates/walk.%04d.jpg\", space: sRGB, frames: 1..3, start: 1001, outside: \"hold\") |> to(ACEScg) |> reformat(960x540, fit: \"fill\")",
    ),
];

/// The first example of an item that can be rendered, or why there is none.
///
/// # Errors
/// A sentence that says what the example lacks.
pub fn example(item: &Item) -> Result<Example, String> {
    let Some(text) = programs(&item.docs).into_iter().next() else {
        return Err("its docs have no example".to_owned());
    };
    let (items, _) = parse_file(&text);
    let recipe = items.iter().rev().find_map(|(piece, parsed)| match &parsed.item.kind {
        ItemKind::Recipe(recipe) => Some((piece, recipe)),
        _ => None,
    });
    let Some((piece, recipe)) = recipe else {
        return Err("its example has no recipe that could be called".to_owned());
    };
    let cut = |span: toma_syntax::diagnostic::Span| {
        let own = piece.text(&text);
        own.get(span.start as usize..span.end as usize).unwrap_or_default().to_owned()
    };
    shot(item, &text, recipe, &cut)
}

fn shot(
    item: &Item,
    text: &str,
    recipe: &Recipe,
    cut: &dyn Fn(toma_syntax::diagnostic::Span) -> String,
) -> Result<Example, String> {
    let mut lets: Vec<&'static str> = Vec::new();
    let mut arguments = Vec::new();
    let mut shown = Vec::new();
    for parameter in &recipe.signature.parameters {
        if parameter.default.is_some() || parameter.ty.optional {
            continue;
        }
        let (argument, given) = argument(parameter, &parameter.ty, cut)?;
        lets.extend(given.iter().filter(|name| !lets.contains(name)).copied().collect::<Vec<_>>());
        arguments.push(format!("{}: {argument}", parameter.name.text));
        shown.push(parameter.name.text.clone());
    }
    let name = &recipe.signature.name.text;
    let result = recipe.signature.result.as_ref();
    let finish = finish(result.ok_or("the example's recipe has no type")?, cut);
    let mut program = format!(
        "{}\n\nshot {SHOT} {{\n    frames 1001..1003\n    rate 10fps\n    format 960x540\n    seed 7\n\n",
        text.trim_end()
    );
    let mut pictures = Vec::new();
    for (known, _, value) in GIVEN {
        if lets.contains(&known) {
            let _ = writeln!(program, "    let given_{known} = {value}");
            pictures.push(Picture {
                output: known.to_owned(),
                caption: known.to_owned(),
                file: format!("pictures/{known}"),
            });
        }
    }
    let _ = writeln!(program, "    let shown = {name}({})\n", arguments.join(", "));
    for picture in &pictures {
        let finish = " |> reformat(480x270) |> to(sRGB)";
        write(
            &mut program,
            &picture.output,
            &picture.file,
            &format!("given_{}{finish}", picture.output),
        );
    }
    let file = format!("pictures/{}", item.path);
    write(&mut program, "result", &file, &format!("shown{finish}"));
    program.push_str("}\n");
    pictures.push(Picture {
        output: "result".to_owned(),
        caption: format!("{name}({})", shown.join(", ")),
        file,
    });
    for picture in &mut pictures {
        picture.file = format!("{}.{FRAME}.png", picture.file);
    }
    Ok(Example { text: text.to_owned(), program, pictures })
}

fn write(program: &mut String, name: &str, file: &str, picture: &str) {
    let _ = writeln!(program, "    write {name} \"{file}.%04d.png\" as png = {picture}");
}

/// The outermost name of a type and what it is made of.
fn named(ty: &Type) -> Option<(&str, &[Type])> {
    match &ty.kind {
        TypeKind::Named { path, arguments } => {
            Some((path.names.last()?.text.as_str(), arguments.as_slice()))
        }
        _ => None,
    }
}

/// What is passed for a parameter, and which given pictures it is made of.
fn argument(
    parameter: &Parameter,
    ty: &Type,
    cut: &dyn Fn(toma_syntax::diagnostic::Span) -> String,
) -> Result<(String, Vec<&'static str>), String> {
    let name = parameter.name.text.as_str();
    match named(ty) {
        Some(("Clip" | "Image", [space, rest @ ..])) => {
            let known = GIVEN.iter().find(|(_, names, _)| names.contains(&name));
            let given = known.map_or("plate", |(given, ..)| given);
            let space = cut(space.span);
            let mut picture = format!("given_{given}");
            match space.as_str() {
                "ACEScg" | "Work" => {}
                space if space.len() == 1 => {}
                "sRGB" | "Rec709" => {
                    let _ = write!(picture, " |> encode({space})");
                }
                space => {
                    let _ = write!(picture, " |> to({space})");
                }
            }
            if !rest.is_empty() {
                picture.push_str(" |> unpremultiply()");
            }
            Ok((picture, vec![given]))
        }
        Some(("List", [inner])) => {
            let (one, given) = argument(parameter, inner, cut)?;
            Ok((format!("[{one}]"), given))
        }
        Some(("Matte", [])) => {
            Ok(("std.understand.segment(given_plate)".to_owned(), vec!["plate"]))
        }
        Some(("Seed", [])) => Ok(("seed".to_owned(), Vec::new())),
        Some(("Frame", [])) => Ok((FRAME.to_string(), Vec::new())),
        _ => Err(format!(
            "nothing can be passed for `{name}` of its example: give it a default, or use a clip, a matte, a frame or a seed"
        )),
    }
}

/// What brings a result to a screen.
fn finish(ty: &Type, cut: &dyn Fn(toma_syntax::diagnostic::Span) -> String) -> String {
    match named(ty) {
        Some(("Clip" | "Image", [space, rest @ ..])) => {
            let straight = if rest.is_empty() { "" } else { " |> premultiply()" };
            let space = cut(space.span);
            let display = if space == "sRGB" { "" } else { " |> to(sRGB)" };
            format!("{straight} |> reformat(480x270){display}")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::Module;

    #[test]
    fn an_example_becomes_a_shot_that_calls_it() {
        let text = "/// Over.\n///\n/// ```toma\n/// recipe titled(title: Clip<ACEScg>, plate: Clip<ACEScg>, seed: Seed, mix: Ratio = 50%) -> Clip<ACEScg> {\n///     title |> over(plate)\n/// }\n/// ```\n@version(1)\npub stage over(a: Clip<ACEScg>) -> Clip<ACEScg>\n";
        let module = Module::read("std.comp", text);
        let example = example(&module.items[0]).unwrap();
        let call = "let shown = titled(title: given_title, plate: given_plate, seed: seed)";
        assert!(example.program.contains(call), "{}", example.program);
        let files: Vec<&str> = example.pictures.iter().map(|one| one.file.as_str()).collect();
        let result = "pictures/std.comp.over.1002.png";
        assert_eq!(files, ["pictures/title.1002.png", "pictures/plate.1002.png", result]);
    }
}
