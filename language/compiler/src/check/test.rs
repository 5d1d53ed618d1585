//! Tests: the small shot around them, their lines, and what those claim.

use super::{Checker, Constants, Slot};
use crate::claim::{Claim, Comparison, MEASURES, Measure, Measured, OperandId};
use crate::evaluate::{Trouble, evaluate, frame_count, number};
use crate::names::nearest;
use crate::report::Report;
use crate::signature::plain_text;
use crate::system::Family;
use crate::term::{Fragment, Term, TermKind};
use crate::types::{Space, Type};
use toma_plan::{Dimension, FrameRange, FrameRate, Value};
use toma_syntax::ast::{Argument, Attribute, Binary, Body, Expr, ExprKind, Name, Text, Unary};
use toma_syntax::diagnostic::Span;

/// Pixels over all frames that a test may look at: it runs at every change.
const MOST_PIXELS: u64 = 100_000_000;

/// The attributes of tests, which stand for a shot's clauses.
pub(crate) const ON_TESTS: [&str; 7] =
    ["frames", "format", "rate", "space", "seed", "tolerance", "deprecated"];

/// A checked test.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TestTerm {
    pub(crate) title: String,
    pub(crate) frames: FrameRange,
    pub(crate) format: (u32, u32),
    pub(crate) rate: FrameRate,
    pub(crate) space: String,
    pub(crate) seed: Option<u64>,
    pub(crate) tolerance: f64,
    /// Values and pictures that claims name by their places here.
    pub(crate) operands: Vec<Term>,
    pub(crate) claims: Vec<(Claim, Span)>,
}

/// What a line's operand turned out to be.
enum Side {
    Picture(OperandId),
    Measured(Measured, Channels),
    /// Wrong and reported.
    Unknown,
}

/// How many numbers something measured has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Channels {
    One,
    /// Red, green and blue, perhaps alpha.
    Colour,
}

impl Checker<'_> {
    /// A test: its `let`s, and what its lines claim.
    pub(crate) fn test(
        &mut self,
        attributes: &[Attribute],
        title: &Text,
        body: &Body,
        fragment: &mut Fragment,
    ) {
        let mut test = self.around(attributes, title);
        self.in_shot = true;
        self.work = Space::named(&test.space).or(Some(Space::Unknown));
        self.incomplete |= body.broken;
        self.unread = body.broken;
        self.later =
            body.lets.iter().map(|line| (line.name.text.as_str(), line.name.span)).collect();
        for line in &body.lets {
            let line = self.bind(line);
            fragment.lets.push(line);
        }
        if body.results.is_empty() && !body.broken {
            let report = Report::error(
                "T0580",
                format!("the test \"{}\" checks nothing", test.title),
                self.spot(title.span),
            )
            .help("end it with a line that must be true: `comp == golden`, `mean(comp).red < 0.2`");
            self.report(report);
        }
        for line in &body.results {
            if let Some(claim) = self.claim(line, &mut test.operands) {
                test.claims.push((claim, line.span));
            }
        }
        self.unused(fragment.lets.len());
        fragment.test = Some(test);
    }

    /// The shot around a test, as its attributes say.
    fn around(&mut self, attributes: &[Attribute], title: &Text) -> TestTerm {
        let mut test = TestTerm {
            title: plain_text(title).unwrap_or_default(),
            frames: FrameRange { first: 1001, last: 1003 },
            format: (64, 36),
            rate: FrameRate { frames: 24, seconds: 1 },
            space: "ACEScg".to_owned(),
            seed: None,
            tolerance: 0.0,
            operands: Vec::new(),
            claims: Vec::new(),
        };
        for attribute in attributes {
            let name = attribute.name.text.as_str();
            let ty = match name {
                "frames" => Type::Frames,
                "format" => Type::Size,
                "rate" => Type::Rate,
                "seed" => Type::Seed,
                "tolerance" => Type::Number(Dimension::Ratio),
                "space" => {
                    self.space_of_test(attribute, &mut test);
                    continue;
                }
                _ => continue,
            };
            let [Argument { value, .. }] = attribute.arguments.as_slice() else {
                let example = match name {
                    "frames" => "1001..1010",
                    "format" => "128x72",
                    "rate" => "25fps",
                    "seed" => "7",
                    _ => "0.1%",
                };
                let report = Report::error(
                    "T0584",
                    format!("`@{name}` takes one value"),
                    self.spot(attribute.name.span),
                )
                .help(format!("write `@{name}({example})`"));
                self.report(report);
                continue;
            };
            match (name, self.constant_of(value, &ty, &format!("`@{name}`"))) {
                ("frames", Some(Value::Frames(frames))) => test.frames = frames,
                ("format", Some(Value::Size(width, height))) => test.format = (width, height),
                ("rate", Some(Value::Rate(rate))) => test.rate = rate,
                ("seed", Some(Value::Int(seed))) => test.seed = Some(seed as u64),
                ("tolerance", Some(value)) => test.tolerance = number(&value).unwrap_or_default(),
                _ => {}
            }
        }
        let pixels = u64::from(test.format.0) * u64::from(test.format.1);
        let pixels = pixels.saturating_mul(frame_count(test.frames));
        if pixels > MOST_PIXELS {
            let report = Report::error(
                "T0584",
                format!(
                    "a test looks at {MOST_PIXELS} pixels at most, and this one has {pixels} in its frames"
                ),
                self.spot(title.span),
            )
            .help("tests are run at every change: give it fewer frames or a smaller format");
            self.report(report);
        }
        test
    }

    fn space_of_test(&mut self, attribute: &Attribute, test: &mut TestTerm) {
        let space = match attribute.arguments.as_slice() {
            [Argument { value, .. }] => match self.expr(value, None).ty {
                Type::Space(Space::Known { name, family: Family::Linear }) => Some(name),
                Type::Unknown => return,
                _ => None,
            },
            _ => None,
        };
        if let Some(space) = space {
            test.space = space;
        } else {
            let report = Report::error(
                "T0584",
                "`@space` takes a scene-linear colour space",
                self.spot(attribute.name.span),
            )
            .help("pictures are put together in light: `@space(ACEScg)`");
            self.report(report);
        }
    }

    /// A value that depends on nothing but constants.
    fn constant_of(&mut self, value: &Expr, ty: &Type, name: &str) -> Option<Value> {
        let term = self.value(value, ty, &Slot::new(name.to_owned(), None));
        if term.ty.is_unknown() {
            return None;
        }
        let report = match evaluate(&term, &Constants(self.db)) {
            Ok(value) => return Some(value),
            Err(Trouble::Wrong { code, message, span }) => {
                Report::error(code, message, self.spot(span))
            }
            Err(Trouble::Open) => Report::error(
                "T0584",
                format!("{name} is written out, and this depends on something else"),
                self.spot(value.span),
            )
            .help("write the value itself or a constant"),
        };
        self.report(report);
        None
    }

    /// What a line claims.
    fn claim(&mut self, expr: &Expr, operands: &mut Vec<Term>) -> Option<Claim> {
        match &expr.kind {
            ExprKind::Unary { operator: Unary::Not, operand } if self.is_rendered(operand) => {
                Some(Claim::Not(Box::new(self.claim(operand, operands)?)))
            }
            ExprKind::Binary {
                operator: operator @ (Binary::And | Binary::Or),
                left,
                right,
                ..
            } if self.is_rendered(left) || self.is_rendered(right) => {
                let (left, right) = (self.claim(left, operands), self.claim(right, operands));
                let both = vec![left?, right?];
                Some(if *operator == Binary::And { Claim::All(both) } else { Claim::Any(both) })
            }
            ExprKind::Binary { operator, left, right, .. } if self.is_rendered(expr) => {
                let comparison = match operator {
                    Binary::Equal => Comparison::Equal,
                    Binary::NotEqual => Comparison::NotEqual,
                    Binary::Less => Comparison::Less,
                    Binary::LessEqual => Comparison::LessEqual,
                    Binary::Greater => Comparison::Greater,
                    Binary::GreaterEqual => Comparison::GreaterEqual,
                    _ => return self.no_claim(expr),
                };
                let (a, b) = (self.side(left, operands), self.side(right, operands));
                self.compared(comparison, a, b, None, (left, right), operands)
            }
            ExprKind::Call { function, arguments, .. }
                if self.measure_called(function) == Some("close") =>
            {
                self.close(arguments, expr.span, operands)
            }
            _ if self.is_rendered(expr) => self.no_claim(expr),
            _ => self.value_claim(expr, operands),
        }
    }

    /// A line whose truth is known without rendering.
    fn value_claim(&mut self, expr: &Expr, operands: &mut Vec<Term>) -> Option<Claim> {
        let term = self.expr(expr, Some(&Type::Bool));
        match &term.ty {
            Type::Unknown => return None,
            Type::Bool => {}
            _ => return self.no_claim(expr),
        }
        let sides = match &term.kind {
            TermKind::Binary(_, left, right) if !matches!(left.ty, Type::Bool) => {
                operands.push((**left).clone());
                operands.push((**right).clone());
                Some((operands.len() - 2, operands.len() - 1))
            }
            _ => None,
        };
        operands.push(term);
        Some(Claim::Holds { value: operands.len() - 1, sides })
    }

    fn no_claim(&mut self, expr: &Expr) -> Option<Claim> {
        let report = Report::error(
            "T0581",
            "this line of the test is neither true nor false",
            self.spot(expr.span),
        )
        .help("compare it with what it should be: `comp == golden`, `mean(comp).red < 0.2`, `psnr(a, b) > 40`; or name it with `let`");
        self.report(report);
        None
    }

    /// Can only a render tell what this is? Looks without saying anything.
    fn is_rendered(&mut self, expr: &Expr) -> bool {
        // What is deeper is refused where it is checked.
        if self.depth >= super::expr::DEEPEST {
            return false;
        }
        self.depth += 1;
        let rendered = self.is_rendered_inside(expr);
        self.depth -= 1;
        rendered
    }

    fn is_rendered_inside(&mut self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Binary { left, right, .. } => {
                self.is_rendered(left) || self.is_rendered(right)
            }
            ExprKind::Unary { operand, .. } => self.is_rendered(operand),
            ExprKind::Field { base, .. } => self.is_rendered(base),
            ExprKind::Call { function, arguments, .. }
                if self.measure_called(function).is_some() =>
            {
                self.measure_called(function) != Some("close")
                    || arguments.iter().any(|argument| self.is_rendered(&argument.value))
            }
            ExprKind::Call { .. } | ExprKind::Name(_) => self.glanced_at(expr).ty.is_port(),
            _ => false,
        }
    }

    /// What an expression is, without a word about it.
    fn glanced_at(&mut self, expr: &Expr) -> Term {
        let (reports, incomplete) = (self.report_count(), self.incomplete);
        let term = self.expr(expr, None);
        self.forget_reports(reports);
        self.incomplete = incomplete;
        term
    }

    fn measure_called(&self, function: &Expr) -> Option<&'static str> {
        let ExprKind::Name(name) = &function.kind else { return None };
        if self.locals.knows(name) {
            return None;
        }
        MEASURES.iter().find(|known| *known == name).copied()
    }

    fn side(&mut self, expr: &Expr, operands: &mut Vec<Term>) -> Side {
        let kept = |operands: &mut Vec<Term>, term: Term| {
            operands.push(term);
            operands.len() - 1
        };
        match &expr.kind {
            ExprKind::Call { function, arguments, .. } => {
                if let Some(name) = self.measure_called(function) {
                    return self.measure(name, arguments, expr.span, operands);
                }
            }
            ExprKind::Field { base, name } => {
                if let ExprKind::Call { function, .. } = &base.kind
                    && self.measure_called(function).is_some()
                {
                    let side = self.side(base, operands);
                    return self.channel(side, name);
                }
            }
            ExprKind::Binary {
                operator:
                    operator @ (Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide),
                left,
                right,
                ..
            } if self.is_rendered(expr) => {
                let (a, b) = (self.side(left, operands), self.side(right, operands));
                let (Side::Measured(a, ca), Side::Measured(b, cb)) = (a, b) else {
                    return Side::Unknown;
                };
                let operator = match operator {
                    Binary::Add => '+',
                    Binary::Subtract => '-',
                    Binary::Multiply => '*',
                    _ => '/',
                };
                let channels = if ca == Channels::One { cb } else { ca };
                let (left, right) = (Box::new(a), Box::new(b));
                return Side::Measured(Measured::Computed { operator, left, right }, channels);
            }
            _ => {}
        }
        let term = self.expr(expr, None);
        match &term.ty {
            Type::Unknown => Side::Unknown,
            ty if ty.is_port() => Side::Picture(kept(operands, term)),
            Type::Int | Type::Number(Dimension::Scalar | Dimension::Ratio) => {
                Side::Measured(Measured::Value(kept(operands, term)), Channels::One)
            }
            Type::Vector(crate::types::Vector::Rgb) => {
                Side::Measured(Measured::Value(kept(operands, term)), Channels::Colour)
            }
            other => {
                let report = Report::error(
                    "T0583",
                    format!("samples of pictures are plain numbers, and this is {}", other.words()),
                    self.spot(expr.span),
                )
                .help("compare with a number, a ratio or an `Rgb(…)`");
                self.report(report);
                Side::Unknown
            }
        }
    }

    /// `mean(comp).red`
    fn channel(&mut self, side: Side, name: &Name) -> Side {
        let Side::Measured(Measured::Measure { measure, pictures, at, .. }, channels) = side else {
            return side;
        };
        let known = [("red", 'R'), ("green", 'G'), ("blue", 'B'), ("alpha", 'A')];
        let found = known.iter().find(|(known, _)| *known == name.text);
        if channels == Channels::One || found.is_none() {
            let names = known.map(|(name, _)| name);
            let message = if channels == Channels::One {
                format!("`{}` is one number here, without channels", measure.name())
            } else {
                format!("a picture has no channel `{}` here", name.text)
            };
            let near = nearest(&name.text, names).filter(|_| channels != Channels::One);
            let report = Report::error("T0583", message, self.spot(name.span))
                .help("channels are `.red`, `.green`, `.blue` and `.alpha`")
                .did_you_mean(near, self.spot(name.span));
            self.report(report);
            return Side::Unknown;
        }
        let channel = found.map(|(_, letter)| *letter);
        Side::Measured(Measured::Measure { measure, pictures, at, channel }, Channels::One)
    }

    /// `psnr(a, b)`, `mean(a, at: 1001)`, `pixel(a, 10, 20)`
    fn measure(
        &mut self,
        name: &'static str,
        arguments: &[Argument],
        span: Span,
        operands: &mut Vec<Term>,
    ) -> Side {
        let takes: &[&str] = match name {
            "psnr" | "difference" => &["a", "b"],
            "pixel" => &["image", "x", "y"],
            "close" => {
                let report = Report::error(
                    "T0583",
                    "`close` stands by itself: it is true or false",
                    self.spot(span),
                )
                .help("write `close(mean(comp).red, 0.5, tolerance: 0.01)` as a line");
                self.report(report);
                return Side::Unknown;
            }
            _ => &["image"],
        };
        let mut given: Vec<Option<OperandId>> = vec![None; takes.len()];
        let mut at = None;
        let mut one = false;
        let mut sound = true;
        let mut spaces: Vec<(Type, Span)> = Vec::new();
        for (place, argument) in arguments.iter().enumerate() {
            let named = argument.name.as_ref().map(|name| name.text.as_str());
            let slot = match named {
                Some("at") => {
                    let frame = Type::Number(Dimension::Frame);
                    let slot = Slot::new(format!("`at` of `{name}`"), None);
                    let term = self.value(&argument.value, &frame, &slot);
                    sound &= !term.ty.is_unknown();
                    operands.push(term);
                    at = Some(operands.len() - 1);
                    continue;
                }
                Some(named) => takes.iter().position(|known| *known == named),
                None => (place < takes.len()).then_some(place),
            };
            let Some((slot, takes)) = slot.and_then(|slot| Some((slot, *takes.get(slot)?))) else {
                let report = Report::error(
                    "T0583",
                    format!(
                        "`{name}` takes {} and perhaps `at`",
                        crate::names::listed(takes, "and")
                    ),
                    self.spot(argument.value.span),
                )
                .help("`at: 1002` looks at one frame only; without, every frame counts");
                self.report(report);
                sound = false;
                continue;
            };
            let term = if matches!(takes, "x" | "y") {
                let slot = Slot::new(format!("`{takes}` of `{name}`"), None);
                self.value(&argument.value, &Type::Int, &slot)
            } else {
                let term = self.expr(&argument.value, None);
                if !term.ty.is_unknown() && !term.ty.is_port() {
                    let report = Report::error(
                        "T0583",
                        format!("`{name}` measures pictures, and this is {}", term.ty.words()),
                        self.spot(argument.value.span),
                    )
                    .help("give it a clip, an image or a matte");
                    self.report(report);
                    sound = false;
                }
                one |= matches!(self.settled_type(&term.ty), Type::Port(_));
                spaces.push((self.settled_type(&term.ty), term.span));
                term
            };
            sound &= !term.ty.is_unknown();
            operands.push(term);
            if let Some(given) = given.get_mut(slot) {
                *given = Some(operands.len() - 1);
            }
        }
        let missing: Vec<&str> = takes
            .iter()
            .zip(&given)
            .filter(|(_, given)| given.is_none())
            .map(|(name, _)| *name)
            .collect();
        if !missing.is_empty() {
            if sound {
                let report = Report::error(
                    "T0583",
                    format!("`{name}` also needs {}", crate::names::listed(&missing, "and")),
                    self.spot(span),
                )
                .help(format!("write `{name}({})`", takes.join(", ")));
                self.report(report);
            }
            return Side::Unknown;
        }
        if let [(a, _), (b, other)] = spaces.as_slice()
            && sound
            && !self.comparable(a, b, *other)
        {
            return Side::Unknown;
        }
        let operand = |place: usize| given.get(place).copied().flatten().unwrap_or_default();
        let (measure, pictures) = match name {
            "psnr" => (Measure::Psnr, vec![operand(0), operand(1)]),
            "difference" => (Measure::Difference, vec![operand(0), operand(1)]),
            "pixel" => (Measure::Pixel { x: operand(1), y: operand(2) }, vec![operand(0)]),
            "highest" => (Measure::Highest, vec![operand(0)]),
            "lowest" => (Measure::Lowest, vec![operand(0)]),
            _ => (Measure::Mean, vec![operand(0)]),
        };
        let channels = if one || pictures.len() == 2 { Channels::One } else { Channels::Colour };
        if sound {
            Side::Measured(Measured::Measure { measure, pictures, at, channel: None }, channels)
        } else {
            Side::Unknown
        }
    }

    /// `close(a, b, tolerance: 0.1%)`
    fn close(
        &mut self,
        arguments: &[Argument],
        span: Span,
        operands: &mut Vec<Term>,
    ) -> Option<Claim> {
        let mut sides = Vec::new();
        let mut tolerance = None;
        for argument in arguments {
            match &argument.name {
                Some(name) if name.text == "tolerance" => tolerance = Some(&argument.value),
                _ => sides.push(&argument.value),
            }
        }
        let ([left, right], Some(tolerance)) = (sides.as_slice(), tolerance) else {
            let report = Report::error(
                "T0583",
                "`close` takes two values or pictures and a tolerance",
                self.spot(span),
            )
            .help("write `close(a, b, tolerance: 0.1%)`");
            self.report(report);
            return None;
        };
        let slot = Slot::new("`tolerance` of `close`".to_owned(), None);
        let term = self.expr(tolerance, None);
        let plain =
            matches!(term.ty, Type::Int | Type::Number(Dimension::Scalar | Dimension::Ratio));
        let term = if plain || term.ty.is_unknown() {
            term
        } else {
            self.fit(term, &Type::Number(Dimension::Ratio), &slot)
        };
        let known = !term.ty.is_unknown();
        operands.push(term);
        let tolerance = operands.len() - 1;
        let (a, b) = (self.side(left, operands), self.side(right, operands));
        let claim = self.compared(
            Comparison::Close(tolerance),
            a,
            b,
            Some(tolerance),
            (left, right),
            operands,
        );
        claim.filter(|_| known)
    }

    fn compared(
        &mut self,
        comparison: Comparison,
        left: Side,
        right: Side,
        tolerance: Option<OperandId>,
        (first, second): (&Expr, &Expr),
        operands: &[Term],
    ) -> Option<Claim> {
        let ordered = matches!(
            comparison,
            Comparison::Less
                | Comparison::LessEqual
                | Comparison::Greater
                | Comparison::GreaterEqual
        );
        match (left, right) {
            (Side::Unknown, _) | (_, Side::Unknown) => None,
            (Side::Picture(left), Side::Picture(right)) => {
                if ordered {
                    let report = Report::error(
                        "T0583",
                        "a picture is neither more nor less than another",
                        self.spot(first.span),
                    )
                    .help("compare a measure: `mean(a).red < mean(b).red`");
                    self.report(report);
                    return None;
                }
                let kind = |at: OperandId| operands.get(at).map(|term| self.settled_type(&term.ty));
                let (a, b) = (kind(left)?, kind(right)?);
                let equal = comparison != Comparison::NotEqual;
                self.comparable(&a, &b, second.span).then_some(Claim::Pictures {
                    left,
                    right,
                    equal,
                    tolerance,
                })
            }
            (Side::Picture(_), _) | (_, Side::Picture(_)) => {
                let report = Report::error(
                    "T0583",
                    "a picture can't be compared with a number",
                    self.spot(first.span),
                )
                .label(self.spot(second.span), "compared with this")
                .help("compare a measure of it: `mean(comp).red < 0.2`, or a picture: `comp == constant(0.5)`");
                self.report(report);
                None
            }
            (Side::Measured(left, a), Side::Measured(right, b)) => {
                let several = a == Channels::Colour || b == Channels::Colour;
                // A colour and one number: which channel is meant?
                if several && (ordered || a != b) {
                    let colour = if a == Channels::Colour { first } else { second };
                    let report = Report::error(
                        "T0583",
                        "this has a number for each channel",
                        self.spot(colour.span),
                    )
                    .help("say which one: `.red`, `.green`, `.blue` or `.alpha`; or compare with an `Rgb(…)`");
                    self.report(report);
                    return None;
                }
                Some(Claim::Compare { comparison, left, right })
            }
        }
    }

    /// Pictures of one sort, space and alpha can be compared.
    fn comparable(&mut self, a: &Type, b: &Type, span: Span) -> bool {
        let same = match (a, b) {
            (
                Type::Picture { space: x, straight: s, .. },
                Type::Picture { space: y, straight: t, .. },
            ) => (x == y || *x == Space::Unknown || *y == Space::Unknown) && s == t,
            (Type::Port(a), Type::Port(b)) => a == b,
            (Type::Unknown, _) | (_, Type::Unknown) => true,
            _ => false,
        };
        if !same {
            let report = Report::error(
                "T0583",
                format!("{} can't be compared with {}", a.words(), b.words()),
                self.spot(span),
            )
            .help("bring both into one colour space, with the same alpha: `|> to(ACEScg)`");
            self.report(report);
        }
        same
    }

    fn settled_type(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        self.settle_type(&mut ty);
        ty
    }
}
