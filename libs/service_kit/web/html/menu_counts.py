"""Counts in the header's menu: one JSON answer a link, which the script of every page asks again each ten seconds.

    @blueprint.get("/unread")
    @require()
    @own_origins
    def count_unread() -> Response:
        return count_response(…)

Promises: the answer is a number and nothing else; the tag is made of it, so asking again mostly costs a 304.
"""

from flask import Response, jsonify

from service_kit.web.etag import if_none_match, not_modified, set_etag


def count_response(count: int) -> Response:
    """Return `{"count": …}`, or 304 where the reader holds that number."""
    return not_modified(count) if if_none_match(count) else set_etag(jsonify({"count": count}), count)
