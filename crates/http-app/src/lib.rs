//! Vestibule, the service.

pub mod api;
pub mod problem;
pub mod state;
