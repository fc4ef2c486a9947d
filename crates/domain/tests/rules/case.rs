//! A sign-in to be decided, in a line.

use std::collections::BTreeMap;

use vestibule_domain::asserted::Asserted;
use vestibule_domain::catalog::Catalog;
use vestibule_domain::connection::Connection;
use vestibule_domain::decide::{Decision, Policy, decide};
use vestibule_domain::field::Field;
use vestibule_domain::ports::{Administration, AuditEvent, SignInStore};
use vestibule_domain::profile::Profile;
use vestibule_domain::settings::{DefaultsDraft, SettingsDraft};
use vestibule_domain::sign_in::Subject;
use vestibule_domain::testing::{Acme, MemoryStore, acme, block_on};
use vestibule_domain::user::{Identity, User};

use crate::organization::{catalog, settings, translations};

/// A sign-in, with what the organization and its connection want and whom it knows. Tables have many, so it is small.
#[derive(Clone)]
pub(crate) struct Case {
    acme: Box<Acme>,
    other_connection: Box<Connection>,
    settings: Box<SettingsDraft>,
    profile: Box<Profile>,
    users: Vec<User>,
    /// The catalog that was saved after the settings, if it is another one.
    newer_catalog: Option<Box<Catalog>>,
}

impl Case {
    /// Somebody whom nobody knows: NameID `ada`, Ada Lovelace, `ada@acme.example`.
    pub(crate) fn newcomer() -> Self {
        Self::nobody_sends("ada")
            .sending("FirstName", &["Ada"])
            .sending("LastName", &["Lovelace"])
            .sending("Email", &["ada@acme.example"])
    }

    /// Ada, who is known by the NameID `ada`, is an employee and learner in Berlin, and of whom nothing else is sent.
    pub(crate) fn known() -> Self {
        Self::known_but_for(|_| {})
    }

    /// The same, of an Ada who differs by `edit`.
    pub(crate) fn known_but_for(edit: impl FnOnce(&mut User)) -> Self {
        Self::nobody_sends("ada").knowing(edit)
    }

    fn nobody_sends(name_id: &str) -> Self {
        let mut acme = Box::new(acme());
        acme.catalog = catalog();
        let other_connection = Box::new(acme.connection("entra"));
        let profile = Box::new(Profile { name_id: name_id.into(), ..Profile::default() });
        Self {
            acme,
            other_connection,
            settings: Box::new(settings()),
            profile,
            users: Vec::new(),
            newer_catalog: None,
        }
    }

    /// The same with a user as [`known`](Self::known) has one, but for `edit`.
    pub(crate) fn knowing(mut self, edit: impl FnOnce(&mut User)) -> Self {
        let mut user = self.acme.user("ada@acme.example");
        user.identities = vec![self.identity("ada")];
        user.profile.first_name = "Ada".parse().unwrap();
        user.profile.last_name = "Lovelace".parse().unwrap();
        user.profile.location = Some("Berlin".parse().unwrap());
        user.profile.assignments =
            BTreeMap::from([("employee".parse().unwrap(), "learner".parse().unwrap())]);
        edit(&mut user);
        self.users.push(user);
        self
    }

    /// The same with another assignment of the user last made known.
    pub(crate) fn holding(mut self, user_type: &str, role: &str) -> Self {
        let user = self.users.last_mut().unwrap();
        user.profile.assignments.insert(user_type.parse().unwrap(), role.parse().unwrap());
        self
    }

    /// The same with the user last made known called `name_id` on the other connection, and not at all on this one.
    pub(crate) fn known_elsewhere_as(mut self, name_id: &str) -> Self {
        let connection_id = self.other_connection.id;
        self.users.last_mut().unwrap().identities =
            vec![Identity { connection_id, name_id: name_id.parse().unwrap() }];
        self
    }

    /// What `name_id` is on the connection of the sign-in.
    pub(crate) fn identity(&self, name_id: &str) -> Identity {
        Identity { connection_id: self.acme.connection.id, name_id: name_id.parse().unwrap() }
    }

    /// The same with these values of an attribute.
    pub(crate) fn sending(mut self, attribute: &str, values: &[&str]) -> Self {
        let values = values.iter().map(ToString::to_string).collect();
        self.profile.attributes.insert(attribute.into(), values);
        self
    }

    /// The same without an attribute.
    pub(crate) fn without(mut self, attribute: &str) -> Self {
        self.profile.attributes.remove(attribute).unwrap();
        self
    }

    /// The same with an attribute that also has a friendly name.
    pub(crate) fn sending_friendly(mut self, attribute: &str, friendly: &str, values: &[&str]) -> Self {
        self.profile.friendly_names.insert(friendly.into(), attribute.into());
        self.sending(attribute, values)
    }

    /// The same under another NameID.
    pub(crate) fn called(mut self, name_id: &str) -> Self {
        self.profile.name_id = name_id.into();
        self
    }

    /// The same with a NameID of this format.
    pub(crate) fn in_format(mut self, format: &str) -> Self {
        self.profile.name_id_format = Some(format.into());
        self
    }

    /// The same under other settings.
    pub(crate) fn set(mut self, edit: impl FnOnce(&mut SettingsDraft)) -> Self {
        edit(&mut self.settings);
        self
    }

    /// The same with a field that is not mapped.
    pub(crate) fn unmapped(self, field: Field) -> Self {
        self.set(|settings| drop(settings.attribute_mapping.remove(&field)))
    }

    /// The same with translations of a field.
    pub(crate) fn translating(self, field: Field, pairs: &[(&str, &str)]) -> Self {
        self.set(|settings| drop(settings.value_translations.insert(field, translations(pairs))))
    }

    /// The same on a connection with these domains.
    pub(crate) fn in_domains(self, domains: &[&str]) -> Self {
        self.set(|settings| settings.email_domains = domains.iter().map(ToString::to_string).collect())
    }

    /// The same without defaults.
    pub(crate) fn without_defaults(self) -> Self {
        self.set(|settings| settings.defaults = DefaultsDraft::default())
    }

    /// The same with registration closed on the connection.
    pub(crate) fn closed(self) -> Self {
        self.set(|settings| settings.allow_automatic_registration = false)
    }

    /// The same in an organization for which the operator has not enabled just-in-time provisioning.
    pub(crate) fn without_jit(mut self) -> Self {
        self.acme.organization.jit_provisioning_enabled = false;
        self
    }

    /// The same through a connection that is disabled.
    pub(crate) fn disabled(mut self) -> Self {
        self.acme.connection.details.enabled = false;
        self
    }

    /// The same under a catalog that was saved after the settings were checked.
    pub(crate) fn under(mut self, catalog: Catalog) -> Self {
        self.newer_catalog = Some(Box::new(catalog));
        self
    }

    /// The fields that are mapped.
    pub(crate) fn mapped(&self) -> Vec<Field> {
        self.settings.attribute_mapping.keys().copied().collect()
    }

    /// Decides it, on what a store that holds all of it answers.
    pub(crate) fn decide(&self) -> Decision {
        let mut acme = self.acme.clone();
        acme.connection.settings = self.settings.parse(&acme.catalog, true).unwrap().settings;
        if let Some(catalog) = &self.newer_catalog {
            acme.catalog = (**catalog).clone();
        }
        let asserted = Asserted::read(&self.profile, &acme.connection.settings, &acme.catalog);
        let subject = Subject {
            organization_id: acme.organization.id,
            connection_id: acme.connection.id,
            name_id: asserted.name_id.clone().ok(),
            email: asserted.address(),
            assertion_id: None,
            request_id: None,
        };
        let store = MemoryStore::default();
        let snapshot = block_on(async {
            acme.install(&store).await;
            store.create_connection(&self.other_connection, &self.made()).await.unwrap();
            for user in &self.users {
                acme.install_user(&store, user).await;
            }
            store.snapshot(&subject).await.unwrap()
        });
        decide(&Policy::of(&acme.view()), &snapshot, &asserted)
    }

    fn made(&self) -> AuditEvent {
        AuditEvent {
            id: self.other_connection.id.0.into(),
            organization_id: Some(self.acme.organization.id),
            at: self.other_connection.created_at,
            actor: vestibule_domain::ports::Actor::CommandLine,
            action: "connection.created".into(),
            subject: "entra".into(),
            before: None,
            after: None,
        }
    }
}
