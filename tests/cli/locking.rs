//! `toma lock`, `toma.yaml` and `toma.lock` as projects meet them.

use crate::project::Project;
use std::process::Command;

const SHOT: &str = "\
shot A {
    frames 1001..1002
    rate 24fps
    format 16x16
    write \"out/a.%04d.exr\" = constant(0.5)
}
";

/// A configuration with one space of its own.
const CONFIG: &str = "\
ocio_profile_version: 2
roles: {scene_linear: Scene, default: Scene}
file_rules: [!<Rule> {name: Default, colorspace: default}]
displays:
  sRGB:
    - !<View> {name: Raw, colorspace: Scene}
colorspaces:
  - !<ColorSpace>
    name: Scene
    aliases: [ACEScg]
    encoding: scene-linear
  - !<ColorSpace>
    name: Twice
    encoding: scene-linear
    to_scene_reference: !<MatrixTransform> {matrix: [0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1]}
";

fn read(project: &Project, name: &str) -> String {
    std::fs::read_to_string(project.path(name)).unwrap_or_default()
}

#[test]
fn a_folder_package_is_pinned_by_what_it_holds() {
    let project = Project::new(SHOT);
    project.write("acme/film.toma", "/// One stop.\npub const gain = 1stops\n");
    project.write("toma.yaml", "edition: 2027\npackages:\n  acme: {path: acme}\n");
    project.toma(&["check", "shot.toma"]).with(1).saying(&["T0236", "toma lock"]);
    project.toma(&["lock"]).with(0);
    let first = read(&project, "toma.lock");
    assert!(first.contains("  acme:\n    path: \"acme\"\n    tree: blake3:"), "{first}");
    project.toma(&["check", "shot.toma"]).with(0);
    project.toma(&["lock"]).with(0);
    assert_eq!(read(&project, "toma.lock"), first);
    project.write("acme/film.toma", "/// Two stops.\npub const gain = 2stops\n");
    for command in [&["check", "shot.toma"][..], &["plan", "shot.toma"], &["render", "shot.toma"]] {
        project.toma(command).with(1).saying(&["T0237", "`acme`", "toma lock --update acme"]);
    }
    assert!(project.files("out").is_empty());
    project.toma(&["lock"]).with(1).saying(&["T0237", "--update acme"]);
    assert_eq!(read(&project, "toma.lock"), first);
    project.toma(&["lock", "--update", "acne"]).with(2).saying(&["T0733", "acme"]);
    project.toma(&["lock", "--update", "acme"]).with(0);
    assert_ne!(read(&project, "toma.lock"), first);
    project.toma(&["render", "shot.toma"]).with(0);
    project.write("toma.yaml", "edition: 2027\n");
    project.toma(&["check", "shot.toma"]).with(0).saying(&["T0238", "`acme`"]);
    project.toma(&["lock"]).with(0);
    assert!(!read(&project, "toma.lock").contains("acme"));
}

#[test]
fn tables_and_pictures_of_a_package_are_pinned_too() {
    let project = Project::new(SHOT);
    project.write("acme/film.toma", "/// One stop.\npub const gain = 1stops\n");
    project.write("acme/luts/film.cube", "LUT_3D_SIZE 2\n");
    project.write("toma.yaml", "edition: 2027\npackages:\n  acme: {path: acme}\n");
    project.toma(&["lock"]).with(0);
    project.toma(&["check", "shot.toma"]).with(0);
    project.write("acme/.cache/x", "nothing that counts");
    project.toma(&["check", "shot.toma"]).with(0);
    project.write("acme/luts/film.cube", "LUT_3D_SIZE 3\n");
    project.toma(&["check", "shot.toma"]).with(1).saying(&["T0237", "`acme`"]);
    project.toma(&["lock", "--update", "acme"]).with(0);
    project.toma(&["check", "shot.toma"]).with(0);
    let large = std::fs::File::create(project.path("acme/plate.exr")).expect("a file");
    large.set_len((256 << 20) + 1).expect("room");
    let lock = read(&project, "toma.lock");
    project.toma(&["check", "shot.toma"]).with(1).saying(&["T0239", "256 MiB", "toma.yaml"]);
    project.toma(&["lock", "--update", "acme"]).with(4).saying(&["T0239", "256 MiB"]);
    assert_eq!(read(&project, "toma.lock"), lock);
}

#[test]
fn a_lock_that_cannot_be_read_is_no_lock_that_is_not_there() {
    let project = Project::new(SHOT);
    project.write("toma.yaml", "edition: 2027\n");
    project.toma(&["lock"]).with(0);
    project.toma(&["check", "shot.toma"]).with(0);
    std::fs::write(project.path("toma.lock"), b"version: 1\n\xff\n").expect("a file");
    for command in ["check", "plan", "render"] {
        project.toma(&[command, "shot.toma"]).with(1).saying(&["T0556", "toma.lock"]);
    }
    project.toma(&["lock"]).with(4).saying(&["T0556", "toma.lock"]);
    std::fs::remove_file(project.path("toma.lock")).expect("removed");
    std::fs::create_dir(project.path("toma.lock")).expect("a folder");
    project.toma(&["check", "shot.toma"]).with(1).saying(&["T0556", "toma.lock"]);
}

#[test]
fn what_a_package_takes_from_elsewhere_is_not_pinned_and_refused() {
    for named in ["roots: {ext: ../ext}", "packages: {ext: {path: ../ext}}", "roots: {ext: /ext}"] {
        let project = Project::new(SHOT);
        project.write("acme/film.toma", "use ext.x.deep\n\n/// One stop.\npub const gain = deep\n");
        project.write("acme/toma.yaml", format!("edition: 2027\n{named}\n"));
        project.write("ext/x.toma", "/// One stop.\npub const deep = 1stops\n");
        project.write("toma.yaml", "edition: 2027\npackages:\n  acme: {path: acme}\n");
        project.toma(&["lock"]).with(4).saying(&["T0239", "`ext`", "outside its folder"]);
        project.toma(&["check", "shot.toma"]).with(1).saying(&["T0239", "`acme`", "`ext`"]);
        assert!(!project.path("toma.lock").exists());
        // Also where the manifest lies deeper.
        project.write(
            "acme/deep/toma.yaml",
            format!("edition: 2027\n{}\n", named.replace("../", "../../")),
        );
        std::fs::remove_file(project.path("acme/toma.yaml")).expect("removed");
        project.toma(&["lock"]).with(4).saying(&["T0239", "`deep/toma.yaml`"]);
    }
    let project = Project::new(SHOT);
    project.write("acme/film.toma", "use ext.x.deep\n\n/// One stop.\npub const gain = deep\n");
    project.write("acme/toma.yaml", "edition: 2027\nroots: {ext: lib/ext}\n");
    project.write("acme/lib/ext/x.toma", "/// One stop.\npub const deep = 1stops\n");
    project.write("toma.yaml", "edition: 2027\npackages:\n  acme: {path: acme}\n");
    project.toma(&["lock"]).with(0);
    project.toma(&["check", "shot.toma"]).with(0);
    project.write("acme/lib/ext/x.toma", "/// Two stops.\npub const deep = 2stops\n");
    project.toma(&["check", "shot.toma"]).with(1).saying(&["T0237", "`acme`"]);
}

fn git(project: &Project, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=T",
            "-c",
            "user.email=t@example.com",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .current_dir(project.path("acme.src"))
        .output()
        .ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[test]
fn a_git_package_is_fetched_at_its_commit() {
    let project = Project::new(SHOT);
    project.write("acme.src/film.toma", "/// One stop.\npub const gain = 1stops\n");
    if git(&project, &["init", "--quiet"]).is_none() {
        assert!(std::env::var_os("TOMA_REQUIRE_ALL").is_none(), "needs git");
        eprintln!("skipped: needs git");
        return;
    }
    git(&project, &["add", "."]);
    git(&project, &["commit", "--quiet", "-m", "One"]);
    let rev = git(&project, &["rev-parse", "HEAD"]).unwrap_or_default();
    let address = project.path("acme.src").display().to_string();
    let manifest = |rev: &str| {
        format!("edition: 2027\npackages:\n  acme: {{git: \"{address}\", rev: {rev}}}\n")
    };
    project.write("toma.yaml", manifest(&rev));
    project.toma(&["check", "shot.toma"]).with(1).saying(&["T0235", "toma lock"]);
    project.toma(&["lock"]).with(0);
    project.toma(&["check", "shot.toma"]).with(0);
    let folder = format!(".toma/packages/acme-{}", &rev[..12]);
    assert!(project.path(&folder).join("film.toma").is_file());
    project.write(&format!("{folder}/film.toma"), "/// Tampered.\npub const gain = 9stops\n");
    project.toma(&["check", "shot.toma"]).with(1).saying(&["T0237", "remove"]);
    project.toma(&["lock", "--update", "acme"]).with(0);
    project.toma(&["check", "shot.toma"]).with(0);
    // A folder is counted from `toma.yaml`, wherever the command runs.
    std::fs::remove_dir_all(project.path(".toma")).expect("the cache");
    let relative = manifest(&rev).replace(&address, "./acme.src");
    project.write("toma.yaml", &relative);
    project.toma(&["lock", "--update", "acme"]).with(0);
    project.toma(&["check", "shot.toma"]).with(0);
    assert!(read(&project, "toma.lock").contains("git: \"./acme.src\""));
    project.write("toma.yaml", manifest(&"0".repeat(40)));
    project.toma(&["lock"]).with(4).saying(&["T0734", "no commit"]);
    project.write("toma.yaml", manifest(&rev).replace("acme.src", "nothing.here"));
    std::fs::remove_dir_all(project.path(".toma")).expect("the cache");
    project.toma(&["lock"]).with(4).saying(&["T0734", "can't be fetched"]);
    let none = project.command(&["lock"]).env("PATH", "").output().expect("toma runs");
    crate::project::Ended::new(&none).with(4).saying(&["T0734", "no `git`"]);
}

#[test]
fn a_project_says_where_caches_are_and_which_colours_there_are() {
    let project = Project::new(SHOT);
    project.write("toma.yaml", "edition: 2027\ncache: work/cache\n");
    project.toma(&["render", "shot.toma"]).with(0);
    assert!(project.path("work/cache").is_dir() && !project.path(".toma").exists());
    project.write("shots/b.toma", SHOT.replace("shot A", "shot B"));
    project.toma(&["render", "shots/b.toma"]).with(0);
    assert!(project.path("work/cache/shots").is_dir());
    project.write("toma.yaml", "edition: 2027\ncolour: {config: no-such}\n");
    project.toma(&["check", "shot.toma"]).with(1).saying(&["T0737", "toma.yaml"]);
    project.write("toma.yaml", "edition: 2027\ncolour: {spaces: {Raw: Linear}}\n");
    project.edit("constant(0.5)", "constant(0.5) |> to(Space(\"Raw\"))");
    let ended = project.toma(&["check", "shot.toma"]);
    assert!(!ended.err.contains("Data"), "{}", ended.err);
}

#[test]
fn weights_that_are_not_those_of_the_lock_stop_a_render() {
    let project = Project::new(
        "use std.restore.denoise\n\nshot A {\n    frames 1001..1001\n    rate 24fps\n    format 16x16\n    let clean = constant(0.5) \
         |> encode(sRGB) |> denoise()\n    write \"out/a.%04d.exr\" = clean |> decode(ACEScg)\n}\n",
    );
    project.write("toma.yaml", "edition: 2027\n");
    let said = project.toma(&["lock"]).with(0).out;
    assert!(said.contains("weights of 1 network"), "{said}");
    let lock = read(&project, "toma.lock");
    let pinned = lock.split("oidn_ldr: sha256:").nth(1).expect("the weights are pinned");
    let digest = &pinned[..64];
    project.toma(&["plan", "shot.toma"]).with(0);
    project.write("toma.lock", lock.replace(digest, &"0".repeat(64)));
    for command in ["plan", "render"] {
        let ended = project.toma(&[command, "shot.toma"]).with(1);
        ended.saying(&["T0738", "`oidn_ldr`", digest, "toma lock"]);
    }
    assert!(project.files("out").is_empty());
    project.toma(&["lock"]).with(0);
    assert_eq!(read(&project, "toma.lock"), lock);
    project.toma(&["plan", "shot.toma"]).with(0);
}

#[test]
fn a_use_of_what_the_manifest_could_not_offer_is_no_second_mistake() {
    let project = Project::new(&SHOT.replace("shot A", "use acme.film.gain\n\nshot A"));
    let git = "{git: \"https://example.com/a.git\", rev: 0123456789012345678901234567890123456789}";
    let cases = [
        (format!("edition: 2027\npackages:\n  acme: {git}\n"), "T0235"),
        ("edition: 2027\npackages:\n  acme: {path: nowhere}\n".to_owned(), "T0234"),
        ("edition: 2027\npackages:\n  acme: {path: a, git: b}\n".to_owned(), "T0231"),
        ("edition: 2027\npackages:\n  acme: {git: b, rev: main}\n".to_owned(), "T0231"),
        ("edition: 2027\nroots:\n  acme: nowhere\n".to_owned(), "T0234"),
        ("edition: 2027\nroots:\n  acme: {path: lib}\n".to_owned(), "T0231"),
        ("edition: 2027\nroots: lib\n".to_owned(), "T0231"),
        ("edition: 2027\nrots:\n  acme: lib\n".to_owned(), "T0230"),
        ("edition: 2027\nedition: 2027\n".to_owned(), "T0551"),
        ("edition: 2027\nroots:\n\tacme: lib\n".to_owned(), "T0550"),
        ("edition 2027\n".to_owned(), "T0231"),
    ];
    for (manifest, code) in cases {
        project.write("toma.yaml", &manifest);
        let ended = project.toma(&["check", "shot.toma"]).with(1).saying(&[code, "1 error"]);
        assert!(!ended.err.contains("2 errors"), "{manifest}{}", ended.err);
        // A folder beside the file is found all the same.
        project.write("acme/film.toma", "/// One stop.\npub const gain = 1stops\n");
        project.toma(&["check", "shot.toma"]).with(1).saying(&[code, "1 error"]);
        std::fs::remove_dir_all(project.path("acme")).expect("the folder");
    }
}

#[test]
fn every_project_has_its_own_colours() {
    let project = Project::new("");
    let shot = SHOT.replace("constant(0.5)", "constant(0.5) |> to(Space(\"Twice\"))");
    project.write("one/a.toma", &shot);
    project.write("two/a.toma", &shot);
    project.write("one/toma.yaml", "edition: 2027\n");
    project.write("two/toma.yaml", "edition: 2027\n");
    let both = |files: &[&str]| project.toma(&[&["check"][..], files].concat());
    both(&["one/a.toma", "two/a.toma"]).with(1);
    project.write("two/show.ocio", CONFIG);
    project.write("two/toma.yaml", "edition: 2027\ncolour: {config: show.ocio}\n");
    for files in [["one/a.toma", "two/a.toma"], ["two/a.toma", "one/a.toma"]] {
        let ended = both(&files).with(1);
        assert!(ended.err.contains("two/a.toma: no errors"), "{}", ended.err);
        assert!(ended.err.contains("one/a.toma: 1 error"), "{}", ended.err);
    }
}

#[test]
fn the_cache_that_toma_yaml_names_is_looked_after() {
    let project = Project::new(SHOT);
    project.write("toma.yaml", "edition: 2027\ncache: work/cache\n");
    project.toma(&["cache", "stat"]).with(4).saying(&["T0707", "work/cache"]);
    project.toma(&["render", "shot.toma"]).with(0);
    for arguments in
        [&["cache", "stat"][..], &["cache", "stat", "shot.toma"], &["cache", "stat", "."]]
    {
        let ended = project.toma(arguments).with(0);
        assert!(ended.out.starts_with("work/cache:"), "{arguments:?} {}", ended.out);
    }
    project.toma(&["cache", "clear", "shot.toma"]).with(0);
}

#[test]
fn a_folder_without_a_project_has_nothing_to_lock() {
    let project = Project::new(SHOT);
    project.toma(&["lock"]).with(1).saying(&["T0733", "edition: 2027"]);
    project.write("toma.yaml", "edition: 2027\npackages: 5\n");
    project.toma(&["lock"]).with(1).saying(&["T0231"]);
}

#[test]
fn the_schemas_in_the_repository_are_those_that_toma_prints() {
    let project = Project::new(SHOT);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    for of in ["project", "lock", "tweaks"] {
        let printed = project.toma(&["schema", of]).with(0).out;
        let _: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
        let path = folder.join(format!("{of}.schema.json"));
        if std::env::var_os("TOMA_BLESS").is_some() {
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(&path, &printed).expect("a file");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(kept, printed, "{}: write it with TOMA_BLESS=1", path.display());
    }
}
