//! A simulation as JSON.

use schemars::JsonSchema;
use serde::Serialize;
use vestibule_domain::messages::{ENGLISH, Messages as _};
use vestibule_domain::ports::{Rejection, ServiceProvider};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::sign_in::{Outcome, SignInRecord};
use vestibule_domain::usecase::{Checked, Checkpoint, Simulated};

use crate::api::sign_ins::{ChangeShape, DecisionShape};
use crate::openapi::Word;

/// The record that a sign-in would write, as JSON: it has no id, because it is written nowhere.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Simulation")]
pub(super) struct SimulatedShape {
    /// Always true.
    simulated: bool,
    #[serde(flatten)]
    decision: DecisionShape,
    /// What was found of a response, in the order of the checks.
    checks: Vec<CheckedShape>,
    /// What the saved settings would make of it, where others were tried.
    compared_with_saved: Option<ComparedShape>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Checked")]
struct CheckedShape {
    /// What was looked at.
    #[schemars(with = "Word<Checkpoint>")]
    checkpoint: Checkpoint,
    /// Whether a sign-in would go on.
    passed: bool,
    /// As what a sign-in would be refused.
    #[schemars(with = "Option<Word<RefusalCode>>")]
    code: Option<RefusalCode>,
    /// Which check would refuse it.
    check: Option<&'static str>,
    /// What was found, in words.
    message: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Compared")]
struct ComparedShape {
    /// Whether the saved settings lead to anything else.
    differs: bool,
    /// What becomes of the sign-in under the saved settings.
    #[schemars(with = "Word<Outcome>")]
    outcome: Outcome,
    /// Why they refuse it.
    #[schemars(with = "Option<Word<RefusalCode>>")]
    code: Option<RefusalCode>,
    /// What they change.
    changes: Vec<ChangeShape>,
}

impl SimulatedShape {
    pub(super) fn of(simulated: &Simulated, here: &ServiceProvider) -> Self {
        let compared = simulated.saved.as_ref().map(|saved| ComparedShape::of(saved, &simulated.record));
        Self {
            simulated: true,
            decision: DecisionShape::of(&simulated.record, here),
            checks: simulated.checks.iter().map(|checked| CheckedShape::of(checked, here)).collect(),
            compared_with_saved: compared,
        }
    }
}

impl CheckedShape {
    fn of(checked: &Checked, here: &ServiceProvider) -> Self {
        Self {
            checkpoint: checked.checkpoint,
            passed: checked.rejection.is_none(),
            code: checked.rejection.as_ref().map(Rejection::code),
            check: checked.rejection.as_ref().map(Rejection::check),
            message: ENGLISH.checked(checked, here),
        }
    }
}

impl ComparedShape {
    fn of(saved: &SignInRecord, tried: &SignInRecord) -> Self {
        let result = |record: &SignInRecord| (record.outcome, record.code, record.changes.clone());
        Self {
            differs: result(saved) != result(tried),
            outcome: saved.outcome,
            code: saved.code,
            changes: saved.changes.iter().map(|change| ChangeShape::of(change, saved)).collect(),
        }
    }
}
