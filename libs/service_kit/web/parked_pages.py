"""Pages of parked events, `/parked`: the dead letters of the bus, to look at and to let be handled again.

Promises: no content and no subject of an event, only its kind, when it came, how often it was tried and where it
failed; each replay has a reason, one of a few, since a written one could name somebody. The same in each service.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from service_kit.db.parked_events import ParkedRange, count_parked, list_parked, replay_parked
from service_kit.translations import N_
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.site import site, url_of

PER_PAGE = 25
PATH = "/parked"
REPLAY_REASONS: Mapping[str, str] = {
    "cause_mended": N_("What made it fail has been mended"),
    "outage_over": N_("Something was down and is back"),
    "seems_once": N_("It looks like something that happens once"),
}
"""Why something is tried again → words."""


@dataclass(frozen=True)
class ParkedPages:
    """The role that reads, and the services that have such a page, by title."""

    reader: str
    services: Mapping[str, str]


def parked_pages(pages: ParkedPages) -> Blueprint:
    """The blueprint, for the service's list of pages."""
    blueprint = Blueprint("parked_events", __name__, url_prefix=PATH)

    @blueprint.get("")
    @require(pages.reader)
    def show() -> ResponseReturnValue:
        """What is parked, the oldest first."""
        return _show(pages, {})

    @blueprint.post("")
    @require(pages.reader)
    def replay() -> ResponseReturnValue:
        """Let those that were ticked be handled again."""
        chosen = [UUID(text) for text in request.form.getlist("event") if _is_uuid(text)]
        errors = _reason_errors("reason") | ({} if chosen else {"event": _("Tick at least one.")})
        return _show(pages, errors) if errors else _replay(chosen, request.form["reason"])

    @blueprint.post("/days")
    @require(pages.reader)
    def replay_days() -> ResponseReturnValue:
        """Let all that came on some days be handled again."""
        days, errors = _days()
        errors |= _reason_errors("range_reason")
        if errors or days is None:
            return _show(pages, errors)
        return _replay(
            ParkedRange(request.form.get("type") or None, *days, site().time_zone), request.form["range_reason"]
        )

    return blueprint


def count_waiting() -> int:
    """How many are parked, for the number in the menu."""
    with context().db.transaction(principal().scope) as session:
        return sum(count_parked(session).values())


def _show(pages: ParkedPages, errors: dict[str, str]) -> Response:
    type_, after = request.args.get("type") or request.form.get("type") or None, request.args.get("after", "")
    behind = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0
    with context().db.transaction(principal().scope) as session:
        counts = count_parked(session)
        rows = list_parked(session, type_=type_, after=behind, limit=PER_PAGE)
    more = url_for(".show", type=type_, after=rows[PER_PAGE - 1].position) if len(rows) > PER_PAGE else None
    return render(
        "kit/parked.html",
        status=422 if errors else 200,
        rows=rows[:PER_PAGE],
        counts=counts,
        total=sum(counts.values()),
        chosen=type_,
        newer=more,
        is_first=not behind,
        reasons=REPLAY_REASONS,
        typed=request.form,
        ticked=request.form.getlist("event"),
        errors=errors,
        replayed=request.args.get("replayed", type=int),
        tabs=_tabs(pages),
    )


def _replay(wanted: Sequence[UUID] | ParkedRange, reason: str) -> Response:
    with context().db.transaction(principal().scope) as session:
        count = replay_parked(session, principal(), wanted, reason, context().clock.now())
    return see_other(url_for(".show", replayed=count))


def _reason_errors(name: str) -> dict[str, str]:
    return {} if request.form.get(name) in REPLAY_REASONS else {name: _("Say why.")}


def _days() -> tuple[tuple[date, date] | None, dict[str, str]]:
    found: dict[str, date] = {}
    errors: dict[str, str] = {}
    for name in ("first", "last"):
        try:
            found[name] = date.fromisoformat(request.form.get(name, ""))
        except ValueError:
            errors[name] = _("Give a day, such as %(example)s.", example="2026-11-24")
    if not errors and not date(2000, 1, 1) <= found["first"] <= found["last"] < date(3000, 1, 1):
        errors["last"] = _("The last day must not be before the first.")
    return (None if errors else (found["first"], found["last"])), errors


def _tabs(pages: ParkedPages) -> Sequence[tuple[str, str, bool]]:
    here = context().settings.service
    return [(title, url_of(service, PATH), service == here) for service, title in pages.services.items()]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
