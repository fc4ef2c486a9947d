//! Encrypted assertions (SAML core 2.0 §2.3.4, XML Encryption 1.1), as products write them and as they should not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::encrypt::Encrypter;
use openssl::hash::MessageDigest;
use openssl::rand::rand_bytes;
use openssl::rsa::Padding;
use openssl::symm::{Cipher, Crypter, Mode, encrypt_aead};
use openssl::x509::X509;
use roxmltree::Document;

use super::MintError;
use super::algorithms::{content_encryption, digest, key_transport, mask};

const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// Where the encrypted key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// In the `KeyInfo` of what it decrypts.
    KeyInfo,
    /// Beside it, and its `KeyInfo` leads there by a `RetrievalMethod`.
    Retrieved,
    /// Beside it, without a word.
    Beside,
}

/// How to encrypt. The default is AES-256-GCM and RSA-OAEP, as current products do.
#[derive(Debug, Clone)]
pub struct EncryptionOptions {
    /// How the assertion is encrypted, one of [`super::content_encryption`]; anything else is AES-128-CBC by another name.
    pub content: String,
    /// How its key is encrypted, one of [`super::key_transport`]; anything else is RSA-OAEP by another name.
    pub transport: String,
    /// The `DigestMethod` of RSA-OAEP; `None` is SHA-1, unsaid.
    pub digest: Option<String>,
    /// The `MGF` of RSA-OAEP; `None` is that over SHA-1, unsaid.
    pub mask: Option<String>,
    /// Where the encrypted key is.
    pub key_place: KeyPlace,
    /// What is encrypted instead of the assertion, as it stands there.
    pub plaintext: Option<Vec<u8>>,
    /// Flips a bit of the last byte of the assertion's ciphertext.
    pub corrupt_content: bool,
    /// Flips a bit of the encrypted key.
    pub corrupt_key: bool,
}

impl Default for EncryptionOptions {
    fn default() -> Self {
        Self {
            content: content_encryption::AES_256_GCM.to_owned(),
            transport: key_transport::RSA_OAEP_MGF1P.to_owned(),
            digest: None,
            mask: None,
            key_place: KeyPlace::KeyInfo,
            plaintext: None,
            corrupt_content: false,
            corrupt_key: false,
        }
    }
}

impl EncryptionOptions {
    /// Changes anything.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// Encrypts the first assertion of a response for the holder of a certificate (DER).
///
/// # Errors
///
/// Where there is no assertion, the certificate has no RSA key, or OpenSSL refuses.
pub fn encrypt(xml: &str, certificate: &[u8], options: &EncryptionOptions) -> Result<String, MintError> {
    let document = Document::parse(xml)?;
    let assertion = document.descendants().find(|node| node.has_tag_name((SAML, "Assertion")));
    let place = assertion.ok_or(MintError::NoTarget)?.range();
    let plaintext = options.plaintext.as_deref().unwrap_or(xml[place.clone()].as_bytes());
    let (key, mut ciphertext) = encrypted_content(&options.content, plaintext)?;
    let mut wrapped = wrapped_key(certificate, &key, options)?;
    if options.corrupt_content
        && let Some(last) = ciphertext.last_mut()
    {
        *last ^= 1;
    }
    if options.corrupt_key
        && let Some(last) = wrapped.last_mut()
    {
        *last ^= 1;
    }
    let encrypted = encrypted_assertion(options, &STANDARD.encode(ciphertext), &STANDARD.encode(wrapped));
    Ok([&xml[..place.start], &encrypted, &xml[place.end..]].concat())
}

/// A new key, and what it makes of the plaintext.
fn encrypted_content(algorithm: &str, plaintext: &[u8]) -> Result<(Vec<u8>, Vec<u8>), MintError> {
    let cipher = match algorithm {
        content_encryption::AES_128_GCM => Cipher::aes_128_gcm(),
        content_encryption::AES_192_GCM => Cipher::aes_192_gcm(),
        content_encryption::AES_256_GCM => Cipher::aes_256_gcm(),
        content_encryption::AES_192_CBC => Cipher::aes_192_cbc(),
        content_encryption::AES_256_CBC => Cipher::aes_256_cbc(),
        content_encryption::TRIPLE_DES_CBC => Cipher::des_ede3_cbc(),
        _ => Cipher::aes_128_cbc(),
    };
    let mut key = vec![0; cipher.key_len()];
    rand_bytes(&mut key)?;
    let mut vector = vec![0; cipher.iv_len().unwrap_or_default()];
    rand_bytes(&mut vector)?;
    let ciphertext = if algorithm.ends_with("-gcm") {
        let mut tag = [0; 16];
        let ciphertext = encrypt_aead(cipher, &key, Some(&vector), &[], plaintext, &mut tag)?;
        [ciphertext, tag.to_vec()].concat()
    } else {
        let mut crypter = Crypter::new(cipher, Mode::Encrypt, &key, Some(&vector))?;
        crypter.pad(false);
        let padded = padded(plaintext, cipher.block_size())?;
        let mut ciphertext = vec![0; padded.len() + cipher.block_size()];
        let mut length = crypter.update(&padded, &mut ciphertext)?;
        length += crypter.finalize(&mut ciphertext[length..])?;
        ciphertext.truncate(length);
        ciphertext
    };
    Ok((key, [vector, ciphertext].concat()))
}

/// Fills a block with bytes of which only the last one means something (XML Encryption 1.1 §5.2.2).
fn padded(plaintext: &[u8], block: usize) -> Result<Vec<u8>, MintError> {
    let added = block - plaintext.len() % block;
    let mut padding = vec![0; added];
    rand_bytes(&mut padding)?;
    if let (Some(last), Ok(added)) = (padding.last_mut(), u8::try_from(added)) {
        *last = added;
    }
    Ok([plaintext, &padding].concat())
}

fn wrapped_key(certificate: &[u8], key: &[u8], options: &EncryptionOptions) -> Result<Vec<u8>, MintError> {
    let public = X509::from_der(certificate)?.public_key()?;
    let mut encrypter = Encrypter::new(&public)?;
    if options.transport == key_transport::RSA_1_5 {
        encrypter.set_rsa_padding(Padding::PKCS1)?;
    } else {
        let is = |named: &Option<String>, wanted| named.as_deref() == Some(wanted);
        let hash = |is_sha256| if is_sha256 { MessageDigest::sha256() } else { MessageDigest::sha1() };
        encrypter.set_rsa_padding(Padding::PKCS1_OAEP)?;
        encrypter.set_rsa_oaep_md(hash(is(&options.digest, digest::SHA256)))?;
        encrypter.set_rsa_mgf1_md(hash(is(&options.mask, mask::SHA256)))?;
    }
    let mut wrapped = vec![0; encrypter.encrypt_len(key)?];
    let length = encrypter.encrypt(key, &mut wrapped)?;
    wrapped.truncate(length);
    Ok(wrapped)
}

fn encrypted_assertion(options: &EncryptionOptions, ciphertext: &str, wrapped: &str) -> String {
    let EncryptionOptions { content, transport, .. } = options;
    let digest = options.digest.as_ref().map_or_else(String::new, |digest| {
        format!(r#"<ds:DigestMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Algorithm="{digest}"/>"#)
    });
    let mask = options.mask.as_ref().map_or_else(String::new, |mask| {
        format!(r#"<xenc11:MGF xmlns:xenc11="http://www.w3.org/2009/xmlenc11#" Algorithm="{mask}"/>"#)
    });
    let key = format!(
        concat!(
            r#"<xenc:EncryptedKey xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Id="_key"><xenc:EncryptionMethod Algorithm="{}">{}{}</xenc:EncryptionMethod>"#,
            "<xenc:CipherData><xenc:CipherValue>{}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>",
        ),
        transport, digest, mask, wrapped,
    );
    let retrieval =
        r##"<ds:RetrievalMethod Type="http://www.w3.org/2001/04/xmlenc#EncryptedKey" URI="#_key"/>"##;
    let (inside, beside) = match options.key_place {
        KeyPlace::KeyInfo => (key.as_str(), ""),
        KeyPlace::Retrieved => (retrieval, key.as_str()),
        KeyPlace::Beside => ("", key.as_str()),
    };
    let key_info = if inside.is_empty() {
        String::new()
    } else {
        format!(r#"<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{inside}</ds:KeyInfo>"#)
    };
    format!(
        concat!(
            r#"<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">"#,
            r#"<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element">"#,
            r#"<xenc:EncryptionMethod Algorithm="{}"/>{}<xenc:CipherData><xenc:CipherValue>{}</xenc:CipherValue></xenc:CipherData>"#,
            "</xenc:EncryptedData>{}</saml:EncryptedAssertion>",
        ),
        content, key_info, ciphertext, beside,
    )
}
