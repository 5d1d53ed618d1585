//! The names of the functions over numbers, and how they are called.

/// A function over numbers that belongs to the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Function {
    Minimum,
    Maximum,
    Absolute,
    Round,
    Floor,
    Ceil,
    Clamp,
    Modulo,
}

/// All of them by name.
pub(crate) const FUNCTIONS: [(&str, Function); 8] = [
    ("min", Function::Minimum),
    ("max", Function::Maximum),
    ("abs", Function::Absolute),
    ("round", Function::Round),
    ("floor", Function::Floor),
    ("ceil", Function::Ceil),
    ("clamp", Function::Clamp),
    ("mod", Function::Modulo),
];

impl Function {
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
    }

    pub(crate) fn name(self) -> &'static str {
        FUNCTIONS.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }

    /// The least and the most values that it takes.
    pub(crate) fn takes(self) -> (usize, usize) {
        match self {
            Self::Minimum | Self::Maximum => (2, usize::MAX),
            Self::Absolute | Self::Round | Self::Floor | Self::Ceil => (1, 1),
            Self::Clamp => (3, 3),
            Self::Modulo => (2, 2),
        }
    }

    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Minimum => "min(a, b)",
            Self::Maximum => "max(a, b)",
            Self::Absolute => "abs(a)",
            Self::Round => "round(a)",
            Self::Floor => "floor(a)",
            Self::Ceil => "ceil(a)",
            Self::Clamp => "clamp(a, 0%, 100%)",
            Self::Modulo => "mod(a, 24)",
        }
    }

    /// Does it make whole numbers?
    pub(crate) fn rounds(self) -> bool {
        matches!(self, Self::Round | Self::Floor | Self::Ceil)
    }
}
