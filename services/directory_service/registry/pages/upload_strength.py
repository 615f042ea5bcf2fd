"""Posted strength from a file: send it, say what unknown ranks mean, look at what it would change, then one button."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.organizations.domain.posted_strength import SCOPES, StrengthRow
from directory_service.organizations.domain.ranks import RANKS, ranks_of_kind
from directory_service.organizations.domain.unit_kinds import WITH_PEOPLE
from directory_service.organizations.store.strength import strength_of
from directory_service.registry.domain.strength_file import COLUMNS, StrengthPlan
from directory_service.registry.domain.units import Unit
from directory_service.registry.pages.coordinated_unit import coordinator
from directory_service.registry.pages.registry_files import (
    LARGEST_FILE,
    answer_sent_file,
    csv_answer,
    file_form,
    own_file,
    throw_file_away,
)
from directory_service.registry.pages.registry_words import fault_words, strength_column_words
from directory_service.registry.store.units import peopled_units
from directory_service.registry.use_cases.upload_strength import preview_strength, tag_of, write_strength
from service_kit.errors import Stale
from service_kit.web.access.require import require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.uploads import takes_file
from setu.roles import COORDINATOR

blueprint = Blueprint("upload_strength", __name__, template_folder="templates", url_prefix="/registry/strength")
KIND = "strength"


@blueprint.get("/upload")
@require(COORDINATOR)
def show() -> ResponseReturnValue:
    """The form for a file."""
    return _form({})


@blueprint.get("/template.csv")
@require(COORDINATOR)
def template() -> ResponseReturnValue:
    """Every rank of a district's units with a code, figures as they are; only the gaps are to be filled."""
    who, asked = coordinator(), request.args.get("district", "")
    district = int(asked) if asked in map(str, who.districts) else who.districts[0]
    with context().db.transaction(who.scope) as session:
        units = [unit for unit in peopled_units(session, district) if unit.code]
        rows = strength_of(session, [unit.id for unit in units])
    known = {(row.unit, row.rank): row for row in rows if row.scope == SCOPES[0]}
    cells = [_cells(unit, rank.code, known) for unit in units for rank in ranks_of_kind(unit.kind.kind)]
    return csv_answer([list(COLUMNS), *cells], "strength.csv")


@blueprint.post("/upload")
@require(COORDINATOR)
@takes_file(LARGEST_FILE)
def send() -> ResponseReturnValue:
    """Keep the file and go to what it would do; one that cannot be used is not kept."""
    who, now = coordinator(), context().clock.now()
    return answer_sent_file(
        KIND,
        who,
        lambda session, content: preview_strength(session, who, content, now),
        form=_form,
        preview="upload_strength.preview",
    )


@blueprint.get("/upload/<uuid:upload_id>")
@require(COORDINATOR)
def preview(upload_id: UUID) -> ResponseReturnValue:
    """What the file would do, as of now; and which words it asks about."""
    return _preview(upload_id, {})


@blueprint.post("/upload/<uuid:upload_id>")
@require(COORDINATOR)
def confirm(upload_id: UUID) -> ResponseReturnValue:
    """Do it, if it is still what was looked at and every word has a meaning."""
    who, now = coordinator(), context().clock.now()
    answers = {name: value for name, value in request.form.items() if name.startswith("rank.") and value}
    with context().db.transaction(who.scope) as session:
        content = own_file(session, who, KIND, upload_id).content
        asked = preview_strength(session, who, content, now, answers).unknown
    if asked:
        missing = {each.field_name: _("Say which rank this is.") for each in asked}
        return _preview(upload_id, missing, 422, answers=answers)
    try:
        with context().db.transaction(who.scope) as session:
            kept = own_file(session, who, KIND, upload_id)
            write_strength(session, who, kept.content, answers, now, seen=request.form.get("seen", ""))
            session.delete(kept)
    except Stale:
        return _preview(upload_id, {}, 409, answers=answers)
    return see_other(url_for("registry_strength.show", done="yes"))


@blueprint.post("/upload/<uuid:upload_id>/discard")
@require(COORDINATOR)
def discard(upload_id: UUID) -> ResponseReturnValue:
    """Throw the file away."""
    throw_file_away(KIND, coordinator(), upload_id)
    return see_other(url_for("upload_strength.show"))


def _cells(unit: Unit, rank: str, known: dict[tuple[UUID, str], StrengthRow]) -> list[str]:
    row = known.get((unit.id, rank))
    if row is None:
        return [unit.code, SCOPES[0], rank, "", "", ""]
    return [unit.code, row.scope, rank, str(row.posted), row.as_of.isoformat(), row.source]


def _preview(
    upload_id: UUID, errors: dict[str, str], status: int = 200, *, answers: dict[str, str] | None = None
) -> Response:
    who = coordinator()
    with context().db.transaction(who.scope) as session:
        content = own_file(session, who, KIND, upload_id).content
        plan: StrengthPlan = preview_strength(session, who, content, context().clock.now())
    values: dict[str, Any] = {"upload_id": upload_id, "plan": plan, "tag": tag_of(plan), "moved": status == 409}
    values |= {"errors": errors, "answers": answers or {}, "fault_words": fault_words}
    values |= {"rank_names": {code: rank.title for code, rank in RANKS.items()}}
    values["choices"] = {kind: [(rank.code, _(rank.title)) for rank in ranks_of_kind(kind)] for kind in WITH_PEOPLE}
    return render("registry/strength_preview.html", status=status, **values)


def _form(errors: dict[str, str], status: int = 200) -> Response:
    columns = [(column, strength_column_words(column)) for column in COLUMNS]
    columns += [(rank.code, _(rank.title)) for rank in RANKS.values()]
    return file_form(
        "registry/strength_upload.html",
        errors,
        status,
        send_to="upload_strength.send",
        columns=columns,
        district=request.args.get("district", ""),
    )
