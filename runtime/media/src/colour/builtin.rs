//! The configuration that Toma ships with, the ACES studio configuration of OpenColorIO 2.5, or a project's own.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ocio::Config;

use super::compiled::{Step, Steps, compile};
use super::published::PublishedSpace;
use super::{ColourSpaces, Convert, SpaceFamily};
use crate::MediaError;

/// The configuration, pinned: a newer one is another set of colours.
const CONFIG: &str = "studio-config-v4.0.0_aces-v2.0_ocio-v2.5";
/// Raised whenever our evaluation of a conversion gives other bits.
const EVALUATION: u32 = 2;

/// The language's own names and what the configuration calls them.
const LANGUAGE: &[(&str, &str)] = &[
    ("ACEScg", "ACEScg"),
    ("ACES2065", "ACES2065-1"),
    ("LinearRec709", "Linear Rec.709 (sRGB)"),
    ("sRGB", "sRGB Encoded Rec.709 (sRGB)"),
    ("Rec709", "Camera Rec.709"),
];

/// The linear space that every other can be converted to.
const LINEAR: &str = "ACES2065-1";

type Pair = (String, String);

/// An OpenColorIO configuration: the built-in ACES studio one, which needs no file and no environment
/// variable, another built-in one, or a file.
pub struct BuiltinColour {
    config: Mutex<Config>,
    spaces: Vec<(String, SpaceFamily)>,
    /// The language's own names, as far as the configuration has them, and what it calls them.
    language: Vec<(&'static str, String)>,
    /// For messages.
    title: String,
    /// What the configuration is, as text that changes with it.
    identity: String,
    /// Its spaces are those whose published formulas we know.
    published: bool,
    compiled: Mutex<HashMap<Pair, Arc<dyn Convert>>>,
}

impl std::fmt::Debug for BuiltinColour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BuiltinColour").field("config", &self.title).finish_non_exhaustive()
    }
}

impl BuiltinColour {
    /// The configuration, parsed.
    ///
    /// # Errors
    /// Never for the configuration that is shipped.
    pub fn new() -> Result<Self, MediaError> {
        let config = Config::create_from_builtin_config(CONFIG).map_err(|error| {
            MediaError::Unreadable { file: CONFIG.into(), why: error.to_string() }
        })?;
        let title = "the built-in ACES configuration".to_owned();
        Ok(Self::of(config, title, CONFIG.to_owned(), true))
    }

    /// A built-in configuration by its name, with or without `ocio://`.
    ///
    /// # Errors
    /// [`MediaError::Unreadable`] for an unknown name.
    pub fn named(name: &str) -> Result<Self, MediaError> {
        let short = name.strip_prefix("ocio://").unwrap_or(name);
        if short == CONFIG {
            return Self::new();
        }
        let config = Config::create_from_builtin_config(short).map_err(|error| {
            MediaError::Unreadable { file: name.into(), why: error.to_string() }
        })?;
        Ok(Self::of(config, format!("the configuration {short}"), short.to_owned(), false))
    }

    /// The configuration in a file. Conversions are made of what stands in it; those that need tables in other
    /// files are refused by name.
    ///
    /// # Errors
    /// [`MediaError::Unreadable`] when there is no such file or it is no configuration.
    pub fn from_file(path: &Path) -> Result<Self, MediaError> {
        let file = path.display().to_string();
        let unreadable = |why: String| MediaError::Unreadable { file: file.clone(), why };
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        let config = Config::create_from_file(&path.to_string_lossy())
            .map_err(|error| unreadable(error.to_string()))?;
        let sum = xxhash_rust::xxh3::xxh3_128(text.as_bytes());
        let identity = format!("file {sum:032x}");
        Ok(Self::of(config, file.clone(), identity, false))
    }

    /// The same, where these names are spaces of these sorts, whatever the configuration says.
    #[must_use]
    pub fn with_families(mut self, families: &[(String, SpaceFamily)]) -> Self {
        for (name, family) in families {
            let theirs = self.called(name).to_owned();
            match self.spaces.iter_mut().find(|(space, _)| *space == theirs) {
                Some(space) => space.1 = *family,
                None => self.spaces.push((theirs, *family)),
            }
        }
        self
    }

    fn of(config: Config, title: String, identity: String, published: bool) -> Self {
        let set = config.all_color_spaces();
        let spaces = (0..set.num_color_spaces())
            .filter_map(|index| set.color_space_by_index(index))
            .map(|space| {
                let family = match space.encoding() {
                    _ if space.is_data() => SpaceFamily::Data,
                    "data" => SpaceFamily::Data,
                    "log" => SpaceFamily::Log,
                    "scene-linear" | "display-linear" => SpaceFamily::Linear,
                    _ => SpaceFamily::Display,
                };
                (space.name().to_owned(), family)
            })
            .collect();
        let language = LANGUAGE
            .iter()
            .filter_map(|(ours, theirs)| {
                // By its own name, by an alias, or by a role.
                let space = config.get_color_space(theirs).or_else(|| config.get_color_space(ours));
                Some((*ours, space?.name().to_owned()))
            })
            .collect();
        let config = Mutex::new(config);
        Self { config, spaces, language, title, identity, published, compiled: Mutex::default() }
    }

    /// What the configuration calls a space.
    fn called<'a>(&'a self, name: &'a str) -> &'a str {
        self.language.iter().find(|(ours, _)| *ours == name).map_or(name, |(_, theirs)| theirs)
    }

    /// The configuration's name of a space, or an error with the nearest names.
    fn resolve(&self, name: &str) -> Result<(&str, SpaceFamily), MediaError> {
        let wanted = self.called(name);
        self.spaces
            .iter()
            .find(|(space, _)| space == wanted)
            .map(|(space, family)| (space.as_str(), *family))
            .ok_or_else(|| MediaError::UnknownSpace {
                name: name.into(),
                config: self.title.clone(),
                near: self.near(name),
            })
    }

    /// Up to three names like this one, best first.
    fn near(&self, name: &str) -> Vec<String> {
        let plain = |text: &str| text.to_lowercase().replace([' ', '-', '.', '_'], "");
        let wanted = plain(name);
        let mut scored: Vec<(f64, String)> = self
            .names()
            .into_iter()
            .map(|known| {
                let text = plain(&known);
                let contains = !wanted.is_empty() && text.contains(&wanted);
                let score = strsim::jaro_winkler(&wanted, &text);
                (if contains { score + 1.0 } else { score }, known)
            })
            .filter(|(score, _)| *score > 0.82)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        scored.into_iter().take(3).map(|(_, name)| name).collect()
    }
}

impl ColourSpaces for BuiltinColour {
    fn names(&self) -> Vec<String> {
        let ours = self.language.iter().map(|(name, _)| (*name).to_owned());
        let own = |name: &String| self.language.iter().any(|(ours, _)| ours == name);
        let theirs = self.spaces.iter().map(|(name, _)| name.clone());
        ours.chain(theirs.filter(|name| !own(name))).collect()
    }

    fn family(&self, name: &str) -> Option<SpaceFamily> {
        self.resolve(name).ok().map(|(_, family)| family)
    }

    fn identity(&self) -> String {
        format!("{}, ocio {}, toma colour v{EVALUATION}", self.identity, ocio::VERSION)
    }

    fn converter(&self, from: &str, to: &str) -> Result<Arc<dyn Convert>, MediaError> {
        let (source, source_family) = self.resolve(from)?;
        let (target, target_family) = self.resolve(to)?;
        if source != target {
            for (name, family) in [(from, source_family), (to, target_family)] {
                if family == SpaceFamily::Data {
                    return Err(MediaError::NoConversion {
                        from: from.into(),
                        to: to.into(),
                        why: format!("\"{name}\" is data, not colour"),
                    });
                }
            }
        }
        let pair = (source.to_owned(), target.to_owned());
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = compiled.get(&pair) {
            return Ok(Arc::clone(known));
        }
        let config = self.config.lock().unwrap_or_else(PoisonError::into_inner);
        let found = if self.published {
            steps(&config, source, target)
        } else {
            compile_pair(&config, source, target)
        };
        let steps = found.map_err(|error| match error {
            Refusal::Table => {
                let table = |name: &str| {
                    PublishedSpace::named(name).is_none()
                        && matches!(compile_pair(&config, name, LINEAR), Err(Refusal::Table))
                };
                let space = if table(source) { from } else { to };
                MediaError::NotExact { from: from.into(), to: to.into(), space: space.into() }
            }
            Refusal::Config(why) => {
                MediaError::NoConversion { from: from.into(), to: to.into(), why }
            }
        })?;
        let converter: Arc<dyn Convert> = Arc::new(Steps(steps));
        compiled.insert(pair, Arc::clone(&converter));
        Ok(converter)
    }
}

/// Why there are no steps between two spaces.
enum Refusal {
    /// One is a table or a function of its own.
    Table,
    /// The configuration's words.
    Config(String),
}

/// The steps that the configuration itself gives.
fn compile_pair(config: &Config, source: &str, target: &str) -> Result<Vec<Step>, Refusal> {
    let processor =
        config.get_processor(source, target).map_err(|error| Refusal::Config(error.to_string()))?;
    compile(&processor).ok_or(Refusal::Table)
}

/// The steps between two spaces, by way of linear light where one has a published curve.
fn steps(config: &Config, source: &str, target: &str) -> Result<Vec<Step>, Refusal> {
    if source == target {
        return Ok(Vec::new());
    }
    let (mut before, mut behind) = (Vec::new(), Vec::new());
    let (mut first, mut last) = (source, target);
    if let Some(space) = PublishedSpace::named(source) {
        before.push(Step::to_light(space.curve));
        first = space.linear;
        if space.clips {
            before.extend(compile_pair(config, space.linear, LINEAR)?);
            before.push(Step::not_negative());
            first = LINEAR;
        }
    }
    if let Some(space) = PublishedSpace::named(target) {
        last = space.linear;
        if space.clips {
            behind.push(Step::not_negative());
            behind.extend(compile_pair(config, LINEAR, space.linear)?);
            last = LINEAR;
        }
        behind.push(Step::to_code(space.curve));
    }
    if first != last {
        before.extend(compile_pair(config, first, last)?);
    }
    before.extend(behind);
    Ok(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_names_are_spaces_of_the_configuration() {
        let colour = BuiltinColour::new().unwrap();
        for (name, family) in [
            ("ACEScg", SpaceFamily::Linear),
            ("ACES2065", SpaceFamily::Linear),
            ("LinearRec709", SpaceFamily::Linear),
            ("sRGB", SpaceFamily::Display),
            ("Rec709", SpaceFamily::Display),
            ("ARRI LogC4", SpaceFamily::Log),
            ("ACEScct", SpaceFamily::Log),
            ("Raw", SpaceFamily::Data),
        ] {
            assert_eq!(colour.family(name), Some(family), "{name}");
        }
        assert_eq!(colour.family("ARRI LogC5"), None);
        let names = colour.names();
        let mut unique = names.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(names.len(), unique.len());
    }

    #[test]
    fn unknown_names_are_answered_with_near_ones() {
        let colour = BuiltinColour::new().unwrap();
        for (name, near) in [
            ("ARRI LogC5", "ARRI LogC4"),
            ("acescg", "ACEScg"),
            ("LogC4", "ARRI LogC4"),
            ("S-Log3", "S-Log3 S-Gamut3"),
            ("srgb", "sRGB"),
        ] {
            let error = colour.converter(name, "ACEScg").err().unwrap();
            assert_eq!(error.code(), "T0611");
            assert!(error.help().contains(near), "{name}: {}", error.help());
        }
    }

    #[test]
    fn a_projects_own_configuration_is_read_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("show.ocio");
        let text = "ocio_profile_version: 2\nroles: {scene_linear: Scene, default: Scene}\n\
            file_rules: [!<Rule> {name: Default, colorspace: default}]\n\
            displays:\n  sRGB:\n    - !<View> {name: Raw, colorspace: Scene}\n\
            colorspaces:\n  - !<ColorSpace>\n    name: Scene\n    aliases: [ACEScg]\n    encoding: scene-linear\n\
            \x20 - !<ColorSpace>\n    name: Twice\n    encoding: scene-linear\n    \
            to_scene_reference: !<MatrixTransform> {matrix: [0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1]}\n\
            \x20 - !<ColorSpace>\n    name: Show Log\n";
        std::fs::write(&path, text).unwrap();
        let colour = BuiltinColour::from_file(&path).unwrap();
        assert_eq!(colour.family("ACEScg"), Some(SpaceFamily::Linear));
        assert_eq!(colour.family("Show Log"), Some(SpaceFamily::Display));
        assert_eq!(colour.family("ARRI LogC4"), None);
        let (mut r, mut g, mut b) = ([1.0], [0.5], [-2.0]);
        colour.converter("ACEScg", "Twice").unwrap().apply(&mut r, &mut g, &mut b);
        assert_eq!((r, g, b), ([2.0], [1.0], [-4.0]));
        let before = colour.identity();
        let stated = [("Show Log".to_owned(), SpaceFamily::Log)];
        assert_eq!(colour.with_families(&stated).family("Show Log"), Some(SpaceFamily::Log));
        std::fs::write(&path, format!("{text}# changed\n")).unwrap();
        assert_ne!(BuiltinColour::from_file(&path).unwrap().identity(), before);
        std::fs::write(&path, "nonsense").unwrap();
        assert!(BuiltinColour::from_file(&path).is_err());
        assert!(BuiltinColour::named("ocio://no-such").is_err());
    }

    #[test]
    fn data_is_never_converted() {
        let colour = BuiltinColour::new().unwrap();
        assert_eq!(colour.converter("Raw", "ACEScg").err().unwrap().code(), "T0612");
        assert!(colour.converter("Raw", "Raw").is_ok());
    }

    #[test]
    fn what_is_only_a_table_is_refused_by_name() {
        let colour = BuiltinColour::new().unwrap();
        for space in ["Rec.2100-HLG - Display", "ADX10", "ADX16"] {
            for (from, to) in [(space, "ACEScg"), ("ACEScc", space), (space, "sRGB")] {
                let error = colour.converter(from, to).err().unwrap();
                assert_eq!(error.code(), "T0613");
                assert!(error.to_string().contains(&format!("\"{space}\" is")), "{error}");
            }
            assert!(colour.converter(space, space).is_ok());
        }
        let refused = |name: &String| {
            matches!(colour.converter(name, "ACEScg"), Err(MediaError::NotExact { .. }))
        };
        assert_eq!(colour.names().iter().filter(|name| refused(name)).count(), 3);
    }

    #[test]
    fn the_same_space_changes_no_bit() {
        let colour = BuiltinColour::new().unwrap();
        let odd = [0.1, -0.0, f32::MIN_POSITIVE / 4.0, 1e30, f32::INFINITY, -3.0];
        for name in ["sRGB", "ACEScg", "ARRI LogC4", "ACEScc"] {
            let (mut r, mut g, mut b) = (odd, odd, odd);
            colour.converter(name, name).unwrap().apply(&mut r, &mut g, &mut b);
            for plane in [r, g, b] {
                assert_eq!(plane.map(f32::to_bits), odd.map(f32::to_bits), "{name}");
            }
        }
    }

    #[test]
    fn dividing_a_picture_changes_no_bit() {
        let colour = BuiltinColour::new().unwrap();
        let convert = colour.converter("ARRI LogC4", "sRGB").unwrap();
        let ramp: Vec<f32> = (0..5000).map(|at| at as f32 / 4000.0 - 0.1).collect();
        let whole = {
            let (mut r, mut g, mut b) = (ramp.clone(), ramp.clone(), ramp.clone());
            convert.apply(&mut r, &mut g, &mut b);
            [r, g, b]
        };
        let (mut r, mut g, mut b) = (ramp.clone(), ramp.clone(), ramp.clone());
        let parts = r.chunks_mut(7).zip(g.chunks_mut(7)).zip(b.chunks_mut(7));
        for ((r, g), b) in parts {
            convert.apply(r, g, b);
        }
        for (a, b) in whole.iter().zip([r, g, b]) {
            assert!(a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits()));
        }
    }
}
