//! Under construction: see [`mint`].

pub mod mint;
