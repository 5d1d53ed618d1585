//! Paths as texts: what the compiler is given, joined with `/`. It asks nobody whether they exist.

/// The folder of a file, with its `/`; empty for a bare name.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |slash| path.get(..=slash).unwrap_or_default())
}

/// Does it lead to the same place from every folder?
pub(crate) fn is_absolute(path: &str) -> bool {
    let drive = path.as_bytes().get(1) == Some(&b':');
    path.starts_with(['/', '\\']) || drive
}

/// A path counted from a folder, without `.` and with no more `..` than it needs.
pub(crate) fn joined(folder: &str, path: &str) -> String {
    let whole = if is_absolute(path) { path.to_owned() } else { format!("{folder}{path}") };
    let front = if whole.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => _ = parts.pop(),
            ".." if !front.is_empty() => {}
            part => parts.push(part),
        }
    }
    format!("{front}{}", parts.join("/"))
}

/// The same as a folder: with a `/` at its end, empty for the current one.
pub(crate) fn joined_folder(folder: &str, path: &str) -> String {
    match joined(folder, path).as_str() {
        "" => String::new(),
        "/" => "/".to_owned(),
        path => format!("{path}/"),
    }
}

/// How a path is named from another folder, where both are counted from the same one and what is above it is
/// not left to go back into it by name.
pub(crate) fn relative(from: &str, to: &str) -> String {
    let (from, to) = (joined(from, ""), joined(to, ""));
    if is_absolute(&to) != is_absolute(&from) {
        return to;
    }
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (from, to) = (parts(&from), parts(&to));
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - same);
    up.chain(to.into_iter().skip(same)).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_join_as_a_shell_would() {
        let cases = [
            ("", "lib/looks", "lib/looks"),
            ("a/", "../acme", "acme"),
            ("", "../acme", "../acme"),
            ("../x/", "../acme/./b", "../acme/b"),
            ("a/", "/srv/acme", "/srv/acme"),
            ("/a/", "../../..", "/"),
            ("a/", ".", "a"),
        ];
        for (folder, path, whole) in cases {
            assert_eq!(joined(folder, path), whole, "{folder} {path}");
        }
        assert_eq!(
            (joined_folder("a/", ".."), joined_folder("", "b")),
            (String::new(), "b/".into())
        );
    }

    #[test]
    fn a_path_is_named_from_another_folder() {
        let cases = [
            ("shots/", "media/a.exr", "../media/a.exr"),
            ("", "media/a.exr", "media/a.exr"),
            ("shots/", "shots/b/a.exr", "b/a.exr"),
            ("/p/shots/", "/p/media/a.exr", "../media/a.exr"),
            ("shots/", "/srv/a.exr", "/srv/a.exr"),
            ("../x/", "../media/a.exr", "../media/a.exr"),
            ("../x/", "../../media/a.exr", "../../media/a.exr"),
        ];
        for (from, to, path) in cases {
            assert_eq!(relative(from, to), path, "{from} {to}");
        }
    }
}
