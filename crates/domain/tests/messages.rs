//! The catalogue has words for everything that a sign-in can end as, and the documentation has the same.

use std::collections::BTreeSet;

use strum::{EnumCount as _, IntoEnumIterator as _};
use vestibule_domain::explanation::{Entry, NameDifference, Note, Topic, Warning};
use vestibule_domain::messages::{ENGLISH, Messages as _};
use vestibule_domain::ports::{Rejection, ServiceProvider};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::rule::Rule;
use vestibule_domain::sign_in::Outcome;
use vestibule_domain::usecase::{Checked, Checkpoint};

/// Acme's service provider, whose addresses are not those of the documentation.
#[expect(clippy::unwrap_used, reason = "in a test it is an assertion")]
fn here() -> ServiceProvider {
    ServiceProvider::new("https://sso.example.com", &"acme".parse().unwrap())
}

/// One note of each kind.
fn notes() -> Vec<Note> {
    let notes = vec![
        Note::MultipleValues { count: 2 },
        Note::NotInCatalog,
        Note::LooksLikeAnId,
        Note::Unfit { reason: "must not be empty".to_owned() },
        Note::AttributeNearMiss { arrived: "firstname".to_owned(), difference: NameDifference::Case },
        Note::AddressTaken,
        Note::NameIdNearMiss,
        Note::NotARoleOfTheType,
        Note::RoleMissing,
        Note::UserTypeMissing,
        Note::PairMissing,
        Note::OnlyRole,
        Note::PrivilegedNotAllowed,
        Note::PrivilegedFilledIn,
        Note::RegistrationOff,
        Note::JitNotEnabled,
        Note::AddressFromNameId,
        Note::LinkMailed,
        Note::LinkingOff,
        Note::LetterCaseOnly,
    ];
    let kinds: std::collections::HashSet<_> = notes.iter().map(std::mem::discriminant).collect();
    assert_eq!(kinds.len(), Note::COUNT, "a kind of note is missing here");
    notes
}

/// One rejection of each check.
fn rejections() -> impl Iterator<Item = Rejection> {
    Rejection::iter().map(|rejection| match rejection {
        Rejection::Instant(_) => Rejection::Instant("IssueInstant".into()),
        Rejection::IssuedInFuture(_) => Rejection::IssuedInFuture("response".into()),
        Rejection::IssuedTooLongAgo(_) => Rejection::IssuedTooLongAgo("response".into()),
        Rejection::Status(_) => Rejection::Status("Responder".to_owned()),
        other => other,
    })
}

/// Whether it begins with a capital, ends with a full stop, and has no gap.
#[track_caller]
fn must_be_sentences(text: &str) {
    assert!(text.chars().next().is_some_and(char::is_uppercase), "{text:?}");
    assert!(text.ends_with('.') && !text.ends_with(".."), "{text:?}");
    assert!(!text.contains("  ") && !text.contains(": ."), "{text:?}");
}

/// Whether it can stand within a sentence.
#[track_caller]
fn must_be_a_clause(text: &str) {
    assert!(!text.is_empty() && !text.ends_with('.') && text.trim() == text, "{text:?}");
    assert!(!text.chars().next().is_some_and(char::is_uppercase), "{text:?}");
}

#[test]
fn every_rule_has_words_for_every_topic_outcome_and_note() {
    for &rule in Rule::ALL {
        let mut told = BTreeSet::new();
        for &topic in Topic::ALL {
            for &outcome in Outcome::ALL {
                let bare = Entry::new(topic, rule);
                for entry in [bare.clone(), bare.clone().resulting("London")] {
                    must_be_sentences(&ENGLISH.entry(&entry, outcome));
                    told.insert(ENGLISH.entry(&entry, outcome));
                    for note in notes() {
                        must_be_sentences(&ENGLISH.entry(&entry.clone().noting(Some(note)), outcome));
                    }
                }
            }
        }
        assert!(!told.is_empty());
    }
}

#[test]
fn no_two_rules_of_a_sign_in_say_the_same() {
    let rules = || Rule::ALL.iter().filter(|rule| !rule.as_str().starts_with("save_"));
    let entry = |rule: &Rule| {
        ENGLISH.entry(&Entry::new(Topic::Location, *rule).resulting("London"), Outcome::Updated)
    };
    assert_eq!(rules().map(entry).collect::<BTreeSet<_>>().len(), rules().count());
}

#[test]
fn every_note_is_a_clause_and_a_sentence_of_its_own() {
    for note in notes() {
        // Programs may know the one that begins with a word of its own.
        must_be_a_clause(&ENGLISH.note(&note));
        must_be_sentences(&ENGLISH.sentence(&note).replace("2 different", "Two different"));
        assert_eq!(note.to_string(), ENGLISH.note(&note));
    }
    let all: BTreeSet<_> = notes().iter().map(|note| ENGLISH.note(note)).collect();
    assert_eq!(all.len(), Note::COUNT, "two kinds of note say the same");
    let differences: BTreeSet<_> = NameDifference::ALL
        .iter()
        .map(|&difference| ENGLISH.note(&Note::AttributeNearMiss { arrived: "x".to_owned(), difference }))
        .collect();
    assert_eq!(differences.len(), NameDifference::ALL.len());
}

#[test]
fn every_code_says_to_an_administrator_what_to_do() {
    let mut reasons = BTreeSet::new();
    for &code in RefusalCode::ALL {
        let refusal = ENGLISH.refusal(code);
        must_be_a_clause(refusal.why);
        must_be_sentences(refusal.advice);
        assert!(reasons.insert(refusal.why), "{code} gives the reason of another code");
        must_be_sentences(&ENGLISH.warning(&Warning { field: Topic::Role, code, note: None }));
        for note in notes() {
            must_be_sentences(&ENGLISH.warning(&Warning { field: Topic::Role, code, note: Some(note) }));
        }
    }
}

#[test]
fn every_check_says_what_it_found_and_what_to_do() {
    let mut found = BTreeSet::new();
    for rejection in rejections() {
        must_be_a_clause(&rejection.to_string());
        must_be_sentences(&ENGLISH.check(&rejection, &here()));
        assert!(found.insert(rejection.to_string()), "{} finds what another check finds", rejection.check());
    }
}

#[test]
fn advice_has_the_addresses_of_this_service() {
    let advice = ENGLISH.check(&Rejection::Recipient, &here());
    assert!(advice.contains("`https://sso.example.com/sso/acme/acs`"), "{advice}");
    for rejection in rejections() {
        let advice = ENGLISH.check(&rejection, &here());
        assert!(!advice.contains("HOST") && !advice.contains("ORGANIZATION"), "{advice}");
        let checked =
            Checked { checkpoint: Checkpoint::Signature, rejection: Some(rejection), certificate: None };
        let told = ENGLISH.checked(&checked, &here());
        assert!(told.contains(&advice), "{told}");
    }
}

#[test]
fn a_value_that_was_translated_says_so() {
    let entry = Entry {
        translated: Some("stud".to_owned()),
        ..Entry::new(Topic::Role, Rule::MappedAttribute)
            .receiving(Some(&"Role".parse().unwrap()), &["stud".to_owned(), "VPN".to_owned()])
            .resulting("learner")
    };
    assert_eq!(
        ENGLISH.entry(&entry, Outcome::Updated),
        "The value of role was taken from the attribute “Role”: learner. “stud” arrived, and the connection's value \
         translations turn it into that."
    );
    let unusable = Entry { rule: Rule::InvalidValue, result: None, ..entry };
    let told = ENGLISH.entry(&unusable.noting(Some(Note::NotInCatalog)), Outcome::Refused);
    assert!(
        told.contains("translations turn it into what cannot be used here. To note: the value is not in"),
        "{told}"
    );
}

#[test]
fn what_changed_nothing_is_as_it_was() {
    let entry = |topic| {
        Entry::new(topic, Rule::MappedAttribute).receiving(Some(&"X".parse().unwrap()), &[]).resulting("Ada")
    };
    let told = ENGLISH.entry(&entry(Topic::FirstName), Outcome::Unchanged);
    assert_eq!(told, "The value of first name is as it was: Ada. No other came with the attribute “X”.");
    // The person may have neither, where only one of the two arrived.
    for topic in [Topic::UserType, Topic::Role] {
        assert!(ENGLISH.entry(&entry(topic), Outcome::Unchanged).contains("was taken from"));
    }
}

#[test]
fn a_check_is_one_word_and_is_read_again() {
    assert_eq!(Rejection::NotSigned.check(), "not_signed");
    assert_eq!(Rejection::Status("Responder".to_owned()).check(), "status");
    for rejection in rejections() {
        let json = serde_json::to_value(&rejection).unwrap();
        assert!(json.to_string().contains(rejection.check()), "{json}");
        assert_eq!(serde_json::from_value::<Rejection>(json).unwrap(), rejection);
    }
}

#[test]
fn every_checkpoint_says_whether_a_sign_in_would_go_on() {
    let mut told = BTreeSet::new();
    for &checkpoint in Checkpoint::ALL {
        for rejection in rejections().map(Some).chain([None]) {
            let checked = Checked { checkpoint, rejection, certificate: Some("CN=Okta".to_owned()) };
            must_be_sentences(&ENGLISH.checked(&checked, &here()));
            told.insert(ENGLISH.checked(&checked, &here()));
        }
    }
    assert_eq!(told.len(), Checkpoint::ALL.len() * (rejections().count() + 1));
}

#[test]
fn every_topic_has_a_heading() {
    let all: BTreeSet<_> = Topic::ALL.iter().map(|&topic| ENGLISH.topic(topic)).collect();
    assert_eq!(all.len(), Topic::ALL.len());
}

#[test]
fn a_note_is_a_sentence_with_a_capital() {
    let told = ENGLISH.sentence(&Note::MultipleValues { count: 2 });
    assert_eq!(told, "2 different values arrived, and nothing says which of them counts.");
    assert!(ENGLISH.sentence(&Note::OnlyRole).starts_with("The user type has only"));
}

/// docs/reference/rules.md has a row for each code: `| status | code | why | what to do |`, in the catalogue's words.
#[test]
fn the_documentation_of_the_codes_has_the_words_of_the_catalogue() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/rules.md");
    let page = std::fs::read_to_string(page).unwrap();
    let table = page.split_once("## Codes of refused sign-ins").unwrap().1;
    for &code in RefusalCode::ALL {
        let refusal = ENGLISH.refusal(code);
        let row = format!("| `{code}` | {} | {} |", refusal.why, refusal.advice);
        assert!(table.contains(&row), "the table lacks:\n{row}");
    }
    let rows = table.lines().filter(|line| line.starts_with("| 4")).count();
    assert_eq!(rows, RefusalCode::ALL.len(), "the table has a code that is none");
}
