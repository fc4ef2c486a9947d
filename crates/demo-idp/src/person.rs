//! Who one can be.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// Somebody whom the identity provider knows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// A short word that names the person in forms and scripts.
    pub key: String,
    /// The name on the card.
    pub label: String,
    /// What is special about this person.
    pub story: String,
    /// The NameID.
    pub name_id: String,
    /// The attributes and their values.
    #[serde(default)]
    pub attributes: BTreeMap<String, Vec<String>>,
}

/// Why a list of people cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// It is not JSON, or not a list of people.
    #[error("it is not a list of people")]
    Malformed(#[from] serde_json::Error),
    /// Nobody is in it.
    #[error("nobody is in it")]
    Empty,
    /// Two people have the same key.
    #[error("two people have the key {0:?}")]
    Twin(String),
}

impl Person {
    /// The people of the demo's organization, Acme.
    ///
    /// # Panics
    ///
    /// Never: the list is part of this crate.
    #[must_use]
    pub fn demo() -> Vec<Self> {
        #[expect(clippy::expect_used, reason = "the list is part of this crate and read by its tests")]
        Self::list_from_json(include_str!("people.json")).expect("the embedded people are readable")
    }

    /// Reads a list like `[{"key", "label", "story", "name_id", "attributes": {"Name": ["value"]}}]`.
    ///
    /// # Errors
    ///
    /// Where it is no such list, is empty, or has a key twice.
    pub fn list_from_json(json: &str) -> Result<Vec<Self>, PeopleError> {
        let people: Vec<Self> = serde_json::from_str(json)?;
        let mut keys = BTreeSet::new();
        match people.iter().find(|person| !keys.insert(&person.key)) {
            Some(twin) => Err(PeopleError::Twin(twin.key.clone())),
            None if people.is_empty() => Err(PeopleError::Empty),
            None => Ok(people),
        }
    }

    /// Up to two letters for the card's picture.
    pub(crate) fn initials(&self) -> String {
        let letter = |word: &str| word.chars().find(|c| c.is_alphabetic());
        self.label.split_whitespace().filter_map(letter).take(2).collect::<String>().to_uppercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_has_people_for_each_case() {
        let people = Person::demo();
        assert!(people.len() >= 9);
        assert!(people.iter().any(|person| person.attributes.contains_key("firstname")));
        assert_eq!(people[0].initials(), "AL");
    }

    #[test]
    fn a_bad_list_is_refused() {
        let ada = r#"{"key": "ada", "label": "Ada", "story": "", "name_id": "ada"}"#;
        assert!(matches!(Person::list_from_json("[]"), Err(PeopleError::Empty)));
        assert!(matches!(Person::list_from_json("{}"), Err(PeopleError::Malformed(_))));
        assert!(matches!(Person::list_from_json(&format!("[{ada},{ada}]")), Err(PeopleError::Twin(_))));
        assert_eq!(Person::list_from_json(&format!("[{ada}]")).unwrap().len(), 1);
    }
}
