//! The types of the language, and how messages call them.

use crate::measure::Exponents;
use crate::report::ItemRef;
use crate::system::Family;
use std::fmt;
use toma_plan::Dimension;

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    /// Something about it is wrong and was reported: silences everything.
    Unknown,
    /// Colour pictures: one (`Image`) or one a frame (`Clip`).
    Picture {
        still: bool,
        space: Space,
        straight: bool,
    },
    /// Other things that ports pass, by name: `Matte`, `Depth`.
    Port(&'static str),
    /// A picture of any sort: a generic of the recipe being checked.
    Generic(String),
    /// A picture of a sort not yet known: a place in the checker's table.
    Var(u32),
    Bool,
    Int,
    Number(Dimension),
    /// What comes of multiplying and dividing, where it has no name of its own: an area.
    Product(Exponents),
    Text,
    Path,
    Seed,
    Size,
    Frames,
    /// `1001..1096 every 2`
    Steps,
    Rate,
    Date,
    /// Several numbers in one: `Rgb`, `Point`, `Box`.
    Vector(Vector),
    /// A colour space as an argument.
    Space(Space),
    /// The type of `none` alone.
    None,
    Curve(Box<Type>),
    List(Box<Type>),
    Optional(Box<Type>),
    /// A `record`, by its declaration.
    Record(ItemRef),
    /// An `enum`, by its declaration.
    Enum(ItemRef),
}

/// A colour space as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Space {
    /// As it stands in plans: `ACEScg`, or the name within `Space("…")`.
    Known { name: String, family: Family },
    /// A generic of the recipe being checked.
    Generic { name: String, family: Option<Family> },
    /// The shot's working space.
    Work,
    /// Not yet known: a place in the checker's table.
    Var(u32),
    /// Wrong and reported.
    Unknown,
}

/// What a generic stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Bound {
    /// A colour space, perhaps of one sort.
    Space(Option<Family>),
    /// A picture of any sort.
    Picture,
}

impl Bound {
    /// All of them by the language's names.
    pub(crate) const NAMED: [(&str, Self); 6] = [
        ("Space", Self::Space(None)),
        ("Linear", Self::Space(Some(Family::Linear))),
        ("Log", Self::Space(Some(Family::Log))),
        ("Display", Self::Space(Some(Family::Display))),
        ("Data", Self::Space(Some(Family::Data))),
        ("Picture", Self::Picture),
    ];

    /// The sort of colour space that is asked for.
    pub(crate) fn family(self) -> Option<Family> {
        match self {
            Self::Space(family) => family,
            Self::Picture => None,
        }
    }
}

/// Numbers that go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Vector {
    Rgb,
    Point,
    Box,
}

impl Vector {
    /// Of what, and how many.
    pub(crate) fn components(self) -> (Dimension, &'static [&'static str]) {
        match self {
            Self::Rgb => (Dimension::Scalar, &["red", "green", "blue"]),
            Self::Point => (Dimension::Length, &["x", "y"]),
            Self::Box => (Dimension::Length, &["left", "bottom", "right", "top"]),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rgb => "Rgb",
            Self::Point => "Point",
            Self::Box => "Box",
        }
    }

    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Rgb, Self::Point, Self::Box];

    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vector| vector.name() == name)
    }
}

/// Colour spaces with names of their own in the language.
pub(crate) const NAMED_SPACES: [(&str, Family); 5] = [
    ("ACEScg", Family::Linear),
    ("ACES2065", Family::Linear),
    ("LinearRec709", Family::Linear),
    ("sRGB", Family::Display),
    ("Rec709", Family::Display),
];

/// Types without arguments.
pub(crate) const PLAIN_TYPES: [(&str, Type); 21] = [
    ("Bool", Type::Bool),
    ("Int", Type::Int),
    ("Float", Type::Number(Dimension::Scalar)),
    ("Text", Type::Text),
    ("Path", Type::Path),
    ("Seed", Type::Seed),
    ("Size", Type::Size),
    ("Frames", Type::Frames),
    ("Rate", Type::Rate),
    ("Date", Type::Date),
    ("Length", Type::Number(Dimension::Length)),
    ("Focal", Type::Number(Dimension::Focal)),
    ("Angle", Type::Number(Dimension::Angle)),
    ("Time", Type::Number(Dimension::Time)),
    ("FrameCount", Type::Number(Dimension::FrameCount)),
    ("Frame", Type::Number(Dimension::Frame)),
    ("Ratio", Type::Number(Dimension::Ratio)),
    ("Stops", Type::Number(Dimension::Stops)),
    ("Kelvin", Type::Number(Dimension::Kelvin)),
    ("Nits", Type::Number(Dimension::Nits)),
    ("Matte", Type::Port("Matte")),
];

/// Port types that this release knows by name only.
pub(crate) const PORT_TYPES: [&str; 7] =
    ["Matte", "Depth", "Flow", "Normals", "Crypto", "Data", "Table"];

/// Types of the language that come with later releases.
pub(crate) const LATER_TYPES: [&str; 16] = [
    "Quad", "Matrix", "Shapes", "Track", "Grain", "Lens", "Warp", "Camera", "Points", "Splats",
    "Cdl", "Lut", "Boxes", "Model", "Control", "Duration",
];

/// Units, what they measure, and how many of the base unit they are; divided by where that is exact.
pub(crate) const UNITS: [(&str, Dimension, f64); 10] = [
    ("px", Dimension::Length, 1.0),
    ("%", Dimension::Ratio, 100.0),
    ("deg", Dimension::Angle, 1.0),
    ("s", Dimension::Time, 1.0),
    ("ms", Dimension::Time, 1000.0),
    ("mm", Dimension::Focal, 1.0),
    ("fr", Dimension::FrameCount, 1.0),
    ("stops", Dimension::Stops, 1.0),
    ("K", Dimension::Kelvin, 1.0),
    ("nits", Dimension::Nits, 1.0),
];

/// The unit in which people write a dimension.
pub(crate) fn unit(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Scalar | Dimension::Frame => "",
        Dimension::Ratio => "%",
        Dimension::Length => "px",
        Dimension::Focal => "mm",
        Dimension::Angle => "deg",
        Dimension::Time => "s",
        Dimension::FrameCount => "fr",
        Dimension::Stops => "stops",
        Dimension::Kelvin => "K",
        Dimension::Nits => "nits",
    }
}

/// A dimension in words: `a length (px)`.
pub(crate) fn dimension_words(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Scalar => "a plain number",
        Dimension::Ratio => "a ratio (%)",
        Dimension::Length => "a length (px)",
        Dimension::Focal => "a focal length (mm)",
        Dimension::Angle => "an angle (deg)",
        Dimension::Time => "a time (s)",
        Dimension::FrameCount => "a number of frames (fr)",
        Dimension::Frame => "a frame",
        Dimension::Stops => "stops",
        Dimension::Kelvin => "a colour temperature (K)",
        Dimension::Nits => "a luminance (nits)",
    }
}

/// A number as people write it: `40%`, `6px`.
pub(crate) fn written(value: f64, dimension: Dimension) -> String {
    let value = if dimension == Dimension::Ratio { value * 100.0 } else { value };
    // Twelve digits hide what binary fractions add; integers stay whole.
    let rounded = (value * 1e9).round() / 1e9 + 0.0;
    format!("{}{}", if rounded.is_finite() { rounded } else { value }, unit(dimension))
}

impl Space {
    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMED_SPACES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(name, family)| Self::Known { name: (*name).to_owned(), family: *family })
    }

    pub(crate) fn family(&self) -> Option<Family> {
        match self {
            Self::Known { family, .. } => Some(*family),
            Self::Generic { family, .. } => *family,
            // A show's space that is not scene-linear is refused where it is written.
            Self::Work => Some(Family::Linear),
            Self::Var(_) | Self::Unknown => None,
        }
    }

    /// `ACEScg, scene-linear`
    pub(crate) fn words(&self) -> String {
        match self.family() {
            Some(family) => format!("{self}, {}", family.words()),
            None => self.to_string(),
        }
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known { name, .. } if Self::named(name).is_some() => f.write_str(name),
            Self::Known { name, .. } => write!(f, "Space({name:?})"),
            Self::Generic { name, .. } => f.write_str(name),
            Self::Work => f.write_str("Work"),
            Self::Var(_) | Self::Unknown => f.write_str("_"),
        }
    }
}

impl Type {
    /// Does it come through a port, and not as a setting?
    pub(crate) fn is_port(&self) -> bool {
        match self {
            Self::Picture { .. } | Self::Port(_) | Self::Generic(_) | Self::Var(_) => true,
            Self::List(inner) | Self::Optional(inner) => inner.is_port(),
            _ => false,
        }
    }

    /// May there be a picture in it? Records and choices are not looked into.
    pub(crate) fn may_hold_pictures(&self) -> bool {
        match self {
            Self::Picture { .. }
            | Self::Port(_)
            | Self::Generic(_)
            | Self::Var(_)
            | Self::Record(_)
            | Self::Enum(_) => true,
            Self::List(inner) | Self::Optional(inner) => inner.may_hold_pictures(),
            _ => false,
        }
    }

    /// Is it a picture: something with pixels, and one of it?
    pub(crate) fn is_picture(&self) -> bool {
        match self {
            Self::Picture { .. } | Self::Generic(_) | Self::Var(_) => true,
            Self::Port(name) => *name != "Table",
            _ => false,
        }
    }

    /// The same, where it may change from frame to frame.
    pub(crate) fn moving(self) -> Self {
        match self {
            Self::Picture { space, straight, .. } => {
                Self::Picture { still: false, space, straight }
            }
            other => other,
        }
    }

    /// What a curve or an optional is made of; others are themselves.
    pub(crate) fn core(&self) -> &Self {
        match self {
            Self::Curve(inner) | Self::Optional(inner) => inner.core(),
            other => other,
        }
    }

    /// Is it, or is it made of, something that was reported?
    pub(crate) fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Curve(inner) | Self::List(inner) | Self::Optional(inner) => inner.is_unknown(),
            _ => false,
        }
    }

    /// As messages say it: `a length (px)`, `a clip in ACEScg`.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Unknown => "something unknown".to_owned(),
            Self::Picture { still, space, straight } => {
                let what = if *still { "an image" } else { "a clip" };
                let alpha = if *straight { " with straight alpha" } else { "" };
                match space {
                    Space::Var(_) | Space::Unknown => format!("{what}{alpha}"),
                    space => format!("{what} in {space}{alpha}"),
                }
            }
            Self::Port("Normals") => "normals".to_owned(),
            Self::Port("Crypto") => "an ID matte".to_owned(),
            Self::Port(name @ ("Flow" | "Data")) => name.to_lowercase(),
            Self::Port(name) => format!("a {}", name.to_lowercase()),
            Self::Generic(name) => format!("a picture of any sort ({name})"),
            Self::Var(_) => "a picture".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Int => "a whole number".to_owned(),
            Self::Number(dimension) => dimension_words(*dimension).to_owned(),
            Self::Text => "text".to_owned(),
            Self::Path => "a path".to_owned(),
            Self::Seed => "a seed".to_owned(),
            Self::Size => "a size in pixels".to_owned(),
            Self::Frames => "a range of frames".to_owned(),
            Self::Steps => "every so many frames of a range".to_owned(),
            Self::Rate => "a rate (fps)".to_owned(),
            Self::Date => "a date".to_owned(),
            Self::Product(exponents) => exponents.words(),
            Self::Vector(Vector::Rgb) => "a colour (Rgb)".to_owned(),
            Self::Vector(Vector::Point) => "a point".to_owned(),
            Self::Vector(Vector::Box) => "a box".to_owned(),
            Self::Space(Space::Known { name, .. }) => format!("the colour space {name}"),
            Self::Space(_) => "a colour space".to_owned(),
            Self::None => "`none`".to_owned(),
            Self::Curve(inner) => format!("a curve of {}", plural(inner)),
            Self::List(inner) if inner.is_unknown() => "a list".to_owned(),
            Self::List(inner) => format!("a list of {}", plural(inner)),
            Self::Optional(inner) => format!("{} or `none`", inner.words()),
            Self::Record(item) | Self::Enum(item) => {
                let name = declared_name(item);
                let article = if name.starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" };
                format!("{article} `{name}`")
            }
        }
    }
}

/// The name of a declared type.
pub(crate) fn declared_name(item: &ItemRef) -> &str {
    let name = item.key.split_once(' ').map_or(item.key.as_str(), |(_, name)| name);
    name.split_once('#').map_or(name, |(name, _)| name)
}

/// `ratios (%)`, `clips in ACEScg`
fn plural(ty: &Type) -> String {
    let words = ty.words();
    let bare = words.strip_prefix("a ").or_else(|| words.strip_prefix("an ")).unwrap_or(&words);
    let end =
        [" (", " in ", " of ", " with ", " or "].iter().filter_map(|mark| bare.find(mark)).min();
    let (noun, rest) = bare.split_at(end.unwrap_or(bare.len()));
    let (noun, s) = match noun.strip_suffix('y') {
        _ if noun.ends_with('s') => (noun, ""),
        Some(stem) => (stem, "ies"),
        None => (noun, "s"),
    };
    format!("{noun}{s}{rest}")
}

/// As the language writes it, for plans and declarations.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("_"),
            Self::Picture { still, space, straight } => {
                let name = if *still { "Image" } else { "Clip" };
                write!(f, "{name}<{space}{}>", if *straight { ", straight" } else { "" })
            }
            Self::Port(name) => f.write_str(name),
            Self::Product(exponents) => f.write_str(&exponents.unit()),
            Self::Steps => f.write_str("Frames"),
            Self::Generic(name) => f.write_str(name),
            Self::Vector(vector) => f.write_str(vector.name()),
            Self::Space(space) => write!(f, "{space}"),
            Self::None => f.write_str("none"),
            Self::Curve(inner) => write!(f, "Curve<{inner}>"),
            Self::List(inner) => write!(f, "List<{inner}>"),
            Self::Optional(inner) => write!(f, "{inner}?"),
            Self::Record(item) | Self::Enum(item) => f.write_str(declared_name(item)),
            plain => f.write_str(
                PLAIN_TYPES.iter().find(|(_, ty)| ty == plain).map_or("_", |(name, _)| name),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_do() {
        assert_eq!(written(0.4, Dimension::Ratio), "40%");
        assert_eq!(written(0.07, Dimension::Ratio), "7%");
        assert_eq!(written(6.0, Dimension::Length), "6px");
        assert_eq!(written(-1.5, Dimension::Stops), "-1.5stops");
    }

    #[test]
    fn types_read_as_words_and_as_the_language() {
        let clip = Type::Picture {
            still: false,
            space: Space::Known { name: "ARRI LogC4".into(), family: Family::Log },
            straight: true,
        };
        assert_eq!(clip.to_string(), "Clip<Space(\"ARRI LogC4\"), straight>");
        assert_eq!(clip.words(), "a clip in Space(\"ARRI LogC4\") with straight alpha");
        let curve = Type::Curve(Box::new(Type::Number(Dimension::Ratio)));
        assert_eq!(curve.words(), "a curve of ratios (%)");
        assert_eq!(curve.to_string(), "Curve<Ratio>");
    }
}
