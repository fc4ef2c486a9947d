//! The connections that were read last.

use std::fmt;
use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::connection::{Basis, ConnectionView};
use vestibule_domain::ids::Version;

/// What all the connections that are remembered may weigh together: so many members of lists, a few dozen megabytes.
const CAPACITY: u64 = 200_000;
/// What a connection weighs without its lists, mostly for its certificates.
const ALL_BUT_LISTS: u64 = 100;
/// About how many connections that makes.
const CONNECTIONS: usize = 1_000;

/// The connections that were read last, each as it is at its versions. What has not changed is neither fetched nor parsed again; whether
/// it has, the database says each time.
#[derive(Clone)]
pub(crate) struct Views(Arc<Cache<Uuid, Arc<ConnectionView>, Weight>>);

impl Views {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Cache::with_weighter(CONNECTIONS, CAPACITY, Weight)))
    }

    /// The connection, if it is remembered as it is now.
    pub(crate) fn at(&self, versions: &VersionsRow) -> Option<Arc<ConnectionView>> {
        self.0.get(&versions.id).filter(|view| view.basis() == versions.basis())
    }

    pub(crate) fn remember(&self, view: ConnectionView) -> Arc<ConnectionView> {
        let view = Arc::new(view);
        self.0.insert(view.connection.id.0, Arc::clone(&view));
        view
    }
}

impl fmt::Debug for Views {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Views").finish_non_exhaustive()
    }
}

/// The lists are what may be large.
#[derive(Clone)]
struct Weight;

impl Weighter<Uuid, Arc<ConnectionView>> for Weight {
    fn weight(&self, _: &Uuid, view: &Arc<ConnectionView>) -> u64 {
        let (catalog, settings) = (&view.catalog, &view.connection.settings);
        let roles: usize = catalog.user_types().iter().map(|user_type| 1 + user_type.roles.len()).sum();
        let translations: usize = settings.translations.values().map(Vec::len).sum();
        let lists = catalog.locations().len() + roles + translations + settings.email_domains.len();
        ALL_BUT_LISTS + lists as u64
    }
}

/// The versions of a connection and of all that belongs to it.
#[derive(FromRow)]
pub(crate) struct VersionsRow {
    id: Uuid,
    organization: i64,
    catalog: i64,
    connection: i64,
    identity_provider: i64,
    settings: i64,
}

impl VersionsRow {
    fn basis(&self) -> Basis {
        Basis {
            organization: Version(self.organization),
            catalog: Version(self.catalog),
            connection: Version(self.connection),
            identity_provider: Version(self.identity_provider),
            settings: Version(self.settings),
        }
    }
}
