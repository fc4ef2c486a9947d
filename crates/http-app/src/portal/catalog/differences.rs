//! Two catalogs, side by side.

use vestibule_domain::catalog::{CatalogDraft, RoleDraft, UserTypeDraft};

use crate::portal::differences::Difference;

/// How many locations are named that only one of the two has.
const MOST_NAMED: usize = 20;

/// Where what somebody saved meanwhile differs from what was typed.
pub(super) fn between(saved: &CatalogDraft, yours: &CatalogDraft) -> Vec<Difference> {
    let mut found = Vec::new();
    for key in keys(&saved.user_types, &yours.user_types, |one| &one.key) {
        let [theirs, own] = [saved, yours].map(|draft| draft.user_types.iter().find(|one| one.key == key));
        let name = |one: Option<&UserTypeDraft>| one.map(|one| one.name.clone()).unwrap_or_default();
        found.extend(Difference::in_field(&format!("User type {key}"), &name(theirs), &name(own)));
        let roles = |one: Option<&'_ UserTypeDraft>| one.map(|one| one.roles.clone()).unwrap_or_default();
        let (theirs, own) = (roles(theirs), roles(own));
        for role in keys(&theirs, &own, |role| &role.key) {
            let shown =
                |roles: &[RoleDraft]| roles.iter().find(|one| one.key == role).map(shown).unwrap_or_default();
            found.extend(Difference::in_field(&format!("Role {key}, {role}"), &shown(&theirs), &shown(&own)));
        }
    }
    found.extend(locations(saved, yours));
    if found.is_empty() && saved != yours {
        let order = Difference::in_field("Order", "another", "as below");
        found.extend(order);
    }
    found
}

/// The keys that either has, those of the first one first.
fn keys<'a, T>(saved: &'a [T], yours: &'a [T], key: impl Fn(&T) -> &String) -> Vec<&'a str>
where
    T: 'a,
{
    let mut keys = Vec::new();
    for one in saved.iter().chain(yours) {
        let key = key(one).as_str();
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn shown(role: &RoleDraft) -> String {
    if role.privileged { format!("{}, privileged", role.name) } else { role.name.clone() }
}

/// The locations that one of the two alone has.
fn locations(saved: &CatalogDraft, yours: &CatalogDraft) -> Option<Difference> {
    let only = |these: &CatalogDraft, those: &CatalogDraft| {
        let known: std::collections::BTreeSet<_> = those.locations.iter().collect();
        let only: Vec<_> = these.locations.iter().filter(|name| !known.contains(name)).collect();
        let named = only.iter().take(MOST_NAMED).map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        match only.len() {
            0..=MOST_NAMED => named,
            more => format!("{named}, and {} more", more - MOST_NAMED),
        }
    };
    Difference::in_field("Locations that only this one has", &only(saved, yours), &only(yours, saved))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(role: &str, privileged: bool, locations: &[&str]) -> CatalogDraft {
        let role = RoleDraft { key: role.to_owned(), name: role.to_uppercase(), privileged };
        let user_type =
            UserTypeDraft { key: "employee".to_owned(), name: "Employee".to_owned(), roles: vec![role] };
        CatalogDraft {
            user_types: vec![user_type],
            locations: locations.iter().map(ToString::to_string).collect(),
        }
    }

    fn shown(saved: &CatalogDraft, yours: &CatalogDraft) -> Vec<String> {
        let differences = between(saved, yours);
        differences.iter().map(|one| format!("{}: {} | {}", one.field, one.saved, one.yours)).collect()
    }

    #[test]
    fn only_what_differs_is_shown() {
        let saved = catalog("learner", false, &["Here", "There"]);
        assert!(shown(&saved, &saved).is_empty());
        assert_eq!(
            shown(&saved, &catalog("learner", true, &["Here", "Elsewhere"])),
            [
                "Role employee, learner: LEARNER | LEARNER, privileged",
                "Locations that only this one has: There | Elsewhere",
            ]
        );
        assert_eq!(
            shown(&saved, &CatalogDraft::default()),
            [
                "User type employee: Employee | nothing",
                "Role employee, learner: LEARNER | nothing",
                "Locations that only this one has: Here, There | nothing",
            ]
        );
        assert_eq!(
            shown(&saved, &catalog("learner", false, &["There", "Here"])),
            ["Order: another | as below"]
        );
    }

    #[test]
    fn of_many_locations_some_are_named() {
        let names: Vec<_> = (0..22).map(|index| format!("L{index}")).collect();
        let many = CatalogDraft { locations: names, ..CatalogDraft::default() };
        assert!(shown(&many, &CatalogDraft::default())[0].contains(", L19, and 2 more | nothing"));
    }
}
