//! What can be set in a shot, and what it is now: every address with its type, value, bounds, documentation and
//! everybody who has a say. Plain data for `toma tweak`, `toma why`, the viewer and editors.
//!
//! No query: it is asked for by people, and holds places and documentation, which queries must not.

use crate::address::{Found, Names, Target, each_call, offered};
use crate::check::{Asked, Constants, Slot};
use crate::database::{Db, item_id};
use crate::document::{Document, document, holds_picture};
use crate::evaluate::{coerce, evaluate, number};
use crate::lower::{ClaimSpot, Seen, values_of};
use crate::report::{ItemRef, Spot, place};
use crate::signature::{Parameter, signature_of};
use crate::source::item_text;
use crate::types::{Space, Type};
use std::collections::HashMap;
use toma_plan::{Layer, Place, SettingOrigin, Value};
use toma_syntax::ast::{self, ClauseKind, ItemKind, Refinement};
use toma_syntax::diagnostic::{Diagnostic, Severity};
use toma_syntax::{parse_address, parse_item};

/// Calls of a shot whose parameters are listed at most.
const MOST_CALLS: usize = 10_000;

/// Something that can be set.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// `fall/gen.strength`, `warmth`
    pub address: String,
    /// Its type as the language writes it: `Curve<Ratio>`.
    pub kind: String,
    /// Its value now. `None` where the shot can't be planned, or the call isn't made.
    pub value: Option<Value>,
    /// What it is where nobody says anything.
    pub default: Option<Value>,
    /// The lowest and the highest value, in the base unit.
    pub range: Option<(f64, f64)>,
    /// The step of a slider, in the base unit.
    pub step: Option<f64>,
    /// The values that it may have, where these are few.
    pub choices: Vec<Value>,
    /// `///` above its declaration.
    pub docs: String,
    /// `@ui(…)`: names and what is said of them.
    pub ui: Vec<(String, String)>,
    /// May it have a value a frame?
    pub per_frame: bool,
    /// Why it can't be tweaked, if it can't.
    pub refused: Option<String>,
    /// Where the parameter is declared.
    pub declared: Place,
    /// Everybody who has a say, strongest first.
    pub origins: Vec<SettingOrigin>,
}

/// One who has a say, with the place and the text.
pub(crate) fn setting_origin(db: &dyn Db, claim: &ClaimSpot) -> SettingOrigin {
    let place = place(db, &claim.spot);
    let text = db.file(&place.file).text(db).clone();
    let written =
        text.as_deref().and_then(|text| text.get(place.start as usize..place.end as usize));
    SettingOrigin {
        layer: claim.layer,
        written: written.unwrap_or_default().to_owned(),
        place,
        frames: claim.frames,
        hard: claim.hard,
        silenced: claim.silenced,
    }
}

/// What a declaration says beside its type.
#[derive(Debug, Clone, Default)]
struct Shown {
    docs: String,
    ui: Vec<(String, String)>,
    step: Option<f64>,
    /// The default, for a claim.
    default: Option<Spot>,
}

/// Everything that can be set in a shot: `param`s, then the parameters of its calls in the order of the text.
pub(crate) fn controls(db: &dyn Db, shot: &ItemRef) -> Vec<Control> {
    let document = document(db, item_id(db, shot));
    let mut maker = Maker::new(db, shot, document);
    let mut all = Vec::new();
    for entry in &document.parameters {
        let names = Names { nodes: vec![entry.name.clone()], fields: Vec::new() };
        if let Ok(found) = document.shelf(shot).resolve(db, &names) {
            all.push(maker.control(entry.name.clone(), &found, None));
        }
    }
    for (root, call) in each_call(db, &document.lets, MOST_CALLS) {
        let Some(signature) = signature_of(db, &call.callee) else { continue };
        let mut lost = None;
        let mut asked = false;
        for name in offered(signature) {
            let Some(found) = call.parameter(signature, &root, &name) else { continue };
            if holds_picture(&found.ty) {
                continue;
            }
            let nodes: Vec<String> = call.path.split('/').map(str::to_owned).collect();
            let address = format!("{}.{name}", call.path);
            if !asked {
                asked = true;
                let names = Names { nodes, fields: vec![name.clone()] };
                lost = match document.shelf(shot).resolve(db, &names) {
                    Ok(there) if there.target == found.target => None,
                    Ok(_) => Some("the same address means a call that is nearer".to_owned()),
                    Err(lost) => Some(format!("{}; {}", lost.message, lost.help)),
                };
            }
            all.push(maker.control(address, &found, lost.clone()));
        }
    }
    all
}

/// What one address leads to.
pub(crate) fn control(db: &dyn Db, shot: &ItemRef, address: &str) -> Result<Control, Diagnostic> {
    let plain = |code, message: String, help: String| Diagnostic {
        code,
        severity: Severity::Error,
        message,
        labels: Vec::new(),
        help: Some(help),
        fixes: Vec::new(),
    };
    let parsed = parse_address(address).map_err(|wrong| {
        let help = wrong.help.unwrap_or_else(|| {
            "an address is `fall.dust`, `fall/gen.strength` or the name of a `param`".to_owned()
        });
        plain(wrong.code, wrong.message, help)
    })?;
    let document = document(db, item_id(db, shot));
    match document.shelf(shot).resolve(db, &Names::of(&parsed)) {
        Ok(found) => Ok(Maker::new(db, shot, document).control(address.to_owned(), &found, None)),
        Err(lost) => {
            let help = match &lost.near {
                Some(near) => format!("did you mean `{near}`?"),
                None => lost.help.clone(),
            };
            Err(plain(lost.code, lost.message, help))
        }
    }
}

struct Maker<'db> {
    db: &'db dyn Db,
    document: &'db Document,
    seen: Vec<Seen>,
    by_chain: HashMap<Vec<Spot>, usize>,
    by_name: HashMap<String, usize>,
    shown: HashMap<ItemRef, HashMap<String, Shown>>,
}

impl<'db> Maker<'db> {
    fn new(db: &'db dyn Db, shot: &ItemRef, document: &'db Document) -> Self {
        let seen = values_of(db, shot);
        let (mut by_chain, mut by_name) = (HashMap::new(), HashMap::new());
        for (index, one) in seen.iter().enumerate() {
            match &one.parameter {
                Some(name) => by_name.insert(name.clone(), index),
                // Of a call that is made several times, the first.
                None => Some(*by_chain.entry(one.chain.clone()).or_insert(index)),
            };
        }
        Self { db, document, seen, by_chain, by_name, shown: HashMap::new() }
    }

    fn control(&mut self, address: String, found: &Found, lost: Option<String>) -> Control {
        let db = self.db;
        let shown = self.shown(&found.owner, &found.parameter);
        let plain = found.parameter.ty.core();
        let default = found.parameter.default.as_ref().and_then(|term| {
            Some(coerce(evaluate(term, &Constants(db)).ok()?, &found.parameter.ty))
        });
        let (value, claims) = self.value(found);
        let mut origins: Vec<SettingOrigin> = claims.iter().map(|claim| self.told(claim)).collect();
        // The default has always a say, the last one.
        if let (Target::Call(_), Some(spot)) = (&found.target, &shown.default)
            && !origins.iter().any(|origin| origin.place == place(db, spot))
        {
            let silenced = origins.iter().any(|origin| !origin.silenced && origin.frames.is_none());
            let claim = ClaimSpot {
                layer: Layer::Default,
                spot: spot.clone(),
                frames: None,
                hard: false,
                silenced,
            };
            origins.push(setting_origin(db, &claim));
        }
        let refused = match plain {
            _ if lost.is_some() => lost,
            Type::Space(_) => {
                Some("it chooses the picture's type: change it in the text".to_owned())
            }
            _ if holds_picture(&found.ty) => Some("it is a picture: set it in the text".to_owned()),
            _ => None,
        };
        let declared = Spot { item: found.owner.clone(), span: found.parameter.span };
        Control {
            address,
            kind: found.ty.to_string(),
            value,
            default,
            range: found.parameter.range.map(|(low, high, _)| (low, high)),
            step: shown.step,
            choices: found.parameter.choices.clone(),
            docs: shown.docs,
            ui: shown.ui,
            per_frame: is_curve(&found.ty),
            refused,
            declared: place(db, &declared),
            origins,
        }
    }

    /// Who has a say; of a `param` its value is shown, its place is that of its name.
    fn told(&self, claim: &ClaimSpot) -> SettingOrigin {
        let mut origin = setting_origin(self.db, claim);
        let entry = self.document.parameters.iter().find(|entry| entry.spot() == claim.spot);
        let value = entry.and_then(|entry| {
            let layer = crate::check::layer(self.db, item_id(self.db, &entry.item));
            let span = layer.parameters.get(entry.index)?.default.as_ref()?.span;
            Some(ClaimSpot { spot: Spot { item: entry.item.clone(), span }, ..claim.clone() })
        });
        if let Some(value) = value {
            origin.written = setting_origin(self.db, &value).written;
        }
        origin
    }

    fn value(&self, found: &Found) -> (Option<Value>, Vec<ClaimSpot>) {
        let (seen, index) = match &found.target {
            Target::Parameter(name) => (self.by_name.get(name), 0),
            Target::Call(site) => {
                let signature = signature_of(self.db, &found.owner);
                let index = signature.and_then(|signature| {
                    signature.parameters.iter().position(|known| known.name == site.parameter)
                });
                (self.by_chain.get(&site.chain), index.unwrap_or(usize::MAX))
            }
        };
        let seen = seen.and_then(|seen| self.seen.get(*seen));
        seen.and_then(|seen| seen.values.get(index).cloned()).unwrap_or_default()
    }

    /// What the text of a declaration says, which is no matter of any query.
    fn shown(&mut self, owner: &ItemRef, parameter: &Parameter) -> Shown {
        let db = self.db;
        let document = self.document;
        let known = self.shown.entry(owner.clone()).or_insert_with(|| {
            let text = item_text(db, item_id(db, owner)).unwrap_or_default();
            let item = parse_item(&text).item;
            written(&item)
                .into_iter()
                .map(|written| {
                    let shown = Shown {
                        docs: written.docs.clone(),
                        ui: ui(written, &text),
                        step: None,
                        default: None,
                    };
                    (written.name.text.clone(), shown)
                })
                .collect()
        });
        let mut shown = known.get(&parameter.name).cloned().unwrap_or_default();
        shown.step = step(db, document, owner, parameter);
        shown.default =
            parameter.default.as_ref().map(|term| Spot { item: owner.clone(), span: term.span });
        shown
    }
}

fn is_curve(ty: &Type) -> bool {
    match ty {
        Type::Curve(_) => true,
        Type::Optional(inner) => is_curve(inner),
        _ => false,
    }
}

fn written(item: &ast::Item) -> Vec<&ast::Parameter> {
    match &item.kind {
        ItemKind::Recipe(recipe) => recipe.signature.parameters.iter().collect(),
        ItemKind::Stage(signature) => signature.parameters.iter().collect(),
        ItemKind::Layer(layer) => layer
            .clauses
            .iter()
            .filter_map(|clause| match &clause.kind {
                ClauseKind::Param(parameter) => Some(parameter),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// `@ui(group: "Edge", step: 0.1px)`
fn ui(parameter: &ast::Parameter, text: &str) -> Vec<(String, String)> {
    let attributes = parameter.attributes.iter().filter(|known| known.name.text == "ui");
    attributes
        .flat_map(|attribute| &attribute.arguments)
        .map(|argument| {
            let name = argument.name.as_ref().map(|name| name.text.clone()).unwrap_or_default();
            let value = crate::signature::word(&argument.value.kind).unwrap_or_else(|| {
                let span = argument.value.span;
                let written = text.get(span.start as usize..span.end as usize);
                written.unwrap_or_default().to_owned()
            });
            (name, value)
        })
        .collect()
}

/// `step` of a parameter, in the base unit.
fn step(db: &dyn Db, document: &Document, owner: &ItemRef, parameter: &Parameter) -> Option<f64> {
    let tree = crate::source::item_tree(db, item_id(db, owner));
    let written = written(&tree).into_iter().find(|known| known.name.text == parameter.name)?;
    let value = written.refinements.iter().find_map(|refinement| match refinement {
        Refinement::Step(value) => Some(value),
        _ => None,
    })?;
    let work = document.facts.space.clone().unwrap_or(Space::Unknown);
    let asked = Asked { item: owner, names: &[], work: &work, in_shot: false };
    let plain = parameter.ty.core().clone();
    let bare = Parameter { range: None, choices: Vec::new(), ..parameter.clone() };
    let slot = Slot::new(format!("the step of `{}`", parameter.name), None);
    let answered = asked.value(db, value, &plain, &bare, &slot);
    number(&coerce(evaluate(&answered.term, &Constants(db)).ok()?, &plain))
}
