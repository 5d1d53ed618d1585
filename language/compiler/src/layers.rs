//! Which channels of a file a field of a record is: the one place of these rules. Stages are given lists of
//! channels and know none of them. Nothing is known here of calls or of plans.

use crate::data::RecordSignature;
use crate::types::Type;

/// What sort of picture a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Colour,
    Matte,
    Depth,
    Normals,
    Flow,
    Data,
}

/// A field of a record as a layer of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layer {
    /// As `@layer` says, else the field's own name; of the main picture empty.
    pub(crate) name: String,
    pub(crate) sort: Sort,
    /// It is the file's `Z` because of the field's name alone.
    plain_depth: bool,
}

/// What the last part of a channel's name is, where a whole channel is meant.
const CHANNELS: [&str; 9] = ["R", "G", "B", "A", "X", "Y", "Z", "U", "V"];

impl Sort {
    /// That of a field's type, if a file can hold it.
    pub(crate) fn of(ty: &Type) -> Option<Self> {
        match ty {
            Type::Picture { .. } => Some(Self::Colour),
            Type::Port("Matte") => Some(Self::Matte),
            Type::Port("Depth") => Some(Self::Depth),
            Type::Port("Normals") => Some(Self::Normals),
            Type::Port("Flow") => Some(Self::Flow),
            Type::Port("Data") => Some(Self::Data),
            _ => None,
        }
    }
}

/// The layers of a record, field by field; `None` for what is no picture. The first colour without a name of
/// its own is the file's main picture.
pub(crate) fn layers(record: &RecordSignature) -> Vec<Option<Layer>> {
    let mut main = false;
    let layer = |field: &crate::data::RecordField| {
        let sort = Sort::of(field.parameter.ty.core())?;
        let own = &field.parameter.name;
        Some(match &field.layer {
            Some(name) => Layer { name: name.clone(), sort, plain_depth: false },
            None if sort == Sort::Colour && !std::mem::replace(&mut main, true) => {
                Layer { name: String::new(), sort, plain_depth: false }
            }
            None => {
                let plain_depth = sort == Sort::Depth && (own == "z" || own == "depth");
                Layer { name: own.clone(), sort, plain_depth }
            }
        })
    };
    record.fields.iter().map(layer).collect()
}

impl Layer {
    /// Is it the file's R, G, B and A?
    pub(crate) fn is_main(&self) -> bool {
        self.name.is_empty()
    }

    /// The channels that it may consist of, the likeliest first. Of data it is whatever lies in the layer.
    pub(crate) fn choices(&self) -> Vec<Vec<String>> {
        let name = &self.name;
        let inside = |channels: &[&str]| -> Vec<String> {
            channels.iter().map(|channel| format!("{name}.{channel}")).collect()
        };
        let one = |channels: &[&str]| {
            let mut choices = vec![vec![name.clone()]];
            choices.extend(channels.iter().map(|channel| inside(&[channel])));
            choices
        };
        match self.sort {
            Sort::Colour => vec![
                inside(&["R", "G", "B", "A"]),
                inside(&["R", "G", "B"]),
                inside(&["Y", "Y", "Y"]),
                vec![name.clone(), name.clone(), name.clone()],
            ],
            Sort::Matte => one(&["A", "V", "Y", "R"]),
            Sort::Depth => {
                let mut choices = one(&["Z", "V", "Y", "R"]);
                if self.plain_depth {
                    choices.insert(0, vec!["Z".to_owned()]);
                }
                choices
            }
            Sort::Normals => {
                vec![inside(&["X", "Y", "Z"]), inside(&["x", "y", "z"]), inside(&["R", "G", "B"])]
            }
            Sort::Flow => vec![
                inside(&["X", "Y"]),
                inside(&["x", "y"]),
                inside(&["U", "V"]),
                inside(&["u", "v"]),
                inside(&["R", "G"]),
            ],
            Sort::Data => Vec::new(),
        }
    }

    /// What its channels are called in the picture, in the order of a choice.
    pub(crate) fn planes(&self) -> &'static [&'static str] {
        match self.sort {
            Sort::Colour => &["R", "G", "B", "A"],
            Sort::Matte => &["A"],
            Sort::Depth => &["Z"],
            Sort::Normals => &["X", "Y", "Z"],
            Sort::Flow => &["X", "Y"],
            Sort::Data => &[],
        }
    }

    /// What stands before its channels' names in a file, or the whole name where it has one channel.
    pub(crate) fn written(&self) -> String {
        let name = &self.name;
        let last = name.rsplit('.').next().unwrap_or_default();
        match self.sort {
            _ if self.is_main() => String::new(),
            Sort::Depth if self.plain_depth => "Z".to_owned(),
            Sort::Depth | Sort::Matte if CHANNELS.contains(&last) => name.clone(),
            Sort::Depth => format!("{name}.Z"),
            Sort::Matte => format!("{name}.A"),
            Sort::Colour | Sort::Normals | Sort::Flow | Sort::Data => format!("{name}."),
        }
    }

    /// The channel or layer that is written in 32 bit whatever the file's setting: one that measures.
    pub(crate) fn always_float(&self) -> Option<String> {
        match self.sort {
            Sort::Colour | Sort::Matte => None,
            Sort::Depth => Some(self.written()),
            Sort::Normals | Sort::Flow | Sort::Data => Some(self.name.clone()),
        }
    }

    /// Has a file with these channels this layer?
    pub(crate) fn is_in(&self, channels: &[String]) -> bool {
        let has = |name: &str| channels.iter().any(|channel| channel == name);
        if self.is_main() {
            return ["R", "G", "B"].into_iter().all(has) || has("Y");
        }
        match self.sort {
            Sort::Data => {
                let within = format!("{}.", self.name);
                channels.iter().any(|channel| channel.starts_with(&within))
            }
            _ => self.choices().iter().any(|choice| choice.iter().all(|channel| has(channel))),
        }
    }
}

/// The names by which layers of a file are asked for: `spec` of `spec.R`, and channels that stand alone.
pub(crate) fn names_of(channels: &[String]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for channel in channels {
        let name = channel.rsplit_once('.').map_or(channel.as_str(), |(layer, _)| layer);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
