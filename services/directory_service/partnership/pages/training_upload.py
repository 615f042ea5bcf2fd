"""Attendance from a file: sent, looked at, done. The preview carries the file along, so nothing is kept before."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.editing.domain.sheets.faults import BadSheet
from directory_service.editing.domain.sheets.table import text_of
from directory_service.organizations.domain.ranks import RANKS
from directory_service.partnership.domain.training_file import COLUMNS, CountPlan
from directory_service.partnership.pages import training_words as words
from directory_service.partnership.pages.meeting import stale_as_conflict
from directory_service.partnership.pages.meeting_words import day_words
from directory_service.partnership.store.meetings import names_of
from directory_service.partnership.store.training import sessions_of
from directory_service.partnership.use_cases.training.upload_training import (
    MOST_SESSIONS,
    preview_counts,
    tag_of,
    upload_counts,
)
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.uploads import FileTooLarge, file_in, takes_file
from setu.roles import COORDINATOR

blueprint = Blueprint("training_upload", __name__, url_prefix="/training/upload")
LARGEST = 64 * 1024  # bytes: 500 rows with room to spare


@blueprint.get("")
@require(COORDINATOR)
def show() -> ResponseReturnValue:
    """The form for a file."""
    return _form({})


@blueprint.post("")
@require(COORDINATOR)
@takes_file(LARGEST)
def send() -> ResponseReturnValue:
    """What the file would store, as of now."""
    try:
        content = file_in("sheet")
    except FileTooLarge:
        return _form({"sheet": _("The file is too large. At most 500 rows are taken at a time.")}, 422)
    if content is None:
        return _form({"sheet": _("Choose a file.")}, 422)
    try:
        return _preview(text_of(content))
    except BadSheet as bad:
        return _form({"sheet": words.file_words(bad)}, 422)


@blueprint.post("/confirm")
@require(COORDINATOR)
def confirm() -> ResponseReturnValue:
    """Do it, if it is still what was looked at."""
    who, text, ids = principal(), request.form.get("file", ""), dependency(Dependencies).ids
    try:
        with context().db.transaction(who.scope) as session, stale_as_conflict():
            upload_counts(
                session, who, text.encode(), context().clock.now(), seen=request.form.get("seen", ""), ids=ids
            )
    except BadSheet as bad:
        return _form({"sheet": words.file_words(bad)}, 422)
    return see_other(url_for("training.show", done="counted"))


def _preview(text: str) -> Response:
    who = principal()
    with context().db.transaction(who.scope) as session:
        plan: CountPlan = preview_counts(session, who, text.encode(), context().clock.now())
        names = names_of(session, [unit for _training, unit in plan.counts if unit])
        sessions = {row.id: row for row in sessions_of(session, who.districts, MOST_SESSIONS)}
    values: dict[str, Any] = {"plan": plan, "tag": tag_of(plan), "file": text, "names": names, "sessions": sessions}
    return render("partnership/training_preview.html", words=words, day_words=day_words, **values)


def _form(errors: dict[str, str], status: int = 200) -> Response:
    columns = [(column, words.count_column_words(column)) for column in COLUMNS]
    columns += [(rank.code, _(rank.title)) for rank in RANKS.values()]
    values: dict[str, Any] = {"errors": errors, "columns": columns, "send_to": url_for("training_upload.send")}
    return render("partnership/training_upload.html", status=status, **values)
