//! Responses as products write them: their prefixes, their places for namespaces, their line ends, and what they say beside
//! what is asked for. The text is theirs, the signature is ours.

use rstest::rstest;
use vestibule_demo_idp::mint::{KeyInfo, SignatureOptions, Target, sign};
use vestibule_domain::profile::VerifiedAssertion;

use crate::world::{ACS, IDP, PERSON, REQUEST, SP, key, verify};

/// What a product signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signs {
    Assertion,
    Response,
    Both,
}

/// Signs a product's text after what is said in it was put in, with signatures of this prefix, and verifies it.
fn believed(text: &str, signs: Signs, prefix: &str) -> VerifiedAssertion {
    let mut xml = text.to_owned();
    for (name, value) in
        [("{ACS}", ACS), ("{SP}", SP), ("{IDP}", IDP), ("{WHO}", PERSON), ("{REQUEST}", REQUEST)]
    {
        xml = xml.replace(name, value);
    }
    let options = SignatureOptions::default().with(|o| {
        prefix.clone_into(&mut o.prefix);
        o.key_info = KeyInfo::None;
    });
    if signs != Signs::Response {
        xml = in_lines(&sign(&xml, &Target::Assertion, &key(), &options).unwrap());
    }
    if signs != Signs::Assertion {
        xml = in_lines(&sign(&xml, &Target::Root, &key(), &options).unwrap());
    }
    verify(&xml).unwrap()
}

/// A signature's value in lines that end as Java writes them, which no signature covers but the outer one later.
fn in_lines(xml: &str) -> String {
    let Some(end) = xml.find("SignatureValue>").map(|tag| tag + "SignatureValue>".len() + 64) else {
        return xml.to_owned();
    };
    format!("{}&#13;\n{}", &xml[..end], &xml[end..])
}

const OKTA: &str = r#"<?xml version="1.0" encoding="UTF-8"?><saml2p:Response Destination="{ACS}" ID="id1234567890123456789012345" InResponseTo="{REQUEST}" IssueInstant="2026-11-24T08:00:00.123Z" Version="2.0" xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:xs="http://www.w3.org/2001/XMLSchema"><saml2:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">{IDP}</saml2:Issuer><saml2p:Status xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol"><saml2p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></saml2p:Status><saml2:Assertion ID="id98765432109876543210987654" IssueInstant="2026-11-24T08:00:00.123Z" Version="2.0" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema"><saml2:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">{IDP}</saml2:Issuer><saml2:Subject xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{WHO}</saml2:NameID><saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData InResponseTo="{REQUEST}" NotOnOrAfter="2026-11-24T08:05:00.123Z" Recipient="{ACS}"/></saml2:SubjectConfirmation></saml2:Subject><saml2:Conditions NotBefore="2026-11-24T07:55:00.123Z" NotOnOrAfter="2026-11-24T08:05:00.123Z" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:AudienceRestriction><saml2:Audience>{SP}</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions><saml2:AuthnStatement AuthnInstant="2026-11-24T07:59:00.123Z" SessionIndex="{REQUEST}" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement><saml2:AttributeStatement xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:Attribute Name="FirstName" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"><saml2:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">Ada</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement></saml2:Assertion></saml2p:Response>"#;

const ENTRA_AND_ADFS: &str = r#"<samlp:Response ID="_7f6a1a1e-6c0b-4a0e-8a57-8b0f7f1f0a01" Version="2.0" IssueInstant="2026-11-24T08:00:00.1234567Z" Destination="{ACS}" Consent="urn:oasis:names:tc:SAML:2.0:consent:unspecified" InResponseTo="{REQUEST}" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">{IDP}</Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success" /></samlp:Status><Assertion ID="_0c1a5b9c-0000-4000-8000-000000000001" IssueInstant="2026-11-24T08:00:00.1234567Z" Version="2.0" xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><Issuer>{IDP}</Issuer><Subject><NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{WHO}</NameID><SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><SubjectConfirmationData InResponseTo="{REQUEST}" NotOnOrAfter="2026-11-24T09:00:00.1234567Z" Recipient="{ACS}" /></SubjectConfirmation></Subject><Conditions NotBefore="2026-11-24T07:55:00.1234567Z" NotOnOrAfter="2026-11-24T09:00:00.1234567Z"><AudienceRestriction><Audience>{SP}</Audience></AudienceRestriction></Conditions><AttributeStatement><Attribute Name="http://schemas.microsoft.com/identity/claims/tenantid"><AttributeValue>11111111-2222-3333-4444-555555555555</AttributeValue></Attribute><Attribute Name="FirstName" a:OriginalIssuer="urn:x" xmlns:a="http://schemas.xmlsoap.org/ws/2009/09/identity/claims"><AttributeValue>Ada</AttributeValue></Attribute><Attribute Name="http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"><AttributeValue>a</AttributeValue><AttributeValue>b</AttributeValue></Attribute></AttributeStatement><AuthnStatement AuthnInstant="2026-11-24T06:00:00.000Z" SessionIndex="_0c1a5b9c-0000-4000-8000-000000000001"><AuthnContext><AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</AuthnContextClassRef></AuthnContext></AuthnStatement></Assertion></samlp:Response>"#;

const SHIBBOLETH: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<saml2p:Response xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" Destination="{ACS}" ID="_a1" InResponseTo="{REQUEST}" IssueInstant="2026-11-24T08:00:00.001Z" Version="2.0" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <saml2:Issuer xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">{IDP}</saml2:Issuer>
  <saml2p:Status>
    <saml2p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>
  </saml2p:Status>
  <saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a2" IssueInstant="2026-11-24T08:00:00.001Z" Version="2.0">
    <saml2:Issuer>{IDP}</saml2:Issuer>
    <saml2:Subject>
      <saml2:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" NameQualifier="{IDP}" SPNameQualifier="{SP}">{WHO}</saml2:NameID>
      <saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <saml2:SubjectConfirmationData Address="192.0.2.7" InResponseTo="{REQUEST}" NotOnOrAfter="2026-11-24T08:05:00.001Z" Recipient="{ACS}"/>
      </saml2:SubjectConfirmation>
    </saml2:Subject>
    <saml2:Conditions NotBefore="2026-11-24T08:00:00.001Z" NotOnOrAfter="2026-11-24T08:05:00.001Z">
      <saml2:AudienceRestriction>
        <saml2:Audience>{SP}</saml2:Audience>
      </saml2:AudienceRestriction>
    </saml2:Conditions>
    <saml2:AuthnStatement AuthnInstant="2026-11-24T07:59:59.001Z" SessionIndex="_s" SessionNotOnOrAfter="2026-11-24T09:00:00.001Z">
      <saml2:SubjectLocality Address="192.0.2.7"/>
      <saml2:AuthnContext>
        <saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef>
      </saml2:AuthnContext>
    </saml2:AuthnStatement>
    <saml2:AttributeStatement>
      <saml2:Attribute FriendlyName="eduPersonTargetedID" Name="urn:oid:1.3.6.1.4.1.5923.1.1.1.10" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">
        <saml2:AttributeValue>
          <saml2:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" NameQualifier="{IDP}" SPNameQualifier="{SP}">opaque</saml2:NameID>
        </saml2:AttributeValue>
      </saml2:Attribute>
      <saml2:Attribute FriendlyName="givenName" Name="FirstName" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">
        <saml2:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xsd:string">Ada</saml2:AttributeValue>
      </saml2:Attribute>
    </saml2:AttributeStatement>
  </saml2:Assertion>
</saml2p:Response>
"#;

const KEYCLOAK: &str = r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Destination="{ACS}" ID="ID_d2a0" InResponseTo="{REQUEST}" IssueInstant="2026-11-24T08:00:00.500Z" Version="2.0"><saml:Issuer>{IDP}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="ID_5f5a" IssueInstant="2026-11-24T08:00:00.499Z" Version="2.0"><saml:Issuer>{IDP}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">{WHO}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="{REQUEST}" NotOnOrAfter="2026-11-24T08:04:58.499Z" Recipient="{ACS}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="2026-11-24T07:59:58.499Z" NotOnOrAfter="2026-11-24T08:00:58.499Z"><saml:AudienceRestriction><saml:Audience>{SP}</saml:Audience></saml:AudienceRestriction><saml:OneTimeUse/></saml:Conditions><saml:AuthnStatement AuthnInstant="2026-11-24T08:00:00.500Z" SessionIndex="a::b" SessionNotOnOrAfter="2026-11-24T18:00:00.500Z"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute FriendlyName="givenName" Name="FirstName" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">Ada</saml:AttributeValue></saml:Attribute><saml:Attribute Name="Role" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">offline_access</saml:AttributeValue></saml:Attribute><saml:Attribute Name="Role" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>"#;

const GOOGLE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?><saml2p:Response xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" Destination="{ACS}" ID="_3f1e" InResponseTo="{REQUEST}" IssueInstant="2026-11-24T08:00:00.000Z" Version="2.0"><saml2:Issuer xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">{IDP}</saml2:Issuer><saml2p:Status><saml2p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></saml2p:Status><saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="_77aa" IssueInstant="2026-11-24T08:00:00.000Z" Version="2.0"><saml2:Issuer>{IDP}</saml2:Issuer><saml2:Subject><saml2:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{WHO}</saml2:NameID><saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData InResponseTo="{REQUEST}" NotOnOrAfter="2026-11-24T08:05:00.000Z" Recipient="{ACS}"/></saml2:SubjectConfirmation></saml2:Subject><saml2:Conditions NotBefore="2026-11-24T07:55:00.000Z" NotOnOrAfter="2026-11-24T08:05:00.000Z"><saml2:AudienceRestriction><saml2:Audience>{SP}</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions><saml2:AttributeStatement><saml2:Attribute Name="FirstName"><saml2:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:anyType">Ada</saml2:AttributeValue></saml2:Attribute><saml2:Attribute Name="department"/></saml2:AttributeStatement><saml2:AuthnStatement AuthnInstant="2026-11-24T07:00:00.000Z" SessionIndex="_77aa"><saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement></saml2:Assertion></saml2p:Response>"#;

const SIMPLESAMLPHP_AND_ONELOGIN: &str = r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="pfx6e4d2b1c-0d0d-4d2e-9f3f-0b5b5c1f4a11" Version="2.0" IssueInstant="2026-11-24T08:00:00Z" Destination="{ACS}" InResponseTo="{REQUEST}"><saml:Issuer>{IDP}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema" ID="pfx1" Version="2.0" IssueInstant="2026-11-24T08:00:00Z"><saml:Issuer>{IDP}</saml:Issuer><saml:Subject><saml:NameID SPNameQualifier="{SP}" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{WHO}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="2026-11-24T08:05:00Z" Recipient="{ACS}" InResponseTo="{REQUEST}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="2026-11-24T07:59:30Z" NotOnOrAfter="2026-11-24T08:05:00Z"><saml:AudienceRestriction><saml:Audience>{SP}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="2026-11-24T08:00:00Z" SessionNotOnOrAfter="2026-11-24T16:00:00Z" SessionIndex="_be9967abd904ddcae3c0eb4189adbe3f71e327cf93"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef><saml:AuthenticatingAuthority>{IDP}</saml:AuthenticatingAuthority></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="FirstName" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xsi:type="xs:string">Ada</saml:AttributeValue></saml:Attribute><saml:Attribute Name="empty" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xsi:type="xs:string"/></saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>"#;

const PYSAML2: &str = r#"<ns0:Response xmlns:ns0="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:ns1="urn:oasis:names:tc:SAML:2.0:assertion" Destination="{ACS}" ID="id-HkM9Pz2bLx3V0gQ1a" InResponseTo="{REQUEST}" IssueInstant="2026-11-24T08:00:00Z" Version="2.0"><ns1:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">{IDP}</ns1:Issuer><ns0:Status><ns0:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success" /></ns0:Status><ns1:Assertion ID="id-Zr8c0sQ9x" IssueInstant="2026-11-24T08:00:00Z" Version="2.0"><ns1:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">{IDP}</ns1:Issuer><ns1:Subject><ns1:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" NameQualifier="{IDP}" SPNameQualifier="{SP}">{WHO}</ns1:NameID><ns1:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><ns1:SubjectConfirmationData InResponseTo="{REQUEST}" NotOnOrAfter="2026-11-24T08:15:00Z" Recipient="{ACS}" /></ns1:SubjectConfirmation></ns1:Subject><ns1:Conditions NotBefore="2026-11-24T08:00:00Z" NotOnOrAfter="2026-11-24T08:15:00Z"><ns1:AudienceRestriction><ns1:Audience>{SP}</ns1:Audience></ns1:AudienceRestriction></ns1:Conditions><ns1:AuthnStatement AuthnInstant="2026-11-24T08:00:00Z" SessionIndex="id-2"><ns1:AuthnContext><ns1:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</ns1:AuthnContextClassRef></ns1:AuthnContext></ns1:AuthnStatement><ns1:AttributeStatement><ns1:Attribute FriendlyName="givenName" Name="FirstName" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><ns1:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">Ada</ns1:AttributeValue></ns1:Attribute></ns1:AttributeStatement></ns1:Assertion></ns0:Response>"#;

/// No Response issuer, no InResponseTo's companion but the same, a default namespace for the protocol, another statement, and
/// confirmations of two kinds with a name in one.
const ODD: &str = "<Response xmlns='urn:oasis:names:tc:SAML:2.0:protocol' ID='R' Version='2.0' IssueInstant='2026-11-24T08:00:00+00:00' Destination='{ACS}' InResponseTo='{REQUEST}'><Status><StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Success'></StatusCode><StatusMessage>All &#x26; well</StatusMessage><StatusDetail><x xmlns='urn:x'/></StatusDetail></Status><A:Assertion xmlns:A='urn:oasis:names:tc:SAML:2.0:assertion' xmlns:unused='urn:unused' xml:lang='en' ID='A' Version='2.0' IssueInstant='2026-11-24T08:00:00+00:00'>\r\n<A:Issuer>{IDP}</A:Issuer>\r\n<A:Subject><A:NameID><![CDATA[{WHO}]]></A:NameID><A:SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:holder-of-key'><A:SubjectConfirmationData NotBefore='2026-11-24T08:00:00Z'><k:KeyInfo xmlns:k='http://www.w3.org/2000/09/xmldsig#'><k:KeyName>k</k:KeyName></k:KeyInfo></A:SubjectConfirmationData></A:SubjectConfirmation><A:SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:bearer'><A:NameID>{IDP}</A:NameID><A:SubjectConfirmationData Recipient='{ACS}' NotOnOrAfter='2026-11-24T08:05:00+00:00' InResponseTo='{REQUEST}'/></A:SubjectConfirmation></A:Subject><A:Conditions><A:AudienceRestriction><A:Audience>https://other.example</A:Audience><A:Audience>{SP}</A:Audience></A:AudienceRestriction><A:ProxyRestriction Count='1'><A:Audience>https://other.example</A:Audience></A:ProxyRestriction></A:Conditions><A:Advice><A:AssertionIDRef>_x</A:AssertionIDRef><x xmlns='urn:x'/></A:Advice><A:AuthnStatement AuthnInstant='2026-11-24T08:00:00+00:00'><A:AuthnContext><A:AuthnContextDecl><x xmlns='urn:x' Id='d'/></A:AuthnContextDecl></A:AuthnContext></A:AuthnStatement><A:AuthzDecisionStatement Resource='urn:x' Decision='Permit'><A:Action Namespace='urn:x'>read</A:Action></A:AuthzDecisionStatement><A:AttributeStatement><A:Attribute Name='FirstName' xml:lang='en'><A:AttributeValue>A&#100;<![CDATA[a]]></A:AttributeValue></A:Attribute></A:AttributeStatement></A:Assertion></Response>";

#[rstest]
fn a_product_is_understood(
    #[values(OKTA, ENTRA_AND_ADFS, SHIBBOLETH, KEYCLOAK, GOOGLE, SIMPLESAMLPHP_AND_ONELOGIN, PYSAML2, ODD)]
    text: &str,
    #[values(Signs::Assertion, Signs::Response, Signs::Both)] signs: Signs,
    #[values("ds", "", "dsig")] prefix: &str,
) {
    let assertion = believed(text, signs, prefix);
    assert_eq!(assertion.profile.name_id, PERSON);
    assert_eq!(assertion.issuer.as_str(), IDP);
    assert_eq!(assertion.in_response_to.as_deref(), Some(REQUEST));
    assert_eq!(assertion.profile.attributes["FirstName"], ["Ada"]);
}
