//! Replacing an organization's catalog.

use vestibule_domain::catalog::{Catalog, CatalogDraft, RoleDraft, UserTypeDraft};
use vestibule_domain::ids::Version;
use vestibule_domain::ports::Administration;
use vestibule_domain::settings::DefaultsDraft;
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::{AdminError, SaveCatalog};

use crate::installation::Installation;
use crate::office::{OPERATOR, office, office_with_ada, slug};

/// The catalog as it is, but for `edit`.
pub(crate) fn draft(office: &Installation, edit: impl FnOnce(&mut CatalogDraft)) -> CatalogDraft {
    let catalog = &office.acme.catalog;
    let roles = |roles: &[vestibule_domain::catalog::Role]| {
        let draft = |role: &vestibule_domain::catalog::Role| RoleDraft {
            key: role.key.to_string(),
            name: role.name.to_string(),
            privileged: role.privileged,
        };
        roles.iter().map(draft).collect()
    };
    let user_types = catalog.user_types().iter().map(|user_type| UserTypeDraft {
        key: user_type.key.to_string(),
        name: user_type.name.to_string(),
        roles: roles(&user_type.roles),
    });
    let locations = catalog.locations().iter().map(ToString::to_string).collect();
    let mut draft = CatalogDraft { user_types: user_types.collect(), locations };
    edit(&mut draft);
    draft
}

fn save(
    office: &Installation,
    expected: Option<i64>,
    draft: &CatalogDraft,
) -> Result<(Catalog, Version), AdminError> {
    block_on(SaveCatalog(office.world()).run(&OPERATOR, &slug(), expected.map(Version), draft))
}

fn in_use(office: &Installation, edit: impl FnOnce(&mut CatalogDraft)) -> Vec<String> {
    let before = office.contents();
    let Err(AdminError::InUse(values)) = save(office, None, &draft(office, edit)) else {
        panic!("the values were given up")
    };
    assert_eq!(office.contents(), before);
    values.iter().map(ToString::to_string).collect()
}

fn without_defaults(office: Installation) -> Installation {
    office.set(|settings| settings.defaults = DefaultsDraft::default());
    office
}

#[test]
fn a_catalog_is_replaced_on_the_version_that_was_seen() {
    let office = office();
    let longer = draft(&office, |draft| draft.locations.push("Paris".into()));
    let (catalog, version) = save(&office, Some(2), &longer).unwrap();
    assert_eq!((version, catalog.locations().len()), (Version(3), 3));
    let stored = block_on(office.store.catalog(office.acme.organization.id)).unwrap();
    assert_eq!(stored, (catalog, version));
    assert_eq!(office.last_audit(), ("catalog.changed", "acme".to_owned()));
    assert!(matches!(save(&office, Some(2), &longer), Err(AdminError::Stale)));
}

#[test]
fn what_nobody_uses_can_go() {
    let office = without_defaults(office_with_ada());
    let shorter = draft(&office, |draft| {
        draft.user_types.retain(|user_type| user_type.key == "employee");
        draft.user_types[0].roles.retain(|role| role.key == "clerk");
        draft.locations.retain(|location| location == "Berlin");
    });
    save(&office, None, &shorter).unwrap();
}

#[test]
fn what_users_hold_stays() {
    let office = without_defaults(office_with_ada());
    assert_eq!(in_use(&office, |draft| drop(draft.user_types.remove(0))), ["employee/clerk"]);
    assert_eq!(in_use(&office, |draft| drop(draft.user_types[0].roles.remove(0))), ["employee/clerk"]);
    assert_eq!(in_use(&office, |draft| drop(draft.locations.remove(0))), ["Berlin"]);
}

#[test]
fn what_defaults_name_stays_and_stays_unprivileged() {
    let office = office();
    let clerk = ["employee/clerk (default of connection okta)"];
    assert_eq!(in_use(&office, |draft| drop(draft.user_types.remove(0))), clerk);
    assert_eq!(in_use(&office, |draft| draft.user_types[0].roles[0].privileged = true), clerk);
    assert_eq!(in_use(&office, |draft| draft.locations.clear()), ["Berlin (default of connection okta)"]);
    office.set(|settings| settings.allow_automatic_registration = false);
    assert_eq!(in_use(&office, |draft| drop(draft.user_types.remove(0))), clerk, "inert ones too");
}

#[test]
fn faults_are_named_and_nothing_is_written() {
    let office = office();
    let before = office.contents();
    let Err(AdminError::Invalid(problems)) = save(
        &office,
        None,
        &draft(&office, |draft| {
            draft.user_types[1].roles.clear();
            draft.locations.push("Berlin".into());
        }),
    ) else {
        panic!("it has faults")
    };
    let faults: Vec<_> = problems.0.iter().map(|fault| (fault.pointer.as_str(), fault.code)).collect();
    assert_eq!(faults, [("/user_types/1/roles", "required"), ("/locations/2/name", "duplicate")]);
    assert_eq!(office.contents(), before);
}

#[test]
fn an_organization_that_does_not_exist_has_no_catalog() {
    let office = office();
    let nowhere = "nowhere".parse().unwrap();
    let saved = block_on(SaveCatalog(office.world()).run(&OPERATOR, &nowhere, None, &draft(&office, |_| {})));
    assert!(matches!(saved, Err(AdminError::NotFound("organization"))));
}
