//! `schemas/plan.schema.json` describes the plans that are made: of the gallery, of the specification, and of
//! every sort of value that a plan may hold.

use crate::project::Project;
use serde_json::{Map, Value as Json, json};
use std::path::Path;
use toma_plan::{
    Curve, CurveKey, Date, Dimension, Ease, FrameRange, FrameRate, Operation, SCHEMA, Shape, Value,
};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn schema() -> Json {
    let text = std::fs::read_to_string(root().join("schemas/plan.schema.json")).expect("a schema");
    serde_json::from_str(&text).expect("JSON")
}

/// What stands against a value, by the words of JSON Schema that ours uses. Another word fails the test.
fn against(all: &Json, schema: &Json, value: &Json, at: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let none = Map::new();
    for (word, rule) in schema.as_object().expect("an object") {
        let holds = match word.as_str() {
            "$schema" | "title" | "$defs" | "prefixItems" | "properties" => true,
            "$ref" => {
                let name = rule.as_str().expect("a name").trim_start_matches("#/$defs/");
                let named = all["$defs"].get(name).unwrap_or_else(|| panic!("no {name}"));
                wrong.extend(against(all, named, value, at));
                true
            }
            "const" => value == rule,
            "enum" => rule.as_array().expect("a list").contains(value),
            "type" => match rule {
                Json::Array(kinds) => kinds.iter().any(|kind| is_a(value, kind)),
                kind => is_a(value, kind),
            },
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().expect("one")),
            "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= number(rule)),
            "maxItems" => value.as_array().is_none_or(|list| list.len() as u64 <= number(rule)),
            "required" => {
                let given = value.as_object().unwrap_or(&none);
                let names = rule.as_array().expect("a list").iter().filter_map(Json::as_str);
                let missing: Vec<&str> = names.filter(|name| !given.contains_key(*name)).collect();
                missing.is_empty()
            }
            "additionalProperties" => {
                for (name, inner) in value.as_object().unwrap_or(&none) {
                    let at = format!("{at}.{name}");
                    match schema.get("properties").and_then(|known| known.get(name)) {
                        Some(known) => wrong.extend(against(all, known, inner, &at)),
                        None if rule == &Json::Bool(false) => wrong.push(format!("{at}: unknown")),
                        None => wrong.extend(against(all, rule, inner, &at)),
                    }
                }
                true
            }
            "items" => {
                for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
                    wrong.extend(against(all, rule, inner, &format!("{at}[{index}]")));
                }
                true
            }
            "oneOf" => {
                let fits = |one: &&Json| against(all, one, value, at).is_empty();
                rule.as_array().expect("a list").iter().filter(fits).count() == 1
            }
            word => panic!("the checker doesn't know `{word}`"),
        };
        if word == "prefixItems" {
            let pairs = rule.as_array().into_iter().flatten();
            for (rule, inner) in pairs.zip(value.as_array().into_iter().flatten()) {
                wrong.extend(against(all, rule, inner, at));
            }
        }
        if !holds {
            wrong.push(format!("{at}: {word} {rule} and not {value}"));
        }
    }
    wrong
}

fn number(rule: &Json) -> u64 {
    rule.as_u64().expect("a whole number")
}

fn is_a(value: &Json, kind: &Json) -> bool {
    match kind.as_str().expect("a word") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        kind => panic!("the checker doesn't know the kind `{kind}`"),
    }
}

#[track_caller]
fn conforms(plan: &Json) {
    let schema = schema();
    let wrong = against(&schema, &schema, plan, "plan");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn plan_of(project: &Project, file: &str) -> Option<Json> {
    let shots = project.toma(&["plan", file, "--graph", "json"]);
    // Several shots: one object each.
    let objects = serde_json::Deserializer::from_str(&shots.out).into_iter::<Json>();
    objects.map(|object| object.expect("JSON")).inspect(conforms).last()
}

#[test]
fn the_schema_has_the_version_of_the_plans() {
    assert_eq!(schema()["properties"]["schema"]["const"], SCHEMA);
}

#[test]
fn the_gallery_conforms() {
    let project = Project::new("");
    let shot = root().join("recipes/lamplight/lamplight.toma");
    project.write("lamplight.toma", std::fs::read(shot).expect("the gallery's shot"));
    let plan = plan_of(&project, "lamplight.toma").expect("a plan");
    assert!(plan["nodes"].as_array().is_some_and(|nodes| nodes.len() > 20), "{plan}");
}

#[test]
fn plans_of_the_specification_conform() {
    let mut planned = 0;
    for chapter in
        ["data", "choice", "curves", "documents", "pictures", "shots", "values", "plan", "testing"]
    {
        let text = std::fs::read_to_string(root().join(format!("tests/spec/{chapter}.md")));
        let text = text.expect("a chapter");
        let project = Project::new("");
        // A program is a block behind a fence; what has errors makes no plan.
        for block in text.split("\n```").filter_map(|block| block.strip_prefix("toma\n")) {
            let named = block.strip_prefix("// file: ").and_then(|rest| rest.lines().next());
            project.write(named.unwrap_or("shot.toma"), format!("{block}\n"));
            if named.is_none() && !block.contains("// error: [") && block.contains("\nshot ") {
                planned += usize::from(plan_of(&project, "shot.toma").is_some());
            }
        }
    }
    assert!(planned >= 20, "only {planned} plans");
}

#[test]
fn every_sort_of_value_conforms() {
    let frames = FrameRange { first: 1001, last: 1010 };
    let constant = || Box::new(Shape::Constant(vec![1.0]));
    let eases = [Ease::Hold, Ease::Linear, Ease::Smooth, Ease::Cubic { out: 1.5, into: -2.0 }];
    let key = |(at, ease)| CurveKey { frame: 1001.5 + f64::from(at), values: vec![0.5], ease };
    let keys = Shape::Keys((0..4).zip(eases).map(key).collect());
    let pieces = Shape::Pieces { base: Box::new(keys), pieces: vec![(frames, *constant())] };
    let compute =
        Shape::Compute { operation: Operation::Maximum, left: Box::new(pieces), right: constant() };
    let named = || [("a".to_owned(), Value::Int(-4))].into();
    let values = [
        Value::None,
        Value::Bool(true),
        Value::Int(-7),
        Value::Number { value: 0.25, dimension: Dimension::Ratio },
        Value::Vector { values: vec![1.0, 2.0], dimension: Dimension::Length },
        Value::Text("a".into()),
        Value::Path("a.%04d.exr".into()),
        Value::Seed(u64::MAX),
        Value::Size(1920, 1080),
        Value::Frames(frames),
        Value::Steps { frames, every: 2 },
        Value::Rate(FrameRate { frames: 24000, seconds: 1001 }),
        Value::Date(Date::new(2028, 2, 29).expect("a day")),
        Value::List(vec![Value::None, Value::Int(1)]),
        Value::Record(named()),
        Value::Case { name: "Roto".into(), values: named() },
        Value::Curve(Curve { shape: compute, dimension: Dimension::Stops }),
    ];
    let schema = schema();
    for value in values {
        let written = serde_json::to_value(&value).expect("JSON");
        let wrong = against(&schema, &schema["$defs"]["value"], &written, "value");
        assert!(wrong.is_empty(), "{value:?}: {wrong:#?}");
    }
}

#[test]
fn what_is_no_plan_does_not_conform() {
    let project = Project::new(
        "shot A {\n    frames 1..2\n    rate 24fps\n    format 8x8\n    \
         write \"a.%04d.exr\" = constant(0.5)\n}\n",
    );
    let plan = plan_of(&project, "shot.toma").expect("a plan");
    let schema = schema();
    let changes: [fn(&mut Json); 5] = [
        |plan| plan["schema"] = json!(1),
        |plan| plan["nodes"][0]["outside"] = json!("Sometimes"),
        |plan| plan["nodes"][0]["more"] = json!(1),
        |plan| plan["ambient"]["format"] = json!([8]),
        |plan| drop(plan.as_object_mut().expect("an object").remove("outputs")),
    ];
    for change in changes {
        let mut changed = plan.clone();
        change(&mut changed);
        assert!(!against(&schema, &schema, &changed, "plan").is_empty(), "{changed}");
    }
}
