//! Records out of files and into files: a reading of its own for each layer, and one picture of them all.

use super::picture::{Picture, Val};
use super::record::fields_of;
use super::{Body, Lowering, Set};
use crate::data::{RecordField, RecordSignature, record_of};
use crate::database::picture_header;
use crate::layers::{Layer, Sort, layers, names_of};
use crate::names::{listed, nearest};
use crate::report::{ItemRef, Report, Spot};
use crate::signature::{Signature, signature_of};
use crate::source::reference;
use crate::system::PictureHeader;
use crate::types::{Space, Type};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use toma_plan::{FrameRange, Named, Node, Value};

/// How many channels of a file a message lists.
const LISTED: usize = 12;

impl Lowering<'_> {
    /// `read` where a record is wanted: its fields, each read by itself, with the settings in common.
    pub(super) fn read_record(
        &mut self,
        item: &ItemRef,
        read: &Signature,
        sets: &[Set],
        here: &Spot,
        body: &Body,
        path: &str,
    ) -> Val {
        let one = signature_of(self.db, &reference("std/source.toma", "stage read_layer"));
        let (Some(record), Some(one)) = (record_of(self.db, item), one) else {
            return Val::Unknown;
        };
        let mut named = Vec::with_capacity(record.fields.len());
        let mut header: Option<Option<PictureHeader>> = None;
        let mut broken = false;
        for (field, layer) in record.fields.iter().zip(layers(record)) {
            let Some(layer) = layer else {
                named.push((field.parameter.name.clone(), self.kept(record, field)));
                continue;
            };
            let val = self.read_one(field, &layer, [read, one], sets, here, body, path);
            if let Val::Picture(picture) = &val {
                let node = self.nodes.get(picture.input.node.0 as usize).cloned();
                let header =
                    header.get_or_insert_with(|| node.and_then(|node| self.header_of(&node)));
                if let Some(header) = header.clone() {
                    broken |= !self.is_there(record, field, &layer, &header, here);
                }
            }
            broken |= matches!(val, Val::Unknown);
            let set = Set { val, layer: self.layer_of(body), spot: here.clone(), claims: None };
            named.push((field.parameter.name.clone(), set));
        }
        if broken {
            return Val::Unknown;
        }
        Val::Record(Rc::new(super::picture::Fields::new(named)))
    }

    /// What a field has that no file gives.
    fn kept(&mut self, record: &RecordSignature, field: &RecordField) -> Set {
        let body = Body {
            item: record.item.clone(),
            locals: Vec::new(),
            spaces: Named::new(),
            chain: Arc::default(),
            site: None,
        };
        let parameter = &field.parameter;
        let val = match &parameter.default {
            Some(term) => {
                let val = self.worth(term, &body);
                self.typed(val, &parameter.ty)
            }
            None => Val::Static(Value::None),
        };
        let spot = Spot { item: record.item.clone(), span: parameter.span };
        Set { val, layer: toma_plan::Layer::Default, spot, claims: None }
    }

    #[expect(clippy::too_many_arguments, reason = "a reading is made of just these")]
    fn read_one(
        &mut self,
        field: &RecordField,
        layer: &Layer,
        [read, one]: [&Signature; 2],
        sets: &[Set],
        here: &Spot,
        body: &Body,
        path: &str,
    ) -> Val {
        let name = &field.parameter.name;
        let signature = if layer.is_main() { read } else { one };
        let Some(facts) = &signature.stage else { return Val::Unknown };
        let own = if layer.is_main() { path.to_owned() } else { self.named(path, name) };
        let given = |set: Value| Set {
            val: Val::Static(set),
            layer: self.layer_of(body),
            spot: here.clone(),
            claims: None,
        };
        let text = |text: &str| Value::Text(text.to_owned());
        let set = |parameter: &crate::signature::Parameter| {
            let mut known = read.parameters.iter().zip(sets);
            match parameter.name.as_str() {
                "layer" => given(text(&layer.name)),
                "choices" => {
                    let list = |names: &Vec<String>| {
                        Value::List(names.iter().map(|name| text(name)).collect())
                    };
                    given(Value::List(layer.choices().iter().map(list).collect()))
                }
                "planes" => {
                    given(Value::List(layer.planes().iter().map(|name| text(name)).collect()))
                }
                name => known
                    .find(|(known, _)| known.name == name)
                    .map_or_else(|| given(Value::None), |(_, set)| set.clone()),
            }
        };
        let sets: Vec<Set> = signature.parameters.iter().map(set).collect();
        let mut val = self.stage(signature, facts, &sets, &[], &Named::new(), here, body, &own);
        if let Val::Picture(picture) = &mut val {
            let picture = Rc::make_mut(picture);
            picture.kind = match &field.parameter.ty {
                Type::Picture { space, .. } => {
                    let name = self.space(space, body);
                    let space = Space::Known { name, family: crate::system::Family::Linear };
                    Type::Picture { still: picture.still, space, straight: false }.to_string()
                }
                other => other.to_string(),
            };
            self.port_of(picture);
        }
        val
    }

    /// Lets the plan say what is known of a picture by now.
    fn port_of(&mut self, picture: &Picture) {
        let node = self.nodes.get_mut(picture.input.node.0 as usize);
        if let Some(port) = node.and_then(|node| node.ports.first_mut()) {
            port.kind.clone_from(&picture.kind);
            port.format = picture.format;
        }
    }

    /// The header of the first file that a node reads, if it is there.
    fn header_of(&self, node: &Node) -> Option<PictureHeader> {
        let Some(Value::Path(path)) = node.parameters.get("path") else { return None };
        let frames = match node.parameters.get("frames") {
            Some(Value::Frames(frames)) => Some(*frames),
            _ => None,
        };
        self.first_header(&self.beside_shot(path), frames)
    }

    /// The header of a sequence's first file, or of the first that is there.
    pub(super) fn first_header(
        &self,
        full: &str,
        frames: Option<FrameRange>,
    ) -> Option<PictureHeader> {
        let world = self.db.world();
        let first = frames.map_or(self.facts.frames.first, |frames| frames.first);
        let header = picture_header(self.db, world, full.to_owned(), first);
        header.or_else(|| {
            let range = frames.unwrap_or_else(|| self.facts.with_handles());
            let there = self.first_file(full, range, first)?;
            picture_header(self.db, world, full.to_owned(), there)
        })
    }

    /// Says so where a file has not the layer of a field.
    fn is_there(
        &mut self,
        record: &RecordSignature,
        field: &RecordField,
        layer: &Layer,
        header: &PictureHeader,
        here: &Spot,
    ) -> bool {
        if layer.is_in(&header.channels) {
            return true;
        }
        let what = if layer.is_main() {
            "the file has no picture in R, G and B".to_owned()
        } else {
            format!("the file has no layer \"{}\" for {}", layer.name, field.parameter.ty.words())
        };
        let names = names_of(&header.channels);
        let near = nearest(&layer.name, names.iter().copied()).filter(|near| *near != layer.name);
        let shown: Vec<&str> = header.channels.iter().take(LISTED).map(String::as_str).collect();
        let more = header.channels.len().saturating_sub(LISTED);
        let list = if more == 0 {
            listed(&shown, "and")
        } else {
            format!("{} and {more} more", shown.join(", "))
        };
        let place = Spot { item: record.item.clone(), span: field.parameter.span };
        let help = match near {
            Some(near) => format!("did you mean `@layer(\"{near}\")`? it has {list}"),
            None => format!("it has {list}"),
        };
        let report = Report::error("T0378", what, here.clone());
        self.reports.push(report.saying("read here").label(place, "this field").help(help));
        false
    }

    /// A record as one picture with all its layers, and which of them are float in any case.
    pub(super) fn written_record(
        &mut self,
        item: &ItemRef,
        set: &Set,
        place: &Spot,
        body: &Body,
        base: &str,
    ) -> Option<(Picture, Vec<String>)> {
        let record = record_of(self.db, item)?;
        let signature = signature_of(self.db, &reference("std/source.toma", "stage layers"))?;
        let facts = signature.stage.as_ref()?;
        let fields = fields_of(set)?;
        let mut pictures: Vec<(Picture, String)> = Vec::new();
        let (mut names, mut float) = (Vec::new(), Vec::new());
        for (field, layer) in record.fields.iter().zip(layers(record)) {
            let Some(layer) = layer else { continue };
            match fields.get(&field.parameter.name).map(|set| &set.val) {
                Some(Val::Picture(picture)) => {
                    pictures.push((picture.as_ref().clone(), field.parameter.name.clone()));
                    names.push(Value::Text(layer.written()));
                    float.extend(layer.always_float());
                }
                Some(Val::Static(Value::None)) => {}
                _ => return None,
            }
        }
        let (format, rate) = self.one_format(&pictures, place)?;
        let made = |val| Set { val, layer: self.layer_of(body), spot: place.clone(), claims: None };
        let list = pictures
            .iter()
            .map(|(picture, _)| made(Val::Picture(Rc::new(picture.clone()))))
            .collect();
        let sets = [made(Val::List(Rc::new(list))), made(Val::Static(Value::List(names)))];
        let path = self.named(base, "layers");
        let spaces = Named::new();
        let val = self.stage(signature, facts, &sets, &[], &spaces, place, body, &path);
        let Val::Picture(picture) = val else { return None };
        let mut picture = Rc::unwrap_or_clone(picture);
        picture.format = format;
        picture.rate = rate.filter(|_| !picture.still);
        crate::types::declared_name(item).clone_into(&mut picture.kind);
        self.port_of(&picture);
        Some((picture, float))
    }

    /// The format and rate that all layers have, or what is wrong.
    #[expect(clippy::type_complexity, reason = "two things that may be unknown")]
    fn one_format(
        &mut self,
        pictures: &[(Picture, String)],
        place: &Spot,
    ) -> Option<(Option<(u32, u32)>, Option<toma_plan::FrameRate>)> {
        let formats = || pictures.iter().filter_map(|(one, name)| Some((one.format?, name)));
        let rates = || pictures.iter().filter_map(|(one, name)| Some((one.rate?, name)));
        let format = formats().next();
        if let Some((first, name)) = format
            && let Some((other, second)) = formats().find(|(other, _)| *other != first)
        {
            let report = Report::error(
                "T0331",
                format!(
                    "layers of two formats: `{name}` is {}x{} and `{second}` is {}x{}",
                    first.0, first.1, other.0, other.1
                ),
                place.clone(),
            );
            let help = "bring all into one format with `reformat(…)` before they are put together";
            self.reports.push(report.help(help));
            return None;
        }
        let rate = rates().next();
        if let Some((first, name)) = rate
            && let Some((_, second)) = rates().find(|(other, _)| *other != first)
        {
            let report = Report::error(
                "T0370",
                format!("layers of two rates: `{name}` and `{second}`"),
                place.clone(),
            );
            self.reports.push(report.help("bring them to one rate with `conform()` or `retime()`"));
            return None;
        }
        Some((format.map(|(format, _)| format), rate.map(|(rate, _)| rate)))
    }
}

/// The settings of a file: measures are written in 32 bit, whatever is said of colour.
pub(super) fn in_full(settings: &mut BTreeMap<String, Value>, ty: &Type, float: &[String]) {
    let alone = Sort::of(ty).filter(|sort| !matches!(sort, Sort::Colour | Sort::Matte));
    let full = Value::Text("float".to_owned());
    if alone.is_some() {
        settings.insert("depth".to_owned(), full);
    } else if !float.is_empty() && settings.get("depth") != Some(&full) {
        let names = float.iter().map(|name| Value::Text(name.clone())).collect();
        settings.insert("float".to_owned(), Value::List(names));
    }
}
