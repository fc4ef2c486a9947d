//! By which address an administrator is known the first time.

use vestibule_domain::administrator::SingleSignOn;
use vestibule_domain::field::Field;
use vestibule_domain::ports::Actor;
use vestibule_domain::settings::{SettingsDraft, TranslationDraft};
use vestibule_domain::testing::block_on;
use vestibule_domain::usecase::SaveSettings;

use crate::office::{office, okta, slug};
use crate::sign_ons::{
    ROOT, administrator, answer, begun, name, others, refused, response, sign_in, signed_in, stored,
};

/// The organization's own administrator may have saved them before, and the page on which a connection is named does not show them.
#[test]
fn an_address_that_a_table_makes_of_another_is_no_administrators() {
    let office = office();
    let root = administrator(&office, ROOT);
    let [bob, ..] = others(&office);
    let mut draft = SettingsDraft::from(&office.acme.connection.settings);
    let made = TranslationDraft { received: "eve@acme.example".to_owned(), value: ROOT.to_owned() };
    draft.value_translations.insert(Field::Email, vec![made]);
    block_on(SaveSettings(office.world()).run(&bob, &slug(), &okta(), None, &draft)).unwrap();
    name(&office);
    assert_eq!(refused(&sign_in(&office, "_1", "00u6", "eve@acme.example")), "unknown_administrator");
    assert_eq!(stored(&office, &root).single_sign_on, SingleSignOn::Allowed);
    signed_in(sign_in(&office, "_2", "00u1", ROOT));
}

#[test]
fn where_an_attribute_has_the_address_nothing_else_is_one() {
    let office = office();
    administrator(&office, ROOT);
    name(&office);
    let address = office.acme.connection.settings.attribute(Field::Email).unwrap().to_string();
    let sent: [&[&str]; 4] =
        [&[], &[" "], &[ROOT, "eve@acme.example"], &["eve@acme.example, root@acme.example"]];
    for (number, values) in sent.into_iter().enumerate() {
        let (request, browser) = begun(&office);
        // The NameID is the address, too: somebody may have chosen it.
        let mut response = response(&office, &format!("_{number}"), ROOT, ROOT, &request);
        response.attributes.insert(address.clone(), values.iter().map(ToString::to_string).collect());
        let answer = answer(&office, &response, &request, Some(&browser));
        assert_eq!(refused(&answer), "unknown_administrator", "{values:?}");
    }
    let (request, browser) = begun(&office);
    let mut none = response(&office, "_9", ROOT, ROOT, &request);
    none.attributes.remove(&address);
    assert_eq!(refused(&answer(&office, &none, &request, Some(&browser))), "unknown_administrator");

    let mut draft = SettingsDraft::from(&office.acme.connection.settings);
    draft.attribute_mapping.remove(&Field::Email);
    block_on(SaveSettings(office.world()).run(&Actor::CommandLine, &slug(), &okta(), None, &draft)).unwrap();
    signed_in(sign_in(&office, "_a", ROOT, "eve@acme.example"));
}
