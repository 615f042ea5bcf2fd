"""Pages of the audit log, `/log`: reading it by filters, and asking for a check; the same in each service.

Promises: ids and codes only; the one role that may read is asked for on each route and again by row-level security;
each page read is an entry of the log, with the filters as they were understood; what is typed is an id, a number or
what the service knows as a reference, and anything else is refused before it is noted anywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service_kit.db.audit_checks import ask_for_check, find_check, last_check
from service_kit.db.audit_reading import ACTS, LOOKS, REFUSALS, SIGN_INS, Filters, list_entries, record_reading
from service_kit.db.audit_verification import FINDING_WORDS
from service_kit.db.tables import REFUSED_OUTCOMES
from service_kit.errors import NotFound
from service_kit.identity import Principal
from service_kit.translations import N_
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html import i18n
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import keep_language, render, see_other
from service_kit.web.site import site, url_of

PER_PAGE = 25
_PATH = "/log"
_LONGEST_NUMBER = 18
_KIND_WORDS = {
    LOOKS: N_("Looks"),
    REFUSALS: N_("Refused"),
    ACTS: N_("Acts"),
    SIGN_INS: N_("Signing in"),
}


@dataclass(frozen=True)
class FoundObject:
    """What a typed reference names, and within what it may be looked up: written into the entry of that reading."""

    id: UUID
    within: str


FindObject = Callable[[Session, Principal, str, datetime], FoundObject | None]


@dataclass(frozen=True)
class AuditLogPages:
    """What a service says of its log: the role that reads, the logs of all services by title, words of what they hold.

    `words` are of actions, `objects` of the kinds of what they are about; what has none is shown as its code.
    `find_object`: what a typed reference names, None where there is none that this reader may look up now.
    """

    reader: str
    logs: Mapping[str, str]
    words: Mapping[str, str]
    objects: Mapping[str, str]
    kinds: Sequence[str] = (LOOKS, REFUSALS, ACTS)
    find_object: FindObject | None = None


def audit_pages(pages: AuditLogPages) -> Blueprint:
    """The blueprint, for the service's list of pages."""
    blueprint = Blueprint("audit_log", __name__, url_prefix=_PATH)

    @blueprint.get("")
    @require(pages.reader)
    def show() -> ResponseReturnValue:
        """The entries that the filters in the address ask for."""
        return _show(pages)

    @blueprint.post("/checks")
    @require(pages.reader)
    def check() -> ResponseReturnValue:
        """Ask the worker to walk the whole log; one check at a time."""
        now = context().clock.now()
        with context().db.transaction(principal().scope) as session:
            asked = ask_for_check(session, principal(), context().ids.uuid(), now)
        return see_other(url_for(".show_check", check_id=asked))

    @blueprint.get("/checks/<uuid:check_id>")
    @require(pages.reader)
    def show_check(check_id: UUID) -> ResponseReturnValue:
        """How far it is, or what was found."""
        with context().db.transaction(principal().scope) as session:
            found = find_check(session, check_id)
        if found is None:
            raise NotFound
        return render("kit/audit_check.html", check=found, finding_words=FINDING_WORDS)

    return blueprint


def _show(pages: AuditLogPages) -> ResponseReturnValue:
    who, now, after = principal(), context().clock.now(), request.args.get("cursor")
    typed = {name: request.args.get(name, "").strip() for name in ("from", "to", "account", "organization", "object")}
    typed["kind"] = request.args.get("kind", "") if request.args.get("kind") in pages.kinds else ""
    if (chosen := request.args.get(i18n.SHOW_IN, "")) in i18n.choices():  # the language switch, with the filters
        asked = urlencode(_query(typed))
        return keep_language(see_other(f"{url_for('.show')}?{asked}"), chosen)
    with context().db.transaction(who.scope) as session:
        wanted, errors = _read_filters(session, typed, pages, now)
        if errors:
            return _render(pages, typed, errors=errors, status=422)
        page = list_entries(session, wanted, zone=site().time_zone, limit=PER_PAGE, after=after)
        checked = last_check(session)
        record_reading(session, who, wanted, after, now)
    older = f"{url_for('.show')}?{urlencode({**_query(typed), 'cursor': page.next})}" if page.next else None
    return _render(pages, typed, entries=page.items, older=older, is_first=after is None, last_check=checked)


def _render(pages: AuditLogPages, typed: Mapping[str, str], *, status: int = 200, **values: Any) -> Response:
    shown: dict[str, Any] = {"entries": (), "older": None, "is_first": True, "last_check": None, "errors": {}}
    shown |= {"typed": typed, "query": _query(typed), "words": pages.words, "objects": pages.objects}
    shown |= {"kinds": [(kind, _KIND_WORDS[kind]) for kind in pages.kinds], "logs": _tabs(pages, _query(typed))}
    shown |= {"by_reference": pages.find_object is not None, "is_filter": _is_object_id, "refused": REFUSED_OUTCOMES}
    return render("kit/audit_log.html", status=status, **(shown | values))


def _tabs(pages: AuditLogPages, query: Mapping[str, str]) -> Sequence[tuple[str, str, bool]]:
    """Title and address of each service's log under the same filters, and whether it is this one."""
    asked, here = urlencode(query), context().settings.service
    return [
        (title, url_of(service, f"{_PATH}?{asked}" if asked else _PATH), service == here)
        for service, title in pages.logs.items()
    ]


def _query(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in typed.items() if value}


def _read_filters(
    session: Session, typed: Mapping[str, str], pages: AuditLogPages, now: datetime
) -> tuple[Filters, dict[str, str]]:
    errors: dict[str, str] = {}
    found = _object(session, typed["object"], pages.find_object, now, errors)
    wanted = Filters(
        from_day=_day(typed, "from", errors),
        to_day=_day(typed, "to", errors),
        kind=typed["kind"] or None,
        account=_id(typed, "account", errors),
        organization=_id(typed, "organization", errors),
        object_id=found if found is None or isinstance(found, str) else str(found.id),
        within=found.within if isinstance(found, FoundObject) else None,
    )
    return wanted, errors


def _day(typed: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    if not typed[name]:
        return None
    try:
        found = date.fromisoformat(typed[name])
    except ValueError:
        found = date.max
    if not 2000 <= found.year < 3000:
        errors[name] = _("Give a day, such as %(example)s.", example="2026-11-24")
    return found


def _id(typed: Mapping[str, str], name: str, errors: dict[str, str]) -> UUID | None:
    if not typed[name]:
        return None
    try:
        return UUID(typed[name])
    except ValueError:
        errors[name] = _("Give the whole id, as it stands in the log.")
        return None


def _object(
    session: Session, text: str, find: FindObject | None, now: datetime, errors: dict[str, str]
) -> str | FoundObject | None:
    if not text:
        return None
    if _is_object_id(text):
        return text if text.isdecimal() else str(UUID(text))
    found = find(session, principal(), text, now) if find else None
    if found is None:
        errors["object"] = _("Nothing is known by this. Give the whole id or number, as it stands in the log.")
    return found


def _is_object_id(text: str) -> bool:
    """Whether it is an id or a number as the log has them: never a word, which may be a name."""
    if text.isascii() and text.isdecimal():
        return len(text) <= _LONGEST_NUMBER
    try:
        UUID(text)
    except ValueError:
        return False
    return True
