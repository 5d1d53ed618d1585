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
