//! The second wall, behind the gate: an xmlsec that opens nothing, knows no transform but ours, and is silent.
//!
//! Its settings are of the whole process. samael sets xmlsec up when it is first used; this then takes away.
#![expect(unsafe_code, reason = "samael binds none of these functions of xmlsec, and they have no safe form")]

use std::ffi::{CStr, c_int, c_uint, c_void};
use std::ptr::NonNull;
use std::sync::Once;

use samael::crypto::{CertificateDer, Crypto, CryptoProvider};

/// `xmlSecTransformUsageAny` of xmlsec/transforms.h.
const ANY_USAGE: c_uint = 0xFFFF;

/// What is left: the algorithms of [`crate::names`], ended for C.
const TRANSFORMS: [&CStr; 11] = [
    c"http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    c"http://www.w3.org/2001/10/xml-exc-c14n#",
    c"http://www.w3.org/2001/04/xmlenc#sha256",
    c"http://www.w3.org/2001/04/xmldsig-more#sha384",
    c"http://www.w3.org/2001/04/xmlenc#sha512",
    c"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    c"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    c"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    c"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    c"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    c"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
];

/// `xmlSecTransformId`: a class of transforms, static in xmlsec or the library that it loaded.
type TransformId = Option<NonNull<c_void>>;
/// `xmlSecPtrListPtr`, opaque here.
type PtrList = *mut c_void;

/// `xmlStructuredErrorFunc` of libxml/xmlerror.h.
type ErrorHandler = extern "C" fn(context: *mut c_void, error: *mut c_void);

/// What libxml tells us of an error: nothing that the result does not.
extern "C" fn overhear(_context: *mut c_void, _error: *mut c_void) {}

// Signatures of libxml/xmlerror.h and libxml/globals.h, and of xmlsec/errors.h, io.h, transforms.h and list.h, the same from 1.2.20 to 1.3. samael links both.
unsafe extern "C" {
    safe fn xmlSetStructuredErrorFunc(context: Option<NonNull<c_void>>, handler: ErrorHandler);
    safe fn xmlThrDefSetStructuredErrorFunc(context: Option<NonNull<c_void>>, handler: ErrorHandler);
    safe fn xmlSecErrorsDefaultCallbackEnableOutput(enabled: c_int);
    safe fn xmlSecIOCleanupCallbacks();
    safe fn xmlSecTransformIdsGet() -> PtrList;
    fn xmlSecTransformIdListFindByHref(list: PtrList, href: *const u8, usage: c_uint) -> TransformId;
    fn xmlSecTransformIdsRegister(id: NonNull<c_void>) -> c_int;
    fn xmlSecPtrListEmpty(list: PtrList);
}

/// Hardens xmlsec, once in the life of the process. Everybody who verifies waits until it is done.
pub(crate) fn harden() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Also before samael's set-up, which the next line makes by loading a certificate that is none.
        xmlSecErrorsDefaultCallbackEnableOutput(0);
        let _ = Crypto::verify_signed_xml("<a/>", &CertificateDer::from(Vec::new()), None);
        xmlSecIOCleanupCallbacks();
        keep_our_transforms();
        // Of this thread, and of every thread that has not used libxml yet.
        xmlSetStructuredErrorFunc(None, overhear);
        xmlThrDefSetStructuredErrorFunc(None, overhear);
    });
}

fn keep_our_transforms() {
    let list = xmlSecTransformIdsGet();
    // SAFETY: samael has initialised xmlsec, so `list` is its own list of classes, alive as long as the process; the
    // names end with NUL; what is found is a static class, which stays valid when the list that named it is emptied.
    // `Once` keeps every verification of this crate out meanwhile.
    unsafe {
        let kept =
            TRANSFORMS.map(|name| xmlSecTransformIdListFindByHref(list, name.as_ptr().cast(), ANY_USAGE));
        xmlSecPtrListEmpty(list);
        for transform in kept.into_iter().flatten() {
            xmlSecTransformIdsRegister(transform);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{DIGEST_METHODS, ECDSA_METHODS, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, RSA_METHODS};

    fn is_known(href: &CStr) -> bool {
        harden();
        // SAFETY: xmlsec is initialised, and the name ends with NUL.
        let found = unsafe {
            xmlSecTransformIdListFindByHref(xmlSecTransformIdsGet(), href.as_ptr().cast(), ANY_USAGE)
        };
        found.is_some()
    }

    #[test]
    fn only_our_transforms_are_left() {
        assert!(TRANSFORMS.iter().all(|name| is_known(name)));
        for gone in [
            c"http://www.w3.org/TR/1999/REC-xslt-19991116",
            c"http://www.w3.org/TR/1999/REC-xpath-19991116",
            c"http://www.w3.org/2000/09/xmldsig#base64",
            c"http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            c"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        ] {
            assert!(!is_known(gone), "{gone:?}");
        }
    }

    #[test]
    fn the_list_is_that_of_the_gate() {
        let kept: Vec<_> = TRANSFORMS.iter().map(|name| name.to_str().unwrap()).collect();
        let gate =
            [&[ENVELOPED_SIGNATURE, EXCLUSIVE_C14N], &DIGEST_METHODS[..], &RSA_METHODS, &ECDSA_METHODS];
        assert_eq!(kept, gate.concat());
    }
}
