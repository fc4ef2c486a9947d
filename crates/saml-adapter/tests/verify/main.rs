//! Valid and forged responses through the whole of `verify`.

mod attack;
mod check;
mod legal;
mod rollover;
mod shape;
mod world;
