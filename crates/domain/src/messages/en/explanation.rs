//! Entries of an explanation and their notes, for an administrator.

use crate::explanation::{Entry, NameDifference, Note, Topic};
use crate::rule::Rule;
use crate::sign_in::Outcome;

/// What an entry is about, within a sentence.
pub(super) fn subject(topic: Topic) -> &'static str {
    match topic {
        Topic::Identity => "the identity",
        Topic::Registration => "registration",
        Topic::FirstName => "first name",
        Topic::LastName => "last name",
        Topic::Email => "e-mail address",
        Topic::Location => "location",
        Topic::UserType => "user type",
        Topic::Role => "role",
        Topic::Assignments => "user type and role",
    }
}

/// What a rule did. The note, if there is one, is part of it.
pub(super) fn entry(entry: &Entry, outcome: Outcome) -> String {
    let mut did = did(entry, outcome);
    if let Some(arrived) = &entry.translated {
        let to = if entry.result.is_some() { "that" } else { "what cannot be used here" };
        did =
            format!("{did} “{arrived}” arrived, and the connection's value translations turn it into {to}.");
    }
    match &entry.note {
        None => did,
        Some(said) => {
            let said = note(said);
            format!("{did} To note: {}.", said.strip_prefix("multiple_values: ").unwrap_or(&said))
        }
    }
}

fn did(entry: &Entry, outcome: Outcome) -> String {
    let what = subject(entry.field);
    let value = entry.result.as_ref().map(|value| format!(": {value}")).unwrap_or_default();
    // Of an erased person the results are gone, so that they alone do not tell whether there was one.
    let resolved = entry.result.is_some()
        || outcome != Outcome::Refused
        || matches!(entry.note, Some(Note::AddressFromNameId | Note::OnlyRole));
    match entry.rule {
        Rule::MatchIdentity => "The connection knows this NameID, and the sign-in is that of the user whom it is bound to.".to_owned(),
        Rule::MatchNearMiss => {
            "Nobody has exactly this NameID, but somebody has almost the same one, so the person was refused: creating a second user for one person is worse than asking.".to_owned()
        }
        Rule::MatchEmail if resolved => {
            "Nobody has this NameID, but a user has the e-mail address that was sent; the connection trusts such addresses, so the NameID was bound to that user.".to_owned()
        }
        Rule::MatchEmail => "Nobody has this NameID, but a user has the e-mail address that was sent.".to_owned(),
        Rule::MatchBoundElsewhere => {
            "Nobody has this NameID, and the user with the e-mail address that was sent has another NameID on this connection, so it may be somebody else.".to_owned()
        }
        Rule::MatchNone => "Nobody was recognised by the NameID or the e-mail address, so this is a new person.".to_owned(),
        Rule::MatchDeactivated => "The user who was recognised is deactivated, and a sign-in never reactivates anybody.".to_owned(),
        Rule::MatchUnusableNameId => {
            "Nobody can be recognised by this NameID again: it is empty, too long, has characters that cannot be seen, or changes with every sign-in.".to_owned()
        }
        Rule::EmailDomain => "The e-mail address is in none of the domains that the connection allows.".to_owned(),
        Rule::Registration => "Nobody was recognised, and a sign-in through this connection may not create a user.".to_owned(),
        Rule::RequiredName => format!("A new user needs a {what}, and {}.", nothing_usable(entry)),
        Rule::RequiredEmail if resolved => {
            format!("No e-mail address was sent as an attribute, so the NameID, which is one, was taken{value}.")
        }
        Rule::RequiredEmail => {
            format!("A new user needs an e-mail address, {}, and the NameID is none either or may not serve.", nothing_usable(entry))
        }
        Rule::MappedAttribute if outcome == Outcome::Unchanged && is_of_the_profile(entry.field) => {
            format!("The value of {what} is as it was{value}. No other came with {}.", attribute(entry))
        }
        Rule::MappedAttribute => format!("The value of {what} was taken from {}{value}.", attribute(entry)),
        Rule::DefaultValue if entry.result.is_some() => {
            format!("No {what} was sent, so the connection's default was taken{value}.")
        }
        Rule::DefaultValue => format!("No {what} was sent, so the connection's default was taken, if it has one."),
        Rule::RoleOfType if resolved => {
            format!("A user type was sent without a role, so the role that goes with the type was taken{value}.")
        }
        Rule::RoleOfType => "A user type was sent without a role, and neither the default role nor a single one belongs to that type.".to_owned(),
        Rule::PairInCatalog if resolved => format!("The organization's catalog has this user type with this role{value}."),
        Rule::PairInCatalog => "The user type and the role that resulted are not a pair of the organization's catalog.".to_owned(),
        Rule::InvalidValue if outcome == Outcome::Refused => {
            format!("What was sent for {what} cannot be used, so nothing was changed. A default is never taken in its place, because that would hide the fault.")
        }
        Rule::InvalidValue => format!("What was sent for {what} cannot be used, so what was there stayed, as the connection is set."),
        Rule::PrivilegedPair => "The role is privileged, and is given only where that is allowed and both user type and role were sent.".to_owned(),
        Rule::Welcome => "A new user is welcomed by one mail, unless the connection suppresses it.".to_owned(),
        Rule::KeepCurrent if entry.attribute.is_some() => {
            format!("No value for {what} arrived in {}, so it stays as it was{value}.", attribute(entry))
        }
        Rule::KeepCurrent => format!("Nothing was sent for {what}, so it stays as it was."),
        Rule::EmailChange if resolved => format!("Another e-mail address was sent, so it replaced the stored one{value}."),
        Rule::EmailChange => "Another e-mail address was sent, but it cannot replace the stored one.".to_owned(),
        Rule::AddAssignment => format!("The user did not have this user type, so it was added with the role that was sent{value}."),
        Rule::ChangeRole => format!("The user had this user type with another role, so the role became the one that was sent{value}."),
        Rule::SameAssignment => format!("The user has this user type and role already{value}."),
        Rule::IncompletePair => "Only one of user type and role was sent, and both are needed, so the assignments stay as they were.".to_owned(),
        Rule::NeverRemoved => "A sign-in never removes an assignment.".to_owned(),
        Rule::SaveRequiresNames
        | Rule::SaveRequiresPair
        | Rule::SaveDefaultPair
        | Rule::SaveJitNotEnabled
        | Rule::SaveInertDefaults
        | Rule::SaveEmailUnmapped
        | Rule::SaveTranslationTarget
        | Rule::SaveAttributeName
        | Rule::SaveVersion => "This rule is about saving settings; a sign-in is not decided by it.".to_owned(),
    }
}

/// Whether a person has one such value. Of user types and roles they can have several, and what arrived may be none of them.
fn is_of_the_profile(topic: Topic) -> bool {
    matches!(topic, Topic::FirstName | Topic::LastName | Topic::Email | Topic::Location)
}

/// "the attribute “FirstName”", as far as the field is mapped.
fn attribute(entry: &Entry) -> String {
    entry
        .attribute
        .as_ref()
        .map_or_else(|| "no attribute".to_owned(), |name| format!("the attribute “{name}”"))
}

/// Why a required field is empty.
fn nothing_usable(entry: &Entry) -> String {
    match (&entry.attribute, entry.received.is_empty()) {
        (None, _) => "no attribute is mapped to it".to_owned(),
        (Some(_), true) => format!("nothing arrived in {}", attribute(entry)),
        (Some(_), false) => format!("what arrived in {} cannot be used", attribute(entry)),
    }
}

/// What else there is to know: the `note` of an entry.
pub(super) fn note(note: &Note) -> String {
    match note {
        Note::MultipleValues { count } => {
            return format!("multiple_values: {count} different values arrived, and nothing says which of them counts");
        }
        Note::Unfit { reason } => return format!("the value {reason}"),
        Note::AttributeNearMiss { arrived, difference } => {
            return format!("an attribute {arrived:?} arrived, which {}", differs(*difference));
        }
        Note::NotInCatalog => "the value is not in the organization's catalog; keys and names are case-sensitive",
        Note::LooksLikeAnId => {
            "the value is not in the organization's catalog; it looks like an id, but the location's name is needed"
        }
        Note::AddressTaken => "another user of the organization has this address",
        Note::NameIdNearMiss => {
            "an identity exists whose NameID differs only in letter case or surrounding space; a second user is not created"
        }
        Note::NotARoleOfTheType => "the role is not one of the user type's roles",
        Note::RoleMissing => "a user type was sent without a role, and it is not clear which of its roles is meant",
        Note::UserTypeMissing => "a role was sent without a user type, and both are needed",
        Note::PairMissing => "no user type and role were sent, and there is no default for them",
        Note::OnlyRole => "the user type has only this role, so it counts as sent",
        Note::PrivilegedNotAllowed => "the role is privileged, and this connection may not assign privileged roles",
        Note::PrivilegedFilledIn => "the role is privileged, so user type and role must both be sent",
        Note::RegistrationOff => "automatic registration is not allowed on this connection",
        Note::JitNotEnabled => "just-in-time provisioning is not enabled for this organization",
        Note::AddressFromNameId => "the NameID serves as the e-mail address",
        Note::LinkMailed => {
            "a user has this address; a link was mailed there, and opening it lets this person sign in as that user"
        }
        Note::LinkingOff => "a user has this address, and this connection never links by e-mail address",
        Note::LetterCaseOnly => "only letter case differs from the stored address, which is no change",
    }
    .to_owned()
}

fn differs(difference: NameDifference) -> &'static str {
    match difference {
        NameDifference::Case => "differs in letter case: attribute names are case-sensitive",
        NameDifference::Space => "differs in surrounding space",
        NameDifference::Twin => "is another name of the same attribute: map the name that is sent",
        NameDifference::FriendlyName => {
            "has the mapped name as its FriendlyName, which is never matched: map its Name"
        }
    }
}
