"""A key of a request stands for one request, so that each key that is one is made a new one before it is sent."""

import re
import uuid

import schemathesis

KEY = re.compile(r"[ -~]{1,255}")


@schemathesis.hook
def before_call(_context, case, _kwargs):
    # What is faulty on purpose stays as it is: whoever changes one of its headers is taken to have mended them all.
    if case.meta is not None and case.meta.generation.mode.is_negative:
        return
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = key[:219] + str(uuid.uuid4())
