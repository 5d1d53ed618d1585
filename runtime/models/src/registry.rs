//! The weights that a run may use: finds files by their cards, checks them, loads each network once.
//!
//! **Invariant**: a network is built from the very bytes whose sha256 was compared with the card.

use crate::card::{Card, card};
use crate::{ModelError, Oidn, U2netp};
use candle_core::Device;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Folders of weights, and what was loaded from them. Cheap to share behind an [`Arc`].
#[derive(Debug)]
pub struct Models {
    folders: Vec<PathBuf>,
    digests: Mutex<HashMap<String, [u8; 32]>>,
    u2netp: Mutex<Option<Arc<U2netp>>>,
    oidn_ldr: Mutex<Option<Arc<Oidn>>>,
}

impl Models {
    /// Weights from these folders; the first that has a file wins.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self {
            folders,
            digests: Mutex::default(),
            u2netp: Mutex::default(),
            oidn_ldr: Mutex::default(),
        }
    }

    /// Where the program looks unless told otherwise: `TOMA_MODELS` (one folder or several, as in
    /// `PATH`), `../share/toma/models` beside the program, and the source tree it was built from.
    pub fn default_folders() -> Vec<PathBuf> {
        let mut folders: Vec<PathBuf> = std::env::var_os("TOMA_MODELS")
            .map(|value| std::env::split_paths(&value).collect())
            .unwrap_or_default();
        folders.retain(|folder| !folder.as_os_str().is_empty());
        if let Some(program) = std::env::current_exe().ok().as_deref().and_then(Path::parent) {
            folders.push(program.join("../share/toma/models"));
        }
        folders.push(PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        folders
    }

    /// The folders, in the order in which they are searched.
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// The card of a network.
    ///
    /// # Errors
    /// [`ModelError::Unknown`].
    pub fn card(&self, name: &str) -> Result<&'static Card, ModelError> {
        card(name)
    }

    /// The sha256 of a network's weights, after comparing the file with its card. The file is read
    /// at the first call only; a failure is not remembered, so that it can be mended meanwhile.
    ///
    /// # Errors
    /// When the file is missing, a pickle, or not the one that the card pins.
    pub fn digest(&self, name: &str) -> Result<[u8; 32], ModelError> {
        let mut digests = lock(&self.digests);
        if let Some(digest) = digests.get(name) {
            return Ok(*digest);
        }
        let weights = self.read(card(name)?)?;
        digests.insert(name.to_owned(), weights.digest);
        Ok(weights.digest)
    }

    /// The salient-object matte, loaded at the first call.
    ///
    /// # Errors
    /// As [`Models::digest`], or when the file holds other tensors.
    pub fn u2netp(&self) -> Result<Arc<U2netp>, ModelError> {
        self.load(U2netp::NAME, &self.u2netp, U2netp::from_safetensors)
    }

    /// The denoiser of display-referred pictures, loaded at the first call.
    ///
    /// # Errors
    /// As [`Models::digest`], or when the file holds other tensors.
    pub fn oidn_ldr(&self) -> Result<Arc<Oidn>, ModelError> {
        self.load(Oidn::NAME, &self.oidn_ldr, Oidn::from_safetensors)
    }

    fn load<Network>(
        &self,
        name: &str,
        place: &Mutex<Option<Arc<Network>>>,
        build: fn(Vec<u8>, &Path, &Device) -> Result<Network, ModelError>,
    ) -> Result<Arc<Network>, ModelError> {
        let mut place = lock(place);
        if let Some(network) = place.as_ref() {
            return Ok(Arc::clone(network));
        }
        let weights = self.read(card(name)?)?;
        let network = Arc::new(build(weights.bytes, &weights.file, &Device::Cpu)?);
        lock(&self.digests).insert(name.to_owned(), weights.digest);
        *place = Some(Arc::clone(&network));
        Ok(network)
    }

    fn read(&self, card: &Card) -> Result<Weights, ModelError> {
        let below = Path::new(&card.file);
        let Some(file) = self.folders.iter().map(|folder| folder.join(below)).find(|f| f.exists())
        else {
            return Err(ModelError::Missing {
                name: card.name.clone(),
                file: below.to_path_buf(),
                folders: self.folders.clone(),
            });
        };
        let bytes = std::fs::read(&file).map_err(|error| ModelError::Unreadable {
            name: card.name.clone(),
            file: file.clone(),
            reason: error.to_string(),
        })?;
        if let Some(kind) = pickle(&bytes) {
            return Err(ModelError::Pickle { file, kind });
        }
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        let found = hex(&digest);
        if found != card.sha256 {
            return Err(ModelError::Altered {
                name: card.name.clone(),
                file,
                expected: card.sha256.chars().take(12).collect(),
                found: found.chars().take(12).collect(),
            });
        }
        Ok(Weights { bytes, file, digest })
    }
}

/// A weights file that was compared with its card.
struct Weights {
    bytes: Vec<u8>,
    file: PathBuf,
    digest: [u8; 32],
}

/// Torch checkpoints are zip archives of a pickle, or pickles of protocol 2 and later. A safetensors
/// file may begin with the same two bytes, of its header's length, but then has a brace behind them.
fn pickle(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [_, _, _, _, _, _, _, _, b'{', ..] => None,
        [b'P', b'K', 3, 4, ..] => Some("zip archive"),
        [0x80, 2..=5, ..] => Some("pickle stream"),
        _ => None,
    }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What these hold is replaced whole, never half.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
