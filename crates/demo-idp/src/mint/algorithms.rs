//! The algorithm identifiers of XML Signature and RFC 9231.

use openssl::hash::MessageDigest;

/// Digest methods.
pub mod digest {
    /// SHA-1, refused by every careful verifier.
    pub const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
    /// SHA-256.
    pub const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
    /// SHA-384.
    pub const SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#sha384";
    /// SHA-512.
    pub const SHA512: &str = "http://www.w3.org/2001/04/xmlenc#sha512";
}

/// Encryption of content (XML Encryption 1.1 §5.2).
pub mod content_encryption {
    /// AES-128-GCM.
    pub const AES_128_GCM: &str = "http://www.w3.org/2009/xmlenc11#aes128-gcm";
    /// AES-192-GCM.
    pub const AES_192_GCM: &str = "http://www.w3.org/2009/xmlenc11#aes192-gcm";
    /// AES-256-GCM.
    pub const AES_256_GCM: &str = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
    /// AES-128-CBC, which does not notice a change.
    pub const AES_128_CBC: &str = "http://www.w3.org/2001/04/xmlenc#aes128-cbc";
    /// AES-192-CBC, which does not notice a change.
    pub const AES_192_CBC: &str = "http://www.w3.org/2001/04/xmlenc#aes192-cbc";
    /// AES-256-CBC, which does not notice a change.
    pub const AES_256_CBC: &str = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
    /// Triple DES, refused by every careful recipient.
    pub const TRIPLE_DES_CBC: &str = "http://www.w3.org/2001/04/xmlenc#tripledes-cbc";
}

/// Encryption of keys (XML Encryption 1.1 §5.5).
pub mod key_transport {
    /// RSA-OAEP with MGF1 over SHA-1.
    pub const RSA_OAEP_MGF1P: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
    /// RSA-OAEP with a mask generation function that it names.
    pub const RSA_OAEP: &str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
    /// RSA with the padding of PKCS #1 v1.5, refused by every careful recipient.
    pub const RSA_1_5: &str = "http://www.w3.org/2001/04/xmlenc#rsa-1_5";
}

/// Mask generation functions of RSA-OAEP (XML Encryption 1.1 §5.5.2).
pub mod mask {
    /// MGF1 over SHA-1.
    pub const SHA1: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha1";
    /// MGF1 over SHA-256.
    pub const SHA256: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha256";
    /// MGF1 over SHA-512, which few know.
    pub const SHA512: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha512";
}

/// Signature methods.
pub mod signature {
    /// RSA (PKCS #1 v1.5) with SHA-1, refused by every careful verifier.
    pub const RSA_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
    /// RSA (PKCS #1 v1.5) with SHA-256.
    pub const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    /// RSA (PKCS #1 v1.5) with SHA-384.
    pub const RSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384";
    /// RSA (PKCS #1 v1.5) with SHA-512.
    pub const RSA_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
    /// ECDSA with SHA-1, refused by every careful verifier.
    pub const ECDSA_SHA1: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1";
    /// ECDSA with SHA-256.
    pub const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
    /// ECDSA with SHA-384.
    pub const ECDSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384";
    /// ECDSA with SHA-512.
    pub const ECDSA_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512";
    /// HMAC with SHA-256; minted with the certificate's PEM text as the secret, which is the key confusion attack.
    pub const HMAC_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
}

/// Transforms and canonicalization methods.
pub mod transform {
    /// The enveloped-signature transform.
    pub const ENVELOPED_SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    /// Exclusive canonicalization without comments.
    pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
    /// Exclusive canonicalization with comments.
    pub const EXCLUSIVE_WITH_COMMENTS: &str = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments";
    /// Canonical XML 1.0 without comments.
    pub const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    /// Canonical XML 1.0 with comments.
    pub const INCLUSIVE_WITH_COMMENTS: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments";
    /// Canonical XML 1.1 without comments.
    pub const INCLUSIVE_1_1: &str = "http://www.w3.org/2006/12/xml-c14n11";
    /// The XPath transform.
    pub const XPATH: &str = "http://www.w3.org/TR/1999/REC-xpath-19991116";
    /// The XSLT transform.
    pub const XSLT: &str = "http://www.w3.org/TR/1999/REC-xslt-19991116";
    /// The base64 transform.
    pub const BASE64: &str = "http://www.w3.org/2000/09/xmldsig#base64";
}

/// The hash that a digest or signature method names; SHA-256 for a method nobody knows.
pub(super) fn hash_of(method: &str) -> MessageDigest {
    let name = method.rsplit(['#', '-']).next().unwrap_or_default();
    match name {
        "sha1" => MessageDigest::sha1(),
        "sha384" => MessageDigest::sha384(),
        "sha512" => MessageDigest::sha512(),
        "md5" => MessageDigest::md5(),
        _ => MessageDigest::sha256(),
    }
}
