//! The pest parser made from `toma.pest`, and which strict rule explains which broken one.

#[expect(missing_docs, reason = "one variant a rule; toma.pest documents them")]
mod generated {
    #[derive(pest_derive::Parser)]
    #[grammar = "toma.pest"]
    pub(crate) struct Grammar;
}

pub(crate) use generated::Grammar;
pub use generated::Rule;

/// A node of the parse.
pub(crate) type Pair<'i> = pest::iterators::Pair<'i, Rule>;

/// The strict twin of a tolerant rule.
pub(crate) fn strict(broken: Rule) -> Option<Rule> {
    Some(match broken {
        Rule::broken_value => Rule::one_value,
        Rule::broken_item => Rule::one_item,
        Rule::broken_clause => Rule::one_clause,
        Rule::broken_set => Rule::one_set,
        Rule::broken_line => Rule::one_line,
        Rule::broken_rule => Rule::one_rule,
        Rule::broken_parameter => Rule::one_parameter,
        Rule::broken_field => Rule::one_field,
        Rule::broken_variant => Rule::one_variant,
        Rule::broken_import => Rule::one_import,
        Rule::broken_hole => Rule::one_hole,
        Rule::broken_recipe_head => Rule::one_recipe_head,
        Rule::broken_layer_head => Rule::one_layer_head,
        Rule::broken_result => Rule::one_result,
        _ => return None,
    })
}
