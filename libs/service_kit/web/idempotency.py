"""Idempotency-Key header: from the request to the keyed hashes that the database keeps.

Source: IETF draft-ietf-httpapi-idempotency-key-header. Missing or malformed key: 400; another request under the same
key: 422; the first still running: 409 (`service_kit.db.idempotency`). Not for transitions: those have If-Match.
"""

import re

from flask import request

from service_kit.db.idempotency import IdempotencyKey
from service_kit.errors import FieldError
from service_kit.web.context import context
from service_kit.web.problems import WORDS, Problem

_KEY = re.compile(r'\A(?:"([!#-\[\]-~ ]{1,255})"|([!#-\[\]-~]{1,255}))\Z')


def key_of_request() -> IdempotencyKey:
    """Raises the 400 problem where the header is missing or malformed (1 to 255 visible ASCII characters)."""
    header = request.headers.get("Idempotency-Key")
    if header is None:
        raise _refused("The header is missing.")
    match = _KEY.match(header.strip())
    if match is None:
        raise _refused("Send 1 to 255 visible ASCII characters.")
    return key_from_text(match.group(1) or match.group(2))


def key_from_text(text: str) -> IdempotencyKey:
    """The key of a text that is ours: a form's own key."""
    return IdempotencyKey(context().mac.digest("idempotency key", text.encode()))


def request_fingerprint() -> bytes:
    """Return the keyed hash of this request's method, path and body."""
    sent = b"\n".join((request.method.encode(), request.path.encode(), request.get_data()))
    return context().mac.digest("idempotency request", sent)


def _refused(detail: str) -> Problem:
    slug = "idempotency-key-missing"
    return Problem(400, slug, WORDS[slug][1], [FieldError("Idempotency-Key", detail)])
