//! The stores keep the domain's contract, on a real file and a real server, alone and against each other.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "in a test it is an assertion")]

mod postgres;
mod shared;
mod sqlite;

use std::future::Future;

/// Runs a test on several threads, so that two stores are really at work at once.
fn block_on<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test)
}
