//! Templates of an operator's own.

use std::path::Path;

use tempfile::TempDir;
use vestibule_domain::letter::{Correspondence, LetterContent};
use vestibule_domain::ports::Mail;
use vestibule_notifier::{TemplateFaults, Templates};

use crate::support::{about, composer, letter};

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    folder
}

fn welcome(folder: &Path, language: &str) -> Mail {
    let composer = composer().with_templates(Templates::in_folder(folder).unwrap());
    let about = Correspondence { locale: language.parse().unwrap(), ..about() };
    composer.mail(&letter(1, "ada@acme.example", LetterContent::Welcome { about })).unwrap()
}

fn faults(files: &[(&str, &str)]) -> String {
    let TemplateFaults(faults) = Templates::in_folder(folder(files).path()).err().unwrap();
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_empty_folder_replaces_nothing() {
    let folder = folder(&[]);
    let ours = composer().mail(&letter(1, "ada@acme.example", LetterContent::Welcome { about: about() }));
    assert!(welcome(folder.path(), "en") == ours.unwrap());
}

#[test]
fn a_file_replaces_its_namesake_alone() {
    let text = "Hi {{ first_name }}, {{ say('mail-welcome.open') }} {{ link }}";
    let folder = folder(&[
        ("welcome.txt", text),
        ("de/welcome.subject.txt", "Servus, {{ first_name }}"),
        ("_greeting.txt", "x"),
        (".swp", ""),
    ]);
    let (english, german) = (welcome(folder.path(), "en"), welcome(folder.path(), "de"));
    assert_eq!(english.text, "Hi Zoë, Sign in whenever you like: https://sso.acme.example/sso/acme/login");
    assert!(german.text.starts_with("Hi Zoë, Melden Sie sich an"));
    assert_eq!((&*english.subject, &*german.subject), ("Your Acme & Søn account is ready", "Servus, Zoë"));
    assert!(english.html.contains("Welcome, Zoë"));
}

#[test]
fn a_layout_is_replaced_for_all() {
    let layout = "<mjml><mj-body><mj-section><mj-column><mj-text>{% include \"_top.mjml\" %}{% block words %}{% endblock %}{{ link or '' }}</mj-text></mj-column></mj-section></mj-body></mjml>";
    let folder = folder(&[("layout.mjml", layout), ("_top.mjml", "<i>{{ organization }}</i>")]);
    let mail = welcome(folder.path(), "en");
    assert!(mail.html.contains("<i>Acme &amp; Søn</i>") && mail.html.contains("You need no new password"));
}

#[test]
fn every_fault_is_named_with_its_file_and_line() {
    let found = faults(&[
        ("welcome.txt", "Hello,\n\n{{ frist_name }} {{ link }}"),
        ("address_changed.txt", "one\ntwo\n{{ say('mail-moved.hapened') }}"),
        (
            "certificate_expires.mjml",
            "{% extends 'layout.mjml' %}\n{% block words %}\n<p>{{ reason|safe }}</p>{% endblock %}",
        ),
        ("metadata_not_refreshed.txt", "\n{{ say('mail-ends.subject') }}"),
        ("metadata_awaits_approval.subject.txt", "\n"),
    ]);
    for expected in [
        "welcome.txt, line 3: undefined value",
        "address_changed.txt, line 3: invalid operation: there is no text \"mail-moved.hapened\"",
        "certificate_expires.mjml, line 3: unknown filter",
        "metadata_not_refreshed.txt, line 2: invalid operation: the text \"mail-ends.subject\" needs a value",
        "metadata_awaits_approval.subject.txt: the subject is empty",
    ] {
        assert!(found.contains(expected), "{expected} is not in\n{found}");
    }
}

#[test]
fn what_is_no_template_is_named() {
    let found = faults(&[
        ("welcom.txt", "x"),
        ("tlh/welcome.txt", "x"),
        ("welcome.html", "x"),
        ("de/at/welcome.txt", "x"),
    ]);
    assert_eq!(found.lines().count(), 4, "{found}");
    assert!(found.contains("welcom.txt: no mail is made by a file of this name"));
    let found = faults(&[("welcome.txt", "{{ link }\nx")]);
    assert!(found.starts_with("welcome.txt, line 1: syntax error"), "{found}");
    let gone = Templates::in_folder(Path::new("/nowhere/at/all")).err().unwrap().to_string();
    assert!(gone.starts_with("/nowhere/at/all: it cannot be read"), "{gone}");
    let large = faults(&[("welcome.txt", &"x".repeat(256 * 1024 + 1))]);
    assert_eq!(large, "welcome.txt: must have at most 256 KiB");
}

#[test]
fn markup_that_is_none_is_named_with_its_line() {
    let within = |words: &str| {
        format!("{{% extends 'layout.mjml' %}}\n{{% block after_action %}}\n{words}\n{{% endblock %}}")
    };
    let unclosed = "<mjml>\n<mj-body>\n<mj-section>\n{{ link }}\n</mj-body>\n</mjml>";
    assert_eq!(faults(&[("welcome.mjml", unclosed)]), "welcome.mjml, line 3: this element is not closed");
    let found = faults(&[("welcome.mjml", &within("</mj-text>\n<mj-nonsense />\n<mj-text>"))]);
    assert_eq!(found, "welcome.mjml, line 4: there is no element <mj-nonsense>");
    let found = faults(&[(
        "layout.mjml",
        "<mjml>\n<mj-body>{{ link or '' }}\n<mj-include path='/etc/passwd' />\n</mj-body></mjml>",
    )]);
    assert_eq!(found, "layout.mjml, line 3: <mj-include> is not possible; use {% include %}");
}

#[test]
fn what_only_real_data_shows_is_told_without_the_data() {
    let text = "{% if first_name == 'Zoë' %}\n{{ first_name|round }}{% endif %} {{ link }}";
    let folder = folder(&[("welcome.txt", text)]);
    let composer = composer().with_templates(Templates::in_folder(folder.path()).unwrap());
    let told = composer.mail(&letter(1, "ada@acme.example", LetterContent::Welcome { about: about() }));
    let told = told.unwrap_err().to_string();
    assert_eq!(told, "a template cannot be rendered: welcome.txt, line 2: invalid operation");
}

#[test]
fn a_mail_whose_link_is_gone_is_a_fault() {
    let found = faults(&[("link_verification.txt", "Hello"), ("welcome.txt", "Hello {{ link }}")]);
    assert_eq!(found, "link_verification.txt: the link is missing: {{ link }}");
}

#[test]
fn the_page_about_templates_names_every_kind() {
    let page = include_str!("../../../../docs/how-to/replace-a-mail.md");
    for kind in LetterContent::kinds() {
        assert!(page.contains(&format!("`{kind}`")), "{kind}");
    }
}
