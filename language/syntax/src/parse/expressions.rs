//! Expressions, flat: operand (operator operand)*. `build::expressions` climbs the precedences.

use super::Reader;
use crate::rule::Rule;

impl<const WHY: bool> Reader<'_, WHY> {
    /// A value by itself, as a tweak or the command line gives it.
    pub(super) fn lone_value(&mut self) -> bool {
        self.node(Rule::LoneValue, |r| {
            let ends = |r: &mut Self| r.lines() && r.end();
            r.lines();
            (r.together(|r| r.expression() && r.skip() && r.ahead(ends))
                || r.broken_rest(Rule::BrokenValue))
                && r.lines()
                && r.end()
        })
    }

    /// Any value.
    pub(super) fn expression(&mut self) -> bool {
        self.node(Rule::Expression, |r| {
            if !r.operand() {
                return false;
            }
            r.skip();
            while r.together(|r| r.operator() && r.skip() && r.operand()) {
                r.skip();
            }
            true
        })
    }

    /// An operator between two operands. Most operands are the last: what ends an expression is
    /// looked for first.
    fn operator(&mut self) -> bool {
        if !WHY
            && !matches!(
                self.byte(),
                Some(b'!' | b'*'..=b'+' | b'-'..=b'/' | b'<'..=b'>' | b'a' | b'e' | b'o' | b'|')
            )
        {
            return false;
        }
        !matches!(self.byte(), Some(b',' | b')' | b'\n'))
            && (self.sign(Rule::Pipe, "|>")
                || self.sign(Rule::RangeTo, "..")
                || self.every()
                || self.sign(Rule::Equal, "==")
                || self.sign(Rule::NotEqual, "!=")
                || self.sign(Rule::LessEqual, "<=")
                || self.sign(Rule::GreaterEqual, ">=")
                || self.word(Rule::AndWord)
                || self.word(Rule::OrWord)
                || self.sign(Rule::Plus, "+")
                || self.dash(Rule::Minus)
                || self.sign(Rule::Times, "*")
                || self.sign(Rule::Divide, "/")
                || self.greater()
                || self.less())
    }

    /// `-x`, `not x`, `x`
    fn operand(&mut self) -> bool {
        self.node(Rule::Operand, |r| {
            r.primary()
                || r.together(|r| {
                    let sign = |r: &mut Self| r.dash(Rule::Negate) || r.word(Rule::NotWord);
                    if !sign(r) {
                        return false;
                    }
                    r.skip();
                    while sign(r) {
                        r.skip();
                    }
                    r.primary()
                })
        })
    }

    /// What stands there chooses what is tried.
    fn primary(&mut self) -> bool {
        self.begins_word(self.at) && self.beginning_with_a_word()
            || self.begins_number() && (self.date() || self.size() || self.quantity())
            || self.list()
            || self.curve()
            || self.group_chain()
            || self.text()
    }

    fn begins_number(&self) -> bool {
        let signed = usize::from(self.byte() == Some(b'+'));
        let rest = self.bytes.get(self.at + signed..).unwrap_or_default();
        // Blanks behind a `+` are let through, so that the message speaks of a number.
        let blank = |byte: &&u8| signed == 1 && matches!(byte, b' ' | b'\t' | b'\r');
        rest.iter().find(|byte| !blank(byte)).is_some_and(u8::is_ascii_digit)
    }

    /// Words of the language are no names, so that chains, which are most, can go first.
    fn beginning_with_a_word(&mut self) -> bool {
        if self.chain() {
            self.together(|r| {
                r.skip();
                if !(r.sees("with") || r.sees("as")) {
                    return false;
                }
                let suffix = |r: &mut Self| r.with_fields() || r.handle();
                if !suffix(r) {
                    return false;
                }
                while r.together(|r| r.skip() && suffix(r)) {}
                true
            });
            return true;
        }
        self.if_() || self.match_() || self.cut() || self.literal()
    }

    /// `name.field(arguments).field`
    fn chain(&mut self) -> bool {
        self.node(Rule::Chain, |r| {
            if !r.name() {
                return false;
            }
            loop {
                let goes_on = match r.byte() {
                    Some(b'(') => r.call(),
                    Some(b'.') => r.field_name(),
                    _ => false,
                };
                if !goes_on {
                    return true;
                }
            }
        })
    }

    /// `.name`
    fn field_name(&mut self) -> bool {
        self.together(|r| {
            r.at += 1;
            r.name()
        })
    }

    /// `(a + b).x with (y: z)`
    fn group_chain(&mut self) -> bool {
        self.node(Rule::GroupChain, |r| {
            let group = |r: &mut Self| {
                r.open_paren() && r.skip() && r.expression() && r.skip() && r.close_paren()
            };
            if !r.node(Rule::Group, group) {
                return false;
            }
            while r.byte() == Some(b'.') && r.field_name() {
                r.call();
            }
            while r.together(|r| r.skip() && r.node(Rule::GroupWith, Self::with_fields)) {}
            true
        })
    }

    fn call(&mut self) -> bool {
        self.node(Rule::Call, Self::arguments)
    }

    /// `(a, by: 2px, seed:)`
    pub(super) fn arguments(&mut self) -> bool {
        self.node(Rule::Arguments, |r| {
            if !(r.open_paren() && r.skip()) {
                return false;
            }
            r.together(|r| r.row(Self::argument));
            r.skip() && r.close_paren()
        })
    }

    fn argument(&mut self) -> bool {
        self.node(Rule::Argument, |r| {
            r.together(|r| {
                if !(r.name() && r.skip() && r.colon()) {
                    return false;
                }
                r.skip();
                r.expression();
                true
            }) || r.expression()
        })
    }

    /// `with (z: nearer)`
    fn with_fields(&mut self) -> bool {
        self.node(Rule::WithFields, |r| {
            r.word(Rule::WithWord) && r.skip() && r.byte() == Some(b'(') && r.arguments()
        })
    }

    /// `as gen`
    fn handle(&mut self) -> bool {
        self.node(Rule::Handle, |r| r.word(Rule::AsWord) && r.skip() && r.name())
    }

    /// Frames of a `retake`: no handle, for its own `as` follows.
    pub(super) fn frame_range(&mut self) -> bool {
        self.node(Rule::FrameRange, |r| {
            if !r.bare_operand() {
                return false;
            }
            r.skip();
            let operator = |r: &mut Self| {
                r.sign(Rule::RangeTo, "..")
                    || r.every()
                    || r.sign(Rule::Plus, "+")
                    || r.dash(Rule::Minus)
            };
            while r.together(|r| operator(r) && r.skip() && r.bare_operand()) {
                r.skip();
            }
            true
        })
    }

    fn bare_operand(&mut self) -> bool {
        self.node(Rule::BareOperand, |r| {
            r.dash(Rule::Negate);
            r.skip();
            r.quantity() || r.group_chain() || r.chain()
        })
    }

    /// `if c { a } else if d { b } else { e }`
    fn if_(&mut self) -> bool {
        self.node(Rule::If, |r| {
            let branch = |r: &mut Self| {
                r.word(Rule::IfWord) && r.skip() && r.expression() && r.skip() && r.body()
            };
            if !branch(r) {
                return false;
            }
            r.skip();
            while r.together(|r| r.word(Rule::ElseWord) && r.skip() && branch(r)) {
                r.skip();
            }
            r.together(|r| r.word(Rule::ElseWord) && r.skip() && r.body());
            true
        })
    }

    /// `match x { Roto(shape) => shape, else => plate }`
    fn match_(&mut self) -> bool {
        self.node(Rule::Match, |r| {
            let head = r.word(Rule::MatchWord) && r.skip() && r.expression() && r.skip();
            if !(head && r.open_brace() && r.lines()) {
                return false;
            }
            let arm = |r: &mut Self| {
                r.arm()
                    && r.skip()
                    && (r.comma() || r.newline() || r.byte() == Some(b'}'))
                    && r.lines()
            };
            if !arm(r) {
                return false;
            }
            while r.together(arm) {}
            r.close_brace()
        })
    }

    fn arm(&mut self) -> bool {
        self.node(Rule::Arm, |r| {
            r.pattern()
                && r.skip()
                && r.fat_arrow()
                && r.skip()
                && (r.body_with_let() || r.expression())
        })
    }

    /// Braces that hold a `let` are a body, others a curve.
    fn body_with_let(&mut self) -> bool {
        let begins = |r: &mut Self| {
            r.byte() == Some(b'{') && {
                r.at += 1;
                r.lines() && r.word(Rule::LetWord)
            }
        };
        self.ahead(begins) && self.body()
    }

    fn pattern(&mut self) -> bool {
        self.node(Rule::Pattern, |r| {
            r.word(Rule::ElseWord)
                || r.text()
                || r.date()
                || r.size()
                || r.together(|r| {
                    r.dash(Rule::Negate);
                    r.skip() && r.quantity()
                })
                || r.literal()
                || r.case()
        })
    }

    /// `Roto(shape)`
    fn case(&mut self) -> bool {
        self.node(Rule::Case, |r| {
            if !r.name() {
                return false;
            }
            r.skip();
            r.together(|r| {
                if !(r.open_paren() && r.skip() && r.name() && r.skip()) {
                    return false;
                }
                while r.together(|r| r.comma() && r.skip() && r.name()) {
                    r.skip();
                }
                r.close_paren()
            });
            true
        })
    }

    /// `[a, b]`, `[for size in 1..4: blur(plate, 1px * size)]`
    pub(super) fn list(&mut self) -> bool {
        self.node(Rule::List, |r| {
            if !(r.open_square() && r.skip()) {
                return false;
            }
            let _ = r.comprehension() || r.together(|r| r.row(Self::expression));
            r.skip() && r.close_square()
        })
    }

    fn comprehension(&mut self) -> bool {
        self.node(Rule::Comprehension, |r| {
            r.word(Rule::ForWord)
                && r.skip()
                && r.name()
                && r.skip()
                && r.word(Rule::InWord)
                && r.skip()
                && r.pair_of_values()
        })
    }

    /// `value: value`
    fn pair_of_values(&mut self) -> bool {
        self.expression() && self.skip() && self.colon() && self.skip() && self.expression()
    }

    /// `{1001: 0%, 1040: 100% smooth}`
    fn curve(&mut self) -> bool {
        self.node(Rule::Curve, |r| {
            r.open_brace() && r.lines() && r.entries(Self::key) && r.lines() && r.close_brace()
        })
    }

    fn key(&mut self) -> bool {
        self.node(Rule::Key, |r| {
            if !r.pair_of_values() {
                return false;
            }
            r.skip();
            r.node(Rule::Ease, |r| {
                if !r.name() {
                    return false;
                }
                r.skip();
                r.arguments();
                true
            });
            true
        })
    }

    /// `cut { 1001..1030: patch, else: plate }`
    fn cut(&mut self) -> bool {
        self.node(Rule::Cut, |r| {
            r.word(Rule::CutWord)
                && r.skip()
                && r.open_brace()
                && r.lines()
                && r.entries(Self::piece)
                && r.lines()
                && r.close_brace()
        })
    }

    fn piece(&mut self) -> bool {
        self.node(Rule::Piece, |r| {
            (r.word(Rule::ElseWord) || r.expression())
                && r.skip()
                && r.colon()
                && r.skip()
                && r.expression()
        })
    }
}
