"""Steps that every file of the registry takes: sent, kept for a day, looked at, done once or thrown away."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Response, url_for
from sqlalchemy.orm import Session

from directory_service.editing.domain.sheets.faults import BadSheet
from directory_service.editing.domain.sheets.table import LARGEST, MOST_ROWS, file_of
from directory_service.editing.pages.upload_words import sheet_words
from directory_service.registry.store.tables import RegistryUpload
from directory_service.registry.store.uploads import keep_upload, upload_of
from service_kit.errors import NotFound
from service_kit.identity import Principal
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from service_kit.web.html.render import render, see_other
from service_kit.web.uploads import FileTooLarge, file_in

LARGEST_FILE = LARGEST
Check = Callable[[Session, bytes], object]
Form = Callable[[dict[str, str], int], Response]
Columns = Sequence[tuple[str, str]]


def file_form(
    template: str,
    errors: dict[str, str],
    status: int,
    *,
    send_to: str,
    columns: Sequence[tuple[str, str]],
    **values: Any,
) -> Response:
    """The page that takes the file: what belongs into which column, and why the last one was not taken."""
    hint = _("At most 2 megabytes and %(most)s rows.", most=number(MOST_ROWS))
    values |= {"errors": errors, "send_to": url_for(send_to), "columns": columns, "file_hint": hint}
    return render(template, status=status, **values)


def answer_sent_file(kind: str, who: Principal, check: Check, *, form: Form, preview: str) -> Response:
    """Keep the form's file and go to its `preview`; one that cannot be used is not kept. `check` raises BadSheet."""
    kept = _keep_sent_file(kind, who, check)
    return form({"sheet": kept}, 422) if isinstance(kept, str) else see_other(url_for(preview, upload_id=kept))


def throw_file_away(kind: str, who: Principal, upload_id: UUID) -> None:
    """Raises NotFound as `own_file`."""
    with context().db.transaction(who.scope) as session:
        session.delete(own_file(session, who, kind, upload_id))


def _keep_sent_file(kind: str, who: Principal, check: Check) -> UUID | str:
    """The id under which it is kept, or why it cannot be used."""
    try:
        content = file_in("sheet")
    except FileTooLarge:
        return sheet_words(BadSheet("too-large", most=LARGEST // 1024 // 1024))
    if content is None:
        return _("Choose a file.")
    upload = RegistryUpload(
        id=context().ids.uuid(), account_id=who.account, kind=kind, content=content, sent_at=context().clock.now()
    )
    try:
        with context().db.transaction(who.scope) as session:
            check(session, content)
            keep_upload(session, upload)
    except BadSheet as bad:
        return file_words(bad)
    return upload.id


def own_file(session: Session, who: Principal, kind: str, upload_id: UUID) -> RegistryUpload:
    """Raises NotFound: one that was done, thrown away or is a day old is as absent as another's."""
    found = upload_of(session, upload_id, kind, who.account, context().clock.now())
    if found is None:
        raise NotFound
    return found


def file_words(bad: BadSheet) -> str:
    """Why the file as a whole cannot be used."""
    if bad.code == "missing":
        return _("The first line lacks: %(columns)s.", columns=bad.figures["columns"])
    if bad.code == "empty":
        return _(
            "The file has no rows. It needs a line with the names of the columns, and a line for each entry below."
        )
    return sheet_words(bad)


def csv_answer(rows: list[list[str]], name: str) -> Response:
    """The rows as a file to save."""
    response = Response(file_of(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
