//! People who do something without a pause, while a test changes something.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::program::PATIENCE;

/// Several people, each of whom does the same again and again.
pub struct Crowd {
    done: Arc<[AtomicUsize]>,
    ended: Arc<AtomicBool>,
    people: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// So many people, each of whom does `once` over and over. It is told who does it, and how often they have done it before.
    #[must_use]
    pub fn of<F>(people: usize, once: impl Fn(usize, usize) -> F + Clone + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send,
    {
        let done: Arc<[AtomicUsize]> = (0..people).map(|_| AtomicUsize::new(0)).collect();
        let ended = Arc::new(AtomicBool::new(false));
        let people = (0..people).map(|person| {
            let (done, ended, once) = (done.clone(), ended.clone(), once.clone());
            tokio::spawn(async move {
                while !ended.load(Ordering::SeqCst) {
                    once(person, done[person].load(Ordering::SeqCst)).await;
                    done[person].fetch_add(1, Ordering::SeqCst);
                }
            })
        });
        let people = people.collect();
        Self { done, ended, people }
    }

    /// Waits until each of them has done it twice more, so that what they had begun is over, and what they do now was done once at least.
    pub async fn go_on(&self) {
        let counts = || self.done.iter().map(|done| done.load(Ordering::SeqCst));
        let enough: Vec<_> = counts().map(|done| done + 2).collect();
        let end = Instant::now() + PATIENCE;
        while counts().zip(&enough).any(|(done, enough)| done < *enough) {
            assert!(!self.people.iter().any(JoinHandle::is_finished), "somebody failed");
            assert!(Instant::now() < end, "they do not go on: {:?}", self.done);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until all have ended what they had begun, without a failure.
    pub async fn stop(self) {
        self.ended.store(true, Ordering::SeqCst);
        for person in self.people {
            person.await.unwrap();
        }
    }
}
