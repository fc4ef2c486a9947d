"""A small identity provider on pysaml2's Server, for tests.

Standard output carries one line, `ready http://127.0.0.1:PORT`, once it answers; all else goes to standard error.
Its paths are in README.md of the folder above.
"""

import argparse
import base64
import html
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.authn_context import PASSWORDPROTECTEDTRANSPORT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_EMAILADDRESS, NameID
from saml2.response import IncorrectlySigned
from saml2.server import Server
from saml2.sigver import verify_redirect_signature
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

PAGE = """<!doctype html>
<html lang="en"><title>Signing in</title>
<form method="post" action="{action}">
<input type="hidden" name="SAMLResponse" value="{response}">
{relay_state}
<button>Continue</button>
</form>
<script>document.forms[0].submit()</script>
</html>
"""

# How requests travel.
BINDINGS = {"redirect": BINDING_HTTP_REDIRECT, "post": BINDING_HTTP_POST}

# The algorithm of each method of encryption, and what xmlsec1 calls a key for it.
ENCRYPTION = {
    f"aes{bits}-{mode}": (f"http://www.w3.org/{namespace}#aes{bits}-{mode}", f"aes-{bits}")
    for mode, namespace in [("gcm", "2009/xmlenc11"), ("cbc", "2001/04/xmlenc")]
    for bits in (128, 192, 256)
}


def arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sp-metadata", required=True, help="URL or file of the service provider's metadata")
    parser.add_argument("--entity-id", help="default: the metadata's address")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--name-id", default="ada@acme.example")
    parser.add_argument("--name-id-format", default=NAMEID_FORMAT_EMAILADDRESS)
    parser.add_argument(
        "--attributes",
        default='{"givenName": "Ada", "sn": "Lovelace"}',
        help="JSON object, a value or a list of values a name; names that pysaml2 knows travel as their OIDs",
    )
    parser.add_argument("--sign", choices=["assertion", "response", "both"], default="both")
    parser.add_argument("--encrypt", choices=ENCRYPTION, help="the method that the assertion is encrypted by")
    parser.add_argument("--want-signed-requests", action="store_true", help="refuse requests that are not signed")
    parser.add_argument("--requests", choices=BINDINGS, default="redirect", help="the binding of requests")
    parser.add_argument("--logout", choices=BINDINGS, default="redirect", help="the binding of single logout")
    parser.add_argument("--sso-query", default="", help="a query that the address for requests has already")
    return parser.parse_args()


def key_pair(folder: Path) -> dict[str, str]:
    """Makes a self-signed certificate, as identity providers publish them."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "7"]
        + ["-subj", "/CN=pysaml2 under test", "-keyout", str(key), "-out", str(cert)],
        check=True,
        capture_output=True,
    )
    return {"key_file": str(key), "cert_file": str(cert)}


def service_provider(source: str, folder: Path) -> Path:
    """Fetches the service provider's metadata, where it is not a file already."""
    if not source.startswith(("http://", "https://")):
        return Path(source)
    path = folder / "sp.xml"
    with urllib.request.urlopen(source, timeout=10) as answer:
        path.write_bytes(answer.read())
    return path


def configuration(options: argparse.Namespace, base: str, folder: Path) -> IdPConfig:
    """pysaml2's configuration of one identity provider that knows one service provider."""
    sso = f"{base}/sso?{options.sso_query}" if options.sso_query else f"{base}/sso"
    return IdPConfig().load(
        {
            "entityid": options.entity_id or f"{base}/metadata",
            "service": {
                "idp": {
                    "name": "pysaml2 under test",
                    "endpoints": {
                        "single_sign_on_service": [(sso, BINDINGS[options.requests])],
                        "single_logout_service": [(f"{base}/slo", BINDINGS[options.logout])],
                    },
                    "want_authn_requests_signed": options.want_signed_requests,
                    "name_id_format": [options.name_id_format],
                    "policy": {"default": {"lifetime": {"minutes": 15}, "name_form": NAME_FORMAT_URI}},
                }
            },
            "metadata": {"local": [str(service_provider(options.sp_metadata, folder))]},
            "xmlsec_binary": shutil.which("xmlsec1"),
            **key_pair(folder),
        }
    )


def encrypt_by(server: Server, method: str) -> None:
    """Lets xmlsec1 encrypt by another method than Triple DES, which is the only one that pysaml2 asks it for."""
    algorithm, session_key = ENCRYPTION[method]
    encrypt = server.sec.encrypt_assertion

    def encrypt_assertion(statement, enc_key, template, key_type=session_key, node_xpath=None):
        template.encryption_method.algorithm = algorithm
        return encrypt(statement, enc_key, template, session_key, node_xpath)

    server.sec.encrypt_assertion = encrypt_assertion


class Person:
    """Who signs in next. `PUT /person` puts somebody else in their place."""

    def __init__(self, name_id: str, attributes: dict) -> None:
        self.name_id = name_id
        self.attributes = {
            name: values if isinstance(values, list) else [values] for name, values in attributes.items()
        }


class IdentityProvider:
    """Answers requests with signed responses about the person of the moment."""

    def __init__(self, options: argparse.Namespace, config: IdPConfig) -> None:
        self.options = options
        self.server = Server(config=config)
        if options.encrypt:
            encrypt_by(self.server, options.encrypt)
        self.person = Person(options.name_id, json.loads(options.attributes))
        self.session_index: str | None = None

    def metadata(self) -> str:
        return str(entity_descriptor(self.server.config))

    def answer(self, fields: dict[str, str], binding: str) -> str:
        """The page that answers an AuthnRequest."""
        relay_state = fields.get("RelayState")
        request = self.server.parse_authn_request(
            fields["SAMLRequest"],
            binding,
            relay_state=relay_state,
            sigalg=fields.get("SigAlg"),
            signature=fields.get("Signature"),
        )
        # `in_response_to`, `destination` and `sp_entity_id`; the rest of them is not for a response.
        reply = self.server.response_args(request.message, [BINDING_HTTP_POST])
        return self.page(reply["in_response_to"], reply["destination"], reply["sp_entity_id"], relay_state)

    def initiate(self, relay_state: str | None) -> str:
        """The page of a sign-in that starts here, at the only service provider's first POST endpoint."""
        [sp_entity_id] = self.server.metadata.service_providers()
        [endpoint, *_] = self.server.metadata.assertion_consumer_service(sp_entity_id, BINDING_HTTP_POST)
        return self.page(None, endpoint["location"], sp_entity_id, relay_state)

    def page(self, in_response_to, destination, sp_entity_id, relay_state) -> str:
        response = self.server.create_authn_response(
            self.person.attributes,
            in_response_to=in_response_to,
            destination=destination,
            sp_entity_id=sp_entity_id,
            name_id=NameID(format=self.options.name_id_format, text=self.person.name_id),
            authn={"class_ref": PASSWORDPROTECTEDTRANSPORT},
            sign_response=self.options.sign in ("response", "both"),
            sign_assertion=self.options.sign in ("assertion", "both"),
            # SHA-1 otherwise.
            sign_alg=SIG_RSA_SHA256,
            digest_alg=DIGEST_SHA256,
            # For the first certificate that the service's metadata has for it.
            encrypt_assertion=bool(self.options.encrypt),
        )
        index = re.search(r'SessionIndex="([^"]+)"', str(response))
        self.session_index = index.group(1) if index else None
        message = base64.b64encode(str(response).encode()).decode()
        state = f'<input type="hidden" name="RelayState" value="{html.escape(relay_state)}">' if relay_state else ""
        return PAGE.format(action=html.escape(destination), response=message, relay_state=state)


    def end_session(self) -> dict:
        """The LogoutRequest of a person who signs out here: how it is sent."""
        [sp_entity_id] = self.server.metadata.service_providers()
        binding = BINDINGS[self.options.logout]
        [endpoint, *_] = self.server.metadata.single_logout_service(sp_entity_id, binding, "spsso")
        by_post = binding == BINDING_HTTP_POST
        _, request = self.server.create_logout_request(
            endpoint["location"],
            sp_entity_id,
            name_id=NameID(format=self.options.name_id_format, text=self.person.name_id),
            session_indexes=[self.session_index] if self.session_index else None,
            sign=by_post,
            sign_alg=SIG_RSA_SHA256,
            digest_alg=DIGEST_SHA256,
        )
        return self.server.apply_binding(
            binding, str(request), endpoint["location"], "state & more", sign=True, sigalg=SIG_RSA_SHA256
        )

    def logout(self, fields: dict[str, str], binding: str) -> dict | str:
        """Answers a LogoutRequest, or says what an answer to one of its own is. Both must be signed."""
        if binding == BINDING_HTTP_REDIRECT:
            self.verify_query(fields)
        if "SAMLResponse" in fields:
            answer = self.server.parse_logout_request_response(fields["SAMLResponse"], binding)
            if binding == BINDING_HTTP_POST and answer.response.signature is None:
                raise IncorrectlySigned("the answer is not signed")
            return f"{answer.response.status.status_code.value} {fields.get('RelayState')}"
        request = self.server.parse_logout_request(fields["SAMLRequest"], binding)
        if binding == BINDING_HTTP_POST and request.message.signature is None:
            raise IncorrectlySigned("the request is not signed")
        if request.message.name_id.text != self.person.name_id:
            raise ValueError("somebody else")
        by_post = binding == BINDING_HTTP_POST
        response = self.server.create_logout_response(
            request.message, [binding], sign=by_post, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256
        )
        reply = self.server.response_args(request.message, [binding])
        return self.server.apply_binding(
            binding, str(response), reply["destination"], response=True, sign=True, sigalg=SIG_RSA_SHA256
        )

    def verify_query(self, fields: dict[str, str]) -> None:
        """By the certificate that the service's metadata has for signing."""
        [sp_entity_id] = self.server.metadata.service_providers()
        certificates = self.server.metadata.certs(sp_entity_id, "spsso", "signing")
        if not any(
            verify_redirect_signature(dict(fields), self.server.sec.sec_backend, cert) for _, cert in certificates
        ):
            raise IncorrectlySigned("the query is not signed")


class Handler(BaseHTTPRequestHandler):
    """The paths of the provider."""

    provider: IdentityProvider

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        match url.path:
            case "/metadata":
                self.reply(200, "application/samlmetadata+xml", self.provider.metadata())
            case "/sso" if "SAMLRequest" in query:
                self.answer(query, BINDING_HTTP_REDIRECT)
            case "/slo":
                self.logout(query, BINDING_HTTP_REDIRECT)
            case "/logout":
                self.send(self.provider.end_session())
            case "/initiate":
                self.reply(200, "text/html; charset=utf-8", self.provider.initiate(query.get("RelayState")))
            case _:
                self.reply(404, "text/plain", "not found")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = {name: values[0] for name, values in parse_qs(body).items()}
        match urlsplit(self.path).path:
            case "/sso":
                self.answer(fields, BINDING_HTTP_POST)
            case "/slo":
                self.logout(fields, BINDING_HTTP_POST)
            case _:
                self.reply(404, "text/plain", "not found")

    def logout(self, fields: dict[str, str], binding: str) -> None:
        try:
            answer = self.provider.logout(fields, binding)
        except IncorrectlySigned:
            return self.reply(403, "text/plain", "not signed correctly")
        if isinstance(answer, str):
            return self.reply(200, "text/plain", answer)
        self.send(answer)

    def send(self, message: dict) -> None:
        """Sends the browser on with a message, by a redirect or by a page."""
        location = dict(message["headers"]).get("Location")
        if location is None:
            return self.reply(200, "text/html; charset=utf-8", message["data"])
        self.send_response(302)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, fields: dict[str, str], binding: str) -> None:
        try:
            page = self.provider.answer(fields, binding)
        except IncorrectlySigned:
            return self.reply(403, "text/plain", "not signed correctly")
        self.reply(200, "text/html; charset=utf-8", page)

    def do_PUT(self) -> None:
        if self.path != "/person":
            return self.reply(404, "text/plain", "not found")
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.provider.person = Person(body["name_id"], body["attributes"])
        self.reply(200, "text/plain", "ok")

    def reply(self, status: int, content_type: str, body: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main() -> None:
    options = arguments()
    # So that the temporary folder goes too when a test ends this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="pysaml2-") as folder:
        server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
        base = f"http://127.0.0.1:{server.server_port}"
        Handler.provider = IdentityProvider(options, configuration(options, base, Path(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"ready {base}", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
