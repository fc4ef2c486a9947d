//! What the gate refuses, whoever signed it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rstest::rstest;
use vestibule_demo_idp::mint::{
    KeyInfo, Place, Placement, Reference, ResponseBuilder, SignatureOptions, Transform, digest, encode,
    signature_algorithm, transform,
};
use vestibule_domain::ports::Rejection;
use vestibule_domain::refusal::RefusalCode;
use vestibule_saml_adapter::limits::MAX_ENCODED_BYTES;

use crate::world::{issuer_of, key, response, trusting, verify, verify_with};

fn signed() -> String {
    response().sign_assertion(&key()).sign_response(&key()).xml()
}

/// Both methods of the verifier refuse, for one reason.
#[track_caller]
fn both_refuse(xml: &str, rejection: &Rejection) {
    assert_eq!(verify(xml).as_ref(), Err(rejection));
    assert_eq!(issuer_of(xml).as_ref(), Err(rejection));
}

#[rstest]
#[case::missing_end_tag(|xml: &str| xml.replace("</saml:Subject>", ""))]
#[case::truncated(|xml: &str| xml[..xml.len() - 10].to_owned())]
#[case::two_roots(|xml: &str| format!("{xml}{xml}"))]
#[case::trailing_text(|xml: &str| format!("{xml}garbage"))]
#[case::leading_text(|xml: &str| format!("garbage{xml}"))]
#[case::trailing_nul(|xml: &str| format!("{xml}\0"))]
#[case::nul_inside(|xml: &str| xml.replace("Ada", "A\0da"))]
#[case::control_inside(|xml: &str| xml.replace("Ada", "A\u{1}da"))]
#[case::reference_to_nul(|xml: &str| xml.replace("Ada", "A&#0;da"))]
#[case::undeclared_prefix(|xml: &str| xml.replace("<samlp:Status>", "<samlp:Status nope:a=\"b\">"))]
#[case::undeclared_element_prefix(|xml: &str| xml.replace("samlp:Status", "nope:Status"))]
#[case::unknown_entity(|xml: &str| xml.replace("Ada", "&who;"))]
#[case::duplicate_attribute(|xml: &str| xml.replacen("Version=\"2.0\"", "Version=\"2.0\" Version=\"2.0\"", 1))]
#[case::duplicate_expanded_attribute(|xml: &str| xml.replacen(
    "<samlp:Status>", "<samlp:Status xmlns:a=\"urn:x\" xmlns:b=\"urn:x\" a:c=\"\" b:c=\"\">", 1))]
#[case::attribute_without_quotes(|xml: &str| xml.replacen("Version=\"2.0\"", "Version=2.0", 1))]
#[case::angle_in_attribute(|xml: &str| xml.replacen("Version=\"2.0\"", "Version=\"<2.0\"", 1))]
#[case::cdata_end_in_text(|xml: &str| xml.replace("Ada", "A]]>da"))]
#[case::no_root(|_: &str| "  ".to_owned())]
#[case::end_tag_first(|xml: &str| format!("</a>{xml}"))]
fn what_is_not_well_formed_is_malformed(#[case] spoil: fn(&str) -> String) {
    let spoiled = spoil(&signed());
    both_refuse(&spoiled, &Rejection::NotWellFormed);
    assert_eq!(Rejection::NotWellFormed.code(), RefusalCode::MalformedResponse);
}

#[rstest]
#[case::doctype("<!DOCTYPE samlp:Response>", Rejection::DocumentType)]
#[case::entities("<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>", Rejection::DocumentType)]
#[case::external("<!DOCTYPE r SYSTEM \"http://127.0.0.1:1/x.dtd\">", Rejection::DocumentType)]
#[case::after_a_declaration("<?xml version=\"1.0\"?><!DOCTYPE r>", Rejection::DocumentType)]
#[case::comment("<!-- -->", Rejection::Comment)]
#[case::instruction("<?php echo ?>", Rejection::ProcessingInstruction)]
#[case::stylesheet("<?xml-stylesheet href=\"http://127.0.0.1:1/\"?>", Rejection::ProcessingInstruction)]
#[case::late_declaration(" <?xml version=\"1.0\"?>", Rejection::ProcessingInstruction)]
#[case::xml_1_1("<?xml version=\"1.1\"?>", Rejection::NotXml10)]
#[case::utf_7("<?xml version=\"1.0\" encoding=\"UTF-7\"?>", Rejection::NotUtf8)]
#[case::latin_1("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", Rejection::NotUtf8)]
fn nothing_but_a_plain_declaration_comes_first(#[case] before: &str, #[case] rejection: Rejection) {
    both_refuse(&format!("{before}{}", signed()), &rejection);
}

#[rstest]
#[case::in_the_name_id("ada@acme.example", "ada@acme.example<!-- -->.evil.example", Rejection::Comment)]
#[case::instruction_in_the_name_id(
    "ada@acme.example",
    "ada@acme.example<?x?>",
    Rejection::ProcessingInstruction
)]
#[case::in_a_value(">Ada<", "><!---->Ada<", Rejection::Comment)]
#[case::in_the_signature("<ds:SignedInfo>", "<ds:SignedInfo><!---->", Rejection::Comment)]
#[case::in_a_digest("<ds:DigestValue>", "<ds:DigestValue><!--x-->", Rejection::Comment)]
#[case::in_the_root("<samlp:Status>", "<?a b?><samlp:Status>", Rejection::ProcessingInstruction)]
fn nowhere_is_a_comment_or_an_instruction(
    #[case] place: &str,
    #[case] with: &str,
    #[case] rejection: Rejection,
) {
    let spoiled = signed().replacen(place, with, 1);
    assert_ne!(spoiled, signed());
    both_refuse(&spoiled, &rejection);
}

#[test]
fn the_root_is_a_response() {
    for root in [
        "<Response/>",
        "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:1.0:protocol\"/>",
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>",
        "<samlp:LogoutResponse xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>",
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"/>",
    ] {
        both_refuse(root, &Rejection::NotAResponse);
    }
    both_refuse(&format!("<x>{}</x>", signed()), &Rejection::NotAResponse);
    let nested = response().inject(Place::AssertionEnd, &response().xml()).sign_response(&key());
    both_refuse(&nested.xml(), &Rejection::NotAResponse);
}

#[rstest]
#[case::not_a_name("ID=\"1a\"", Rejection::InvalidId)]
#[case::colon("Id=\"a:b\"", Rejection::InvalidId)]
#[case::empty("id=\"\"", Rejection::InvalidId)]
#[case::space("AssertionID=\"_a _b\"", Rejection::InvalidId)]
#[case::xml_id("xml:id=\"_response\"", Rejection::DuplicateId)]
#[case::upper("ID=\"_response\"", Rejection::DuplicateId)]
#[case::mixed("Id=\"_response\"", Rejection::DuplicateId)]
#[case::lower("id=\"_response\"", Rejection::DuplicateId)]
#[case::saml_1("AssertionID=\"_response\"", Rejection::DuplicateId)]
#[case::of_another_namespace("xmlns:wsu=\"urn:wsu\" wsu:Id=\"_response\"", Rejection::DuplicateId)]
fn ids_are_names_and_unique(#[case] attributes: &str, #[case] rejection: Rejection) {
    let element = format!("<samlp:Extensions><x xmlns=\"urn:x\" {attributes}/></samlp:Extensions>");
    let builder = response()
        .with(|r| r.id = Some("_response".to_owned()))
        .inject(Place::ResponseAfterIssuer, &element)
        .sign_response(&key());
    both_refuse(&builder.xml(), &rejection);
}

#[test]
fn a_response_has_its_own_children_once() {
    let issuer = "<saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">https://idp.example/metadata</saml:Issuer>";
    for (place, xml) in [
        (Place::ResponseEnd, "<x xmlns=\"urn:x\"/>"),
        (Place::ResponseStart, "<samlp:NameIDPolicy/>"),
        (Place::ResponseStart, issuer),
        (Place::ResponseAfterIssuer, issuer),
        (Place::ResponseEnd, "<samlp:Status/>"),
        (Place::ResponseEnd, "<samlp:Extensions/><samlp:Extensions/>"),
    ] {
        both_refuse(&response().inject(place, xml).xml(), &Rejection::UnexpectedElement);
    }
}

#[test]
fn an_assertion_is_there() {
    both_refuse(&response().inject(Place::InsteadOfAssertion, "").xml(), &Rejection::NoAssertion);
}

#[rstest]
#[case::before(Place::BeforeAssertion)]
#[case::after(Place::ResponseEnd)]
#[case::first(Place::ResponseStart)]
#[case::in_the_assertion(Place::AssertionEnd)]
#[case::first_in_the_assertion(Place::AssertionStart)]
#[case::in_the_subject(Place::SubjectEnd)]
#[case::in_the_confirmation(Place::SubjectConfirmationData)]
#[case::in_advice(Place::AfterConditions)]
fn there_is_no_second_assertion(#[case] place: Place) {
    let second = response().assertion.clone();
    let second = response()
        .assertion_xml(&vestibule_demo_idp::mint::Assertion { id: Some("_second".to_owned()), ..second });
    let second = match place {
        Place::AfterConditions => format!("<saml:Advice>{second}</saml:Advice>"),
        _ => second,
    };
    let builder = response().inject(place, &second);
    for signed in [builder.clone().sign_response(&key()), builder.sign_assertion(&key())] {
        both_refuse(&signed.xml(), &Rejection::UnexpectedAssertion);
    }
    let encrypted = response()
        .inject(place, "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>");
    both_refuse(&encrypted.xml(), &Rejection::UnexpectedAssertion);
}

#[rstest]
#[case("<saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>")]
#[case("<samlp:Status/>")]
#[case("<x xmlns=\"urn:x\"><ds:Object xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/></x>")]
fn extensions_hold_nothing_of_saml(#[case] inside: &str) {
    let extensions = format!("<samlp:Extensions>{inside}</samlp:Extensions>");
    let builder = response().inject(Place::ResponseAfterIssuer, &extensions).sign_assertion(&key());
    both_refuse(&builder.xml(), &Rejection::SamlInExtensions);
}

/// Signs the response, then the assertion, each in this way, and expects one reason from both.
#[track_caller]
fn signature_refused(builder: &ResponseBuilder, options: &SignatureOptions, rejection: &Rejection) {
    let assertion = builder.clone().sign_assertion_with(&key(), options.clone());
    both_refuse(&assertion.xml(), rejection);
    let response = builder.clone().sign_response_with(&key(), options.clone());
    both_refuse(&response.xml(), rejection);
    let beside_a_right_one =
        builder.clone().sign_assertion_with(&key(), options.clone()).sign_response(&key());
    both_refuse(&beside_a_right_one.xml(), rejection);
}

#[rstest]
#[case::first(Placement::First)]
#[case::last(Placement::Last)]
fn a_signature_is_in_its_place(#[case] placement: Placement) {
    let options = SignatureOptions::default().with(|o| o.placement = placement);
    signature_refused(&response(), &options, &Rejection::MisplacedSignature);
}

#[test]
fn a_signature_is_a_child_of_what_it_signs() {
    let ds = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";
    for place in [Place::SubjectEnd, Place::SubjectConfirmationData, Place::ResponseEnd, Place::AssertionEnd]
    {
        both_refuse(
            &response().inject(place, ds).sign_response(&key()).xml(),
            &Rejection::MisplacedSignature,
        );
    }
    let key_info = SignatureOptions::default().with(|o| o.key_info = KeyInfo::Raw(ds.to_owned()));
    signature_refused(&response(), &key_info, &Rejection::MisplacedSignature);
    let xml = response().sign_assertion(&key()).xml();
    let start = xml.find("<ds:Signature").unwrap();
    let end = xml.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    let doubled = format!("{}{}{}", &xml[..end], &xml[start..end], &xml[end..]);
    both_refuse(&doubled, &Rejection::MisplacedSignature);
    let assertion = xml.find("<saml:Assertion").unwrap();
    let (around, inside) = xml.split_at(assertion);
    let before_the_issuer = inside.replacen("<saml:Issuer", "<x xmlns=\"urn:x\"/><saml:Issuer", 1);
    both_refuse(&format!("{around}{before_the_issuer}"), &Rejection::MisplacedSignature);
}

#[test]
fn a_signature_has_its_parts_and_no_object() {
    for object in ["<ds:Object>x</ds:Object>", "<ds:KeyInfo/>", "<x xmlns=\"urn:x\"/>"] {
        let options = SignatureOptions::default().with(|o| object.clone_into(&mut o.object));
        signature_refused(&response(), &options, &Rejection::SignatureParts);
    }
    let xml = response().sign_assertion(&key()).xml();
    for (part, twice) in [
        ("<ds:SignatureValue>", "<ds:SignatureValue>AAAA</ds:SignatureValue><ds:SignatureValue>"),
        ("<ds:DigestValue>", "<ds:DigestValue>AAAA</ds:DigestValue><ds:DigestValue>"),
        ("<ds:SignedInfo>", "<ds:SignedInfo></ds:SignedInfo><ds:SignedInfo>"),
        ("<ds:SignatureMethod ", "<ds:SignatureMethod Algorithm=\"x\"/><ds:SignatureMethod "),
    ] {
        let spoiled = xml.replacen(part, twice, 1);
        let rejection = verify(&spoiled).unwrap_err();
        assert!(
            matches!(rejection, Rejection::SignatureParts | Rejection::ReferenceCount),
            "{part}: {rejection}"
        );
    }
    for part in ["SignedInfo", "CanonicalizationMethod", "SignatureMethod", "DigestMethod", "DigestValue"] {
        let renamed = xml.replace(&format!("ds:{part}"), "ds:Something");
        both_refuse(&renamed, &Rejection::SignatureParts);
    }
    // Where the Reference stands is not where it belongs.
    let start = xml.find("<ds:Reference").unwrap();
    let end = xml.find("</ds:Reference>").unwrap() + "</ds:Reference>".len();
    let method = xml.find("<ds:SignatureMethod").unwrap();
    let moved = [&xml[..method], &xml[start..end], &xml[method..start], &xml[end..]].concat();
    both_refuse(&moved, &Rejection::SignatureParts);
}

#[rstest]
#[case(transform::EXCLUSIVE_WITH_COMMENTS)]
#[case(transform::INCLUSIVE)]
#[case(transform::INCLUSIVE_WITH_COMMENTS)]
#[case(transform::INCLUSIVE_1_1)]
#[case("urn:x")]
fn signed_info_is_canonicalized_exclusively(#[case] method: &str) {
    let options = SignatureOptions::default().with(|o| method.clone_into(&mut o.canonicalization));
    signature_refused(&response(), &options, &Rejection::CanonicalizationMethod);
    let options = SignatureOptions::default().reference(|r| r.transforms[1] = Transform::new(method));
    signature_refused(&response(), &options, &Rejection::Transforms);
}

#[rstest]
#[case(signature_algorithm::RSA_SHA1)]
#[case(signature_algorithm::ECDSA_SHA1)]
#[case(signature_algorithm::HMAC_SHA256)]
#[case("http://www.w3.org/2000/09/xmldsig#dsa-sha1")]
#[case("http://www.w3.org/2000/09/xmldsig#hmac-sha1")]
#[case("http://www.w3.org/2001/04/xmldsig-more#rsa-md5")]
#[case("http://www.w3.org/2001/04/xmldsig-more#RSA-SHA256")]
#[case("")]
fn weak_and_foreign_signature_methods_are_refused(#[case] method: &str) {
    signature_refused(&response(), &SignatureOptions::algorithm(method), &Rejection::SignatureMethod);
}

#[test]
fn a_signature_method_has_no_parameters() {
    let xml = response().sign_assertion(&key()).xml();
    let spoiled = xml.replacen(
        "</ds:SignatureMethod>",
        "<ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>",
        1,
    );
    both_refuse(&spoiled, &Rejection::SignatureMethod);
}

#[rstest]
#[case(digest::SHA1)]
#[case("http://www.w3.org/2001/04/xmldsig-more#md5")]
#[case("")]
fn weak_digests_are_refused(#[case] method: &str) {
    let options = SignatureOptions::default().reference(|r| method.clone_into(&mut r.digest_algorithm));
    signature_refused(&response(), &options, &Rejection::DigestMethod);
}

#[test]
fn there_is_exactly_one_reference() {
    let none = SignatureOptions::default().with(|o| o.references.clear());
    signature_refused(&response(), &none, &Rejection::ReferenceCount);
    let two = SignatureOptions::default().with(|o| o.references.push(Reference::default()));
    signature_refused(&response(), &two, &Rejection::ReferenceCount);
}

#[rstest]
#[case::empty("")]
#[case::hash("#")]
#[case::other("#_other")]
#[case::web("http://127.0.0.1:1/")]
#[case::file("file:///etc/passwd")]
#[case::relative("metadata.xml")]
#[case::xpointer_root("#xpointer(/)")]
#[case::xpointer_id("#xpointer(id('_a'))")]
fn a_reference_is_to_the_element_around_it(#[case] uri: &str) {
    let options = SignatureOptions::default().reference(|r| r.uri = Some(uri.to_owned()));
    signature_refused(&response(), &options, &Rejection::ReferenceUri);
}

#[test]
fn a_reference_from_one_element_to_the_other_is_refused() {
    let builder = response().with(|r| {
        r.id = Some("_response".to_owned());
        r.assertion.id = Some("_assertion".to_owned());
    });
    let to = |id: &str| SignatureOptions::default().reference(|r| r.uri = Some(format!("#{id}")));
    let up = builder.clone().sign_assertion_with(&key(), to("_response"));
    both_refuse(&up.xml(), &Rejection::ReferenceUri);
    let down = builder.sign_response_with(&key(), to("_assertion"));
    both_refuse(&down.xml(), &Rejection::ReferenceUri);
}

#[rstest]
#[case::none(&[])]
#[case::only_enveloped(&[transform::ENVELOPED_SIGNATURE])]
#[case::only_canonical(&[transform::EXCLUSIVE])]
#[case::reversed(&[transform::EXCLUSIVE, transform::ENVELOPED_SIGNATURE])]
#[case::xslt(&[transform::ENVELOPED_SIGNATURE, transform::XSLT, transform::EXCLUSIVE])]
#[case::xpath(&[transform::ENVELOPED_SIGNATURE, transform::XPATH])]
#[case::base64(&[transform::ENVELOPED_SIGNATURE, transform::BASE64])]
#[case::twice(&[transform::ENVELOPED_SIGNATURE, transform::EXCLUSIVE, transform::EXCLUSIVE])]
fn transforms_are_exactly_two(#[case] algorithms: &[&str]) {
    let options = SignatureOptions::default()
        .reference(|r| r.transforms = algorithms.iter().map(|name| Transform::new(name)).collect());
    signature_refused(&response(), &options, &Rejection::Transforms);
}

#[test]
fn transforms_have_no_content_but_a_prefix_list() {
    for content in [
        "<x xmlns=\"urn:x\"/>",
        "<ds:XPath>1</ds:XPath>",
        "<e:Prefixes xmlns:e=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"saml\"/>",
        "<e:InclusiveNamespaces xmlns:e=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"saml\">x</e:InclusiveNamespaces>",
    ] {
        for index in [0, 1] {
            let options = SignatureOptions::default()
                .reference(|r| content.clone_into(&mut r.transforms[index].content));
            signature_refused(&response(), &options, &Rejection::Transforms);
        }
    }
}

/// xmlsec walks through the whole list at each element, white space and all.
#[test]
fn a_prefix_list_is_short_and_there_are_few_elements_to_look_at() {
    let list = |bytes: usize| {
        let filler = "p".repeat(bytes - "saml ".len());
        SignatureOptions::default().reference(|r| r.inclusive_prefixes = vec!["saml".to_owned(), filler])
    };
    assert!(verify(&response().sign_assertion_with(&key(), list(256)).xml()).is_ok());
    signature_refused(&response(), &list(257), &Rejection::Transforms);

    let sixteen = SignatureOptions::default()
        .reference(|r| r.inclusive_prefixes = (0..16).map(|n| format!("p{n}")).collect());
    let with_groups = |count: usize| {
        let groups = (0..count).map(|n| format!("g{n}"));
        response().attribute("groups", groups).sign_assertion_with(&key(), sixteen.clone()).xml()
    };
    let elements = |count: usize| {
        let xml = with_groups(count);
        let (_, assertion) = xml.split_once("<saml:Assertion").unwrap();
        assertion.split_once("</saml:Assertion>").unwrap().0.matches("</").count() + 1
    };
    // 16 prefixes at 1,250 elements are as many look-ups as there may be.
    let most = 1_250 - elements(1) + 1;
    assert_eq!(elements(most), 1_250);
    assert!(verify(&with_groups(most)).is_ok());
    both_refuse(&with_groups(most + 1), &Rejection::Transforms);
}

#[test]
fn a_prefix_list_has_sixteen_prefixes() {
    let list = |count: usize| {
        let prefixes = (0..count).map(|n| format!("p{n}")).collect();
        SignatureOptions::default().reference(|r| r.inclusive_prefixes = prefixes)
    };
    assert!(verify(&response().sign_assertion_with(&key(), list(16)).xml()).is_ok());
    signature_refused(&response(), &list(17), &Rejection::Transforms);
}

#[rstest]
#[case("ds:DigestValue", "AAAA<x xmlns=\"urn:x\"/>")]
#[case("ds:DigestValue", "*")]
#[case("ds:DigestValue", "")]
#[case("ds:SignatureValue", "AAAA<ds:x>AAAA</ds:x>")]
#[case("ds:SignatureValue", "not base64!")]
#[case("ds:SignatureValue", "")]
fn digests_and_signatures_are_base64_text(#[case] element: &str, #[case] content: &str) {
    let xml = response().sign_assertion(&key()).xml();
    let start = xml.find(&format!("<{element}>")).unwrap() + element.len() + 2;
    let end = xml.find(&format!("</{element}>")).unwrap();
    let spoiled = format!("{}{content}{}", &xml[..start], &xml[end..]);
    both_refuse(&spoiled, &Rejection::SignatureNotBase64);
}

#[rstest]
#[case::empty("")]
#[case::not_base64("<samlp:Response/>")]
#[case::url_safe("PD94bWwg-_==")]
#[case::form_damage("PHg PC94Pg==")]
fn what_is_not_base64_is_malformed(#[case] encoded: &str) {
    assert_eq!(verify_with(encoded, &trusting(&[&key()])), Err(Rejection::NotBase64));
}

#[test]
fn what_is_deflated_is_not_inflated() {
    // The redirect binding's encoding has no place in a form.
    let deflated: &[u8] = &[0xb3, 0x51, 0x28, 0xd2, 0x07, 0x00];
    let encoded = STANDARD.encode(deflated);
    assert_eq!(verify_with(&encoded, &trusting(&[&key()])), Err(Rejection::NotUtf8));
}

#[test]
fn limits_hold_for_the_whole_response() {
    let depth = format!("<samlp:Extensions>{}{}</samlp:Extensions>", "<x>".repeat(70), "</x>".repeat(70));
    let deep = response().inject(Place::ResponseAfterIssuer, &depth).xml();
    assert!(matches!(verify(&deep), Err(Rejection::TooDeep(_))));
    let wide = format!("<samlp:Extensions>{}</samlp:Extensions>", "<x/>".repeat(5_000));
    let wide = response().inject(Place::ResponseAfterIssuer, &wide).xml();
    assert!(matches!(verify(&wide), Err(Rejection::TooManyElements(_))));
    let large =
        encode(&response().attribute("x", ["y".repeat(MAX_ENCODED_BYTES)]).sign_assertion(&key()).xml());
    assert!(matches!(verify_with(&large, &trusting(&[&key()])), Err(Rejection::TooLarge(_))));
}
