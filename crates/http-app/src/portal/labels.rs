//! What people call a field, where the API calls it otherwise.

use super::form::words_of;

/// A field in words, by its name: those of its label, after what it is part of.
pub(super) fn label_of(name: &str) -> String {
    let label = match name {
        "slug" | "key" => "Name in addresses",
        "display_name" => "Name",
        "email" => "E-mail address",
        "again" => "The password again",
        "new" => "New password",
        "present" => "Present password",
        "name_id" | "try/name_id" => "NameID",
        "expires_at" => "Last day",
        "application_url" => "Address of the application",
        "allowed_return_origins" => "Origins that a sign-in may lead back to",
        "logo" => "Picture",
        "locale" => "Language of pages and mails",
        "keep_arrivals_days" => "Days that arrived values are kept",
        "branding/accent_color" => "Colour of buttons, links and marks",
        "metadata_url" => "Metadata address",
        "metadata_xml" => "The metadata itself",
        "email_domains" => "E-mail domains",
        "defaults/user_type" => "Default User Type",
        "defaults/role" => "Default User Role",
        "defaults/location" => "Default Location",
        "technical_contact/email" => "Technical contact, e-mail",
        "technical_contact/phone" => "Technical contact, telephone",
        "try/attributes" => "Attributes that would arrive",
        "try/sign_in_id" => "The reference of a past sign-in",
        "try/saml_response" => "A response (SAMLResponse, base64)",
        other => return words_of(other, '/'),
    };
    label.to_owned()
}
