"""Links from lists to the change feed, for whoever keeps a copy of a list.

`rel="related"; title="deletions"` stands on a list that was asked for with `modified_after`: what went in that time,
which no list shows. `rel="monitor"` (RFC 5989) stands on `format=ndjson`: where to follow what changes from here on.
"""

from urllib.parse import urlencode

from flask import Response, request

from service_kit.web.site import own_base


def deletions_link(kind: str) -> str | None:
    """What of this kind went since the `modified_after` of this request; None where it has none."""
    since = request.args.get("modified_after")
    return None if since is None else deletions_since(kind, since, own_base())


def deletions_since(kind: str, since: str, directory_url: str) -> str:
    """What of this kind went since a moment, given as it was asked for."""
    query = urlencode({"type": kind, "deleted": "true", "modified_after": since})
    return f'<{directory_url}/api/changes?{query}>; rel="related"; title="deletions"'


def monitor_link(kind: str | None, cursor: str) -> str:
    """What changes of this kind, or of any (None), after the feed's cursor."""
    query = urlencode(({"type": kind} if kind else {}) | {"since": cursor})
    return f'<{own_base()}/api/changes?{query}>; rel="monitor"'


def with_link(response: Response, link: str | None) -> Response:
    """The answer with one more link."""
    if link:
        response.headers["Link"] = ", ".join(filter(None, (response.headers.get("Link"), link)))
    return response
