//! A fence around a form with a file: what stands before the file is read into memory, and is short.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::BoxError;
use axum::body::Body;
use axum::extract::Request;
use futures_util::StreamExt as _;

/// The most bytes that arrive before the file's first. Some of the file's own come along with them.
const MOST_BEFORE: u64 = 1024 * 1024;

/// How many more bytes may arrive.
pub(super) struct Fence(Arc<AtomicU64>);

/// More has arrived than may.
#[derive(Debug, thiserror::Error)]
#[error("there is too much before the file")]
struct TooMuch;

impl Fence {
    /// The request with a fence around its body. Neither a field nor the head of a part has an end of its own there.
    pub(super) fn around(request: Request) -> (Request, Self) {
        let left = Arc::new(AtomicU64::new(MOST_BEFORE));
        let fence = Self(left.clone());
        let request = request.map(|body| {
            Body::from_stream(body.into_data_stream().map(move |bytes| {
                let bytes = bytes?;
                let take = |left: u64| left.checked_sub(bytes.len() as u64);
                match left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
                    Ok(_) => Ok(bytes),
                    Err(_) => Err(BoxError::from(TooMuch)),
                }
            }))
        });
        (request, fence)
    }

    /// The file begins. Who reads it knows how large it may be.
    pub(super) fn open(self) {
        self.0.store(u64::MAX, Ordering::Relaxed);
    }
}
