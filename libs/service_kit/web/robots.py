"""Robots file (RFC 9309), `/robots.txt`: search engines look at no page of this service.

Asked for where the service has an origin of its own; behind one origin the gateway answers. Not for a service with
pages that shall be found: that one says which.
"""

from flask import Blueprint, Response

from service_kit.web.access.require import public

blueprint = Blueprint("robots", __name__)


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Nothing is for search engines."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
