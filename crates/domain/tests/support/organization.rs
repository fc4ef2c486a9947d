//! What an organization wants: a catalog and settings to begin with.

use vestibule_domain::catalog::{Catalog, CatalogDraft, RoleDraft, UserTypeDraft};
use vestibule_domain::field::Field;
use vestibule_domain::settings::{DefaultsDraft, SettingsDraft, TranslationDraft};

/// Employees (learner, supervisor; admin is privileged), contractors (visitor alone), auditors (inspector alone,
/// privileged); New York, Berlin.
pub(crate) fn catalog() -> Catalog {
    let role = |(key, privileged): &(&str, bool)| RoleDraft {
        key: (*key).into(),
        name: (*key).into(),
        privileged: *privileged,
    };
    let user_type = |key: &str, roles: &[(&str, bool)]| UserTypeDraft {
        key: key.into(),
        name: key.into(),
        roles: roles.iter().map(role).collect(),
    };
    let draft = CatalogDraft {
        user_types: vec![
            user_type("employee", &[("learner", false), ("supervisor", false), ("admin", true)]),
            user_type("contractor", &[("visitor", false)]),
            user_type("auditor", &[("inspector", true)]),
        ],
        locations: vec!["New York".into(), "Berlin".into()],
    };
    draft.parse().unwrap()
}

/// Registration is open and every field is mapped; the defaults are an employee who is a learner, in New York.
pub(crate) fn settings() -> SettingsDraft {
    let names = ["FirstName", "LastName", "Email", "Location", "UserType", "Role"];
    SettingsDraft {
        allow_automatic_registration: true,
        defaults: DefaultsDraft {
            user_type: Some("employee".into()),
            role: Some("learner".into()),
            location: Some("New York".into()),
        },
        attribute_mapping: Field::ALL.iter().copied().zip(names.map(Into::into)).collect(),
        ..SettingsDraft::default()
    }
}

/// What received values mean, in order.
pub(crate) fn translations(pairs: &[(&str, &str)]) -> Vec<TranslationDraft> {
    let translation = |(received, value): &(&str, &str)| TranslationDraft {
        received: (*received).into(),
        value: (*value).into(),
    };
    pairs.iter().map(translation).collect()
}
