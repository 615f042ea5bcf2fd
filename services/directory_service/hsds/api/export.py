"""`/api/export/datapackage.zip`: the whole public directory as tables, for whoever wants to keep a copy.

Of a hundred thousand services that is a minute's work or more, and anybody may ask for it. So a process makes one at a
time, and tells others to come again: who only reads a page finds a thread that is free.
"""

import threading
from tempfile import TemporaryFile

from flask import Response, send_file

from directory_service.hsds.api.public_reading import (
    tagged,
    unchanged,
)
from directory_service.hsds.use_cases.export_datapackage import export_datapackage
from directory_service.listings.store.change_feed import state_of_feed
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.cors import any_origin
from service_kit.web.problems import Problem

blueprint = Blueprint("export", __name__, url_prefix="/api/export", description="The whole directory in one file")
MAKING = threading.Lock()
PATIENCE = 1.0  # seconds; a small directory's is made meanwhile
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_ZIP = {"responses": {200: {"description": "The package", "content": {"application/zip": _BYTES}}}}


@blueprint.route("/datapackage.zip")
@public
@any_origin
@blueprint.doc(**_ZIP)
def datapackage() -> Response:
    """HSDS 3 as a Tabular Data Package: 24 CSV files and `datapackage.json`. The tag moves with any change."""
    with context().db.transaction() as session:
        state = state_of_feed(session)
    if same := unchanged(state.tag, state.at):
        return same
    if not MAKING.acquire(timeout=PATIENCE):
        words = "It is being made for somebody else. Please try again in a minute."
        raise Problem(503, "unavailable", words, headers={"Retry-After": "60"})
    try:
        file = TemporaryFile()  # noqa: SIM115 # the response closes it
        export_datapackage(context().db, file)
    finally:
        MAKING.release()
    file.seek(0)
    answer = send_file(file, mimetype="application/zip", as_attachment=True, download_name="datapackage.zip")
    return tagged(answer, state.tag, state.at)
