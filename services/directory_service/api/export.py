"""`/api/export/datapackage.zip`: the whole public directory as tables, for whoever wants to keep a copy."""

from tempfile import TemporaryFile

from flask import Response, send_file

from directory_service.api.public_reading import opened
from directory_service.store.changes import state_of_feed
from directory_service.use_cases.export_datapackage import export_datapackage
from service_kit.web.api import Blueprint
from service_kit.web.auth import public
from service_kit.web.context import context
from service_kit.web.etag import if_none_match, not_modified, set_etag

blueprint = Blueprint("export", __name__, url_prefix="/api/export", description="The whole directory in one file")
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_ZIP = {"responses": {200: {"description": "The package", "content": {"application/zip": _BYTES}}}}


@blueprint.route("/datapackage.zip")
@public
@blueprint.doc(**_ZIP)
def datapackage() -> Response:
    """HSDS 3 as a Tabular Data Package: 24 CSV files and `datapackage.json`. The tag moves with any change."""
    with context().db.transaction() as session:
        tag = state_of_feed(session).tag
    if if_none_match(tag):
        return opened(not_modified(tag))
    file = TemporaryFile()  # noqa: SIM115 # the response closes it
    export_datapackage(context().db, file)
    file.seek(0)
    answer = send_file(file, mimetype="application/zip", as_attachment=True, download_name="datapackage.zip")
    return opened(set_etag(answer, tag))
