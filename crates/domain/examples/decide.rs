//! Decides a sign-in from its attributes, and says why.
//!
//! ```console
//! $ cargo run -p vestibule-domain --example decide
//! $ cargo run -p vestibule-domain --example decide -- FirstName=Ada LastName=Lovelace Location=Atlantis
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::BTreeMap;

use vestibule_domain::asserted::Asserted;
use vestibule_domain::catalog::{Catalog, CatalogDraft, RoleDraft, UserTypeDraft};
use vestibule_domain::decide::{Decision, Policy, decide};
use vestibule_domain::field::Field;
use vestibule_domain::ids::ConnectionId;
use vestibule_domain::problem::Problems;
use vestibule_domain::profile::Profile;
use vestibule_domain::settings::{DefaultsDraft, Settings, SettingsDraft, TranslationDraft};
use vestibule_domain::sign_in::Snapshot;

fn main() -> Result<(), Problems> {
    let catalog = catalog()?;
    let settings = settings(&catalog)?;
    let policy = Policy {
        connection_id: ConnectionId(uuid::Uuid::nil()),
        settings: &settings,
        catalog: &catalog,
        enabled: true,
        jit_enabled: true,
    };
    let asserted = Asserted::read(&profile(), &settings, &catalog);
    // Nobody is known yet.
    let decision = decide(&policy, &Snapshot::default(), &asserted);
    print(&decision);
    Ok(())
}

/// Employees, who are learners or supervisors, in New York.
fn catalog() -> Result<Catalog, Problems> {
    let role = |key: &str| RoleDraft { key: key.to_owned(), name: key.to_owned(), privileged: false };
    let employee = UserTypeDraft {
        key: "employee".to_owned(),
        name: "Employee".to_owned(),
        roles: vec![role("learner"), role("supervisor")],
    };
    CatalogDraft { user_types: vec![employee], locations: vec!["New York".to_owned()] }.parse()
}

/// Whoever signs in is registered, as a learner unless their groups say more.
fn settings(catalog: &Catalog) -> Result<Settings, Problems> {
    let mapping = [
        (Field::FirstName, "FirstName"),
        (Field::LastName, "LastName"),
        (Field::Location, "Location"),
        (Field::Role, "groups"),
    ];
    let leads = TranslationDraft { received: "Eng-Managers".to_owned(), value: "supervisor".to_owned() };
    let draft = SettingsDraft {
        allow_automatic_registration: true,
        defaults: DefaultsDraft {
            user_type: Some("employee".to_owned()),
            role: Some("learner".to_owned()),
            location: None,
        },
        attribute_mapping: mapping.map(|(field, name)| (field, name.to_owned())).into(),
        value_translations: BTreeMap::from([(Field::Role, vec![leads])]),
        ..SettingsDraft::default()
    };
    let saved = draft.parse(catalog, true)?;
    for warning in saved.warnings {
        println!("warning at {}: {}", warning.pointer, warning.message);
    }
    Ok(saved.settings)
}

/// What the command line says, as `Name=Value`; without anything, what a typical identity provider sends.
fn profile() -> Profile {
    let typical = [
        "FirstName=Ada",
        "LastName=Lovelace",
        "location=New York",
        "groups=Everybody",
        "groups=Eng-Managers",
    ];
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.is_empty() {
        arguments = typical.map(ToOwned::to_owned).into();
    }
    let mut profile = Profile { name_id: "ada@acme.example".to_owned(), ..Profile::default() };
    for (name, value) in arguments.iter().filter_map(|argument| argument.split_once('=')) {
        profile.attributes.entry(name.to_owned()).or_default().push(value.to_owned());
    }
    profile
}

fn print(decision: &Decision) {
    match decision.code() {
        Some(code) => println!("{}: {code}", decision.outcome()),
        None => println!("{}; welcome mail {}", decision.outcome(), decision.welcome_email()),
    }
    for entry in &decision.explanation {
        let result = entry.result.as_deref().unwrap_or("nothing");
        println!("  {} is {result}, by {}; received {:?}", entry.field, entry.rule, entry.received);
        if let Some(note) = &entry.note {
            println!("    {note}");
        }
    }
    for change in &decision.changes {
        let or_nothing = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        println!(
            "  {} was {}, becomes {}",
            change.field,
            or_nothing(&change.before),
            or_nothing(&change.after)
        );
    }
}
