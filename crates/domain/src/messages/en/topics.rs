//! Headings of lines.

use crate::explanation::Topic;

/// What an entry is about.
pub(super) fn topic(topic: Topic) -> &'static str {
    match topic {
        Topic::Identity => "Who you are",
        Topic::Registration => "Registration",
        Topic::FirstName => "First name",
        Topic::LastName => "Last name",
        Topic::Email => "E-mail address",
        Topic::Location => "Location",
        Topic::UserType => "User type",
        Topic::Role => "Role",
        Topic::Assignments => "User type and role",
    }
}
