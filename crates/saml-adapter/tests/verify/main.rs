//! Valid and forged responses through the whole of `verify`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod advisories;
mod attack;
mod check;
mod encryption;
mod examining;
mod legal;
mod logout;
mod products;
mod rollover;
mod shape;
mod world;
