"""Upload of a provider's services: send a file, look at what it would change, and only then change it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory_service.editing.domain.sheets.columns import COLUMNS, ID
from directory_service.editing.domain.sheets.faults import BadSheet
from directory_service.editing.domain.sheets.table import (
    LARGEST,
    MOST_ROWS,
)
from directory_service.editing.pages.cell_words import cell_label, cell_words
from directory_service.editing.pages.upload_words import (
    column_words,
    fault_words,
    sheet_words,
)
from directory_service.editing.store.tables import ListingUpload
from directory_service.editing.use_cases.confirm_upload import (
    Moved,
    confirm_upload,
)
from directory_service.editing.use_cases.editable import Editor
from directory_service.editing.use_cases.preview_upload import preview_upload
from directory_service.editing.use_cases.provider_sheet import (
    own_sheet,
    template_sheet,
)
from directory_service.editing.use_cases.store_upload import (
    store_upload,
    upload_of,
)
from service_kit.errors import NotFound
from service_kit.web.access.require import (
    principal,
    require,
)
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from service_kit.web.html.render import render, see_other
from service_kit.web.uploads import FileTooLarge, file_in, takes_file

blueprint = Blueprint("upload", __name__, template_folder="templates", url_prefix="/listings/upload")
DONE = ("added", "changed", "removed", "waiting")


@blueprint.get("")
@require("provider_manager")
def show() -> ResponseReturnValue:
    """The form; after a confirmation, what was done."""
    return _form({})


@blueprint.get("/template.csv")
@require("provider_manager")
def template() -> ResponseReturnValue:
    """The columns, and one filled row."""
    return _file(template_sheet(), "template.csv")


@blueprint.get("/services.csv")
@require("provider_manager")
def services() -> ResponseReturnValue:
    """The own services as they are."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        content = own_sheet(session, who.organization)
    return _file(content, "services.csv")


@blueprint.post("")
@require("provider_manager")
@takes_file(LARGEST)
def send() -> ResponseReturnValue:
    """Keep the file and go to what it would change; a file that cannot be used is not kept."""
    who, now = principal(), context().clock.now()
    try:
        content = file_in("sheet")
    except FileTooLarge:
        return _form({"sheet": sheet_words(BadSheet("too-large", most=LARGEST // 1024 // 1024))}, 413)
    chosen: dict[str, Any] = {"missing": request.form.get("missing", ""), "confirms": "confirms" in request.form}
    if content is None:
        return _form({"sheet": _("Choose a file.")}, 422, **chosen)
    upload = ListingUpload(
        id=context().ids.uuid(),
        organization_id=who.organization,
        content=content,
        takes_out=chosen["missing"] == "remove",
        confirms=chosen["confirms"],
        sent_at=now,
    )
    try:
        with context().db.transaction(who.scope) as session:
            store_upload(session, upload)
    except BadSheet as bad:
        return _form({"sheet": sheet_words(bad)}, 422, **chosen)
    return see_other(url_for("upload.preview", upload_id=upload.id))


@blueprint.get("/<uuid:upload_id>")
@require("provider_manager")
def preview(upload_id: UUID) -> ResponseReturnValue:
    """What the file would change, as of now."""
    return _preview(upload_id)


@blueprint.post("/<uuid:upload_id>")
@require("provider_manager")
def confirm(upload_id: UUID) -> ResponseReturnValue:
    """Change it, if it is still what was looked at."""
    who, now, seen = principal(), context().clock.now(), request.form.get("seen", "")
    try:
        with context().db.transaction(who.scope) as session:
            upload = _own_upload(session, upload_id, now)
            done = confirm_upload(session, upload, Editor.of(who), now, seen=seen)
    except Moved:
        return _preview(upload_id, moved=True)
    told: dict[str, Any] = {each: done[each] for each in DONE if done[each]}
    return see_other(url_for("upload.show", done=1, **told))


@blueprint.post("/<uuid:upload_id>/discard")
@require("provider_manager")
def discard(upload_id: UUID) -> ResponseReturnValue:
    """Throw the file away."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        session.delete(_own_upload(session, upload_id, context().clock.now()))
    return see_other(url_for("upload.show"))


def _preview(upload_id: UUID, *, moved: bool = False) -> Response:
    who = principal()
    with context().db.transaction(who.scope) as session:
        upload = _own_upload(session, upload_id, context().clock.now())
        found = preview_upload(session, upload)
    values: dict[str, Any] = {"upload": upload, "found": found, "moved": moved, "fault_words": fault_words}
    values |= {"cell_label": cell_label, "cell_words": cell_words}
    return render("editing/upload_preview.html", status=409 if moved else 200, **values)


def _own_upload(session: Session, upload_id: UUID, now: datetime) -> ListingUpload:
    """Raises 404: one that was confirmed, thrown away or is a day old is as absent as another's."""
    upload = upload_of(session, upload_id, now)
    if upload is None:
        raise NotFound
    return upload


def _form(errors: dict[str, str], status: int = 200, *, missing: str = "keep", confirms: bool = False) -> Response:
    done = {each: int(text) for each in DONE if (text := request.args.get(each, "0")).isdecimal() and len(text) < 5}
    columns = [(ID, _("Says which service a line means. Leave it empty for a new one."))]
    columns += [(column.name, column_words(column)) for column in COLUMNS]
    values: dict[str, Any] = {"errors": errors, "missing": missing, "confirms": confirms}
    values |= {"send_to": url_for("upload.send"), "columns": columns}
    values["file_hint"] = _("At most 2 megabytes and %(most)s rows.", most=number(MOST_ROWS))
    values |= {"finished": "done" in request.args, "done": done}
    return render("editing/upload.html", status=status, **values)


def _file(content: bytes, name: str) -> Response:
    response = Response(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
