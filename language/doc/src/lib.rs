//! Documentation: what modules declare, as text for the terminal and as pages.
//!
//! [`Module::read`] reads a module's text into plain data: every item with its docs, its declaration as
//! written, and its parameters. [`text`] shows that in a terminal, [`site`] makes the pages of the library, of
//! the book and of the messages. [`example`] makes a shot out of the example in a stage's docs, so that somebody
//! else can render it. Everything is text in, text out: this crate touches no disk and knows no picture.

pub mod example;
pub mod site;
pub mod text;

mod book;
mod declared;
mod highlight;
mod markdown;

pub use declared::{Case, Item, Module, Parameter};
