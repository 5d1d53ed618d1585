//! Written types, and what is written like one.

use super::Reader;
use crate::rule::Rule;

impl<const WHY: bool> Reader<'_, WHY> {
    /// `Clip<ACEScg>`, `Space("ARRI LogC4")`, `Matte?`
    pub(super) fn type_(&mut self) -> bool {
        self.node(Rule::Type, |r| {
            if !(r.space_name() || r.type_path()) {
                return false;
            }
            r.skip();
            r.optional();
            true
        })
    }

    /// No blank stands in front of the `<`: `prepare` counts exactly these against the limit of nesting.
    fn type_path(&mut self) -> bool {
        self.node(Rule::TypePath, |r| {
            if !r.path() {
                return false;
            }
            r.type_arguments();
            true
        })
    }

    fn type_arguments(&mut self) -> bool {
        self.node(Rule::TypeArguments, |r| {
            if !(r.less() && r.skip() && r.type_() && r.skip()) {
                return false;
            }
            while r.together(|r| r.comma() && r.skip() && r.type_()) {
                r.skip();
            }
            r.greater()
        })
    }

    fn space_name(&mut self) -> bool {
        self.node(Rule::SpaceName, |r| {
            r.word(Rule::SpaceTypeWord)
                && r.skip()
                && r.open_paren()
                && r.skip()
                && r.text()
                && r.skip()
                && r.close_paren()
        })
    }

    /// `<S: Linear, T>`
    pub(super) fn generics(&mut self) -> bool {
        self.node(Rule::Generics, |r| {
            r.less() && r.skip() && r.row(Self::generic) && r.skip() && r.greater()
        })
    }

    fn generic(&mut self) -> bool {
        self.node(Rule::Generic, |r| {
            if !r.name() {
                return false;
            }
            r.skip();
            r.together(|r| r.colon() && r.skip() && r.name());
            true
        })
    }

    /// `: Type` behind a name, where it may be left out.
    pub(super) fn maybe_typed(&mut self) {
        self.skip();
        self.together(|r| r.colon() && r.skip() && r.type_());
    }

    /// `= value` behind a name, where it may be left out.
    pub(super) fn maybe_default(&mut self) {
        self.skip();
        self.together(|r| r.equals() && r.skip() && r.expression());
    }

    /// `: Type in a..b step s = value`
    pub(super) fn typed_and_bounded(&mut self) -> bool {
        if !(self.skip() && self.colon() && self.skip() && self.type_()) {
            return false;
        }
        self.skip();
        while self.refinement() {
            self.skip();
        }
        self.maybe_default();
        true
    }

    /// `in a..b`, `step s`, `one of [a, b]`
    fn refinement(&mut self) -> bool {
        self.node(Rule::Refinement, |r| {
            r.together(|r| {
                if !(r.word(Rule::InWord) && r.skip() && r.expression()) {
                    return false;
                }
                r.skip();
                r.step();
                true
            }) || r.step()
                || r.together(|r| {
                    r.word(Rule::OneWord)
                        && r.skip()
                        && r.word(Rule::OfWord)
                        && r.skip()
                        && r.list()
                })
        })
    }

    fn step(&mut self) -> bool {
        self.node(Rule::Step, |r| r.word(Rule::StepWord) && r.skip() && r.expression())
    }

    /// `(a: Int, b: Matte = none)`
    pub(super) fn parameters(&mut self) -> bool {
        self.node(Rule::Parameters, |r| {
            if !(r.open_paren() && r.skip()) {
                return false;
            }
            r.together(Self::parameter_row);
            r.docs_in_row();
            r.close_paren()
        })
    }

    fn docs_in_row(&mut self) {
        self.skip();
        while self.doc() {
            self.skip();
        }
    }

    /// Two parameters side by side are both read; that their comma is missing is said.
    fn parameter_row(&mut self) -> bool {
        if !self.any_parameter() {
            return false;
        }
        self.skip();
        let next = |r: &mut Self| (r.comma() || r.missing_comma()) && r.skip() && r.any_parameter();
        while self.together(next) {
            self.skip();
        }
        self.comma();
        true
    }

    /// The empty place in front of a parameter where a comma belongs. Whoever asks why isn't told of it.
    fn missing_comma(&mut self) -> bool {
        let begins = |r: &mut Self| {
            while r.doc() || r.attribute() {
                r.skip();
            }
            r.name() && r.skip() && r.colon()
        };
        !WHY && self.ahead(begins) && self.leaf(Rule::MissingComma, Some(self.at))
    }

    fn any_parameter(&mut self) -> bool {
        let last = |r: &mut Self| {
            r.docs_in_row();
            r.byte() == Some(b')')
        };
        if !self.not_ahead(last) {
            return false;
        }
        let ends = |r: &mut Self| r.byte() == Some(b',') || r.ahead(last) || r.missing_comma();
        self.together(|r| r.parameter() && r.skip() && r.ahead(ends))
            || self.broken_entry(Rule::BrokenParameter)
    }

    /// A parameter with its docs and attributes.
    pub(super) fn parameter(&mut self) -> bool {
        self.node(Rule::Parameter, |r| {
            while r.doc() || r.attribute() {
                r.skip();
            }
            r.name() && r.typed_and_bounded()
        })
    }

    /// `@ui(group: "Edge")`
    pub(super) fn attribute(&mut self) -> bool {
        self.node(Rule::Attribute, |r| {
            if r.byte() != Some(b'@') {
                return false;
            }
            r.at += 1;
            if !(r.skip() && r.name()) {
                return false;
            }
            r.skip();
            r.arguments();
            true
        })
    }
}
