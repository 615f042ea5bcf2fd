"""A provider creates, changes or removes its own: at once, or, where it is new, once a coordinator has agreed.

One transaction of the caller. The record was read by the table of its fields, like everything in the directory. While
something waits for a resource, further changes of it join what waits; what is true only today never waits, nor does a
removal.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.editing.domain.approval import DAILY
from directory_service.editing.use_cases.ask_for_change import ask_for_change
from directory_service.editing.use_cases.decide_change import take_back_change
from directory_service.editing.use_cases.editable import (
    Editable,
    Editor,
    Json,
    OwnResource,
    ProposedChange,
    Stale,
    lock_provider,
)
from directory_service.editing.use_cases.own_locations import EditableLocations
from directory_service.editing.use_cases.own_services import EditableServices
from directory_service.listings.domain.history import (
    applied,
    differences,
)
from directory_service.listings.store.history import forget_requests
from directory_service.organizations.store.tables import Organization
from service_kit.db import audit

UNCHANGED, LIVE, WAITING = "unchanged", "live", "waiting"


@dataclass(frozen=True)
class EditResult:
    """`state`: unchanged, live or waiting; the tag that is in force now."""

    state: str
    tag: str


def create_resource(
    session: Session, kind: Editable[Any], record: Any, editor: Editor, now: datetime, *, publish: bool = True
) -> EditResult:
    """Put in a record under an id that the caller or its client has made. `publish` as in `edit_resource`.

    Raises NotThere, and what `kind` raises: IdTaken, NotYourPlace, UnknownDistrict, NameTaken, NameInForeignLetters.
    """
    owner = kind.lock(session, editor.organization)
    return _put(session, kind, owner, None, record, editor, now, publish=publish)


def edit_resource(
    session: Session,
    kind: Editable[Any],
    record: Any,
    editor: Editor,
    now: datetime,
    *,
    seen: str | None,
    publish: bool = True,
) -> EditResult:
    """`seen`: the tag that the change was made from, None where the caller looked in this transaction.

    `publish` False: the caller changes several, and calls `publish_listing` once; until then the tag stays.

    Raises NotThere, Removed, Stale, and what `kind` raises. The session's scope is the organisation's.
    """
    owner = kind.lock(session, editor.organization)
    own = kind.load(session, owner.id, record.id)
    if seen is not None and seen != own.tag:
        raise Stale(own.tag)
    return _put(session, kind, owner, own, record, editor, now, publish=publish)


def remove_resource(
    session: Session,
    kind: EditableServices | EditableLocations,
    resource: UUID,
    editor: Editor,
    now: datetime,
    *,
    seen: str,
    publish: bool = True,
) -> None:
    """Take it out of the directory; what only waits to be put in is taken back. `publish` as in `edit_resource`.

    Raises NotThere, Removed, Stale.
    """
    lock_provider(session, editor.organization)
    own: OwnResource[Any] = kind.load(session, editor.organization, resource)
    if seen != own.tag:
        raise Stale(own.tag)
    if not own.live:
        take_back_change(session, editor, resource, now)
        return
    kind.remove(session, resource, now, publish=publish)
    audit.record(session, f"{kind.audited_as}.remove", (kind.resource_type, resource), editor, now)


def _put(
    session: Session,
    kind: Editable[Any],
    owner: Organization,
    own: OwnResource[Any] | None,
    record: Any,
    editor: Editor,
    now: datetime,
    *,
    publish: bool,
) -> EditResult:
    record = kind.owned(owner, record)
    record = kind.settled(session, record if own is None else own.record, record)
    fields = differences(kind.write(own.record) if own else {}, kind.write(record))
    if own is not None and not fields:
        return EditResult(UNCHANGED, own.tag)
    change = ProposedChange(session, owner, own, record, fields)
    kind.check(change)
    stands = kind.in_force(change)
    if stands is not None:
        _apply(kind, change, stands, now, publish=publish)
    state = _state(change, stands, asked=_ask(kind, change, stands, now))
    if own is not None and state == UNCHANGED and not change.joins:
        return EditResult(UNCHANGED, own.tag)
    action = f"{kind.audited_as}.{state}" if own is not None else f"{kind.created_as}.{state}"
    audit.record(session, action, (kind.resource_type, record.id), editor, now, detail=kind.audit_detail(change))
    return EditResult(state, kind.load(session, owner.id, record.id).tag)


def _apply(kind: Editable[Any], change: ProposedChange[Any], stands: Json, now: datetime, *, publish: bool) -> None:
    session, owner, record = change.session, change.owner, kind.read(stands)
    if change.own is None:
        kind.create(session, owner, record, now, publish=publish)
    else:
        kind.apply(session, owner, record, differences(change.live, stands), now, publish=publish)
    if kind.forgets_requests(record):
        forget_requests(session, record.id)


def _ask(kind: Editable[Any], change: ProposedChange[Any], stands: Json | None, now: datetime) -> bool:
    """Ask a coordinator for what does not stand yet; whether anything waits now."""
    if not change.joins and stands == applied(change.live, change.fields):
        return False
    base: Json = stands if stands is not None else change.own.shown if change.own else {}
    left = differences(base, kind.write(change.record))
    resource = (kind.resource_type, change.record.id)
    asked = ask_for_change(change.session, change.owner.id, resource, left, now, creates=not base)
    return asked is not None


def _state(change: ProposedChange[Any], stands: Json | None, *, asked: bool) -> str:
    if asked and (stands is None or not DAILY.issuperset(change.names)):
        return WAITING
    return UNCHANGED if stands is None else LIVE
