"""Strong entity tags made of a version number, and the preconditions on a change (RFC 9110 §8.8, §13.1).

Promises: `"<version>"` and nothing else is accepted in If-Match; absent → 428, `*`, weak or old → 412.
Not for lists whose tag is a generation or a digest: those call `set_etag` with their own text.
"""

import re

from flask import Response, request

from service_kit.web.problems import WORDS, Problem

_ONE_TAG = re.compile(r'\A"([^"]*)"\Z')


def set_etag(response: Response, version: int | str) -> Response:
    """Put the strong tag of `version` on the response and return it."""
    response.headers["ETag"] = f'"{version}"'
    return response


def require_if_match() -> str:
    """Return the raw If-Match header; raises 428 where it is missing."""
    header = request.headers.get("If-Match")
    if header is None:
        raise Problem(428, "precondition-required", WORDS["precondition-required"][1])
    return header


def if_match(current_version: int | str) -> None:
    """Check If-Match against the version at hand; raises 428 (missing) or 412 (anything but exactly that tag)."""
    tag = _ONE_TAG.match(require_if_match().strip())
    if tag is None or tag.group(1) != str(current_version):
        raise Problem(412, "stale", WORDS["stale"][1])


def if_none_match(version: int | str) -> bool:
    """Tell whether a GET may be answered 304: the client holds this version (weak comparison, RFC 9110 §13.1.2)."""
    return is_held(version, request.headers.get("If-None-Match", ""))


def is_held(version: int | str, if_none_match: str) -> bool:
    """The same of a header at hand."""
    held = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return f'"{version}"' in held or if_none_match.strip() == "*"


def not_modified(version: int | str) -> Response:
    """304 with the same tag and no body."""
    return set_etag(Response(status=304), version)
