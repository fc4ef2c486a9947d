//! What deciding a sign-in costs, from what arrived to the decision, for a person of 200 groups.

#![expect(clippy::unwrap_used, reason = "a benchmark that fails to start should say so")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use vestibule_domain::asserted::Asserted;
use vestibule_domain::connection::ConnectionView;
use vestibule_domain::decide::{Decision, Policy, decide};
use vestibule_domain::field::Field;
use vestibule_domain::profile::Profile;
use vestibule_domain::settings::{SettingsDraft, TranslationDraft};
use vestibule_domain::sign_in::{Outcome, Snapshot};
use vestibule_domain::testing::acme;

/// Eight of the groups mean a role; the one that counts is the last but one of those that the person is in.
fn view() -> ConnectionView {
    let mut view = acme().view();
    let mut draft = SettingsDraft::from(&view.connection.settings);
    draft.attribute_mapping.insert(Field::Role, "groups".to_owned());
    let group = |number: u32| TranslationDraft { received: group(number), value: "manager".to_owned() };
    draft.value_translations.insert(Field::Role, (193..201).rev().map(group).collect());
    view.connection.settings = draft.parse(&view.catalog, true).unwrap().settings;
    view
}

fn group(number: u32) -> String {
    format!("CN=App-Users-{number:03},OU=Groups,DC=acme,DC=example")
}

fn profile() -> Profile {
    let one = |name: &str, value: &str| (name.to_owned(), vec![value.to_owned()]);
    let mut profile = Profile { name_id: "00u1abcdEFGH2ijkl345".to_owned(), ..Profile::default() };
    profile.attributes.extend([
        one("givenName", "Zoë"),
        one("sn", "Lovelace"),
        one("mail", "zoe@acme.example"),
        one("l", "Zurich"),
        one("userType", "employee"),
    ]);
    profile.attributes.insert("groups".to_owned(), (0..200).map(group).collect());
    profile
}

fn decided(view: &ConnectionView, snapshot: &Snapshot, profile: &Profile) -> Decision {
    let asserted = Asserted::read(profile, &view.connection.settings, &view.catalog);
    decide(&Policy::of(view), snapshot, &asserted)
}

fn deciding(criterion: &mut Criterion) {
    let (view, profile) = (view(), profile());
    let nobody = Snapshot::default();
    let user = acme().user("zoe@acme.example");
    let known = Snapshot { by_email: Some(user.clone()), by_identity: Some(user), ..Snapshot::default() };

    let mut group = criterion.benchmark_group("decide");
    for (name, snapshot, outcome) in
        [("new user", &nobody, Outcome::Created), ("existing user", &known, Outcome::Updated)]
    {
        assert_eq!(decided(&view, snapshot, &profile).outcome(), outcome);
        group.bench_function(name, |b| b.iter(|| decided(&view, snapshot, black_box(&profile))));
    }
    group.finish();
}

criterion_group!(benches, deciding);
criterion_main!(benches);
