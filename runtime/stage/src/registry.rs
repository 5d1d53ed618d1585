//! Stages by name.

use crate::Stage;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All stages that a program can run.
#[derive(Clone, Default)]
pub struct Registry {
    stages: BTreeMap<&'static str, Arc<dyn Stage>>,
}

impl Registry {
    /// Adds a stage under the name it declares.
    ///
    /// # Panics
    /// When the name is taken: a mistake in the program that registers.
    pub fn add(&mut self, stage: impl Stage + 'static) {
        let name = stage.declaration().stage;
        assert!(
            self.stages.insert(name, Arc::new(stage)).is_none(),
            "two stages are called {name}"
        );
    }

    /// The stage of that name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Stage>> {
        self.stages.get(name)
    }

    /// All stages, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Stage>> {
        self.stages.values()
    }
}
