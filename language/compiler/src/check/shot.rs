//! Shows, sequences and shots: their clauses, and what a shot inherits.

use super::{Checker, Slot};
use crate::database::{Db, ItemId, item_id};
use crate::evaluate::{Closed, MOST_FRAMES, Trouble, evaluate};
use crate::names::{listed, nearest};
use crate::report::{ItemRef, Report};
use crate::signature::{Parameter, word};
use crate::source::{item_tree, reference};
use crate::system::Family;
use crate::term::{Piece, Term, WriteTerm};
use crate::types::{Space, Type};
use toma_plan::{Dimension, FrameRange, FrameRate, Value};
use toma_syntax::ast::{self, ClauseKind, ExprKind, ItemKind, LayerWord, Name, Write};
use toma_syntax::diagnostic::Span;

/// What a layer says by itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Layer {
    pub(crate) word: &'static str,
    pub(crate) frames: Option<FrameRange>,
    pub(crate) handles: Option<u32>,
    pub(crate) rate: Option<FrameRate>,
    pub(crate) format: Option<(u32, u32)>,
    pub(crate) space: Option<Space>,
    pub(crate) seed: Option<u64>,
    pub(crate) parameters: Vec<Parameter>,
    /// The layer that it stands in.
    pub(crate) within: Option<ItemRef>,
    /// The shot that it comes from, and where it says so.
    pub(crate) from: Option<(ItemRef, Span)>,
    /// A clause was wrong: don't say that it is missing.
    pub(crate) broken: bool,
    pub(crate) used: Vec<String>,
    pub(crate) reports: Vec<Report>,
}

/// A layer's own clauses, but for lets and writes.
#[salsa::tracked]
pub(crate) fn layer<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Layer {
    let tree = item_tree(db, item);
    let ItemKind::Layer(written) = &tree.kind else { return Layer::default() };
    let key = reference(item.file(db).path(db), item.key(db));
    let mut checker = Checker::new(db, key);
    let mut layer =
        Layer { word: layer_word(written.word), broken: written.broken, ..Layer::default() };
    if let Some(path) = &written.within {
        layer.within = checker.within(path, written.word);
        layer.broken |= layer.within.is_none();
    }
    if let Some(path) = &written.from {
        layer.from = checker.derived(path, written.word).map(|from| (from, path.span));
        layer.broken |= layer.from.is_none();
    }
    let mut seen: Vec<(&str, Span)> = Vec::new();
    for clause in &written.clauses {
        let name = match &clause.kind {
            ClauseKind::Frames { .. } => "frames",
            ClauseKind::Rate(_) => "rate",
            ClauseKind::Format(_) => "format",
            ClauseKind::Space(_) => "space",
            ClauseKind::Seed(_) => "seed",
            ClauseKind::Param(parameter) => parameter.name.text.as_str(),
            _ => continue,
        };
        if let Some((_, first)) = seen.iter().find(|(known, _)| *known == name) {
            let report = Report::error(
                "T0502",
                format!("`{name}` stands here twice"),
                checker.spot(clause.span),
            )
            .saying("the second one")
            .label(checker.spot(*first), "the first one");
            checker.report(report);
            continue;
        }
        seen.push((name, clause.span));
        checker.simple_clause(&clause.kind, &mut layer);
    }
    layer.used = checker.used.iter().cloned().collect();
    layer.reports = checker.finish();
    layer
}

pub(super) fn layer_word(word: LayerWord) -> &'static str {
    match word {
        LayerWord::Show => "show",
        LayerWord::Sequence => "sequence",
        LayerWord::Shot => "shot",
    }
}

/// A layer that another inherits, or the layer itself.
#[derive(Debug, Clone)]
pub(crate) struct Inherited<'db> {
    pub(crate) item: ItemRef,
    pub(crate) layer: &'db Layer,
    pub(crate) strength: toma_plan::Layer,
}

/// A layer, the shots that it comes from, and the sequence and show that it stands in: strongest first. A shot
/// stands where the one that it comes from stands, unless it says `in`. A circle ends where it closes.
pub(crate) fn layers_of<'db>(db: &'db dyn Db, item: &ItemRef) -> Vec<Inherited<'db>> {
    let mut chain: Vec<Inherited<'db>> = Vec::new();
    let mut within = None;
    let mut next = Some(item.clone());
    while let Some(item) = next.take() {
        if chain.len() > super::merge::MOST_SHOTS || chain.iter().any(|known| known.item == item) {
            break;
        }
        let id = item_id(db, &item);
        let own = layer(db, id);
        if chain.is_empty() && crate::inheritance::beyond(db, id) {
            let strength = toma_plan::Layer::Shot;
            return vec![Inherited { item, layer: own, strength }];
        }
        if within.is_none() {
            within.clone_from(&own.within);
        }
        // Where there are too many of them, that was said, and they count for nothing.
        let cut =
            chain.is_empty() && own.from.is_some() && super::merge::too_far(db, item_id(db, &item));
        next = own.from.as_ref().filter(|_| !cut).map(|(from, _)| from.clone());
        let strength = match own.word {
            "show" => toma_plan::Layer::Show,
            "sequence" => toma_plan::Layer::Sequence,
            _ if chain.is_empty() => toma_plan::Layer::Shot,
            _ => toma_plan::Layer::From,
        };
        chain.push(Inherited { item, layer: own, strength });
    }
    while let Some(item) = within.take() {
        if chain.iter().any(|known| known.item == item) {
            break;
        }
        let own = layer(db, item_id(db, &item));
        within.clone_from(&own.within);
        let strength = match own.word {
            "show" => toma_plan::Layer::Show,
            _ => toma_plan::Layer::Sequence,
        };
        chain.push(Inherited { item, layer: own, strength });
    }
    chain
}

/// The seed that a shot says, or its sequence or show; never one that it comes from.
pub(crate) fn seed_of_layers(chain: &[Inherited<'_>]) -> Option<u64> {
    chain
        .iter()
        .filter(|known| known.strength != toma_plan::Layer::From)
        .find_map(|known| known.layer.seed)
}

impl Checker<'_> {
    /// A clause that holds one value.
    fn simple_clause(&mut self, clause: &ClauseKind, layer: &mut Layer) {
        match clause {
            ClauseKind::Frames { range, handles } => {
                let frames = self.clause_value(range, &Type::Frames, "`frames`");
                match frames {
                    Some(Value::Frames(frames)) => layer.frames = Some(frames),
                    _ => layer.broken = true,
                }
                if let Some(handles) = handles {
                    let slot = Slot::new("`handles`".to_owned(), None);
                    let count = Type::Number(Dimension::FrameCount);
                    let term = self.expr(handles, Some(&count));
                    let term =
                        if term.ty == Type::Int { term } else { self.fit(term, &count, &slot) };
                    let value =
                        evaluate(&term, &Closed).ok().and_then(|v| crate::evaluate::number(&v));
                    match value {
                        Some(value) if value >= 0.0 && value.fract() == 0.0 && value < 1e6 => {
                            layer.handles = Some(value as u32);
                        }
                        Some(_) => {
                            let report = Report::error(
                                "T0401",
                                "handles are a whole number of frames, 0 or more",
                                self.spot(handles.span),
                            )
                            .help("write how many frames there are on either side: `handles 8`");
                            self.report(report);
                        }
                        None => layer.broken = true,
                    }
                }
            }
            ClauseKind::Rate(value) => match self.clause_value(value, &Type::Rate, "`rate`") {
                Some(Value::Rate(rate)) => layer.rate = Some(rate),
                _ => layer.broken = true,
            },
            ClauseKind::Format(value) => match self.clause_value(value, &Type::Size, "`format`") {
                Some(Value::Size(width, height)) => layer.format = Some((width, height)),
                _ => layer.broken = true,
            },
            ClauseKind::Seed(value) => match self.clause_value(value, &Type::Seed, "`seed`") {
                Some(Value::Int(seed)) => {
                    layer.seed = u64::try_from(seed).ok();
                    if layer.seed.is_none() {
                        layer.broken = true;
                        let spot = self.spot(value.span);
                        self.report(super::number::negative_seed("`seed`", seed, spot));
                    }
                }
                _ => layer.broken = true,
            },
            ClauseKind::Space(ty) => match self.written_type(ty) {
                Type::Space(space) if space.family() == Some(Family::Linear) => {
                    layer.space = Some(space);
                }
                Type::Unknown => layer.broken = true,
                other => {
                    layer.broken = true;
                    let message = match other {
                        Type::Space(space) => {
                            format!("the working space is scene-linear, and {space} isn't")
                        }
                        other => format!("`{other}` is no colour space"),
                    };
                    let report = Report::error("T0322", message, self.spot(ty.span))
                        .help("pictures are put together in light: `space ACEScg`");
                    self.report(report);
                }
            },
            ClauseKind::Param(parameter) => {
                let parameter = self.parameter(parameter);
                if parameter.default.is_none() && parameter.ty != Type::Unknown {
                    let report = Report::error(
                        "T0503",
                        format!("the parameter `{}` has no value", parameter.name),
                        self.spot(parameter.span),
                    )
                    .help("nobody calls a shot: give it one behind `=`");
                    self.report(report);
                }
                layer.parameters.push(parameter);
            }
            _ => {}
        }
    }

    fn clause_value(&mut self, value: &ast::Expr, ty: &Type, name: &str) -> Option<Value> {
        let slot = Slot::new(name.to_owned(), None);
        let value_span = value.span;
        let term = self.value(value, ty, &slot);
        if term.ty.is_unknown() {
            return None;
        }
        let report = match evaluate(&term, &super::Constants(self.db)) {
            Ok(value) => return Some(value),
            Err(Trouble::Wrong { code, message, span }) => {
                Report::error(code, message, self.spot(span))
            }
            Err(Trouble::Open) => Report::error(
                "T0503",
                format!("{name} is written out, and this depends on something else"),
                self.spot(value_span),
            )
            .help("write the value itself or a constant"),
        };
        self.report(report);
        None
    }

    /// Counts the frames of a shot with its handles; both may come from different layers.
    pub(super) fn frames_with_handles(&mut self, chain: &[Inherited<'_>], written: &ast::Layer) {
        let frames = chain.iter().find_map(|known| known.layer.frames);
        let handles = chain.iter().find_map(|known| known.layer.handles).unwrap_or_default();
        let count =
            frames.map_or(0, crate::evaluate::frame_count).saturating_add(2 * u64::from(handles));
        if count <= MOST_FRAMES {
            return;
        }
        let own = written.clauses.iter().find_map(|clause| match &clause.kind {
            ClauseKind::Frames { .. } => Some(clause.span),
            _ => None,
        });
        let report = Report::error(
            "T0422",
            format!(
                "with its handles this shot has {count} frames, and {MOST_FRAMES} are the most"
            ),
            self.spot(own.unwrap_or(written.name.span)),
        );
        self.report(report);
    }

    pub(super) fn clauses_that_miss(&mut self, chain: &[Inherited<'_>], written: &ast::Layer) {
        let cut = super::merge::too_far(self.db, item_id(self.db, &self.item));
        if self.incomplete || cut || chain.iter().any(|known| known.layer.broken) {
            return;
        }
        let outer: Vec<String> = chain
            .iter()
            .skip(1)
            .map(|known| format!("the {} `{}`", known.layer.word, item_name(&known.item)))
            .collect();
        let place = match outer.as_slice() {
            [] => "in the shot, or in a sequence or show that it stands in".to_owned(),
            outer => format!("in the shot, or in {}", outer.join(" or ")),
        };
        let any = |has: fn(&Layer) -> bool| chain.iter().any(|known| has(known.layer));
        let wanted = [
            ("frames", "frames 1001..1024", any(|layer| layer.frames.is_some())),
            ("rate", "rate 24fps", any(|layer| layer.rate.is_some())),
            ("format", "format 1920x1080", any(|layer| layer.format.is_some())),
        ];
        for (name, example, there) in wanted {
            if !there {
                let report = Report::error(
                    "T0501",
                    format!("the shot `{}` has no `{name}`", written.name.text),
                    self.spot(written.name.span),
                )
                .help(format!("write it {place}, as in `{example}`"));
                self.report(report);
            }
        }
    }

    pub(super) fn write(
        &mut self,
        write: &Write,
        names: &mut Vec<(String, Span)>,
        clause: Span,
    ) -> Option<WriteTerm> {
        let name = write.name.as_ref().map_or("write", |name| name.text.as_str()).to_owned();
        let at = write.name.as_ref().map_or(write.path.span, |name| name.span);
        if let Some((_, first)) = names.iter().find(|(known, _)| *known == name) {
            let (message, help) = match &write.name {
                Some(_) => {
                    (format!("there are two writes called `{name}`"), "give one another name")
                }
                None => (
                    "there are two writes without a name".to_owned(),
                    "only one write of a shot needs no name: `write review \"…\" = …`",
                ),
            };
            let report = Report::error("T0505", message, self.spot(at))
                .saying("the second one")
                .label(self.spot(*first), "the first one")
                .help(help);
            self.report(report);
        }
        names.push((name.clone(), at));
        self.in_path = true;
        let path = self.pieces(&write.path);
        self.in_path = false;
        let (format, settings) = self.file_format(write, &path);
        let mut picture = self.expr(&write.picture, None);
        match &picture.ty {
            Type::Picture { straight, space, .. } => {
                let space = self.settled(space);
                if *straight {
                    let report = Report::error(
                        "T0324",
                        "files are written with associated (premultiplied) alpha, and this picture's alpha is straight",
                        self.spot(picture.span),
                    )
                    .help("convert it: `|> premultiply()`")
                    .fix("insert `|> premultiply()`", self.behind(picture.span), " |> premultiply()");
                    self.report(report);
                } else if matches!(format.as_deref(), Some("png" | "jpeg"))
                    && space.family() == Some(Family::Linear)
                {
                    let report = Report::error(
                        "T0333",
                        format!(
                            "a {} holds display pixels, and this picture is scene light ({space})",
                            format.as_deref().unwrap_or_default().to_uppercase()
                        ),
                        self.spot(picture.span),
                    )
                    .saying(space.words())
                    .label(self.spot(write.path.span), "written here")
                    .help("bring it into a display space: `|> encode(sRGB)` keeps highlights, `|> to(sRGB)` clips them")
                    .suggest(
                        "insert `|> encode(sRGB)`",
                        self.behind(picture.span),
                        " |> encode(sRGB)",
                    );
                    self.report(report);
                }
            }
            Type::Port("Matte") | Type::Unknown => {}
            Type::Port("Depth" | "Normals" | "Flow" | "Data") => {
                if let Some(format) = format.as_deref().filter(|format| *format != "exr") {
                    let what = picture.ty.words();
                    self.only_exr(format, &what, picture.span, write.path.span);
                    picture = Term::unknown(picture.span);
                }
            }
            Type::Record(item) => {
                let item = item.clone();
                let format = format.as_deref();
                if !self.can_be_written(&item, &picture, format, write.path.span) {
                    picture = Term::unknown(picture.span);
                }
            }
            Type::Port("Crypto") => {
                let spot = self.spot(picture.span);
                self.report(Report::unsupported("an ID matte is written, and that is", spot));
                picture = Term::unknown(picture.span);
            }
            other => {
                let report = Report::error(
                    "T0514",
                    format!("only pictures are written, and this is {}", other.words()),
                    self.spot(picture.span),
                );
                self.report(report);
                picture = Term::unknown(picture.span);
            }
        }
        let _ = clause;
        Some(WriteTerm {
            name,
            path,
            path_span: write.path.span,
            format: format?,
            settings,
            handles: write.handles,
            purpose: write.purpose.as_ref().and_then(|name| self.purpose(name)),
            picture,
        })
    }

    /// What a picture is written for.
    fn purpose(&mut self, name: &Name) -> Option<String> {
        if PURPOSES.contains(&name.text.as_str()) {
            return Some(name.text.clone());
        }
        let near = nearest(&name.text, PURPOSES);
        let help = near.as_ref().map_or_else(
            || "write `for final`, `for review`, or neither".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("nothing is written for `{}`", name.text);
        let mut report = Report::error("T0533", message, self.spot(name.span)).help(help);
        if let Some(near) = near {
            report = report.suggest(format!("write `{near}`"), self.spot(name.span), near);
        }
        self.report(report);
        None
    }

    /// The file format and its settings: by its name, or by the path's ending.
    fn file_format(
        &mut self,
        write: &Write,
        path: &[Piece],
    ) -> (Option<String>, Vec<(String, Value)>) {
        let ending = match path.last() {
            Some(Piece::Plain(text)) => {
                text.rsplit_once('.').map(|(_, ending)| ending.to_lowercase())
            }
            _ => None,
        };
        let by_ending =
            ending.as_deref().map(|ending| if ending == "jpg" { "jpeg" } else { ending });
        let (name, span, arguments) = match &write.format {
            Some((Name { text, span }, arguments)) => {
                (if text == "jpg" { "jpeg" } else { text.as_str() }, *span, arguments.as_slice())
            }
            None => {
                if let Some(ending) = by_ending {
                    (ending, write.path.span, [].as_slice())
                } else {
                    let report = Report::error(
                        "T0508",
                        "this path doesn't say which sort of file it is",
                        self.spot(write.path.span),
                    )
                    .help("let it end in `.exr`, `.png` or `.jpg`, or add `as exr`");
                    self.report(report);
                    return (None, Vec::new());
                }
            }
        };
        let Some((known, settings)) = FORMATS.iter().find(|(known, _)| *known == name) else {
            if LATER_FORMATS.contains(&name) {
                self.unsupported(&format!("the file format `{name}` is"), span);
                return (None, Vec::new());
            }
            let names = FORMATS.iter().map(|(name, _)| *name);
            let near = if write.format.is_some() { nearest(name, names) } else { None };
            let report = Report::error(
                "T0508",
                format!("there is no file format `{name}`"),
                self.spot(span),
            )
            .help("files are written as `exr`, `png` or `jpeg`")
            .did_you_mean(near, self.spot(span));
            self.report(report);
            return (None, Vec::new());
        };
        if let (Some(ending), Some(_)) = (by_ending, &write.format)
            && ending != *known
            && FORMATS.iter().any(|(known, _)| *known == ending)
        {
            let report = Report::error(
                "T0508",
                format!("this path ends in `.{ending}` and is written as `{known}`"),
                self.spot(span),
            )
            .label(self.spot(write.path.span), "the path")
            .help("let both say the same");
            self.report(report);
        }
        let mut values: Vec<(String, Value)> = Vec::new();
        for argument in arguments {
            if let Some(value) = self.file_setting(known, settings, argument) {
                values.push(value);
            }
        }
        (Some((*known).to_owned()), values)
    }

    fn file_setting(
        &mut self,
        format: &str,
        settings: &[(&str, Setting)],
        argument: &ast::Argument,
    ) -> Option<(String, Value)> {
        let known: Vec<&str> = settings.iter().map(|(name, _)| *name).collect();
        let Some(name) = &argument.name else {
            let report = Report::error(
                "T0509",
                format!("a setting of `{format}` is given by its name"),
                self.spot(argument.value.span),
            )
            .help(format!("it has {}", listed(&known, "and")));
            self.report(report);
            return None;
        };
        let Some((_, setting)) = settings.iter().find(|(known, _)| *known == name.text) else {
            let near = nearest(&name.text, known.iter().copied());
            let report = Report::error(
                "T0509",
                format!("`{format}` has no setting `{}`", name.text),
                self.spot(name.span),
            )
            .help(format!("it has {}", listed(&known, "and")))
            .did_you_mean(near, self.spot(name.span));
            self.report(report);
            return None;
        };
        match setting {
            Setting::Word(words) => {
                let found = word(&argument.value.kind);
                if let Some(found) = found.as_deref()
                    && words.contains(&found)
                {
                    return Some((name.text.clone(), Value::Text(found.to_owned())));
                }
                let near = found.and_then(|found| nearest(&found, words.iter().copied()));
                let report = Report::error(
                    "T0509",
                    format!("`{}` of `{format}` is one of {}", name.text, listed(words, "or")),
                    self.spot(argument.value.span),
                )
                .did_you_mean(near, self.spot(argument.value.span));
                self.report(report);
            }
            Setting::Number(low, high) => {
                if let ExprKind::Number { value, unit: None } = &argument.value.kind
                    && value.fract() == 0.0
                    && (*low..=*high).contains(&(*value as i64))
                {
                    return Some((name.text.clone(), Value::Int(*value as i64)));
                }
                let report = Report::error(
                    "T0509",
                    format!("`{}` of `{format}` is a whole number in {low}..{high}", name.text),
                    self.spot(argument.value.span),
                );
                self.report(report);
            }
            Setting::OneOf(numbers) => {
                if let ExprKind::Number { value, unit: None } = &argument.value.kind
                    && value.fract() == 0.0
                    && numbers.contains(&(*value as i64))
                {
                    return Some((name.text.clone(), Value::Int(*value as i64)));
                }
                let written: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                let report = Report::error(
                    "T0509",
                    format!("`{}` of `{format}` is one of {}", name.text, listed(&written, "or")),
                    self.spot(argument.value.span),
                );
                self.report(report);
            }
        }
        None
    }
}

/// The name of a layer's item, without its word.
pub(crate) fn item_name(item: &ItemRef) -> &str {
    item.key.split_once(' ').map_or("", |(_, name)| name)
}

/// What a setting of a file format may be.
enum Setting {
    Word(&'static [&'static str]),
    Number(i64, i64),
    OneOf(&'static [i64]),
}

/// File formats that can be written, and their settings.
const FORMATS: [(&str, &[(&str, Setting)]); 3] = [
    (
        "exr",
        &[
            ("depth", Setting::Word(&["half", "float"])),
            ("compression", Setting::Word(&["none", "zip", "zips"])),
        ],
    ),
    ("png", &[("depth", Setting::OneOf(&[8, 16]))]),
    ("jpeg", &[("quality", Setting::Number(1, 100))]),
];

/// What a picture may be written for.
const PURPOSES: [&str; 2] = ["final", "review"];

/// File formats that come with later releases.
const LATER_FORMATS: [&str; 12] =
    ["prores", "dnxhr", "h264", "h265", "mov", "mp4", "mxf", "dpx", "tiff", "tif", "webp", "gif"];
