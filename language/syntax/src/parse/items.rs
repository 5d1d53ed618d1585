//! Items: what stands at the left edge.

use super::{ByWord, Reader};
use crate::rule::Rule;

impl<'a, const WHY: bool> Reader<'a, WHY> {
    /// The whole text of an item.
    pub(super) fn file_item(&mut self) -> bool {
        self.node(Rule::FileItem, |r| {
            r.lines();
            if r.item() {
                r.lines();
                r.broken_rest(Rule::BrokenRest);
            } else if !r.broken_item() {
                return false;
            }
            r.lines();
            r.end()
        })
    }

    /// An item with its docs, attributes and `pub`.
    pub(super) fn item(&mut self) -> bool {
        self.together(|r| {
            while r.doc() || r.attribute() {
                r.lines();
            }
            r.node(Rule::Public, |r| r.word(Rule::PubWord));
            r.skip();
            r.by_word(&Self::ITEMS)
        })
    }

    const ITEMS: [ByWord<'a, WHY>; 11] = [
        ("use", Self::use_item),
        ("recipe", Self::recipe_item),
        ("stage", Self::stage_item),
        ("show", Self::layer_item),
        ("record", Self::record_item),
        ("enum", Self::enum_item),
        ("const", Self::const_item),
        ("policy", Self::policy_item),
        ("test", Self::test_item),
        // A layer's other words; whoever asks why has tried them with the first.
        ("sequence", Self::layer_of_other_word),
        ("shot", Self::layer_of_other_word),
    ];

    /// The reader whose word stands here. Whoever asks why tries all.
    pub(super) fn by_word(&mut self, readers: &[ByWord<'a, WHY>]) -> bool {
        if WHY {
            return readers.iter().any(|(_, read)| read(self));
        }
        let word = self.this_word();
        let reader = readers.iter().find(|(first, _)| first.as_bytes() == word);
        reader.is_some_and(|(_, read)| read(self))
    }

    /// `use std.finish.{grain, measure_grain as measure}`
    fn use_item(&mut self) -> bool {
        self.node(Rule::UseItem, |r| {
            if !(r.word(Rule::UseWord) && r.skip() && r.path()) {
                return false;
            }
            r.skip();
            if r.together(|r| r.point() && r.skip() && r.use_list()) {
                return true;
            }
            r.renamed();
            true
        })
    }

    fn point(&mut self) -> bool {
        let point = self.byte() == Some(b'.');
        self.at += usize::from(point);
        point
    }

    /// `as name`, where it may be left out.
    fn renamed(&mut self) {
        self.together(|r| r.word(Rule::AsWord) && r.skip() && r.name());
    }

    fn use_list(&mut self) -> bool {
        self.node(Rule::UseList, |r| {
            if !(r.open_brace() && r.lines()) {
                return false;
            }
            r.together(|r| r.entries(Self::any_import));
            r.close_brace()
        })
    }

    fn any_import(&mut self) -> bool {
        if self.byte() == Some(b'}') {
            return false;
        }
        let ends = |r: &mut Self| r.lines() && matches!(r.byte(), Some(b',' | b'}'));
        self.together(|r| r.imported() && r.ahead(ends)) || self.broken_entry(Rule::BrokenImport)
    }

    /// `grain`, `measure_grain as measure`
    pub(super) fn imported(&mut self) -> bool {
        self.node(Rule::Imported, |r| {
            if !r.name() {
                return false;
            }
            r.skip();
            r.renamed();
            true
        })
    }

    /// A broken signature does not hide the body, a broken result type not the parameters.
    fn recipe_item(&mut self) -> bool {
        self.node(Rule::RecipeItem, |r| {
            if !(r.word(Rule::RecipeWord) && r.skip()) {
                return false;
            }
            let head = r.together(|r| r.recipe_head() && r.skip() && r.byte() == Some(b'{'))
                || r.broken_head(Rule::BrokenRecipeHead);
            head && r.skip() && r.body()
        })
    }

    /// `soften(a: Matte) -> Matte`
    pub(super) fn recipe_head(&mut self) -> bool {
        self.node(Rule::RecipeHead, |r| {
            r.signature()
                && r.skip()
                && (r.together(|r| r.result_type() && r.skip() && r.byte() == Some(b'{'))
                    || r.broken_result())
        })
    }

    fn stage_item(&mut self) -> bool {
        self.node(Rule::StageItem, |r| {
            let ends = |r: &mut Self| r.lines() && r.end();
            r.word(Rule::StageWord)
                && r.skip()
                && r.signature()
                && r.skip()
                && (r.together(|r| r.result_type() && r.skip() && r.ahead(ends))
                    || r.broken_result())
        })
    }

    /// `-> Matte`
    fn result_type(&mut self) -> bool {
        self.arrow() && self.skip() && self.type_()
    }

    fn signature(&mut self) -> bool {
        self.together(|r| {
            if !(r.name() && r.skip()) {
                return false;
            }
            r.generics();
            r.skip() && r.parameters()
        })
    }

    /// `show`, `sequence` and `shot` share their clauses; the compiler says which may stand where.
    fn layer_item(&mut self) -> bool {
        self.node(Rule::LayerItem, |r| {
            let words = |r: &mut Self| {
                r.word(Rule::ShowWord) || r.word(Rule::SequenceWord) || r.word(Rule::ShotWord)
            };
            if !(r.node(Rule::LayerWord, words) && r.skip()) {
                return false;
            }
            let head = r.together(|r| r.layer_head() && r.skip() && r.byte() == Some(b'{'))
                || r.broken_head(Rule::BrokenLayerHead);
            head && r.skip() && r.clauses()
        })
    }

    fn layer_of_other_word(&mut self) -> bool {
        !WHY && self.layer_item()
    }

    /// `ELT_0420 in ELT from base`
    pub(super) fn layer_head(&mut self) -> bool {
        self.node(Rule::LayerHead, |r| {
            if !r.name() {
                return false;
            }
            r.skip();
            r.node(Rule::Within, |r| r.word(Rule::InWord) && r.skip() && r.path());
            r.skip();
            r.node(Rule::Derived, |r| r.word(Rule::FromWord) && r.skip() && r.path());
            true
        })
    }

    fn record_item(&mut self) -> bool {
        self.node(Rule::RecordItem, |r| {
            r.word(Rule::RecordWord) && r.skip() && r.name() && r.members(Self::any_field)
        })
    }

    fn enum_item(&mut self) -> bool {
        self.node(Rule::EnumItem, |r| {
            r.word(Rule::EnumWord) && r.skip() && r.name() && r.members(Self::any_variant)
        })
    }

    /// `{ member, member, }`, the last perhaps behind docs that document nothing.
    fn members(&mut self, member: impl Fn(&mut Self) -> bool) -> bool {
        if !(self.skip() && self.open_brace() && self.lines()) {
            return false;
        }
        self.together(|r| r.entries(member));
        self.docs();
        self.close_brace()
    }

    fn docs(&mut self) {
        self.lines();
        while self.doc() {
            self.lines();
        }
    }

    fn any_field(&mut self) -> bool {
        self.any_member(Self::field, Rule::BrokenField)
    }

    fn any_variant(&mut self) -> bool {
        self.any_member(Self::variant, Rule::BrokenVariant)
    }

    fn any_member(&mut self, read: impl FnOnce(&mut Self) -> bool, broken: Rule) -> bool {
        let last = |r: &mut Self| {
            r.docs();
            r.byte() == Some(b'}')
        };
        if !self.not_ahead(last) {
            return false;
        }
        let ends = |r: &mut Self| {
            r.docs();
            matches!(r.byte(), Some(b',' | b'}'))
        };
        self.together(|r| read(r) && r.ahead(ends)) || self.broken_entry(broken)
    }

    /// `/// …` and `@…` lines in front of a member.
    fn lead(&mut self) {
        while self.doc() || self.attribute() {
            self.lines();
        }
    }

    /// `z: Depth`
    pub(super) fn field(&mut self) -> bool {
        self.node(Rule::Field, |r| {
            r.lead();
            r.name() && r.typed_and_bounded()
        })
    }

    /// `Roto(shape: Path)`
    pub(super) fn variant(&mut self) -> bool {
        self.node(Rule::Variant, |r| {
            r.lead();
            if !r.name() {
                return false;
            }
            r.skip();
            r.parameters();
            true
        })
    }

    fn const_item(&mut self) -> bool {
        self.node(Rule::ConstItem, |r| r.word(Rule::ConstWord) && r.skip() && r.named_value())
    }

    /// `limit: Ratio = 80%`
    pub(super) fn named_value(&mut self) -> bool {
        if !self.name() {
            return false;
        }
        self.maybe_typed();
        self.skip() && self.equals() && self.skip() && self.expression()
    }

    fn policy_item(&mut self) -> bool {
        self.node(Rule::PolicyItem, |r| {
            r.word(Rule::PolicyWord)
                && r.skip()
                && r.name()
                && r.skip()
                && r.block(|r| {
                    r.doc()
                        || r.together(|r| r.requirement() && r.skip() && r.end_of_line())
                        || r.broken_line(Rule::BrokenRule)
                })
        })
    }

    /// `require not generated(x) because "the contract"`
    pub(super) fn requirement(&mut self) -> bool {
        self.node(Rule::Requirement, |r| {
            if !(r.word(Rule::RequireWord) && r.skip() && r.expression()) {
                return false;
            }
            r.skip();
            r.together(|r| r.word(Rule::BecauseWord) && r.skip() && r.text());
            true
        })
    }

    fn test_item(&mut self) -> bool {
        self.node(Rule::TestItem, |r| {
            r.word(Rule::TestWord) && r.skip() && r.text() && r.skip() && r.body()
        })
    }

    /// Lines of `let`, then one result. The result is read wherever it stands; that it is last (and
    /// there) is checked later, with a better message than could be given here.
    pub(super) fn body(&mut self) -> bool {
        self.node(Rule::Body, |r| {
            r.block(|r| {
                r.doc()
                    || r.together(|r| r.line() && r.skip() && r.end_of_line())
                    || r.broken_line(Rule::BrokenLine)
            })
        })
    }

    pub(super) fn line(&mut self) -> bool {
        self.let_clause() || self.node(Rule::Result, Self::expression)
    }
}
