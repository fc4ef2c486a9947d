//! The shape of an encrypted assertion: by which methods, of which parts, and with everything inside it.

use std::net::TcpListener;

use rstest::rstest;
use vestibule_demo_idp::mint::{
    KeyPlace, Place, content_encryption as content, digest, key_transport as transport, mask,
};
use vestibule_domain::ports::Rejection;

use super::{both, cbc_element, decrypt, encrypted, inside, outside, place_of};

#[test]
fn other_methods_are_refused_by_name() {
    for method in [content::TRIPLE_DES_CBC, "urn:x", ""] {
        let xml = encrypted(&both(), |o| method.clone_into(&mut o.content)).xml();
        assert_eq!(decrypt(&xml), Err(Rejection::EncryptionMethod), "{method}");
    }
    let transports: [(&str, Option<&str>, Option<&str>); 6] = [
        (transport::RSA_1_5, None, None),
        ("urn:x", None, None),
        (transport::RSA_OAEP_MGF1P, Some(digest::SHA512), None),
        (transport::RSA_OAEP_MGF1P, None, Some(mask::SHA256)),
        (transport::RSA_OAEP, None, Some(mask::SHA512)),
        (transport::RSA_OAEP, Some("urn:x"), None),
    ];
    for (transport, digest, mask) in transports {
        let xml = encrypted(&both(), |o| {
            transport.clone_into(&mut o.transport);
            o.digest = digest.map(str::to_owned);
            o.mask = mask.map(str::to_owned);
        });
        assert_eq!(decrypt(&xml.xml()), Err(Rejection::KeyTransport), "{transport}");
    }
}

#[rstest]
#[case::label(
    "</xenc:EncryptionMethod><xenc:CipherData>",
    "<xenc:OAEPparams>AAAA</xenc:OAEPparams></xenc:EncryptionMethod><xenc:CipherData>",
    Rejection::KeyTransport
)]
#[case::content_alone("xmlenc#Element", "xmlenc#Content", Rejection::EncryptionParts)]
#[case::another_name("xenc:EncryptedData", "xenc:EncryptedDatum", Rejection::EncryptionParts)]
#[case::no_value("xenc:CipherValue", "xenc:CipherValues", Rejection::EncryptionParts)]
#[case::two_values(
    "<xenc:CipherValue>",
    "<xenc:CipherValue>AAAA</xenc:CipherValue><xenc:CipherValue>",
    Rejection::EncryptionParts
)]
#[case::no_key("xenc:EncryptedKey", "xenc:Key", Rejection::EncryptionParts)]
#[case::something_beside(
    "</saml:EncryptedAssertion>",
    "<x xmlns=\"urn:x\"/></saml:EncryptedAssertion>",
    Rejection::EncryptionParts
)]
#[case::key_elsewhere(
    "<ds:KeyInfo",
    "<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/><ds:KeyInfo",
    Rejection::EncryptionParts
)]
#[case::no_method(
    "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\"/>",
    "",
    Rejection::EncryptionMethod
)]
fn an_encrypted_assertion_has_one_shape(#[case] from: &str, #[case] to: &str, #[case] rejection: Rejection) {
    let xml = encrypted(&inside(), |_| {}).xml();
    let spoiled = xml.replace(from, to);
    assert_ne!(xml, spoiled);
    assert_eq!(decrypt(&spoiled), Err(rejection));
}

#[test]
fn there_is_one_key_and_the_way_to_it_is_right() {
    let xml = encrypted(&inside(), |o| o.key_place = KeyPlace::Retrieved).xml();
    for uri in ["#_other", "", "_key", "https://x.example/key", "#xpointer(id('_key'))"] {
        let elsewhere = xml.replace("URI=\"#_key\"", &format!("URI=\"{uri}\""));
        assert_eq!(decrypt(&elsewhere), Err(Rejection::EncryptionParts), "{uri}");
    }
    let key = place_of("xenc:EncryptedKey", &xml);
    let mut two = xml.clone();
    two.insert_str(key.end, &xml[key].replace("_key", "_second"));
    assert_eq!(decrypt(&two), Err(Rejection::EncryptionParts));
}

#[test]
fn nothing_that_an_encrypted_assertion_names_is_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/x", listener.local_addr().unwrap());
    let xml = encrypted(&inside(), |o| o.key_place = KeyPlace::Retrieved).xml();
    let reference = format!("<xenc:CipherReference URI=\"{url}\"/>");
    for (from, to) in
        [("<xenc:CipherValue>", format!("{reference}<xenc:CipherValue>")), ("#_key", url.clone())]
    {
        assert!(decrypt(&xml.replace(from, &to)).is_err());
    }
    assert_eq!(
        decrypt(&xml.replace("<xenc:CipherValue>", &format!("{reference}<xenc:CipherValue>"))),
        Err(Rejection::CipherReference)
    );
    let signed = outside().inject(
        Place::InsteadOfAssertion,
        &cbc_element().replace("<xenc:CipherValue>", &format!("{reference}<xenc:CipherValue>")),
    );
    assert_eq!(decrypt(&signed.xml()), Err(Rejection::CipherReference));
    assert!(listener.accept().is_err(), "nobody has called");
}
