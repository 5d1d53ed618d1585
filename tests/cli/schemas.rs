//! The JSON schemas of the YAML files: what they accept and refuse, beside what Toma itself says. JSON is YAML, so
//! one text serves both.

use crate::project::Project;
use serde_json::Value as Json;
use std::iter::Peekable;
use std::str::Chars;

const SHOT: &str = "\
shot A {
    frames 1001..1010
    rate 24fps
    format 16x16
    param gain: Stops = 1stops
    let soft = constant(0.5) |> blur(size: 4px)
    write \"out/a.%04d.exr\" = soft |> exposure(gain)
}
";

const HEX: &str = "0123456789abcdef0123456789ABCDEF01234567";
const TREE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// File, text, is it right in its form?
fn examples() -> Vec<(&'static str, String, bool)> {
    let git = format!("{{\"git\": \"https://example.com/a.git\", \"rev\": \"{HEX}\"}}");
    let project = |rest: &str| format!("{{\"edition\": 2027{rest}}}");
    let packages = |what: &str| project(&format!(", \"packages\": {{\"acme\": {what}}}"));
    let lock = |rest: &str| format!("{{\"version\": 1{rest}}}");
    let locked = |what: &str| lock(&format!(", \"packages\": {{\"acme\": {what}}}"));
    vec![
        ("project", project(""), true),
        ("project", project(", \"media\": \"plates\", \"cache\": \"c\", \"models\": \"m\""), true),
        ("project", project(", \"roots\": {\"looks\": \"lib/looks\"}"), true),
        ("project", packages("{\"path\": \"acme\"}"), true),
        ("project", packages(&git), true),
        ("project", project(", \"colour\": {\"spaces\": {\"Show Log\": \"Log\"}}"), true),
        ("project", "{}".to_owned(), false),
        ("project", "[2027]".to_owned(), false),
        ("project", "{\"edition\": 2028}".to_owned(), false),
        ("project", "{\"edition\": \"2027\"}".to_owned(), false),
        ("project", project(", \"rots\": {}"), false),
        ("project", project(", \"roots\": [\"lib\"]"), false),
        ("project", project(", \"media\": \"\""), false),
        ("project", packages("\"acme\""), false),
        ("project", packages("{}"), false),
        ("project", packages("{\"git\": \"https://example.com/a.git\"}"), false),
        ("project", packages("{\"git\": \"a\", \"rev\": \"main\"}"), false),
        ("project", packages("{\"path\": \"acme\", \"rev\": \"main\"}"), false),
        ("project", project(", \"colour\": {\"spaces\": {\"Show Log\": \"Logg\"}}"), false),
        ("lock", lock(""), true),
        ("lock", locked(&format!("{{\"path\": \"a\", \"tree\": \"blake3:{TREE}\"}}")), true),
        ("lock", lock(&format!(", \"weights\": {{\"oidn\": \"sha256:{TREE}\"}}")), true),
        ("lock", "{\"version\": 2}".to_owned(), false),
        ("lock", locked("{\"path\": \"a\"}"), false),
        ("lock", locked(&format!("{{\"path\": \"a\", \"tree\": \"{TREE}\"}}")), false),
        ("lock", lock(", \"weights\": {\"oidn\": \"sha256:12\"}"), false),
        ("tweaks", "{\"soft.size\": \"5px\", \"gain\": \"2stops\"}".to_owned(), true),
        ("tweaks", "{\"soft.size!\": \"5px\"}".to_owned(), true),
        (
            "tweaks",
            "{\"soft.size\": {\"1001\": \"5px\", \"last\": \"6px smooth\"}}".to_owned(),
            true,
        ),
        (
            "tweaks",
            "{\"soft.size\": {\"value\": \"5px\", \"at\": {\"1005..last\": 1}}}".to_owned(),
            true,
        ),
        ("tweaks", "{\"größe.dämpfung\": 5, \"a/b.c\": [1, 2], \"t\": true}".to_owned(), true),
        ("tweaks", "[1, 2]".to_owned(), false),
        ("tweaks", "{\"soft size\": \"5px\"}".to_owned(), false),
        ("tweaks", "{\"7.size\": \"5px\"}".to_owned(), false),
        ("tweaks", "{\"soft/.size\": \"5px\"}".to_owned(), false),
        ("tweaks", "{\"soft.size\": null}".to_owned(), false),
        ("tweaks", "{\"soft.size\": {}}".to_owned(), false),
        ("tweaks", "{\"soft.size\": {\"frist\": \"5px\"}}".to_owned(), false),
        ("tweaks", "{\"soft.size\": {\"value\": \"5px\", \"att\": {\"1\": 1}}}".to_owned(), false),
        ("tweaks", "{\"soft.size\": {\"value\": \"5px\", \"at\": 5}}".to_owned(), false),
    ]
}

/// Codes that are about the form of these files.
const FORM: [&str; 9] =
    ["T0230", "T0231", "T0232", "T0233", "T0550", "T0551", "T0552", "T0553", "T0555"];

#[test]
fn a_schema_accepts_what_toma_accepts_and_nothing_else() {
    let scratch = Project::new(SHOT);
    let schemas: Vec<(&str, Json)> = ["project", "lock", "tweaks"]
        .map(|of| {
            let printed = scratch.toma(&["schema", of]).with(0).out;
            (of, serde_json::from_str(&printed).expect("JSON"))
        })
        .into();
    for (of, text, right) in examples() {
        let root = &schemas.iter().find(|(known, _)| *known == of).expect("a schema").1;
        let example: Json = serde_json::from_str(&text).expect("JSON");
        assert_eq!(holds(root, root, &example), right, "the schema of {of}: {text}");

        let project = Project::new(SHOT);
        let file = match of {
            "project" => "toma.yaml",
            "lock" => "toma.lock",
            _ => "A.tweaks.yaml",
        };
        if of == "lock" {
            project.write("toma.yaml", "edition: 2027\n");
        }
        project.write(file, &text);
        let checked = project.toma(&["check", "shot.toma"]);
        let said = FORM.iter().any(|code| checked.err.contains(code));
        assert_eq!(!said, right, "{file}: {text}\n{}", checked.err);
    }
}

/// Does a value fit a schema? What of draft 2020-12 our schemas use.
fn holds(root: &Json, schema: &Json, value: &Json) -> bool {
    let Some(schema) = schema.as_object() else { return schema.as_bool() == Some(true) };
    schema.iter().all(|(word, said)| match word.as_str() {
        "$ref" => {
            let path = said.as_str().and_then(|path| path.strip_prefix('#')).expect("a local path");
            holds(root, root.pointer(path).expect("what it refers to"), value)
        }
        "type" => match said {
            Json::Array(kinds) => kinds.iter().any(|kind| is(value, kind.as_str())),
            kind => is(value, kind.as_str()),
        },
        "enum" => said.as_array().is_some_and(|known| known.contains(value)),
        "anyOf" => said.as_array().is_some_and(|all| all.iter().any(|one| holds(root, one, value))),
        "oneOf" => said
            .as_array()
            .is_some_and(|all| all.iter().filter(|one| holds(root, one, value)).count() == 1),
        "minLength" => {
            value.as_str().is_none_or(|text| text.chars().count() as u64 >= number(said))
        }
        "minProperties" => value.as_object().is_none_or(|all| all.len() as u64 >= number(said)),
        "pattern" => value.as_str().is_none_or(|text| matches(said.as_str().expect("text"), text)),
        "items" => value.as_array().is_none_or(|all| all.iter().all(|one| holds(root, said, one))),
        "required" => value.as_object().is_none_or(|all| {
            let mut names = said.as_array().into_iter().flatten().filter_map(Json::as_str);
            names.all(|name| all.contains_key(name))
        }),
        "properties" | "patternProperties" => value.as_object().is_none_or(|all| {
            let known = said.as_object().expect("names");
            let by_name = word == "properties";
            all.iter().all(|(name, value)| {
                let fits = |key: &String| if by_name { key == name } else { matches(key, name) };
                known.iter().filter(|(key, _)| fits(key)).all(|(_, one)| holds(root, one, value))
            })
        }),
        "additionalProperties" => value.as_object().is_none_or(|all| {
            let named =
                |name: &str| schema.get("properties").is_some_and(|k| k.get(name).is_some());
            let pattern = |name: &str| {
                let patterns = schema.get("patternProperties").and_then(Json::as_object);
                patterns.is_some_and(|all| all.keys().any(|pattern| matches(pattern, name)))
            };
            let mut rest = all.iter().filter(|(name, _)| !named(name) && !pattern(name));
            rest.all(|(_, value)| holds(root, said, value))
        }),
        "$schema" | "$defs" | "title" | "description" => true,
        other => panic!("the test knows no `{other}`"),
    })
}

fn is(value: &Json, kind: Option<&str>) -> bool {
    match kind.expect("a type's name") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the test knows no type `{other}`"),
    }
}

fn number(value: &Json) -> u64 {
    value.as_u64().expect("a number")
}

/// A part of a pattern.
#[derive(Debug)]
enum Part {
    /// A sign of these ranges, or of none of them.
    Sign(Vec<(char, char)>, bool),
    /// One of these.
    Group(Vec<Vec<Part>>),
    /// So often.
    Times(Box<Part>, usize, usize),
    End,
}

/// Does a text fit a regular expression? All of ours begin with `^`.
fn matches(pattern: &str, text: &str) -> bool {
    let mut signs = pattern.strip_prefix('^').expect("an anchor").chars().peekable();
    let parts = sequence(&mut signs);
    let text: Vec<char> = text.chars().collect();
    !ends(&parts, &text, 0).is_empty()
}

fn sequence(signs: &mut Peekable<Chars<'_>>) -> Vec<Part> {
    let mut parts = Vec::new();
    while let Some(sign) = signs.next_if(|sign| !matches!(sign, '|' | ')')) {
        let part = match sign {
            '$' => Part::End,
            '(' => {
                let mut ways = vec![sequence(signs)];
                while signs.next() == Some('|') {
                    ways.push(sequence(signs));
                }
                Part::Group(ways)
            }
            '[' => class(signs),
            '\\' => {
                let sign = escaped(signs);
                Part::Sign(vec![(sign, sign)], false)
            }
            sign => Part::Sign(vec![(sign, sign)], false),
        };
        let times = |part, least, most| Part::Times(Box::new(part), least, most);
        parts.push(match signs.peek() {
            Some('*') => times(part, 0, usize::MAX),
            Some('?') => times(part, 0, 1),
            Some('{') => {
                let count: String =
                    signs.by_ref().skip(1).take_while(|sign| *sign != '}').collect();
                let count = count.parse().expect("a count");
                parts.push(times(part, count, count));
                continue;
            }
            _ => {
                parts.push(part);
                continue;
            }
        });
        signs.next();
    }
    parts
}

fn class(signs: &mut Peekable<Chars<'_>>) -> Part {
    let none = signs.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        let first = match signs.next().expect("a closed class") {
            ']' => return Part::Sign(ranges, none),
            '\\' => escaped(signs),
            sign => sign,
        };
        let mut ahead = signs.clone();
        if ahead.next() == Some('-') && ahead.peek() != Some(&']') {
            signs.next();
            let last = match signs.next().expect("a closed range") {
                '\\' => escaped(signs),
                sign => sign,
            };
            ranges.push((first, last));
        } else {
            ranges.push((first, first));
        }
    }
}

fn escaped(signs: &mut Peekable<Chars<'_>>) -> char {
    match signs.next().expect("an escaped sign") {
        'x' => {
            let digits: String = signs.by_ref().take(2).collect();
            char::from(u8::from_str_radix(&digits, 16).expect("two digits"))
        }
        sign => sign,
    }
}

/// Where the parts may end that begin at a sign of the text.
fn ends(parts: &[Part], text: &[char], from: usize) -> Vec<usize> {
    let Some((first, rest)) = parts.split_first() else { return vec![from] };
    let mut all: Vec<usize> =
        one(first, text, from).into_iter().flat_map(|at| ends(rest, text, at)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn one(part: &Part, text: &[char], from: usize) -> Vec<usize> {
    match part {
        Part::End => {
            if from == text.len() {
                vec![from]
            } else {
                Vec::new()
            }
        }
        Part::Sign(ranges, none) => match text.get(from) {
            Some(sign) if ranges.iter().any(|(a, b)| a <= sign && sign <= b) != *none => {
                vec![from + 1]
            }
            _ => Vec::new(),
        },
        Part::Group(ways) => ways.iter().flat_map(|way| ends(way, text, from)).collect(),
        Part::Times(part, least, most) => {
            let (mut found, mut here, mut count) = (Vec::new(), vec![from], 0);
            while !here.is_empty() && count <= *most {
                if count >= *least {
                    found.extend(here.iter().copied());
                }
                here = here.iter().flat_map(|at| one(part, text, *at)).collect();
                count += 1;
            }
            found
        }
    }
}
