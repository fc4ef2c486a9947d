//! Where the values of a catalog are used.

use url::form_urlencoded;
use vestibule_domain::catalog::Catalog;
use vestibule_domain::connection::Connection;
use vestibule_domain::field::Field;
use vestibule_domain::settings::SettingsDraft;

/// The most values that are listed.
const MOST: usize = 500;

/// Where a value is used.
pub(super) struct Use {
    pub(super) value: String,
    /// The users who have it.
    pub(super) users: String,
    /// What connections do with it.
    pub(super) connections: Vec<UsedBy>,
}

/// What a connection does with a value.
pub(super) struct UsedBy {
    pub(super) how: &'static str,
    pub(super) connection: String,
    pub(super) href: String,
}

/// The settings of a connection, and how it is shown.
struct Shown<'a> {
    settings: SettingsDraft,
    connection: &'a Connection,
    href: String,
}

impl Shown<'_> {
    fn used_by(&self, how: &'static str) -> UsedBy {
        UsedBy { how, connection: self.connection.details.display_name.to_string(), href: self.href.clone() }
    }

    /// Whether a translation of the field leads to one of these.
    fn translates(&self, field: Field, values: &[&str]) -> bool {
        let table = self.settings.value_translations.get(&field);
        table.is_some_and(|table| table.iter().any(|one| values.contains(&one.value.as_str())))
    }
}

/// Where the user types, their roles and the locations are used, in the order of the catalog.
pub(super) fn of(catalog: &Catalog, connections: &[Connection], home: &str) -> Vec<Use> {
    let connections: Vec<_> = connections
        .iter()
        .map(|connection| Shown {
            settings: SettingsDraft::from(&connection.settings),
            href: format!("{home}/sso/{}#provisioning", connection.details.key),
            connection,
        })
        .collect();
    let used = |value: String,
                filter: (&str, &str),
                is_default: &dyn Fn(&SettingsDraft) -> bool,
                field,
                names: &[&str]| {
        let defaults = connections.iter().filter(|one| is_default(&one.settings));
        let translating = connections.iter().filter(|one| one.translates(field, names));
        let query = form_urlencoded::Serializer::new(String::new()).append_pair(filter.0, filter.1).finish();
        Use {
            value,
            users: format!("{home}/users?{query}"),
            connections: defaults
                .map(|one| one.used_by("Default of"))
                .chain(translating.map(|one| one.used_by("Translated to by")))
                .collect(),
        }
    };
    let mut uses = Vec::new();
    for user_type in catalog.user_types() {
        let key = user_type.key.as_str();
        let is_default = |settings: &SettingsDraft| settings.defaults.user_type.as_deref() == Some(key);
        let names = [key, user_type.name.as_str()];
        uses.push(used(user_type.name.to_string(), ("user_type", key), &is_default, Field::UserType, &names));
        for role in &user_type.roles {
            let is_default = |settings: &SettingsDraft| {
                is_default(settings) && settings.defaults.role.as_deref() == Some(role.key.as_str())
            };
            let value = format!("{}: {}", user_type.name, role.name);
            let names = [role.key.as_str(), role.name.as_str()];
            uses.push(used(value, ("user_type", key), &is_default, Field::Role, &names));
        }
    }
    for location in catalog.locations() {
        let name = location.as_str();
        let is_default = |settings: &SettingsDraft| settings.defaults.location.as_deref() == Some(name);
        uses.push(used(name.to_owned(), ("location", name), &is_default, Field::Location, &[name]));
    }
    uses.truncate(MOST);
    uses
}
