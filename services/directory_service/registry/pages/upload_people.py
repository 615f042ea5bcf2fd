"""People from a file: send it, look at who would be added, then one button and their slips, printed once."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.editing.domain.sheets.table import MOST_ROWS
from directory_service.registry.domain.people_file import COLUMNS, FIRST_ROLES, roles_of_file
from directory_service.registry.domain.units import takes_first_people
from directory_service.registry.pages.coordinated_unit import coordinator
from directory_service.registry.pages.registry_files import (
    LARGEST_FILE,
    answer_sent_file,
    csv_answer,
    file_form,
    own_file,
    throw_file_away,
)
from directory_service.registry.pages.registry_words import fault_words, person_column_words
from directory_service.registry.store.units import units_without_people
from directory_service.registry.use_cases.upload_people import add_people, preview_people
from service_kit.errors import NotFound, Stale
from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.uploads import takes_file
from setu.roles import COORDINATOR, MANAGERS, TITLES

blueprint = Blueprint("members_upload", __name__, template_folder="templates", url_prefix="/members/upload")
KIND = "members"


@blueprint.get("")
@require(*MANAGERS)
def show() -> ResponseReturnValue:
    """The form."""
    return _form({})


@blueprint.get("/template.csv")
@require(*MANAGERS)
def template() -> ResponseReturnValue:
    """The columns, and the lines of those who are to be named: the first people of units that have nobody yet.

    Two made-up people where there is no such unit, and for a unit's own manager.
    """
    who = _manager()
    rows = first_people = _first_people(who)
    if not first_people:
        role = "officer" if who.role == COORDINATOR else next(iter(_roles(who)))
        unit = "XX-A-1-1" if who.role == COORDINATOR else ""
        rows = [
            ["First Name", "first.name", role, unit, "", "", "en", ""],
            ["Second Name", "second.name", role, unit, "", "", "hi", ""],
        ]
    return csv_answer([list(COLUMNS), *rows], "people-form.csv" if first_people else "people-example.csv")


@blueprint.post("")
@require(*MANAGERS)
@takes_file(LARGEST_FILE)
def send() -> ResponseReturnValue:
    """Keep the file and go to what it would do; one that cannot be used is not kept."""
    who = _manager()
    return answer_sent_file(
        KIND,
        who,
        lambda session, content: preview_people(session, who, content),
        form=_form,
        preview="members_upload.preview",
    )


@blueprint.get("/<uuid:upload_id>")
@require(*MANAGERS)
def preview(upload_id: UUID) -> ResponseReturnValue:
    """Who would be added, as of now; of a file that is gone, that its slips are not shown again."""
    try:
        return _preview(upload_id)
    except NotFound:
        return render("registry/slips_gone.html", status=404)


@blueprint.post("/<uuid:upload_id>")
@require(*MANAGERS)
def confirm(upload_id: UUID) -> ResponseReturnValue:
    """Add them and show their slips, in this answer alone: the file is gone, so a reload adds nobody."""
    who, now, seen = _manager(), context().clock.now(), request.form.get("seen", "")
    try:
        with context().db.transaction(who.scope) as session:
            upload = own_file(session, who, KIND, upload_id)
            slips = add_people(session, dependency(Dependencies), who, upload.content, now, seen=seen)
            session.delete(upload)
    except Stale:
        return _preview(upload_id, moved=True)
    except NotFound:
        return render("registry/slips_gone.html", status=404)
    return render("registry/slips.html", slips=slips, role_names=TITLES)


@blueprint.post("/<uuid:upload_id>/discard")
@require(*MANAGERS)
def discard(upload_id: UUID) -> ResponseReturnValue:
    """Throw the file away."""
    throw_file_away(KIND, _manager(), upload_id)
    return see_other(url_for("members_upload.show"))


def _first_people(who: Principal) -> list[list[str]]:
    if who.role != COORDINATOR:
        return []
    with context().db.transaction(who.scope) as session:
        units = [unit for unit in units_without_people(session, who.districts) if takes_first_people(unit)]
    named = [(role, unit.code) for unit in units for role in FIRST_ROLES.get(unit.kind.kind, ())]
    return [["", "", role, code, "", "", "en", ""] for role, code in named[:MOST_ROWS]]


def _manager() -> Principal:
    """Whoever asks; a coordinator with the reach of the registry."""
    who = principal()
    return coordinator() if who.role == COORDINATOR else who


def _roles(who: Principal) -> dict[str, str]:
    """The words for a role that a file of this person may have."""
    return {name: TITLES[name] for name in roles_of_file(who.role, who.organization_kind)}


def _preview(upload_id: UUID, *, moved: bool = False) -> Response:
    who = _manager()
    with context().db.transaction(who.scope) as session:
        found = preview_people(session, who, own_file(session, who, KIND, upload_id).content)
    values: dict[str, Any] = {"upload_id": upload_id, "found": found, "moved": moved, "role_names": TITLES}
    return render(
        "registry/upload_people_preview.html", status=409 if moved else 200, fault_words=fault_words, **values
    )


def _form(errors: dict[str, str], status: int = 200) -> Response:
    who = _manager()
    named = [column for column in COLUMNS if who.role == COORDINATOR or column not in ("organization", "districts")]
    columns = [(column, person_column_words(column)) for column in named]
    columns += [(name, _(title)) for name, title in _roles(who).items()]
    return file_form(
        "registry/upload_people.html",
        errors,
        status,
        send_to="members_upload.send",
        columns=columns,
        begins_units=who.role == COORDINATOR,
    )
