//! What tests of stores and use-cases share: a store in memory, a clock that stands still, chance that counts, and
//! [`contract`], which every store passes.

pub mod contract;
mod failing;
mod future;
mod keysmith;
mod memory;
mod passwords;
mod sample;
mod vault;
mod world;

pub use failing::{FailingStore, Failure};
pub use future::block_on;
pub use keysmith::PaperKeysmith;
pub use memory::MemoryStore;
pub use passwords::{BusyPasswords, PaperPasswords};
pub use sample::{Acme, acme, logo};
pub use vault::PaperVault;
pub use world::{CountingRandom, FrozenClock};
