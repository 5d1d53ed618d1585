//! `toma doc`: names in the terminal, pages with the pictures of all examples.

use crate::project::Project;
use std::collections::BTreeSet;

fn read(project: &Project, name: &str) -> String {
    std::fs::read_to_string(project.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn stages_modules_and_names_that_are_not_there() {
    let project = Project::new("");
    let over = project.toma(&["doc", "over"]);
    assert_eq!(over.code, 0, "{}", over.err);
    for part in [
        "std.comp.over",
        "pub stage over<S: Linear>(",
        "In front.",
        "scene-linear",
        "title |> over(plate)",
    ] {
        assert!(over.out.contains(part), "{part} is missing in\n{}", over.out);
    }
    let blur = project.toma(&["doc", "std.filter.blur"]).out;
    assert!(blur.contains("0px to 1000px") && blur.contains("= \"black\""), "{blur}");
    let module = project.toma(&["doc", "std.comp"]).out;
    assert!(module.contains("keymix") && module.contains("associated"), "{module}");
    assert!(project.toma(&["doc"]).out.contains("std.transform"));
    let source = project.toma(&["doc", "--source", "std.comp"]).out;
    assert!(source.starts_with("//! Putting pictures together"), "{source}");
    for (name, meant) in [
        ("std.comp.ovr", "std.comp.over"),
        ("blurr", "std.filter.blur"),
        ("denois", "std.restore.denoise"),
    ] {
        let nothing = project.toma(&["doc", name]);
        assert_eq!(nothing.code, 2);
        assert!(nothing.err.contains("T0745") && nothing.err.contains(meant), "{}", nothing.err);
    }
    // A name that one module has needs no module.
    let by_name = project.toma(&["doc", "denoise"]).with(0).out;
    assert_eq!(by_name, project.toma(&["doc", "std.restore.denoise"]).out);
}

#[test]
fn modules_of_the_project_are_found_by_path() {
    let project = Project::new("");
    project.write(
        "looks/film.toma",
        "//! Film.\n\n/// Warmer.\npub recipe warm(plate: Clip<ACEScg>, by: Kelvin = 7000K) -> Clip<ACEScg> {\n    plate |> white_balance(by)\n}\n",
    );
    let warm = project.toma(&["doc", "looks.film.warm"]);
    assert!(
        warm.out.contains("Warmer.") && warm.out.contains("= 7000K"),
        "{}{}",
        warm.out,
        warm.err
    );
    assert!(project.toma(&["doc", "looks"]).out.contains("looks.film"));
    assert!(project.toma(&["doc", "looks.film"]).out.contains("warm"));
    let near = project.toma(&["doc", "looks.flim"]);
    assert!(near.err.contains("looks.film"), "{}", near.err);
}

#[test]
fn every_public_stage_has_a_page_with_its_rendered_example_and_no_link_is_broken() {
    let project = Project::new("");
    let made = project.toma(&["doc", "--out", "pages"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(!made.err.contains("T0747"), "{}", made.err);
    for stage in toma_compiler::Compiler::declarations().iter().filter(|stage| stage.public) {
        let page = read(&project, &format!("pages/{}.html", stage.name));
        let picture = format!("pictures/{}.1002.png", stage.name);
        assert!(page.contains(&picture), "{} shows no picture", stage.name);
        let size = std::fs::metadata(project.path(&format!("pages/{picture}")))
            .map_or(0, |meta| meta.len());
        assert!(size > 400, "{picture} has {size} bytes");
    }
    let files: BTreeSet<String> = std::fs::read_dir(project.path("pages"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    for name in files.iter().filter(|name| name.strip_suffix(".html").is_some()) {
        let page = read(&project, &format!("pages/{name}"));
        for part in page.split("href=\"").skip(1).filter(|part| !part.starts_with('#')) {
            let to = part.split(['"', '#']).next().unwrap_or_default();
            assert!(to.contains("://") || files.contains(to), "{name} links to {to}");
        }
    }
}
