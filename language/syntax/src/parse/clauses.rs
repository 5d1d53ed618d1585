//! The clauses of a layer.

use super::{ByWord, Reader};
use crate::rule::Rule;

impl<'a, const WHY: bool> Reader<'a, WHY> {
    pub(super) fn clauses(&mut self) -> bool {
        self.node(Rule::Clauses, |r| r.block(Self::any_clause))
    }

    fn any_clause(&mut self) -> bool {
        matches!(self.byte(), Some(b'/' | b'@')) && (self.doc() || self.attribute())
            || self.together(|r| r.clause() && r.skip() && r.end_of_line())
            || self.broken_line(Rule::BrokenClause)
    }

    const CLAUSES: [ByWord<'a, WHY>; 18] = [
        ("let", Self::let_clause),
        ("set", Self::set_clause),
        ("at", Self::at_clause),
        ("frames", Self::frames_clause),
        ("rate", |r| r.clause_of_value(Rule::RateClause, Rule::RateWord)),
        ("format", |r| r.clause_of_value(Rule::FormatClause, Rule::FormatWord)),
        ("space", Self::space_clause),
        ("seed", |r| r.clause_of_value(Rule::SeedClause, Rule::SeedWord)),
        ("param", Self::param_clause),
        ("gate", Self::gate_clause),
        ("review", Self::review_clause),
        ("write", Self::write_clause),
        ("drop", Self::drop_clause),
        ("policy", Self::policy_clause),
        ("retake", Self::retake_clause),
        ("wedge", Self::wedge_clause),
        ("variants", Self::variants_clause),
        ("pick", Self::pick_clause),
    ];

    pub(super) fn clause(&mut self) -> bool {
        self.by_word(&Self::CLAUSES)
    }

    /// `let soft: Matte = blur(plate, 2px)`
    pub(super) fn let_clause(&mut self) -> bool {
        self.node(Rule::LetClause, |r| r.word(Rule::LetWord) && r.skip() && r.named_value())
    }

    /// `set fall.amount = 90%`, `set! …`
    pub(super) fn set_clause(&mut self) -> bool {
        self.node(Rule::SetClause, |r| {
            (r.set_hard_word() || r.set_word()) && r.skip() && r.address() && r.assigned()
        })
    }

    /// `= value`
    fn assigned(&mut self) -> bool {
        self.skip() && self.equals() && self.skip() && self.expression()
    }

    /// `at 1040..last { set … }`
    fn at_clause(&mut self) -> bool {
        self.node(Rule::AtClause, |r| {
            r.word(Rule::AtWord)
                && r.skip()
                && r.expression()
                && r.skip()
                && r.block(|r| {
                    r.doc()
                        || r.together(|r| r.set_clause() && r.skip() && r.end_of_line())
                        || r.broken_line(Rule::BrokenSet)
                })
        })
    }

    /// `frames 1001..1096 handles 8`
    fn frames_clause(&mut self) -> bool {
        self.node(Rule::FramesClause, |r| {
            if !(r.word(Rule::FramesWord) && r.skip() && r.expression()) {
                return false;
            }
            r.skip();
            r.together(|r| r.word(Rule::HandlesWord) && r.skip() && r.expression());
            true
        })
    }

    /// `rate 24fps`, `format 1920x1080`, `seed 40`
    fn clause_of_value(&mut self, rule: Rule, word: Rule) -> bool {
        self.node(rule, |r| r.word(word) && r.skip() && r.expression())
    }

    /// `space ACEScg`
    fn space_clause(&mut self) -> bool {
        self.node(Rule::SpaceClause, |r| r.word(Rule::SpaceWord) && r.skip() && r.type_())
    }

    /// `param warmth: Kelvin in 4000K..8000K = 5600K`
    fn param_clause(&mut self) -> bool {
        self.node(Rule::ParamClause, |r| {
            r.word(Rule::ParamWord) && r.skip() && r.name() && r.typed_and_bounded()
        })
    }

    /// `gate steady: flicker(comp) < 2% except 1033..1036 because "the flash"`
    fn gate_clause(&mut self) -> bool {
        self.node(Rule::GateClause, |r| {
            let head = r.word(Rule::GateWord) && r.skip() && r.name() && r.skip() && r.colon();
            if !(head && r.skip() && r.expression()) {
                return false;
            }
            r.skip();
            while r.exception() {
                r.skip();
            }
            true
        })
    }

    fn exception(&mut self) -> bool {
        self.node(Rule::Exception, |r| {
            r.word(Rule::ExceptWord)
                && r.skip()
                && r.expression()
                && r.skip()
                && r.word(Rule::BecauseWord)
                && r.skip()
                && r.text()
        })
    }

    /// `by "vfx supervisor"`
    fn by_whom(&mut self) -> bool {
        self.skip() && self.word(Rule::ByWord) && self.skip() && self.text()
    }

    /// `review comp by "vfx supervisor"`
    fn review_clause(&mut self) -> bool {
        self.node(Rule::ReviewClause, |r| {
            r.word(Rule::ReviewWord) && r.skip() && r.expression() && r.by_whom()
        })
    }

    /// `write main "comp.%04d.exr" as exr(depth: half) with handles for final = comp`
    fn write_clause(&mut self) -> bool {
        self.node(Rule::WriteClause, |r| {
            if !(r.word(Rule::WriteWord) && r.skip()) {
                return false;
            }
            r.name();
            if !(r.skip() && r.text() && r.skip()) {
                return false;
            }
            r.node(Rule::FileFormat, |r| {
                if !(r.word(Rule::AsWord) && r.skip() && r.name()) {
                    return false;
                }
                r.skip();
                r.arguments();
                true
            });
            r.skip();
            r.node(Rule::WithHandles, |r| {
                r.word(Rule::WithWord) && r.skip() && r.word(Rule::HandlesWord)
            });
            r.skip();
            r.node(Rule::Purpose, |r| r.word(Rule::ForWord) && r.skip() && r.name());
            r.assigned()
        })
    }

    /// `drop write main`
    fn drop_clause(&mut self) -> bool {
        self.node(Rule::DropClause, |r| {
            r.word(Rule::DropWord) && r.skip() && r.word(Rule::WriteWord) && r.skip() && r.name()
        })
    }

    /// `policy studio.rights`
    fn policy_clause(&mut self) -> bool {
        self.node(Rule::PolicyClause, |r| r.word(Rule::PolicyWord) && r.skip() && r.path())
    }

    /// `retake fall/gen 1033..1040 as t2 { seed 41 }`
    fn retake_clause(&mut self) -> bool {
        self.node(Rule::RetakeClause, |r| {
            let target = r.word(Rule::RetakeWord) && r.skip() && r.address() && r.skip();
            if !(target
                && r.frame_range()
                && r.skip()
                && r.word(Rule::AsWord)
                && r.skip()
                && r.name())
            {
                return false;
            }
            r.skip();
            r.settings();
            true
        })
    }

    /// `{ seed 41, anchors 8fr }`
    fn settings(&mut self) -> bool {
        self.node(Rule::Settings, |r| {
            if !(r.open_brace() && r.lines() && r.setting() && r.skip()) {
                return false;
            }
            let next = |r: &mut Self| (r.comma() || r.newline()) && r.lines() && r.setting();
            while r.together(next) {
                r.skip();
            }
            r.comma();
            r.lines() && r.close_brace()
        })
    }

    /// The end of a line where a comma may stand too.
    pub(super) fn newline(&mut self) -> bool {
        let newline = self.byte() == Some(b'\n');
        self.at += usize::from(newline);
        newline
    }

    fn setting(&mut self) -> bool {
        self.node(Rule::Setting, |r| r.name() && r.skip() && r.expression())
    }

    /// `wedge warmth = [5200K, 5600K] over ELT_104.*`
    fn wedge_clause(&mut self) -> bool {
        self.node(Rule::WedgeClause, |r| {
            if !(r.word(Rule::WedgeWord) && r.skip() && r.address() && r.assigned()) {
                return false;
            }
            r.skip();
            r.together(|r| r.word(Rule::OverWord) && r.skip() && r.shots());
            true
        })
    }

    /// `variants fall/gen = 4`
    fn variants_clause(&mut self) -> bool {
        self.node(Rule::VariantsClause, |r| {
            r.word(Rule::VariantsWord) && r.skip() && r.address() && r.assigned()
        })
    }

    /// `pick t2 by "ana"`
    fn pick_clause(&mut self) -> bool {
        self.node(Rule::PickClause, |r| {
            r.word(Rule::PickWord) && r.skip() && r.name() && r.by_whom()
        })
    }
}
