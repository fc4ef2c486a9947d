//! What should become of a sign-in, in a line, and a table of such lines.

use vestibule_domain::decide::Decision;
use vestibule_domain::explanation::{Change, Entry, Note, Topic, Warning};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::sign_in::{MatchedBy, Outcome, WelcomeEmail};

use crate::case::Case;

/// What should become of a sign-in. What is not said of it is not looked at, save for warnings.
pub(crate) struct Expected {
    outcome: Outcome,
    code: Option<RefusalCode>,
    changes: Option<Vec<&'static str>>,
    entries: Vec<&'static str>,
    silent: Vec<Topic>,
    warnings: Vec<&'static str>,
    matched_by: Option<MatchedBy>,
    welcome: Option<WelcomeEmail>,
}

/// A user is created.
pub(crate) fn created() -> Expected {
    expected(Outcome::Created, None, None)
}

/// A known user is signed in, with exactly these changes.
pub(crate) fn updated(changes: &[&'static str]) -> Expected {
    expected(Outcome::Updated, None, Some(changes.to_vec()))
}

/// A known user is signed in, and nothing changes.
pub(crate) fn unchanged() -> Expected {
    expected(Outcome::Unchanged, None, Some(Vec::new()))
}

/// Nobody is signed in, and nothing changes.
pub(crate) fn refused(code: RefusalCode) -> Expected {
    expected(Outcome::Refused, Some(code), Some(Vec::new()))
}

fn expected(outcome: Outcome, code: Option<RefusalCode>, changes: Option<Vec<&'static str>>) -> Expected {
    Expected {
        outcome,
        code,
        changes,
        entries: Vec::new(),
        silent: Vec::new(),
        warnings: Vec::new(),
        matched_by: None,
        welcome: None,
    }
}

impl Expected {
    /// The explanation has this entry: `field rule from Attribute ["received"] translating "one of them" = result (note)`.
    pub(crate) fn says(mut self, entry: &'static str) -> Self {
        self.entries.push(entry);
        self
    }

    /// The explanation has no entry on this.
    pub(crate) fn says_nothing_of(mut self, topic: Topic) -> Self {
        self.silent.push(topic);
        self
    }

    /// Exactly these values are given to a new user: `field: before -> after`.
    pub(crate) fn changing(mut self, changes: &[&'static str]) -> Self {
        self.changes = Some(changes.to_vec());
        self
    }

    /// There is this warning: `field code (note)`.
    pub(crate) fn warns(mut self, warning: &'static str) -> Self {
        self.warnings.push(warning);
        self
    }

    pub(crate) fn matched_by(mut self, matched_by: MatchedBy) -> Self {
        self.matched_by = Some(matched_by);
        self
    }

    pub(crate) fn welcome(mut self, welcome: WelcomeEmail) -> Self {
        self.welcome = Some(welcome);
        self
    }

    fn faults(&self, decision: &Decision) -> Vec<String> {
        let mut faults = Vec::new();
        let entries: Vec<_> = decision.explanation.iter().map(entry).collect();
        must_equal(&mut faults, "outcome", &self.outcome, &decision.outcome());
        must_equal(&mut faults, "code", &self.code, &decision.code());
        let warnings: Vec<_> = decision.warnings.iter().map(warning).collect();
        must_equal(&mut faults, "warnings", &self.warnings, &warnings);
        if let Some(wanted) = &self.changes {
            must_equal(
                &mut faults,
                "changes",
                wanted,
                &decision.changes.iter().map(change).collect::<Vec<_>>(),
            );
        }
        if let Some(matched_by) = &self.matched_by {
            must_equal(&mut faults, "matched_by", matched_by, &decision.matched_by);
        }
        if let Some(welcome) = &self.welcome {
            must_equal(&mut faults, "welcome_email", welcome, &decision.welcome_email());
        }
        faults.extend(
            self.entries.iter().filter(|wanted| !entries.iter().any(|entry| entry == *wanted)).map(
                |wanted| {
                    format!(
                        "the explanation does not say\n      {wanted}\n    but\n      {}",
                        entries.join("\n      ")
                    )
                },
            ),
        );
        faults.extend(
            self.silent
                .iter()
                .filter(|topic| speaks_of(decision, **topic))
                .map(|topic| format!("{topic} is explained")),
        );
        faults
    }
}

fn must_equal<W, A>(faults: &mut Vec<String>, what: &str, wanted: &W, actual: &A)
where
    W: PartialEq<A> + std::fmt::Debug,
    A: std::fmt::Debug,
{
    if wanted != actual {
        faults.push(format!("{what}: expected {wanted:?}, not {actual:?}"));
    }
}

/// Decides every row of a table and names all that are decided otherwise.
pub(crate) fn check<const N: usize>(rows: [(&str, Case, Expected); N]) {
    let faults: Vec<String> = rows
        .iter()
        .flat_map(|(row, case, expected)| {
            let decision = case.decide();
            let faults = expected.faults(&decision).into_iter().chain(always_holds(case, &decision));
            faults.map(|fault| format!("{row}:\n    {fault}")).collect::<Vec<_>>()
        })
        .collect();
    assert!(faults.is_empty(), "\n  {}\n", faults.join("\n  "));
}

/// Decides every row of a table twice: for users who exist it makes no difference whether registration is open.
pub(crate) fn check_existing<const N: usize>(rows: [(&str, Case, Expected); N]) {
    for (row, case, _) in &rows {
        assert_eq!(case.decide(), case.clone().closed().decide(), "{row}");
        assert_eq!(case.decide(), case.clone().without_jit().decide(), "{row}");
    }
    check(rows);
}

/// What is true of every decision.
fn always_holds(case: &Case, decision: &Decision) -> Vec<String> {
    let mut faults = Vec::new();
    for topic in Topic::ALL {
        let count = decision.explanation.iter().filter(|entry| entry.field == *topic).count();
        if count > 1 {
            faults.push(format!("{topic} is explained {count} times"));
        }
    }
    let unexplained = case.mapped().into_iter().filter(|field| !speaks_of(decision, (*field).into()));
    faults.extend(unexplained.map(|field| format!("{field} is mapped and not explained")));
    let signed_in = decision.outcome() != Outcome::Refused;
    if signed_in && !speaks_of(decision, Topic::Assignments) {
        faults.push("the assignments are not explained".into());
    }
    if decision.matched_by != MatchedBy::None && !speaks_of(decision, Topic::Identity) {
        faults.push("the match is not explained".into());
    }
    if !(signed_in || decision.changes.is_empty() && decision.warnings.is_empty()) {
        faults.push("a refusal has changes or warnings".into());
    }
    faults
}

fn speaks_of(decision: &Decision, topic: Topic) -> bool {
    decision.explanation.iter().any(|entry| entry.field == topic)
}

fn entry(entry: &Entry) -> String {
    let attribute = entry.attribute.as_ref().map(|attribute| format!("from {attribute}"));
    let received = (!entry.received.is_empty()).then(|| format!("{:?}", entry.received));
    let result = entry.result.as_ref().map(|result| format!("= {result}"));
    let note = entry.note.as_ref().map(|said| format!("({})", note(said)));
    let translated = entry.translated.as_ref().map(|value| format!("translating {value:?}"));
    let words =
        [Some(format!("{} {}", entry.field, entry.rule)), attribute, received, translated, result, note];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The note's kind, and what it says of the case: `multiple_values 2`.
fn note(note: &Note) -> String {
    let value = serde_json::to_value(note).unwrap();
    let said = value.as_object().unwrap();
    let details = said.iter().filter(|(key, _)| *key != "kind").map(|(_, value)| value);
    let words: Vec<_> = std::iter::once(&said["kind"])
        .chain(details)
        .map(|word| word.as_str().map_or_else(|| word.to_string(), ToOwned::to_owned))
        .collect();
    words.join(" ")
}

fn change(change: &Change) -> String {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".into());
    format!("{}: {} -> {}", change.field, shown(&change.before), shown(&change.after))
}

fn warning(warning: &Warning) -> String {
    let note = warning.note.as_ref().map(|said| format!(" ({})", note(said))).unwrap_or_default();
    format!("{} {}{note}", warning.field, warning.code)
}
