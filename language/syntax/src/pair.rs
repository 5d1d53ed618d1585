//! What was read, as a flat list of nodes in the order of their beginnings, and how one walks it.

use crate::rule::Rule;

/// A stretch of the text and what it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) rule: Rule,
    pub(crate) begin: u32,
    pub(crate) end: u32,
    /// The index behind its last descendant.
    pub(crate) next: u32,
}

/// The nodes of one text; the first holds all others.
#[derive(Debug)]
pub(crate) struct Parsed<'a> {
    pub(crate) text: &'a str,
    pub(crate) nodes: Vec<Node>,
}

impl Parsed<'_> {
    /// The node that holds all others.
    pub(crate) fn root(&self) -> Option<Pair<'_>> {
        Pairs { text: self.text, nodes: &self.nodes, at: 0 }.next()
    }
}

/// A node with what it holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair<'a> {
    text: &'a str,
    node: Node,
    /// Its descendants.
    inner: &'a [Node],
    /// The index of the first of them.
    first: u32,
}

impl<'a> Pair<'a> {
    pub(crate) fn rule(&self) -> Rule {
        self.node.rule
    }

    /// Its text, with the blanks behind it where it took those.
    pub(crate) fn text(&self) -> &'a str {
        self.text.get(self.node.begin as usize..self.node.end as usize).unwrap_or_default()
    }

    /// Its first byte.
    pub(crate) fn begin(&self) -> usize {
        self.node.begin as usize
    }

    /// What it holds, in order.
    pub(crate) fn inner(&self) -> Pairs<'a> {
        Pairs { text: self.text, nodes: self.inner, at: self.first }
    }
}

/// Nodes beside each other.
#[derive(Debug, Clone)]
pub(crate) struct Pairs<'a> {
    text: &'a str,
    /// These and their descendants.
    nodes: &'a [Node],
    /// The index of the first of them.
    at: u32,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        let (node, rest) = self.nodes.split_first()?;
        let descendants = (node.next - self.at) as usize - 1;
        let (inner, behind) = rest.split_at_checked(descendants)?;
        let pair = Pair { text: self.text, node: *node, inner, first: self.at + 1 };
        (self.nodes, self.at) = (behind, node.next);
        Some(pair)
    }
}
