//! What could not be saved of a catalog, because it is used: at its field, in the words of the page.

use vestibule_domain::catalog::{Assignment, Catalog, CatalogDraft, CatalogValue, InUse};
use vestibule_domain::connection::Connection;
use vestibule_domain::problem::Problems;

/// Each value where the administrator changed it; where its line is gone from the form, at the line in which it can be put back.
pub(super) fn faults(
    values: &[InUse],
    draft: &CatalogDraft,
    saved: &Catalog,
    connections: &[Connection],
) -> Problems {
    let mut problems = Problems::default();
    for used in values {
        let (name, (pointer, what)) = match &used.value {
            CatalogValue::Location(name) => {
                (name.to_string(), ("/locations".to_owned(), "cannot be removed"))
            }
            CatalogValue::Pair(pair) => (named(pair, saved), place_of(pair, draft)),
        };
        let connection = used.default_of.as_ref().map(|key| {
            let found = connections.iter().find(|connection| connection.details.key == *key);
            found.map_or(key.as_str(), |connection| connection.details.display_name.as_str())
        });
        let why = match connection {
            None => "there are users who have it. Give them another one first, or put it back".to_owned(),
            Some(connection) => {
                format!(
                    "it is the default of {connection}. Choose another default there first, or put it back"
                )
            }
        };
        problems.add(pointer, "value_in_use", format!("“{name}” {what}: {why}"));
    }
    problems
}

/// A pair as the saved catalog calls it.
fn named(pair: &Assignment, saved: &Catalog) -> String {
    let user_type = saved.user_type(pair.user_type.as_str());
    let role = saved.role_of(pair).map_or(pair.role.as_str(), |role| role.name.as_str());
    format!("{}: {role}", user_type.map_or(pair.user_type.as_str(), |one| one.name.as_str()))
}

/// Where the form has a pair, or the first empty line in its place, and what was to become of it.
fn place_of(pair: &Assignment, draft: &CatalogDraft) -> (String, &'static str) {
    let Some(index) = draft.user_types.iter().position(|one| one.key == pair.user_type.as_str()) else {
        return (format!("/user_types/{}/name", draft.user_types.len()), "cannot be removed");
    };
    let at = format!("/user_types/{index}/roles");
    match draft.user_types[index].roles.iter().position(|role| role.key == pair.role.as_str()) {
        // No default is privileged.
        Some(role) => (format!("{at}/{role}/privileged"), "cannot become privileged"),
        None => (format!("{at}/{}/name", draft.user_types[index].roles.len()), "cannot be removed"),
    }
}
