//! What tests of stores and use-cases share.
