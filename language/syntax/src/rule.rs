//! What the parts of a program are called: one rule a sort of node that the reader makes.
//!
//! Their order is the one in which messages name what would have fitted.

/// Declares the rules, and a list of all of them in the same order.
macro_rules! rules {
    ($($rule:ident)+) => {
        /// A sort of node. Each is described where it is read, in the module `parse`.
        #[expect(missing_docs, reason = "each is described where it is read")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $($rule),+
        }

        /// All rules, in their order.
        pub(crate) const ALL_RULES: &[Rule] = &[$(Rule::$rule),+];
    };
}

rules! {
    End FileItem Public BrokenItem BrokenRest Doc Attribute UseItem UseList Imported RecipeItem
    RecipeHead StageItem Generics Generic Parameters Parameter Refinement Step LayerItem LayerWord
    LayerHead Within Derived Clauses RecordItem Field EnumItem Variant ConstItem PolicyItem
    Requirement TestItem Type TypePath TypeArguments SpaceName Optional Body Result LetClause
    SetClause AtClause FramesClause RateClause FormatClause SpaceClause SeedClause ParamClause
    GateClause Exception ReviewClause WriteClause FileFormat WithHandles Purpose DropClause
    PolicyClause RetakeClause Settings Setting WedgeClause VariantsClause PickClause Shots Address
    Expression Operand Chain GroupChain GroupWith Group Call Arguments Argument WithFields Handle
    FrameRange BareOperand If Match Arm Pattern Case List Comprehension Curve Key Ease Cut Piece
    Literal Date Size Quantity Number Unit BrokenUnit Text TextEnd Characters Escape BrokenEscape
    LoneBrace Hole HoleEnd FormatSpec Path Name NewlineOrEnd OpenBrace CloseBrace OpenParen
    CloseParen OpenSquare CloseSquare Comma Colon Equals Arrow FatArrow Pipe RangeTo Every Equal
    NotEqual LessEqual GreaterEqual Less Greater Plus Minus Negate Times Divide UseWord PubWord
    RecipeWord StageWord ShowWord SequenceWord ShotWord RecordWord EnumWord ConstWord PolicyWord
    TestWord LetWord SetWord SetHardWord AtWord FramesWord HandlesWord RateWord FormatWord
    SpaceWord SeedWord ParamWord GateWord ExceptWord BecauseWord ReviewWord ByWord WriteWord
    AsWord WithWord ForWord DropWord RetakeWord WedgeWord OverWord VariantsWord PickWord
    RequireWord SpaceTypeWord InWord FromWord StepWord OneWord OfWord IfWord ElseWord MatchWord
    CutWord AndWord OrWord NotWord TrueWord FalseWord NoneWord BrokenClause BrokenSet BrokenLine
    BrokenRule BrokenParameter MissingComma BrokenField BrokenVariant BrokenImport BrokenHole BrokenRecipeHead
    BrokenLayerHead BrokenResult LoneValue BrokenValue
}

impl Rule {
    /// The word of the language that a rule stands for.
    #[inline]
    pub const fn word(self) -> Option<&'static str> {
        Some(match self {
            Self::UseWord => "use",
            Self::PubWord => "pub",
            Self::RecipeWord => "recipe",
            Self::StageWord => "stage",
            Self::ShowWord => "show",
            Self::SequenceWord => "sequence",
            Self::ShotWord => "shot",
            Self::RecordWord => "record",
            Self::EnumWord => "enum",
            Self::ConstWord => "const",
            Self::PolicyWord => "policy",
            Self::TestWord => "test",
            Self::LetWord => "let",
            Self::SetWord => "set",
            Self::SetHardWord => "set!",
            Self::AtWord => "at",
            Self::FramesWord => "frames",
            Self::HandlesWord => "handles",
            Self::RateWord => "rate",
            Self::FormatWord => "format",
            Self::SpaceWord => "space",
            Self::SeedWord => "seed",
            Self::ParamWord => "param",
            Self::GateWord => "gate",
            Self::ExceptWord => "except",
            Self::BecauseWord => "because",
            Self::ReviewWord => "review",
            Self::ByWord => "by",
            Self::WriteWord => "write",
            Self::AsWord => "as",
            Self::WithWord => "with",
            Self::ForWord => "for",
            Self::DropWord => "drop",
            Self::RetakeWord => "retake",
            Self::WedgeWord => "wedge",
            Self::OverWord => "over",
            Self::VariantsWord => "variants",
            Self::PickWord => "pick",
            Self::RequireWord => "require",
            Self::SpaceTypeWord => "Space",
            Self::InWord => "in",
            Self::FromWord => "from",
            Self::StepWord => "step",
            Self::OneWord => "one",
            Self::OfWord => "of",
            Self::IfWord => "if",
            Self::ElseWord => "else",
            Self::MatchWord => "match",
            Self::CutWord => "cut",
            Self::AndWord => "and",
            Self::OrWord => "or",
            Self::NotWord => "not",
            Self::TrueWord => "true",
            Self::FalseWord => "false",
            Self::NoneWord => "none",
            _ => return None,
        })
    }
}
