//! What is said to people, by the keys of the languages' texts.

use vestibule_domain::explanation::Note;
use vestibule_domain::ports::LogoutOutcome;
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::rule::Rule;
use vestibule_languages::Language;

/// What went wrong, in plain words.
pub(super) struct Words {
    pub(super) title: String,
    pub(super) happened: String,
    pub(super) advice: String,
    /// Whether it makes sense to try again.
    pub(super) again: bool,
}

/// What a stable code means to the person who is shown it. Nothing here says more than the code does.
pub(super) fn failing(language: Language, code: &str) -> Words {
    let (key, again) = match RefusalCode::from_word(code) {
        Some(refused) => (format!("refused-{code}"), refused != RefusalCode::ConnectionDisabled),
        None => failed(code),
    };
    Words {
        title: language.say(&key),
        happened: language.say(&format!("{key}.happened")),
        advice: language.say(&format!("{key}.advice")),
        again,
    }
}

/// What is no sign-in's end.
fn failed(code: &str) -> (String, bool) {
    let key = match code {
        "request_timeout" => "failed-temporarily_unavailable".to_owned(),
        "method_not_allowed" => "failed-not_found".to_owned(),
        _ => format!("failed-{code}"),
    };
    let again = ["connection_not_found", "return_to_not_allowed", "link_expired", "response_too_large"]
        .contains(&code);
    if Language::default().has(&key) { (key, again) } else { ("failed-otherwise".to_owned(), false) }
}

/// What a person is told of their identity provider's session, once the one here has ended.
pub(super) fn signed_out_elsewhere(outcome: Option<LogoutOutcome>) -> &'static str {
    match outcome {
        Some(LogoutOutcome::Ended) => "signed-out.ended",
        Some(LogoutOutcome::Partly) => "signed-out.partly",
        Some(LogoutOutcome::Failed) => "signed-out.failed",
        None => "signed-out.alone",
    }
}

/// What a rule did.
pub(super) fn why(language: Language, rule: Rule) -> String {
    let key = format!("why-{}", rule.as_str());
    // Rules about saving settings decide no sign-in.
    language.say(if rule.as_str().starts_with("save_") { "why-settings" } else { &key })
}

/// What else there is to know.
pub(super) fn note(language: Language, note: &Note) -> String {
    let key = match note {
        Note::MultipleValues { count } => return language.say_count("note-multiple_values", *count),
        Note::AttributeNearMiss { arrived, .. } => {
            return language.say_of("note-near_miss", &[("arrived", arrived)]);
        }
        Note::Unfit { .. } => "note-unfit",
        Note::NotInCatalog => "note-not_in_catalog",
        Note::LooksLikeAnId => "note-looks_like_an_id",
        Note::AddressTaken => "note-address_taken",
        Note::NameIdNearMiss => "note-name_id_near_miss",
        Note::NotARoleOfTheType => "note-not_a_role_of_the_type",
        Note::RoleMissing => "note-role_missing",
        Note::UserTypeMissing => "note-user_type_missing",
        Note::PairMissing => "note-pair_missing",
        Note::OnlyRole => "note-only_role",
        Note::PrivilegedNotAllowed => "note-privileged_not_allowed",
        Note::PrivilegedFilledIn => "note-privileged_filled_in",
        Note::RegistrationOff => "note-registration_off",
        Note::JitNotEnabled => "note-jit_not_enabled",
        Note::AddressFromNameId => "note-address_from_name_id",
        Note::LinkMailed => "note-link_mailed",
        Note::LinkingOff => "note-linking_off",
        Note::LetterCaseOnly => "note-letter_case_only",
    };
    language.say(key)
}

#[cfg(test)]
mod tests {
    use vestibule_domain::explanation::Topic;
    use vestibule_domain::sign_in::Outcome;

    use super::*;

    /// Every language has what English has, so that it is enough to look there.
    #[track_caller]
    fn must_be_said(key: &str) {
        assert!(Language::default().has(key), "{key}");
    }

    #[test]
    fn everything_that_a_sign_in_can_end_as_has_its_words() {
        for code in RefusalCode::ALL {
            for part in ["", ".happened", ".advice"] {
                must_be_said(&format!("refused-{code}{part}"));
            }
        }
        for outcome in Outcome::ALL {
            must_be_said(&format!("outcome-{outcome}"));
            must_be_said(&format!("outcome-{outcome}.happened"));
        }
        for topic in Topic::ALL {
            must_be_said(&format!("topic-{topic}"));
        }
        for rule in Rule::ALL {
            assert!(!why(Language::default(), *rule).starts_with("why-"), "{rule}");
        }
    }

    /// The texts that a source file or a template names.
    fn named(source: &str) -> impl Iterator<Item = &str> {
        let calls = ["say(\"", "say_of(\"", "say_count(\""];
        let found = calls.into_iter().flat_map(|call| source.split(call).skip(1));
        found.filter_map(|rest| rest.split('"').next()).filter(|key| !key.contains('{'))
    }

    #[test]
    fn every_text_that_a_page_names_is_there() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut count = 0;
        for file in files.filter(|file| file.is_file()) {
            for key in named(&std::fs::read_to_string(&file).unwrap()) {
                assert!(Language::default().has(key), "{}: {key}", file.display());
                count += 1;
            }
        }
        assert!(count > 50, "{count}");
        for source in [include_str!("words.rs"), include_str!("pages.rs"), include_str!("pages/signed_in.rs")]
        {
            named(source).for_each(must_be_said);
        }
    }

    #[test]
    fn what_has_no_words_of_its_own_went_wrong() {
        let english = Language::default();
        let words = failing(english, "internal_error");
        assert_eq!((words.title.as_str(), words.again), ("Something went wrong", false));
        assert_eq!(failing(english, "method_not_allowed").title, "There is nothing here");
        let german = Language::of("de").unwrap();
        let words = failing(german, "link_expired");
        assert_eq!((words.title.as_str(), words.again), ("Dieser Link gilt nicht mehr", true));
        assert!(!failing(german, "connection_disabled").again);
    }
}
