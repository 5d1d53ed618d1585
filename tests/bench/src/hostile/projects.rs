//! Several files, and the YAML beside them.

use super::{Files, Input, SHOT, input, joined, one, several};
use std::fmt::Write as _;

/// All of them.
pub(super) fn all() -> Vec<Input> {
    let few =
        |name: &str, files: Files| Input { fixed: true, ..several(name, move |_| files.clone()) };
    let mut inputs = vec![
        few("a circle of 1,000 files", circle(1000)),
        few("150 files that all use all", all_use_all(150)),
        several("bytes that are no text", |bytes| {
            vec![("shot.toma".to_owned(), b"const a = \"\xff\xfe\xc3\x28\"\n".repeat(bytes / 16))]
        }),
        several("zero bytes", |bytes| vec![("shot.toma".to_owned(), vec![0; bytes])]),
        several("UTF-16", |bytes| {
            let text: Vec<u8> = "const a = 1\n"
                .repeat(bytes / 24)
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect();
            vec![("shot.toma".to_owned(), [vec![0xff, 0xfe], text].concat())]
        }),
        several("every byte", |bytes| {
            vec![(
                "shot.toma".to_owned(),
                (0..bytes).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect(),
            )]
        }),
        input("a byte order mark in each line", |bytes| {
            "\u{feff}const a = 1\r\n".repeat(bytes / 16)
        }),
    ];
    for (name, text) in yaml() {
        for path in ["A.tweaks.yaml", "toma.yaml", "toma.lock"] {
            inputs.push(several(format!("{path}: {name}"), move |bytes| {
                beside(path, text(bytes).into_bytes())
            }));
        }
    }
    for path in ["A.tweaks.yaml", "toma.yaml", "toma.lock"] {
        inputs.push(several(format!("{path}: bytes that are no text"), move |bytes| {
            beside(path, b"a: \xff\xfe\n".repeat(bytes / 6))
        }));
    }
    inputs
}

/// A right program with something beside it.
fn beside(path: &str, text: Vec<u8>) -> Files {
    let program = format!(
        "{SHOT}    let a = constant(0.5) |> exposure(1stops)\n    write \"a.%04d.exr\" = a\n}}\n"
    );
    let mut files = one(program);
    files.push((path.to_owned(), text));
    if path == "toma.lock" {
        let manifest = "edition: 2027\npackages:\n  p: { path: ../p }\n";
        files.push(("toma.yaml".to_owned(), manifest.as_bytes().to_vec()));
    }
    files
}

fn circle(count: usize) -> Files {
    let name = |n: usize| if n == 0 { "shot".to_owned() } else { format!("m{n}") };
    let file = |n: usize| {
        let next = (n + 1) % count;
        let text = format!("use {}.a{next}\npub const a{n} = 1\n", name(next));
        (format!("{}.toma", name(n)), text.into_bytes())
    };
    (0..count).map(file).collect()
}

fn all_use_all(count: usize) -> Files {
    let uses: String = joined(1..count, |n| format!("use m{n}.a{n}\n"));
    let mut files = one(uses.clone());
    files.extend(
        (1..count)
            .map(|n| (format!("m{n}.toma"), format!("{uses}pub const b{n} = 1\n").into_bytes())),
    );
    files
}

type Text = fn(usize) -> String;

fn yaml() -> Vec<(&'static str, Text)> {
    vec![
        ("aliases of aliases", |_| {
            let mut text = "a0: &a0 [1, 1]\n".to_owned();
            for n in 1..100 {
                let _ = writeln!(text, "a{n}: &a{n} [*a{0}, *a{0}, *a{0}, *a{0}]", n - 1);
            }
            text
        }),
        ("anchors", |bytes| joined(0..bytes / 12, |n| format!("a{n}: &a{n} 1\n"))),
        ("an alias, again and again", |bytes| format!("a: &a 1\n{}", "b: *a\n".repeat(bytes / 6))),
        ("merges", |bytes| format!("a: &a {{b: 1}}\n{}", "c: {<<: *a}\n".repeat(bytes / 12))),
        ("tags", |bytes| "a.stops: !!float 1stops\n".repeat(bytes / 24)),
        ("a tag of a megabyte", |bytes| format!("a.stops: !{} 1stops\n", "t".repeat(bytes))),
        ("documents", |bytes| "---\na.stops: 1stops\n".repeat(bytes / 20)),
        ("directives", |bytes| "%YAML 1.2\n".repeat(bytes / 10)),
        ("keys", |bytes| joined(0..bytes / 12, |n| format!("a{n}.b: 1\n"))),
        ("mistyped keys", |bytes| joined(0..bytes / 16, |n| format!("a.stps{n}: 1stops\n"))),
        ("one key", |bytes| "a.stops: 1stops\n".repeat(bytes / 16)),
        ("two keys of a line", |bytes| format!("{{{}}}", "a.stops: 1stops, ".repeat(bytes / 17))),
        ("a list", |bytes| "- a\n".repeat(bytes / 4)),
        ("deep lists", |bytes| "[".repeat(bytes)),
        ("deep maps", |bytes| "{a: ".repeat(bytes / 4)),
        ("deep dashes", |bytes| "- ".repeat(bytes / 2)),
        ("deep question marks", |bytes| "? ".repeat(bytes / 2)),
        ("deep values", |bytes| format!("a.stops: {}", "(".repeat(bytes))),
        ("indentation", |bytes| {
            let depth = (1..bytes).take_while(|n| n * (n + 5) / 2 < bytes).count();
            joined(0..depth, |n| format!("{}a:\n", " ".repeat(n)))
        }),
        ("one word", |bytes| "a".repeat(bytes)),
        ("one value", |bytes| format!("a.stops: {}stops\n", "1".repeat(bytes))),
        ("one text", |bytes| format!("a.stops: \"{}\"\n", "a".repeat(bytes))),
        ("a folded text", |bytes| format!("a.stops: >\n{}", "  a\n".repeat(bytes / 4))),
        ("one key of a megabyte", |bytes| format!("{}: 1\n", "a".repeat(bytes))),
        ("an address of a megabyte", |bytes| format!("{}: 1\n", "a/".repeat(bytes / 2))),
        ("quotes", |bytes| "\"".repeat(bytes)),
        ("comments", |bytes| "# a\n".repeat(bytes / 4)),
        ("comments of a value", |bytes| format!("a.stops: 1stops {}", "# a ".repeat(bytes / 4))),
        ("carriage returns", |bytes| "a.stops: 1stops\r\n".repeat(bytes / 17)),
        ("a byte order mark", |bytes| {
            format!("\u{feff}{}", "a.stops: 1stops\n".repeat(bytes / 16))
        }),
        ("names in any script", |bytes| joined(0..bytes / 24, |n| format!("höhe名{n}.х: 1\n"))),
        ("tabs", |bytes| "\ta: 1\n".repeat(bytes / 6)),
        ("frames", |bytes| {
            let lines: String = joined(0..bytes / 16, |n| format!("  {n}..{n}: 1stops\n"));
            format!("a.stops:\n{lines}")
        }),
        ("frames that overlap", |bytes| {
            format!("a.stops:\n{}", "  1..1000000000: 1stops\n".repeat(bytes / 24))
        }),
        ("values", |bytes| {
            let lines: String = joined(0..bytes / 8, |n| format!("{n}, "));
            format!("a.stops: [{lines}]\n")
        }),
        ("a curve", |bytes| {
            let lines: String = joined(0..bytes / 16, |n| format!("{n}: {n}stops, "));
            format!("a.stops: {{{lines}}}\n")
        }),
        ("packages", |bytes| {
            let lines: String = joined(0..bytes / 24, |n| format!("  p{n}: {{ path: ../p{n} }}\n"));
            format!("edition: 2027\npackages:\n{lines}")
        }),
        ("locked packages", |bytes| {
            let lines: String = joined(0..bytes / 110, |n| {
                format!("  p{n}:\n    path: \"../p{n}\"\n    tree: blake3:{n:064x}\n")
            });
            format!("version: 1\npackages:\n{lines}")
        }),
        ("roots", |bytes| {
            let lines: String = joined(0..bytes / 20, |n| format!("  r{n}: lib/r{n}\n"));
            format!("edition: 2027\nroots:\n{lines}")
        }),
        ("colour spaces", |bytes| {
            let lines: String = joined(0..bytes / 24, |n| format!("    s{n}: Linear\n"));
            format!("edition: 2027\ncolour:\n  config: a.ocio\n  spaces:\n{lines}")
        }),
    ]
}
