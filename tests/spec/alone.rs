//! One mistake is told once: what follows from it is not told beside it.

use toma_syntax::diagnostic::Severity;

const PROGRAM: &str = r#"recipe soft(plate: Clip<ACEScg>, amount: Length = 4px, held: Bool = true) -> Clip<ACEScg> {
    let dark = plate |> exposure(-1stops)
    dark |> blur(amount)
}

shot A {
    frames 1001..1010
    rate 24fps
    format 64x64
    let plate = constant(0.5)
    let comp = soft(plate, 3px, held: true)
    set comp/dark.stops = -2stops
    at 1001..1003 { set comp/blur.size = 1px }
    write "out/a.%04d.exr" = comp
}
"#;

fn errors(text: String) -> Vec<String> {
    let mut compiler = crate::project::compiler(&[]);
    compiler.set_file("shot.toma", text);
    let found = compiler.check("shot.toma").into_iter();
    let errors = found.filter(|found| found.severity == Severity::Error);
    errors.map(|found| format!("{}: {}", found.code, found.message)).collect()
}

#[test]
fn a_mistake_in_a_recipe_is_not_told_again_of_what_is_set_inside_it() {
    assert_eq!(errors(PROGRAM.to_owned()), Vec::<String>::new());
    for (right, wrong) in [
        ("held: Bool", "held Bool"),
        ("exposure(-1stops)", "exposure(-1px)"),
        ("= plate |> exposure", "= plaet |> exposure"),
        ("3px, held: true", "3px, hled: true"),
        ("let dark = plate |> exposure(-1stops)", "let dark plate |> exposure(-1stops)"),
    ] {
        assert!(PROGRAM.contains(right), "{right}");
        let said = errors(PROGRAM.replacen(right, wrong, 1));
        assert_eq!(said.len(), 1, "{wrong}: {said:#?}");
    }
}
