"""Screen lock: what covers a page that nobody touched for ten minutes, until its reader is signed in again.

Why: the server locks a session that is idle, but a page that came before goes on showing what was typed on it. How long
that is, the page carries to the script and to its texts from `IDLE_LIMIT` of `access/idle_lock.py`.
Promises: a page tells whose it is by a tag that means nothing elsewhere; the script (`setu.js`) uncovers it for nobody
else; asking is no use of the session. When not to use it: to keep anything from somebody who can read a page's source.
"""

from flask import Blueprint, Response, jsonify

from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context

blueprint = Blueprint("screen_lock", __name__)


def reader_tag(who: Principal) -> str:
    """The same for all sessions of an account at this service, and another for every other account."""
    return context().mac.digest("reader of a screen", who.account.bytes).hex()[:16]


@blueprint.get("/reader")
@require()
def reader() -> Response:
    """Whose pages this browser may show now; asked with `X-Setu-Poll`, so 401 where nobody is signed in."""
    return jsonify(reader=reader_tag(principal()))
