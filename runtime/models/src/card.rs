//! Cards: what a network is, whose it is, what it may be used for, and the hash of its weights.
//!
//! They are compiled in, so that a folder of weights can't vouch for itself.

use crate::ModelError;
use serde::Deserialize;
use std::sync::LazyLock;

/// One network's card, as in the `card.json` beside its weights.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// What stages call it by.
    pub name: String,
    /// For people.
    pub title: String,
    /// What it is for: `matte`, `denoise`.
    pub task: String,
    /// Its shape in a sentence.
    pub architecture: String,
    /// Where it was described.
    pub paper: String,
    /// The weights, below a models folder. Always safetensors.
    pub file: String,
    /// Of the weights file, in hex.
    pub sha256: String,
    /// Of the weights file.
    pub bytes: u64,
    /// Type of the tensors in the file. They are computed with in f32.
    pub dtype: String,
    /// Where the weights were taken from.
    pub source: Source,
    /// SPDX name of the weights' licence, whose text is beside them.
    pub licence: String,
    /// What the licence and the publisher say about use.
    pub permitted_uses: String,
    /// What it was trained on.
    pub training_data: String,
    /// Bytes that a run holds at its peak whatever the picture's size (measured on the CPU).
    pub working_bytes: u64,
    /// Further bytes for each pixel of the picture (measured on the CPU).
    pub working_bytes_per_pixel: u64,
}

/// Where weights come from, so that anyone can make the file again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The publisher's address.
    pub upstream: String,
    /// Registry, name and version of the package that carries them.
    pub package: String,
    /// Of the package, in hex.
    pub package_sha256: String,
    /// The file inside the package.
    pub member: String,
    /// Of that file, in hex.
    pub member_sha256: String,
    /// The script, below the models folder, that makes the weights file from it.
    pub conversion: String,
}

impl Card {
    /// Bytes that a run on a picture of that size holds at its peak, weights included.
    pub fn memory(&self, width: usize, height: usize) -> u64 {
        let pixels = (width as u64).saturating_mul(height as u64);
        self.working_bytes.saturating_add(pixels.saturating_mul(self.working_bytes_per_pixel))
    }
}

static CARDS: LazyLock<Vec<Card>> = LazyLock::new(|| {
    [include_str!("../u2netp/card.json"), include_str!("../oidn/card.json")]
        .into_iter()
        .filter_map(|text| serde_json::from_str(text).ok())
        .collect()
});

/// All cards, in the order in which they are listed.
pub fn cards() -> &'static [Card] {
    &CARDS
}

/// The card of that name.
pub(crate) fn card(name: &str) -> Result<&'static Card, ModelError> {
    CARDS.iter().find(|card| card.name == name).ok_or_else(|| ModelError::Unknown {
        name: name.to_owned(),
        known: CARDS.iter().map(|card| card.name.clone()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_card_parses_and_names_a_safetensors_file() {
        assert_eq!(cards().len(), 2);
        for card in cards() {
            assert!(card.file.ends_with(".safetensors"), "{}", card.file);
            assert_eq!(card.sha256.len(), 64);
            assert!(!card.training_data.is_empty() && !card.permitted_uses.is_empty());
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let error = card("u3net").unwrap_err();
        assert_eq!(error.code(), "T0806");
        assert!(error.to_string().contains("u2netp, oidn_ldr"), "{error}");
    }
}
