//! Saving provisioning settings. Which can be saved, the tables of the rules show.

use vestibule_domain::ids::Version;
use vestibule_domain::organization::OrganizationDraft;
use vestibule_domain::settings::{LinkByEmail, SettingsDraft};
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::{AdminError, ChangeOrganization, SaveSettings};

use crate::office::{FIRST, OPERATOR, office, okta, slug};

#[test]
fn saved_settings_are_read_again_with_the_next_version_and_audited() {
    let office = office();
    let before = SettingsDraft::from(&office.connection().settings);
    let draft = SettingsDraft { link_by_email: LinkByEmail::Never, ..before.clone() };
    let save = SaveSettings(office.world());
    let (saved, version) = block_on(save.run(&OPERATOR, &slug(), &okta(), FIRST, &draft)).unwrap();
    assert_eq!((saved.warnings, version), (Vec::new(), Version(2)));
    let stored = office.connection();
    assert_eq!((&stored.settings, stored.settings_version), (&saved.settings, version));
    assert_eq!(stored.version, Version::FIRST, "other parts of the connection have versions of their own");

    let event = office.contents().audit.pop().unwrap();
    assert_eq!((&*event.action, event.subject.as_str()), ("settings.changed", "okta"));
    assert_eq!(event.organization_id, Some(office.acme.organization.id));
    assert_eq!(event.before, Some(serde_json::to_value(&before).unwrap()));
    assert_eq!(event.after, Some(serde_json::to_value(&draft).unwrap()));
}

#[test]
fn faulty_settings_are_not_saved() {
    let office = office();
    let no_jit = |draft: &mut OrganizationDraft| draft.jit_provisioning_enabled = false;
    block_on(ChangeOrganization(office.world()).run(&OPERATOR, &slug(), None, &no_jit)).unwrap();
    let draft = SettingsDraft::from(&office.connection().settings);
    let before = office.contents();
    let Err(AdminError::Invalid(problems)) =
        block_on(SaveSettings(office.world()).run(&OPERATOR, &slug(), &okta(), None, &draft))
    else {
        panic!("the organization is not enabled for it")
    };
    assert_eq!(problems.0[0].code, "save_jit_not_enabled");
    assert_eq!(office.contents(), before);
}

#[test]
fn a_connection_that_does_not_exist_has_no_settings() {
    let office = office();
    let unknown = "entra".parse().unwrap();
    let saved = block_on(SaveSettings(office.world()).run(
        &OPERATOR,
        &slug(),
        &unknown,
        None,
        &SettingsDraft::default(),
    ));
    assert!(matches!(saved, Err(AdminError::NotFound("connection"))));
}
