//! Users and the history of sign-ins, as administrators see them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{MemoryStore, State, paged, unless_conflict};
use crate::ids::{OrganizationId, SignInId, UserId, Version};
use crate::name_id::NameId;
use crate::ports::{
    AuditEvent, DayCount, Page, Paged, SignInFilter, SignInHistory, StoreError, UserAdmin, UserFilter,
};
use crate::sign_in::{Outcome, Session, SignInRecord};
use crate::user::User;

#[async_trait]
impl UserAdmin for MemoryStore {
    async fn users(
        &self,
        organization: OrganizationId,
        filter: &UserFilter,
        page: Page,
    ) -> Result<Paged<User>, StoreError> {
        let state = self.read();
        let wanted = state.users_of(organization).filter(|user| is_wanted(user, filter));
        Ok(paged(wanted, page, |id, after| id > after, |user| user.id.0))
    }

    async fn user(&self, organization: OrganizationId, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.read().users_of(organization).find(|user| user.id == id).cloned())
    }

    async fn create_user(&self, user: &User, catalog: Version, audit: &AuditEvent) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            state.must_have_catalog(user.organization_id, catalog)?;
            unless_conflict(!state.users.contains_key(&user.id))?;
            state.put_user(user.clone())
        })
    }

    async fn replace_user(
        &self,
        user: &User,
        catalog: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            state.must_have_catalog(user.organization_id, catalog)?;
            let before = state.users_of(user.organization_id).find(|row| row.id == user.id);
            let before =
                before.filter(|row| row.version.next() == user.version).ok_or(StoreError::Conflict)?;
            let user = User { created_by: before.created_by, created_at: before.created_at, ..user.clone() };
            state.sessions.retain(|_, session| session.user_id != user.id || still_signs_in(&user, session));
            state.put_user(user)
        })
    }

    async fn purge_user(
        &self,
        organization: OrganizationId,
        id: UserId,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let user = state.users_of(organization).find(|user| user.id == id);
            unless_conflict(user.is_some_and(|user| user.version == expected))?;
            state.erase(organization, id);
            Ok(())
        })
    }
}

impl State {
    fn erase(&mut self, organization: OrganizationId, id: UserId) {
        self.users.remove(&id);
        self.sessions.retain(|_, session| session.user_id != id);
        self.links.retain(|_, link| link.user_id != id);
        self.keep_no_table_of(organization);
        self.outbox.retain(|_, posted| posted.letter.user_id != Some(id));
        self.keyed_requests.retain(|_, keyed| keyed.about != Some(id));
        let history = &self.history;
        self.arrivals.retain(|sign_in, _| history.get(sign_in).and_then(|record| record.user_id) != Some(id));
        for record in self.history.values_mut().filter(|record| record.user_id == Some(id)) {
            *record = record.clone().without_person();
        }
        let subject = id.to_string();
        let of_user =
            |event: &&mut AuditEvent| event.organization_id == Some(organization) && event.subject == subject;
        for event in self.audit.iter_mut().filter(of_user) {
            *event = event.clone().without_person();
        }
    }
}

#[async_trait]
impl SignInHistory for MemoryStore {
    async fn sign_ins(
        &self,
        organization: OrganizationId,
        filter: &SignInFilter,
        page: Page,
    ) -> Result<Paged<SignInRecord>, StoreError> {
        let state = self.read();
        let newest_first = state.history.values().rev();
        let wanted = newest_first.filter(|row| row.organization_id == organization && is_listed(row, filter));
        Ok(paged(wanted, page, |id, after| id < after, |row| row.id.0))
    }

    async fn sign_in(
        &self,
        organization: OrganizationId,
        id: SignInId,
    ) -> Result<Option<SignInRecord>, StoreError> {
        Ok(self.read().history.get(&id).filter(|row| row.organization_id == organization).cloned())
    }

    async fn sign_ins_by_day(
        &self,
        organization: OrganizationId,
        since: DateTime<Utc>,
    ) -> Result<Vec<DayCount>, StoreError> {
        let mut counts = BTreeMap::<_, u64>::new();
        let state = self.read();
        let wanted =
            state.history.values().filter(|row| row.organization_id == organization && row.at >= since);
        for row in wanted {
            *counts.entry((row.at.date_naive(), row.outcome.as_str(), row.outcome)).or_default() += 1;
        }
        Ok(counts.into_iter().map(|((day, _, outcome), count)| DayCount { day, outcome, count }).collect())
    }
}

/// Whether the user may go on with a session: is active, and has the identity by which it began.
fn still_signs_in(user: &User, session: &Session) -> bool {
    let began_by = session.name_id.as_ref().map(|name_id| name_id.value.as_str());
    let has = user.identity_on(session.connection_id).map(NameId::as_str);
    user.active && has.is_some() && has == began_by
}

fn is_wanted(user: &User, filter: &UserFilter) -> bool {
    let profile = &user.profile;
    let begins = |text: &str| {
        let text = text.to_lowercase();
        [profile.email.as_str(), profile.first_name.as_str(), profile.last_name.as_str()]
            .iter()
            .any(|field| field.to_lowercase().starts_with(&text))
    };
    filter.email.as_deref().is_none_or(|email| profile.email.as_str().eq_ignore_ascii_case(email))
        && filter
            .name_id
            .as_deref()
            .is_none_or(|name_id| user.identities.iter().any(|identity| identity.name_id.as_str() == name_id))
        && filter.text.as_deref().is_none_or(begins)
        && filter.active.is_none_or(|active| user.active == active)
        && filter
            .location
            .as_deref()
            .is_none_or(|location| profile.location.as_ref().is_some_and(|own| own.as_str() == location))
        && filter.user_type.as_deref().is_none_or(|user_type| {
            profile.assignments.iter().any(|(own, role)| {
                own.as_str() == user_type && filter.role.as_deref().is_none_or(|asked| role.as_str() == asked)
            })
        })
        && filter.connection.is_none_or(|connection| user.identity_on(connection).is_some())
        && filter.created_by.is_none_or(|created_by| user.created_by == created_by)
}

fn is_listed(row: &SignInRecord, filter: &SignInFilter) -> bool {
    filter.outcome.is_none_or(|outcome| row.outcome == outcome)
        && filter.code.is_none_or(|code| row.code == Some(code))
        && filter.refused.is_none_or(|refused| (row.outcome == Outcome::Refused) == refused)
        && filter.connection.is_none_or(|id| row.connection.as_ref().is_some_and(|one| one.id == id))
        && filter.user_id.is_none_or(|user| row.user_id == Some(user))
        && filter.since.is_none_or(|since| row.at >= since)
        && filter.until.is_none_or(|until| row.at < until)
}
