//! Two versions of the same thing, side by side: what somebody saved meanwhile, and what was typed.

use super::form::Form;
use super::frame::Choice;

/// Where two versions differ.
pub(crate) struct Difference {
    pub(crate) field: String,
    pub(crate) saved: String,
    pub(crate) yours: String,
}

impl Difference {
    /// A field, if the two differ in it.
    pub(crate) fn in_field(field: &str, saved: &str, yours: &str) -> Option<Self> {
        let shown = |text: &str| if text.is_empty() { "nothing" } else { text }.to_owned();
        (saved != yours).then(|| Self { field: field.to_owned(), saved: shown(saved), yours: shown(yours) })
    }
}

/// Compares a form as it would be now with the one that was sent, field by field.
pub(crate) struct Differences<'a> {
    saved: &'a Form,
    yours: &'a Form,
    found: Vec<Difference>,
}

impl<'a> Differences<'a> {
    pub(crate) fn between(saved: &'a Form, yours: &'a Form) -> Self {
        Self { saved, yours, found: Vec::new() }
    }

    /// A field of text.
    pub(crate) fn text(self, name: &str, label: &str) -> Self {
        self.with(label, |form| form.text(name).trim().lines().collect::<Vec<_>>().join(", "))
    }

    /// One of several values, by what each is called.
    pub(crate) fn choice(self, name: &str, label: &str, choices: &[Choice]) -> Self {
        self.with(label, |form| {
            let chosen = form.text(name);
            let found = choices.iter().find(|choice| choice.value == chosen);
            found.map_or_else(|| chosen.to_owned(), |choice| choice.text.clone())
        })
    }

    /// A box to check.
    pub(crate) fn flag(self, name: &str, label: &str) -> Self {
        self.with(label, |form| if form.is_checked(name) { "yes" } else { "no" }.to_owned())
    }

    fn with(mut self, label: &str, shown: impl Fn(&Form) -> String) -> Self {
        self.found.extend(Difference::in_field(label, &shown(self.saved), &shown(self.yours)));
        self
    }

    /// All of them.
    pub(crate) fn found(self) -> Vec<Difference> {
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        let (mut saved, mut yours) = (Form::default(), Form::default());
        for (form, name, active) in [(&mut saved, "Ada", true), (&mut yours, "Ada", false)] {
            form.set("name", name);
            form.check("active", active);
        }
        saved.set("places", "Here\r\nThere");
        let found = Differences::between(&saved, &yours)
            .text("name", "Name")
            .text("places", "Places")
            .flag("active", "Active");
        let found: Vec<_> = found.found();
        let shown: Vec<_> = found.iter().map(|one| (&*one.field, &*one.saved, &*one.yours)).collect();
        assert_eq!(shown, [("Places", "Here, There", "nothing"), ("Active", "yes", "no")]);
    }
}
