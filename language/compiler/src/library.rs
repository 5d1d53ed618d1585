//! The standard library's texts, embedded. Declarations and recipes in Toma itself; what the stages do is
//! the runtime's.

macro_rules! modules {
    ($($name:literal),* $(,)?) => {
        &[$((
            concat!("std/", $name, ".toma"),
            include_str!(concat!("../../../stdlib/", $name, ".toma")),
        )),*]
    };
}

/// Path and text of every module. A test holds this list against the folder.
pub(crate) const MODULES: &[(&str, &str)] = modules![
    "color",
    "comp",
    "filter",
    "matte",
    "prelude",
    "restore",
    "source",
    "time",
    "transform",
    "understand",
];

/// The module whose imports are visible everywhere.
pub(crate) const PRELUDE: &str = "std/prelude.toma";

/// The text of a module, by its path: `std/comp.toma`.
pub(crate) fn text(path: &str) -> Option<&'static str> {
    MODULES.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}

/// Is there something of that path in the standard library: `std.filter.blur`?
pub(crate) fn has(path: &str) -> bool {
    let Some((module, name)) = path.rsplit_once('.') else { return false };
    let Some(text) = text(&format!("{}.toma", module.replace('.', "/"))) else { return false };
    let words = ["stage", "recipe", "record", "enum", "const"];
    text.lines().filter_map(|line| line.strip_prefix("pub ")).any(|line| {
        words.iter().any(|word| {
            let rest = line.strip_prefix(word).and_then(|rest| rest.strip_prefix(' '));
            rest.and_then(|rest| rest.strip_prefix(name))
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        })
    })
}

/// `std/comp.toma` to `std.comp`; for project files the path without its ending.
pub(crate) fn module_name(path: &str) -> String {
    path.strip_suffix(".toma").unwrap_or(path).replace('/', ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "holds the list against the folder")]
    fn the_list_is_the_folder() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter_map(|name| Some(format!("std/{}.toma", name.strip_suffix(".toma")?)))
            .collect();
        found.sort();
        let listed: Vec<String> = MODULES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(found, listed);
    }
}
