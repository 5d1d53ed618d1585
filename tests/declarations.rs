//! The standard library's declarations and the stages that implement them say the same, both ways.

use std::collections::BTreeSet;
use std::sync::Arc;
use toma_compiler::{Compiler, ParameterDeclaration, Sampling as Declared, StageDeclaration};
use toma_media::colour::BuiltinColour;
use toma_models::Models;
use toma_stage::{AmbientValue, Declaration, Kind, NumericClass, Registry, Sampling};

fn registry() -> Registry {
    let colour = BuiltinColour::new().expect("the built-in configuration");
    toma_stages::registry(Arc::new(colour), Arc::new(Models::new(Models::default_folders())))
}

fn sampling(parameter: &ParameterDeclaration) -> String {
    match &parameter.sampling {
        Declared::At => "at".into(),
        Declared::Shutter { length, samples } => format!("shutter {length} {samples}"),
        Declared::Window { before, after } => format!("window {before} {after}"),
        Declared::Whole => "whole".into(),
        Declared::Blob => "blob".into(),
        Declared::Placing => "placing".into(),
    }
}

fn implemented(sampling: Sampling) -> String {
    match sampling {
        Sampling::At => "at".into(),
        Sampling::Shutter { length, samples } => format!("shutter {length} {samples}"),
        Sampling::Window { before, after } => format!("window {before} {after}"),
        Sampling::Whole => "whole".into(),
        Sampling::Blob => "blob".into(),
        Sampling::Placing => "placing".into(),
    }
}

fn ambient(value: AmbientValue) -> &'static str {
    match value {
        AmbientValue::FrameNumber => "frame",
        AmbientValue::Format => "format",
        AmbientValue::Rate => "rate",
        AmbientValue::Space => "space",
        AmbientValue::ColourConfig => "colour_config",
    }
}

/// The sort of value that a written type is.
fn kind(written: &str) -> Kind {
    match written.split('<').next().unwrap_or_default() {
        "Clip" | "Image" => Kind::Picture,
        "Matte" => Kind::Matte,
        "Table" => Kind::Table,
        _ => Kind::Any,
    }
}

fn compare(declared: &StageDeclaration, stage: &Declaration) {
    let name = &declared.name;
    assert_eq!(declared.version, stage.version, "version of {name}");
    let ports: BTreeSet<_> =
        declared.ports.iter().map(|port| (port.name.as_str(), port.optional, port.many)).collect();
    let inputs: BTreeSet<_> =
        stage.inputs.iter().map(|port| (port.name, port.optional, port.many)).collect();
    assert_eq!(ports, inputs, "input ports of {name}: declared, implemented");
    for port in &declared.ports {
        let input =
            stage.inputs.iter().find(|input| input.name == port.name).expect("compared above");
        assert_eq!(kind(&port.kind), input.kind, "kind of {name}.{}", port.name);
    }
    let parameters: BTreeSet<_> = declared
        .parameters
        .iter()
        .map(|parameter| (parameter.name.as_str(), sampling(parameter)))
        .collect();
    let settings: BTreeSet<_> = stage
        .parameters
        .iter()
        .map(|parameter| (parameter.name, implemented(parameter.sampling)))
        .collect();
    assert_eq!(parameters, settings, "parameters of {name}: declared, implemented");
    let wanted: BTreeSet<_> = declared.ambient.iter().map(String::as_str).collect();
    let read: BTreeSet<_> = stage.ambient.iter().map(|value| ambient(*value)).collect();
    assert_eq!(wanted, read, "ambient values of {name}: declared, implemented");
    let class = match stage.class {
        NumericClass::Exact => "exact",
        NumericClass::Network(_) => "network",
    };
    assert_eq!(declared.class, class, "numeric class of {name}");
    assert_eq!(declared.weights.as_deref(), stage.weights, "weights of {name}");
    let result = stage.outputs.first().unwrap_or_else(|| panic!("{name} yields nothing"));
    assert_eq!(kind(&declared.result), result.kind, "result of {name}");
}

#[test]
fn every_stage_is_declared_and_implemented_alike() {
    let registry = registry();
    let declared = Compiler::declarations();
    assert!(declared.len() > 20, "the standard library has {} stages", declared.len());
    for declaration in &declared {
        let stage = registry
            .get(&declaration.name)
            .unwrap_or_else(|| panic!("{} is declared and not implemented", declaration.name));
        compare(declaration, stage.declaration());
    }
    for stage in registry.iter() {
        let name = stage.declaration().stage;
        let found = declared.iter().any(|declaration| declaration.name == name);
        assert!(found, "{name} is implemented and not declared in stdlib");
    }
}

#[test]
fn every_public_stage_and_parameter_is_documented() {
    for declaration in Compiler::declarations() {
        assert!(!declaration.docs.trim().is_empty(), "{} has no docs", declaration.name);
        assert!(declaration.docs.contains("```toma"), "{} has no example", declaration.name);
        for parameter in &declaration.parameters {
            let hidden = parameter.kind == "Text" && parameter.name.len() == 1;
            assert!(
                hidden || !parameter.docs.trim().is_empty(),
                "{}.{} has no docs",
                declaration.name,
                parameter.name
            );
        }
    }
}
