"""`/api/export/datapackage.zip`: the whole public directory as tables, for whoever wants to keep a copy.

The worker makes it, once for each state of the change feed (`use_cases/make_datapackage.py`), and it is sent as a file:
with its digest as tag, and in ranges where a client asks for them. What has changed since it was begun is told by the
feed, from where `Link: rel="monitor"` says.
"""

from typing import Any
from uuid import UUID

from flask import Response, send_file

from directory_service.hsds.api.change_links import monitor_link, with_link
from directory_service.hsds.store.package_folder import PackageFolder
from directory_service.hsds.store.package_state import package_state
from directory_service.hsds.use_cases.follow_changes import write_feed_cursor
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency
from service_kit.web.cors import any_origin
from service_kit.web.problems import Problem

blueprint = Blueprint("export", __name__, url_prefix="/api/export", description="The whole directory in one file")
WAIT = 10  # seconds until one asks again for a package that is being made
_BYTES = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
_ANSWERS: dict[int, Any] = {
    200: {"description": "The package", "content": _BYTES},
    206: {"description": "The part of it that `Range` asks for; `If-Range` takes its ETag", "content": _BYTES},
}
_HEADERS = [
    {"name": name, "in": "header", "schema": {"type": "string"}, "description": text}
    for name, text in (("Range", "Bytes, as in `bytes=1000-`."), ("If-Range", "The ETag of the part at hand."))
]


@blueprint.route("/datapackage.zip")
@public
@any_origin
@blueprint.alt_response(416, description="There is no such part.")
@blueprint.alt_response(503, description="It is being made; come again as `Retry-After` says.")
@blueprint.doc(responses=_ANSWERS, parameters=_HEADERS)
def datapackage() -> Response:
    """HSDS 3 as a Tabular Data Package: 24 CSV files and `datapackage.json`. The tag is of its bytes."""
    folder = dependency(PackageFolder)
    note = folder.read_note()  # before the state: a newer one would be of a state that is not known yet
    with context().db.transaction() as session:
        state = package_state(session)
    if note is None or not note.may_be_shown(state):
        raise _being_made()
    try:
        answer = send_file(
            folder.file_of(note).absolute(),
            mimetype="application/zip",
            as_attachment=True,
            download_name="datapackage.zip",
            etag=note.digest,
            last_modified=note.made_at,
        )
    except FileNotFoundError:
        raise _being_made() from None
    return with_link(answer, monitor_link(None, write_feed_cursor(UUID(note.state.feed), note.state.last)))


def _being_made() -> Problem:
    words = "The package is being made. Please try again in some seconds; that of a large directory takes minutes."
    return Problem(503, "unavailable", words, headers={"Retry-After": str(WAIT)})
