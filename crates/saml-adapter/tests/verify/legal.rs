//! What real identity providers send, and must work.

use rstest::rstest;
use vestibule_demo_idp::mint::{
    Attribute, AttributeValue, Curve, Place, Reference, ResponseBuilder, SignatureOptions, SigningKey,
    Transform, digest, encode, signature_algorithm, transform,
};

use crate::world::{
    IDP, PERSON, REQUEST, accepted, issuer_of, key, now, response, trusting, verify, verify_with,
};

#[test]
fn a_right_response_says_who_signed_in() {
    let builder = response().with(|r| r.assertion.id = Some("_assertion".to_owned())).authn_statement(|s| {
        s.session_index = Some("_session".to_owned());
        s.session_not_on_or_after = Some("2026-11-24T16:00:00Z".to_owned());
    });
    let assertion = accepted(&builder);
    assert_eq!(assertion.assertion_id, "_assertion");
    assert_eq!(assertion.issuer.as_str(), IDP);
    assert_eq!(assertion.in_response_to.as_deref(), Some(REQUEST));
    assert_eq!(assertion.not_on_or_after.to_rfc3339(), "2026-11-24T08:05:00+00:00");
    assert_eq!(assertion.session_index.as_deref(), Some("_session"));
    assert_eq!(assertion.session_not_on_or_after.unwrap().to_rfc3339(), "2026-11-24T16:00:00+00:00");
    assert_eq!(assertion.profile.name_id, PERSON);
    assert!(assertion.profile.name_id_format.unwrap().ends_with("unspecified"));
    assert_eq!(assertion.profile.attributes["FirstName"], ["Ada"]);
    assert_eq!(assertion.profile.attributes["LastName"], ["Lovelace"]);
    assert_eq!(issuer_of(&builder.xml()).unwrap().as_str(), IDP);
}

#[test]
fn an_unsolicited_response_answers_nothing() {
    let builder = ResponseBuilder::new(now(), crate::world::ACS, crate::world::SP, IDP, PERSON);
    assert_eq!(accepted(&builder).in_response_to, None);
}

#[rstest]
#[case::rsa_sha256(key(), signature_algorithm::RSA_SHA256, digest::SHA256)]
#[case::rsa_sha384(key(), signature_algorithm::RSA_SHA384, digest::SHA384)]
#[case::rsa_sha512(key(), signature_algorithm::RSA_SHA512, digest::SHA512)]
#[case::rsa_4096(SigningKey::rsa_bits(4096).unwrap(), signature_algorithm::RSA_SHA256, digest::SHA256)]
#[case::ecdsa_p256(SigningKey::ec(Curve::P256).unwrap(), signature_algorithm::ECDSA_SHA256, digest::SHA256)]
#[case::ecdsa_p384(SigningKey::ec(Curve::P384).unwrap(), signature_algorithm::ECDSA_SHA384, digest::SHA256)]
#[case::ecdsa_p521(SigningKey::ec(Curve::P521).unwrap(), signature_algorithm::ECDSA_SHA512, digest::SHA512)]
fn algorithms_of_today_are_taken(#[case] key: SigningKey, #[case] method: &str, #[case] digest: &str) {
    let options =
        SignatureOptions::algorithm(method).reference(|r| digest.clone_into(&mut r.digest_algorithm));
    let trusted = trusting(&[&key]);
    for signed in [
        response().sign_assertion_with(&key, options.clone()),
        response().sign_response_with(&key, options.clone()),
        response().sign_assertion_with(&key, options.clone()).sign_response_with(&key, options.clone()),
    ] {
        assert_eq!(verify_with(&signed.encoded(), &trusted).unwrap().profile.name_id, PERSON);
    }
}

#[rstest]
#[case::other_prefixes("saml2p", "saml2", "dsig")]
#[case::default_for_the_protocol("", "saml", "ds")]
#[case::default_for_both("", "", "ds")]
#[case::default_for_signatures("samlp", "saml", "")]
#[case::swapped("saml", "samlp", "ds")]
fn prefixes_mean_nothing(#[case] protocol: &str, #[case] assertion: &str, #[case] signature: &str) {
    let builder = response().with(|r| {
        protocol.clone_into(&mut r.prefixes.protocol);
        assertion.clone_into(&mut r.prefixes.assertion);
    });
    accepted(&builder);
    let options = SignatureOptions::default().with(|o| signature.clone_into(&mut o.prefix));
    let signed = builder.sign_assertion_with(&key(), options.clone()).sign_response_with(&key(), options);
    assert_eq!(verify(&signed.xml()).unwrap().profile.name_id, PERSON);
}

#[test]
fn a_prefix_list_is_taken() {
    let builder = response()
        .inject(Place::ResponseAttributes, r#"xmlns:xs="http://www.w3.org/2001/XMLSchema""#)
        .attribute_element(Attribute::new(
            "typed",
            [AttributeValue::Typed { text: "x".to_owned(), xsi_type: "xs:string".to_owned() }],
        ));
    let options = SignatureOptions::default().reference(|r| r.inclusive_prefixes = vec!["xs".to_owned()]);
    let signed = builder.clone().sign_assertion_with(&key(), options.clone());
    assert_eq!(verify(&signed.xml()).unwrap().profile.attributes["typed"], ["x"]);
    let signed = builder.sign_response_with(&key(), options);
    assert_eq!(verify(&signed.xml()).unwrap().profile.attributes["typed"], ["x"]);
}

#[rstest]
fn whatever_a_prefix_list_names_is_taken(
    #[values("xs", "#default", "saml samlp", "absent", "#default xs saml ds", "a b a", "ds #default a")] list: &str,
    #[values("", "saml")] prefix: &str,
) {
    let builder = response()
        .with(|r| prefix.clone_into(&mut r.prefixes.assertion))
        .inject(
            Place::ResponseAttributes,
            r#"xmlns="urn:around" xmlns:xs="urn:xs" xmlns:a="urn:a" xmlns:b="urn:b""#,
        )
        .attribute_element(Attribute::new(
            "deep",
            [AttributeValue::Raw(
                r#"<x xmlns="" xmlns:a="urn:b"><a:y b:z="1"/><x xmlns:a="urn:a" xmlns="urn:around"/></x>"#
                    .to_owned(),
            )],
        ));
    let prefixes: Vec<_> = list.split(' ').map(str::to_owned).collect();
    let options = SignatureOptions::default().reference(|r| r.inclusive_prefixes = prefixes);
    for signed in [
        builder.clone().sign_assertion_with(&key(), options.clone()),
        builder.clone().sign_response_with(&key(), options.clone()),
        builder.sign_assertion_with(&key(), options.clone()).sign_response_with(&key(), options),
    ] {
        assert_eq!(verify(&signed.xml()).unwrap().profile.name_id, PERSON);
    }
}

/// As xml-crypto writes it: the list on both transforms.
#[test]
fn a_prefix_list_on_the_enveloped_signature_transform_is_not_read() {
    let list =
        "<e:InclusiveNamespaces xmlns:e=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"xs\"/>";
    let options = SignatureOptions::default().reference(|reference| {
        list.clone_into(&mut reference.transforms[0].content);
        reference.inclusive_prefixes = vec!["xs".to_owned()];
    });
    assert!(verify(&response().sign_assertion_with(&key(), options).xml()).is_ok());
}

#[test]
fn a_key_may_go_unnamed_and_a_digest_differ_from_the_signature() {
    let options = SignatureOptions::default()
        .with(|o| {
            o.key_info = vestibule_demo_idp::mint::KeyInfo::None;
            o.references =
                vec![Reference { digest_algorithm: digest::SHA512.to_owned(), ..Reference::default() }];
        })
        .reference(|r| {
            r.transforms =
                vec![Transform::new(transform::ENVELOPED_SIGNATURE), Transform::new(transform::EXCLUSIVE)];
        });
    assert!(verify(&response().sign_assertion_with(&key(), options).xml()).is_ok());
}

#[test]
fn base64_may_be_broken_into_lines() {
    let encoded = response().sign_assertion(&key()).encoded();
    for (width, end) in [(76, "\r\n"), (64, "\n")] {
        let lines: Vec<&str> =
            encoded.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
        assert!(verify_with(&(lines.join(end) + end), &trusting(&[&key()])).is_ok());
    }
}

#[test]
fn a_declaration_and_a_byte_order_mark_are_taken() {
    let xml = response().sign_response(&key()).xml();
    for start in ["\u{FEFF}", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n", "<?xml version='1.0'?>", "\n"]
    {
        assert!(verify(&format!("{start}{xml}\r\n")).is_ok(), "{start:?}");
    }
}

#[test]
fn white_space_between_elements_means_nothing() {
    let pretty =
        response().xml().replace("><saml", ">\n    <saml").replace("</saml:Subject>", "\n\t</saml:Subject>");
    let signed = vestibule_demo_idp::mint::sign(
        &pretty,
        &vestibule_demo_idp::mint::Target::Assertion,
        &key(),
        &SignatureOptions::default(),
    )
    .unwrap();
    assert_eq!(verify(&signed).unwrap().profile.name_id, PERSON);
    // Signature values in lines, as most implementations write them.
    let wrapped =
        signed.replace("<ds:SignatureValue>", "<ds:SignatureValue>\n").replace("==</ds:S", "==&#13;\n</ds:S");
    assert_eq!(verify(&wrapped).unwrap().profile.name_id, PERSON);
}

#[test]
fn text_may_be_cdata_or_character_references() {
    // Signed as text; both forms have the same canonical form.
    let signed = response().sign_response(&key()).xml();
    for form in ["<![CDATA[ada@acme.example]]>", "ada&#64;acme.example", "ada&#x40;<![CDATA[acme]]>.example"]
    {
        let xml = signed.replace(PERSON, form);
        assert_ne!(xml, signed);
        assert_eq!(verify(&xml).unwrap().profile.name_id, PERSON, "{form}");
    }
}

#[test]
fn attributes_arrive_as_they_were_sent() {
    let builder = response()
        .attribute("groups", (0..200).map(|n| format!("group {n}")))
        .attribute("text", [" Müller & <Söhne> ", "𝄞"])
        .attribute_element(Attribute {
            friendly_name: Some("mail".to_owned()),
            ..Attribute::new("urn:oid:0.9.2342.19200300.100.1.3", ["ada@acme.example"])
        })
        .attribute_element(Attribute::new("nil", [AttributeValue::Nil]))
        .attribute_element(Attribute::new("empty", [AttributeValue::Text(String::new())]))
        .attribute("none", Vec::<String>::new())
        .attribute("some", ["", "a"])
        .attribute_element(Attribute::new(
            "urn:oid:1.3.6.1.4.1.5923.1.1.1.10",
            [AttributeValue::Raw("\n  <saml:NameID Format=\"x\">opaque</saml:NameID>\n".to_owned())],
        ))
        .with(|r| {
            let more = vec![Attribute::new("FirstName", ["Augusta"]), Attribute::new("late", ["x"])];
            r.assertion.attribute_statements.push(more);
        });
    let profile = accepted(&builder).profile;
    assert_eq!(profile.attributes["groups"].len(), 200);
    assert_eq!(profile.attributes["text"], [" Müller & <Söhne> ", "𝄞"]);
    assert_eq!(profile.friendly_names["mail"], "urn:oid:0.9.2342.19200300.100.1.3");
    assert_eq!(profile.attributes["some"], ["a"]);
    assert_eq!(profile.attributes["urn:oid:1.3.6.1.4.1.5923.1.1.1.10"], ["opaque"]);
    assert_eq!(profile.attributes["FirstName"], ["Ada", "Augusta"]);
    assert_eq!(profile.attributes["late"], ["x"]);
    for dropped in ["nil", "empty", "none"] {
        assert!(!profile.attributes.contains_key(dropped), "{dropped}");
    }
}

#[test]
fn no_attributes_are_no_fault() {
    let builder = response().with(|r| r.assertion.attribute_statements.clear());
    assert!(accepted(&builder).profile.attributes.is_empty());
}

#[rstest]
#[case::fraction("2026-11-24T07:59:59.1234567Z")]
#[case::offset("2026-11-24T08:00:00+00:00")]
fn instants_may_have_fractions(#[case] instant: &str) {
    let instant = || Some(instant.to_owned());
    accepted(&response().conditions(|c| c.not_before = instant()).with(|r| {
        r.issue_instant = instant();
        r.assertion.issue_instant = instant();
    }));
}

#[test]
fn what_a_response_may_leave_out() {
    accepted(&response().with(|r| r.issuer = None));
    accepted(&response().conditions(|c| {
        c.not_before = None;
        c.not_on_or_after = None;
        c.one_time_use = true;
        c.proxy_restriction = Some(vestibule_demo_idp::mint::ProxyRestriction::default());
    }));
    let without_destination = response().with(|r| r.destination = None).sign_assertion(&key());
    assert!(verify(&without_destination.xml()).is_ok());
}

#[test]
fn extensions_and_advice_of_others_are_overlooked() {
    let builder = response()
        .inject(
            Place::ResponseAfterIssuer,
            r#"<samlp:Extensions><x:hint xmlns:x="urn:x" x:id="_h">h</x:hint></samlp:Extensions>"#,
        )
        .inject(
            Place::AfterConditions,
            r"<saml:Advice><saml:AssertionURIRef>urn:x</saml:AssertionURIRef></saml:Advice>",
        );
    accepted(&builder);
}

#[test]
fn one_encoding_is_as_good_as_another() {
    let xml = response().sign_response(&key()).xml();
    assert_eq!(verify_with(&encode(&xml), &trusting(&[&key()])), verify(&xml));
}

#[test]
fn a_response_may_be_large_and_printed_prettily() {
    let extensions =
        format!("<samlp:Extensions>{}\n</samlp:Extensions>", "\n<a> <b> </b>\n</a>".repeat(2_450));
    let builder = response().inject(Place::ResponseAfterIssuer, &extensions);
    assert_eq!(accepted(&builder).profile.name_id, PERSON);
}

#[test]
fn what_products_add_to_a_response_is_overlooked() {
    let authority = "<saml:AuthnStatement AuthnInstant=\"2026-11-24T08:00:00Z\"><saml:SubjectLocality Address=\"192.0.2.1\"/><saml:AuthnContext><saml:AuthnContextDeclRef>urn:x</saml:AuthnContextDeclRef><saml:AuthenticatingAuthority>urn:y</saml:AuthenticatingAuthority></saml:AuthnContext></saml:AuthnStatement>";
    let builder = response()
        .inject(
            Place::ResponseAttributes,
            "Consent=\"urn:oasis:names:tc:SAML:2.0:consent:unspecified\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
        )
        .inject(Place::AfterConditions, "<saml:Advice/>")
        .inject(Place::AssertionEnd, authority)
        .status(|s| s.message = Some("urn:oasis:names:tc:SAML:2.0:status:Success".to_owned()))
        .name_id(|n| {
            n.name_qualifier = Some(IDP.to_owned());
            n.sp_name_qualifier = Some(crate::world::SP.to_owned());
            n.sp_provided_id = Some("x".to_owned());
        })
        .with(|r| {
            r.id = Some("id-1.2_3".to_owned());
            r.assertion.id = Some("_a.b-c_d".to_owned());
        });
    let profile = accepted(&builder).profile;
    assert_eq!(profile.name_id, PERSON);
    assert_eq!(profile.name_id_qualifiers.name_qualifier.as_deref(), Some(IDP));
    assert_eq!(profile.name_id_qualifiers.sp_name_qualifier.as_deref(), Some(crate::world::SP));
}

#[rstest]
#[case::key_name("<ds:KeyName>idp</ds:KeyName>")]
#[case::key_value(
    "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB&#13;\n</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
)]
#[case::issuer_serial(
    "<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>"
)]
fn a_key_may_be_named_in_any_way(#[case] key_info: &str) {
    let key_info = vestibule_demo_idp::mint::KeyInfo::Raw(key_info.to_owned());
    let options = SignatureOptions::default().with(|o| o.key_info = key_info);
    for signed in [
        response().sign_assertion_with(&key(), options.clone()),
        response().sign_response_with(&key(), options),
    ] {
        assert_eq!(verify(&signed.xml()).unwrap().profile.name_id, PERSON);
    }
}

#[test]
fn instants_may_have_a_fraction_of_any_length() {
    for digits in 1..=9 {
        let instant = || Some(format!("2026-11-24T07:59:59.{}Z", "1".repeat(digits)));
        accepted(&response().with(|r| r.issue_instant = instant()).conditions(|c| c.not_before = instant()));
    }
}
