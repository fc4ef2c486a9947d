//! Values that identity providers send and nobody here knows.

use std::collections::BTreeMap;

use vestibule_domain::catalog::Catalog;
use vestibule_domain::explanation::{Entry, Note};
use vestibule_domain::messages::{ENGLISH, Messages as _};
use vestibule_domain::sign_in::SignInRecord;
use vestibule_domain::text::LocationName;

/// A value that arrived and is in no catalog.
pub(super) struct Unknown {
    /// Of which field, as people call it.
    pub(super) field: &'static str,
    pub(super) value: String,
    /// In how many of the sign-ins.
    pub(super) sign_ins: usize,
    /// A value of the catalog from which it differs in nothing but letter case and the space around it.
    pub(super) almost: Option<String>,
}

impl Unknown {
    /// The value, and what it almost is.
    pub(super) fn in_words(&self) -> String {
        let almost =
            self.almost.as_ref().map(|known| format!(", which is almost “{known}”")).unwrap_or_default();
        format!("“{}”{almost}", self.value)
    }
}

/// All such values of these sign-ins, those of most sign-ins first.
pub(super) fn values<'a>(
    records: impl IntoIterator<Item = &'a SignInRecord>,
    catalog: &Catalog,
) -> Vec<Unknown> {
    let mut counts = BTreeMap::<(&'static str, &str), usize>::new();
    for entry in records.into_iter().flat_map(|record| &record.explanation).filter(|entry| is_unknown(entry))
    {
        for value in &entry.received {
            *counts.entry((ENGLISH.topic(entry.field), value)).or_default() += 1;
        }
    }
    let unknown = |((field, value), sign_ins): ((&'static str, &str), usize)| Unknown {
        field,
        value: value.to_owned(),
        sign_ins,
        almost: almost(value, catalog),
    };
    let mut values: Vec<_> = counts.into_iter().map(unknown).collect();
    values.sort_by_key(|one| std::cmp::Reverse(one.sign_ins));
    values
}

fn is_unknown(entry: &Entry) -> bool {
    matches!(entry.note, Some(Note::NotInCatalog | Note::LooksLikeAnId))
}

fn almost(value: &str, catalog: &Catalog) -> Option<String> {
    let folded = value.trim().to_lowercase();
    let types = catalog.user_types().iter();
    let roles = types.clone().flat_map(|user_type| &user_type.roles);
    let mut known = catalog
        .locations()
        .iter()
        .map(LocationName::as_str)
        .chain(types.map(|user_type| user_type.key.as_str()))
        .chain(roles.map(|role| role.key.as_str()));
    known.find(|known| known.to_lowercase() == folded && *known != value).map(ToOwned::to_owned)
}
