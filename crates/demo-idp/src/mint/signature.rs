//! XML signatures, as SAML envelopes them (SAML core 2.0 §5.4), and as it does not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::hash::hash;
use roxmltree::{Document, Node, ParsingOptions};

use super::algorithms::{digest, hash_of, transform};
use super::canonical::Canonicalization;
use super::xml::{Element, qualified};
use super::{MintError, SigningKey};

const XMLDSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// Which element to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The root of the document.
    Root,
    /// The first `saml:Assertion` in document order.
    Assertion,
    /// The first element whose `ID` is this.
    Id(String),
}

impl Target {
    fn find<'a>(&self, document: &'a Document<'a>) -> Option<Node<'a, 'a>> {
        match self {
            Self::Root => Some(document.root_element()),
            Self::Assertion => document.descendants().find(|node| node.has_tag_name((SAML, "Assertion"))),
            Self::Id(id) => document.descendants().find(|node| node.attribute("ID") == Some(id)),
        }
    }
}

/// Where in the signed element the signature goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// After the Issuer where there is one, else first: what the schemas of SAML ask for.
    Schema,
    /// Before everything else.
    First,
    /// After everything else.
    Last,
}

/// One transform of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transform {
    /// The `Algorithm`, one of [`super::transform`] or anything else.
    pub algorithm: String,
    /// Raw XML inside, as an XPath or XSLT transform has; it is written and not applied.
    pub content: String,
}

impl Transform {
    /// A transform without content.
    #[must_use]
    pub fn new(algorithm: &str) -> Self {
        Self { algorithm: algorithm.to_owned(), content: String::new() }
    }
}

/// One reference of a signature. Whatever it says, it digests the signed element.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The `URI`; `None` is `#` and the `ID` of the signed element.
    pub uri: Option<String>,
    /// The transforms. The last canonicalization among them is applied, and the signature is never part of the digest.
    pub transforms: Vec<Transform>,
    /// The `PrefixList` of an exclusive canonicalization; empty for none.
    pub inclusive_prefixes: Vec<String>,
    /// The digest method, one of [`super::digest`] or anything else, which digests with SHA-256.
    pub digest_algorithm: String,
}

impl Default for Reference {
    fn default() -> Self {
        Self {
            uri: None,
            transforms: vec![
                Transform::new(transform::ENVELOPED_SIGNATURE),
                Transform::new(transform::EXCLUSIVE),
            ],
            inclusive_prefixes: Vec::new(),
            digest_algorithm: digest::SHA256.to_owned(),
        }
    }
}

/// What a signature tells about its key.
#[derive(Debug, Clone)]
pub enum KeyInfo {
    /// Nothing.
    None,
    /// The certificate of the key.
    Certificate,
    /// Raw XML: the content of `KeyInfo`.
    Raw(String),
}

/// How to sign. The default is what SAML asks for, with the certificate in `KeyInfo`.
#[derive(Debug, Clone)]
pub struct SignatureOptions {
    /// The signature method, one of [`super::signature_algorithm`] or anything else; `None` is the key's own.
    pub signature_algorithm: Option<String>,
    /// The canonicalization of `SignedInfo`, one of [`super::transform`] or anything else.
    pub canonicalization: String,
    /// The references, usually one.
    pub references: Vec<Reference>,
    /// What is told about the key.
    pub key_info: KeyInfo,
    /// The prefix of XML Signature's namespace; empty makes it the default namespace.
    pub prefix: String,
    /// Raw XML after `KeyInfo`, where `ds:Object` goes.
    pub object: String,
    /// Where the signature goes.
    pub placement: Placement,
    /// Flips a bit of the digest before it is signed: the signature is right, what it covers is not.
    pub corrupt_digest: bool,
    /// Flips a bit of the signature value.
    pub corrupt_signature: bool,
}

impl Default for SignatureOptions {
    fn default() -> Self {
        Self {
            signature_algorithm: None,
            canonicalization: transform::EXCLUSIVE.to_owned(),
            references: vec![Reference::default()],
            key_info: KeyInfo::Certificate,
            prefix: "ds".to_owned(),
            object: String::new(),
            placement: Placement::Schema,
            corrupt_digest: false,
            corrupt_signature: false,
        }
    }
}

impl SignatureOptions {
    /// The default with another signature method.
    #[must_use]
    pub fn algorithm(signature_algorithm: &str) -> Self {
        Self { signature_algorithm: Some(signature_algorithm.to_owned()), ..Self::default() }
    }

    /// Changes the options in place: `SignatureOptions::default().with(|o| o.corrupt_digest = true)`.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Changes the first reference, which is made where there is none.
    #[must_use]
    pub fn reference(mut self, change: impl FnOnce(&mut Reference)) -> Self {
        if self.references.is_empty() {
            self.references.push(Reference::default());
        }
        if let Some(reference) = self.references.first_mut() {
            change(reference);
        }
        self
    }
}

/// Signs an element of any document and puts the signature into it.
///
/// ```
/// use vestibule_demo_idp::mint::{sign, SignatureOptions, SigningKey, Target};
///
/// let key = SigningKey::demo();
/// let signed = sign(r#"<a ID="x">text</a>"#, &Target::Root, &key, &SignatureOptions::default())?;
/// assert!(signed.starts_with(r#"<a ID="x"><ds:Signature"#));
/// # Ok::<(), vestibule_demo_idp::mint::MintError>(())
/// ```
///
/// # Errors
///
/// Where the text is not well-formed, has no such element, or OpenSSL refuses the key or the algorithm.
pub fn sign(
    xml: &str,
    target: &Target,
    key: &SigningKey,
    options: &SignatureOptions,
) -> Result<String, MintError> {
    let document = parse(xml)?;
    let node = target.find(&document).ok_or(MintError::NoTarget)?;
    let signed_info = signed_info(node, key, options)?;
    let prefix = options.prefix.as_str();
    let frame = Element::new(prefix, "Signature")
        .namespace(prefix, XMLDSIG)
        .around(&format!("{signed_info}<{0}></{0}>", qualified(prefix, "SignatureValue")));
    let at = offset(xml, node, options.placement);
    let value = signature_value(&insert(xml, at, &frame), at, key, options)?;

    let value = Element::new(prefix, "SignatureValue").text(&value);
    let signature = Element::new(prefix, "Signature").namespace(prefix, XMLDSIG).around(&format!(
        "{signed_info}{value}{}{}",
        key_info(key, options),
        options.object
    ));
    Ok(insert(xml, at, &signature))
}

fn parse(xml: &str) -> Result<Document<'_>, roxmltree::Error> {
    Document::parse_with_options(xml, ParsingOptions { allow_dtd: true, ..ParsingOptions::default() })
}

fn insert(xml: &str, at: usize, text: &str) -> String {
    format!("{}{text}{}", &xml[..at], &xml[at..])
}

/// The offset of the place in an element whose start and end tags are two.
fn offset(xml: &str, node: Node, placement: Placement) -> usize {
    let first = node.first_child().map(|child| child.range().start);
    let last = node.last_child().map(|child| child.range().end);
    let empty = node.range().start + xml[node.range()].rfind("</").unwrap_or_default();
    let issuer = node.first_element_child().filter(|child| child.has_tag_name((SAML, "Issuer")));
    match (placement, issuer) {
        (Placement::Schema, Some(issuer)) => issuer.range().end,
        (Placement::Schema | Placement::First, _) => first.unwrap_or(empty),
        (Placement::Last, _) => last.unwrap_or(empty),
    }
}

fn signed_info(node: Node, key: &SigningKey, options: &SignatureOptions) -> Result<String, MintError> {
    let prefix = options.prefix.as_str();
    let method = options.signature_algorithm.as_deref().unwrap_or(key.default_signature_algorithm());
    let mut content = Element::new(prefix, "CanonicalizationMethod")
        .attribute("Algorithm", &options.canonicalization)
        .around("");
    content += &Element::new(prefix, "SignatureMethod").attribute("Algorithm", method).around("");
    for reference in &options.references {
        content += &reference_xml(node, reference, options)?;
    }
    Ok(Element::new(prefix, "SignedInfo").around(&content))
}

fn reference_xml(node: Node, reference: &Reference, options: &SignatureOptions) -> Result<String, MintError> {
    let prefix = options.prefix.as_str();
    let own_uri = format!("#{}", node.attribute("ID").unwrap_or_default());
    let mut transforms = String::new();
    for transform in &reference.transforms {
        let mut content = transform.content.clone();
        if !reference.inclusive_prefixes.is_empty() && transform.algorithm.starts_with(transform::EXCLUSIVE) {
            content += &Element::new("ec", "InclusiveNamespaces")
                .namespace("ec", transform::EXCLUSIVE)
                .attribute("PrefixList", &reference.inclusive_prefixes.join(" "))
                .around("");
        }
        transforms +=
            &Element::new(prefix, "Transform").attribute("Algorithm", &transform.algorithm).around(&content);
    }
    let content = format!(
        "{}{}{}",
        Element::new(prefix, "Transforms").around(&transforms),
        Element::new(prefix, "DigestMethod").attribute("Algorithm", &reference.digest_algorithm).around(""),
        Element::new(prefix, "DigestValue").text(&digest_value(node, reference, options.corrupt_digest)?)
    );
    let uri = reference.uri.as_deref().unwrap_or(&own_uri);
    Ok(Element::new(prefix, "Reference").attribute("URI", uri).around(&content))
}

fn digest_value(node: Node, reference: &Reference, corrupt: bool) -> Result<String, MintError> {
    let method = reference
        .transforms
        .iter()
        .rev()
        .map(|transform| transform.algorithm.as_str())
        .find(|algorithm| algorithm.contains("c14n"))
        .unwrap_or(transform::EXCLUSIVE);
    let bytes = Canonicalization::named(method, &reference.inclusive_prefixes).without_comments().of(node);
    let digest = hash(hash_of(&reference.digest_algorithm), bytes.as_bytes())?.to_vec();
    Ok(STANDARD.encode(corrupted(digest, corrupt)))
}

/// Signs `SignedInfo` as it stands in the document, which matters to inclusive canonicalization.
fn signature_value(
    xml: &str,
    at: usize,
    key: &SigningKey,
    options: &SignatureOptions,
) -> Result<String, MintError> {
    let document = parse(xml)?;
    let signed_info = document
        .descendants()
        .find(|node| node.is_element() && node.range().start == at)
        .and_then(|signature| signature.first_element_child())
        .ok_or(MintError::NoTarget)?;
    let bytes = Canonicalization::named(&options.canonicalization, &[]).of(signed_info);
    let method = options.signature_algorithm.as_deref().unwrap_or(key.default_signature_algorithm());
    let value = key.sign(method, bytes.as_bytes())?;
    Ok(STANDARD.encode(corrupted(value, options.corrupt_signature)))
}

fn corrupted(mut bytes: Vec<u8>, corrupt: bool) -> Vec<u8> {
    if corrupt && let Some(byte) = bytes.last_mut() {
        *byte ^= 1;
    }
    bytes
}

fn key_info(key: &SigningKey, options: &SignatureOptions) -> String {
    let prefix = options.prefix.as_str();
    let content = match &options.key_info {
        KeyInfo::None => return String::new(),
        KeyInfo::Certificate => {
            let certificate =
                Element::new(prefix, "X509Certificate").text(&STANDARD.encode(key.certificate_der()));
            Element::new(prefix, "X509Data").around(&certificate)
        }
        KeyInfo::Raw(xml) => xml.clone(),
    };
    Element::new(prefix, "KeyInfo").around(&content)
}
