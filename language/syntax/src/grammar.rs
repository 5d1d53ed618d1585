//! The old grammar, as the oracle of the new readers.
#![allow(warnings, clippy::all, clippy::pedantic)]
mod generated {
    #[derive(pest_derive::Parser)]
    #[grammar = "toma.pest"]
    pub(crate) struct Grammar;
}
pub(crate) use generated::{Grammar, Rule};
pub(crate) fn strict(broken: &str) -> Option<Rule> {
    Some(match broken {
        "BrokenValue" => Rule::one_value,
        "BrokenItem" => Rule::one_item,
        "BrokenClause" => Rule::one_clause,
        "BrokenSet" => Rule::one_set,
        "BrokenLine" => Rule::one_line,
        "BrokenRule" => Rule::one_rule,
        "BrokenParameter" => Rule::one_parameter,
        "BrokenField" => Rule::one_field,
        "BrokenVariant" => Rule::one_variant,
        "BrokenImport" => Rule::one_import,
        "BrokenHole" => Rule::one_hole,
        "BrokenRecipeHead" => Rule::one_recipe_head,
        "BrokenLayerHead" => Rule::one_layer_head,
        "BrokenResult" => Rule::one_result,
        _ => return None,
    })
}
