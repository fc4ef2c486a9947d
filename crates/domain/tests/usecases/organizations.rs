//! Creating, changing and deleting organizations.

use vestibule_domain::ids::Version;
use vestibule_domain::organization::{Locale, OrganizationDraft};
use vestibule_domain::ports::{Directory, UniqueKey};
use vestibule_domain::testing::{block_on, logo};
use vestibule_domain::usecase::{
    AdminError, ChangeLogo, ChangeOrganization, CreateOrganization, DeleteOrganization,
};

use crate::office::{FIRST, OPERATOR, administrator, office, office_with_ada, slug};

fn draft(slug: &str) -> OrganizationDraft {
    OrganizationDraft { slug: slug.into(), name: "Umbrella".into(), ..OrganizationDraft::default() }
}

#[test]
fn a_new_organization_has_an_empty_catalog_and_no_language_of_its_own() {
    let office = office();
    let made = block_on(CreateOrganization(office.world()).run(&OPERATOR, &draft("umbrella"))).unwrap();
    assert_eq!((&made.locale, made.version, made.catalog_version), (&None, Version(1), Version(1)));
    assert_eq!(block_on(office.store.organization(&made.slug)).unwrap(), Some(made));
    assert_eq!(office.last_audit(), ("organization.created", "umbrella".to_owned()));
}

#[test]
fn no_organization_stands_before_a_page_of_the_portal() {
    let office = office();
    for reserved in ["account", "administrators", "sign-in", "theme"] {
        let refused = block_on(CreateOrganization(office.world()).run(&OPERATOR, &draft(reserved)));
        let Err(AdminError::Invalid(problems)) = refused else { panic!("{reserved}") };
        assert_eq!((problems.0[0].pointer.as_str(), problems.0[0].code), ("/slug", "reserved"));
    }
    block_on(CreateOrganization(office.world()).run(&OPERATOR, &draft("accounts"))).unwrap();
}

#[test]
fn a_slug_belongs_to_one_organization() {
    let office = office();
    let before = office.contents();
    let taken = block_on(CreateOrganization(office.world()).run(&OPERATOR, &draft("acme")));
    assert!(matches!(taken, Err(AdminError::Taken(UniqueKey::OrganizationSlug))));
    assert_eq!(office.contents(), before);

    block_on(CreateOrganization(office.world()).run(&OPERATOR, &draft("umbrella"))).unwrap();
    let renamed = ChangeOrganization(office.world());
    let taken = block_on(renamed.run(&OPERATOR, &slug(), None, &|draft| draft.slug = "umbrella".into()));
    assert!(matches!(taken, Err(AdminError::Taken(UniqueKey::OrganizationSlug))));
}

#[test]
fn faults_are_named_and_nothing_is_written() {
    let office = office();
    let before = office.contents();
    let faulty =
        OrganizationDraft { locale: Some("?".into()), accent_color: Some("red".into()), ..draft("No Slug") };
    let Err(AdminError::Invalid(problems)) =
        block_on(CreateOrganization(office.world()).run(&OPERATOR, &faulty))
    else {
        panic!("it has faults")
    };
    assert_eq!(
        problems.0.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(),
        ["/slug", "/locale", "/branding/accent_color"]
    );
    assert_eq!(office.contents(), before);
}

#[test]
fn a_change_is_made_on_the_version_that_was_seen() {
    let office = office();
    let change = ChangeOrganization(office.world());
    let to = |expected, locale: &'static str| {
        let edit = move |draft: &mut OrganizationDraft| draft.locale = Some(locale.into());
        block_on(change.run(&OPERATOR, &slug(), expected, &edit))
    };
    let changed = to(FIRST, "de").unwrap();
    assert_eq!((changed.version, changed.locale.as_ref().map(Locale::as_str)), (Version(2), Some("de")));
    assert_eq!(changed.catalog_version, office.acme.organization.catalog_version);
    assert!(matches!(to(FIRST, "fr"), Err(AdminError::Stale)));
    assert_eq!(block_on(office.store.organization(&slug())).unwrap(), Some(changed));

    let event = office.contents().audit.pop().unwrap();
    let locales = [event.before, event.after].map(|value| value.unwrap()["locale"].clone());
    assert_eq!((&*event.action, locales), ("organization.changed", ["pt-BR".into(), "de".into()]));
}

#[test]
fn some_of_it_is_the_operators() {
    let office = office();
    let administrator = administrator(office.acme.organization.id);
    let change = ChangeOrganization(office.world());
    let before = office.contents();
    let edits: [&(dyn Fn(&mut OrganizationDraft) + Send + Sync); 3] =
        [&|draft| draft.slug = "umbrella".into(), &|draft| draft.name = "Umbrella".into(), &|draft| {
            draft.jit_provisioning_enabled = false;
        }];
    for edit in edits {
        let refused = block_on(change.run(&administrator, &slug(), None, edit));
        assert!(matches!(refused, Err(AdminError::OperatorOnly)));
    }
    let deleted = block_on(DeleteOrganization(office.world()).run(&administrator, &slug(), None));
    assert!(matches!(deleted, Err(AdminError::OperatorOnly)));
    let created = block_on(CreateOrganization(office.world()).run(&administrator, &draft("umbrella")));
    assert!(matches!(created, Err(AdminError::OperatorOnly)));
    assert_eq!(office.contents(), before);

    block_on(change.run(&administrator, &slug(), None, &|draft| draft.application_url = None)).unwrap();
}

#[test]
fn a_deleted_organization_is_gone_with_all_that_was_in_it() {
    let office = office_with_ada();
    let delete = DeleteOrganization(office.world());
    let stale = block_on(delete.run(&OPERATOR, &slug(), Some(Version(9))));
    assert!(matches!(stale, Err(AdminError::Stale)));
    block_on(delete.run(&OPERATOR, &slug(), FIRST)).unwrap();
    assert_eq!(block_on(office.store.organization(&slug())).unwrap(), None);
    assert_eq!(office.contents().users, []);
    assert_eq!(office.last_audit(), ("organization.deleted", "acme".to_owned()));
    let again = block_on(delete.run(&OPERATOR, &slug(), None));
    assert!(matches!(again, Err(AdminError::NotFound("organization"))));
}

#[test]
fn a_logo_is_looked_at_kept_and_taken_away() {
    let office = office();
    let administrator = administrator(office.acme.organization.id);
    let change =
        |expected, file| block_on(ChangeLogo(office.world()).run(&administrator, &slug(), expected, file));
    assert!(matches!(change(None, None), Err(AdminError::NotFound("logo"))));
    let before = office.contents();
    let Err(AdminError::Invalid(problems)) = change(None, Some(b"<svg/>".to_vec())) else {
        panic!("it is a document that can hold scripts")
    };
    assert_eq!((problems.0[0].pointer.as_str(), problems.0[0].code), ("", "unknown_kind"));
    assert_eq!(office.contents(), before);

    let logo = logo(200, 50);
    let with = change(FIRST, Some(logo.content.clone())).unwrap();
    assert_eq!((&with.branding.logo, with.version), (&Some(logo.mark), Version(2)));
    assert_eq!(block_on(office.store.organization(&slug())).unwrap(), Some(with.clone()));
    assert_eq!(block_on(office.store.logo(with.id)).unwrap(), Some(logo.content));
    assert_eq!(office.last_audit(), ("logo.changed", "acme".to_owned()));
    assert!(matches!(change(FIRST, None), Err(AdminError::Stale)));
    assert_eq!(change(Some(Version(2)), None).unwrap().branding.logo, None);
    assert_eq!(office.last_audit(), ("logo.removed", "acme".to_owned()));
}
