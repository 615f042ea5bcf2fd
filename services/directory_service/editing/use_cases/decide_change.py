"""A coordinator of the district looks at what a new provider wants to change, and lets it through or does not.

What is approved is what was seen: the caller says which state of the listing and of the request the decision is about.
Row-level security keeps a coordinator to the own districts.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from directory_service.editing.domain.approval import REFUSALS
from directory_service.editing.use_cases.editable import (
    Editable,
    EditableRow,
    Editor,
    Json,
    NotThere,
    Stale,
    changes_of,
    lock_provider,
    tag_of,
)
from directory_service.editing.use_cases.own_locations import LOCATIONS
from directory_service.editing.use_cases.own_organization import ORGANIZATIONS
from directory_service.editing.use_cases.own_services import SERVICES
from directory_service.listings.domain.confidential_locations import change_tells_where
from directory_service.listings.domain.history import applied, undone
from directory_service.listings.store.tables import (
    ChangeRequest,
    Location,
    Service,
)
from directory_service.listings.use_cases.publish_listing_notice import (
    CHANGE_DECIDED,
    publish_listing_notice,
)
from directory_service.organizations.domain.retention import DECIDED_CHANGES_KEPT
from directory_service.organizations.store.tables import Organization
from service_kit.db import audit
from service_kit.identity import Principal


@dataclass(frozen=True)
class PendingChange:
    """A request with what it is about: the record in force (empty for something new) and what was seen, as a tag."""

    request: ChangeRequest
    organization: Organization
    live: Json
    tag: str


_KINDS: dict[str, Editable[Any]] = {each.resource_type: each for each in (SERVICES, LOCATIONS, ORGANIZATIONS)}
AT_ONCE = 30  # requests on a page


def waiting_changes(session: Session, who: Principal) -> list[PendingChange]:
    """What waits in the coordinator's districts, longest first, at most AT_ONCE; deciding brings the next."""
    wanted = (
        select(ChangeRequest, Organization)
        .join(Organization, Organization.id == ChangeRequest.organization_id)
        .where(ChangeRequest.decided_at.is_(None), Organization.district_code.in_(who.districts))
        .order_by(ChangeRequest.asked_at, ChangeRequest.id)
        .limit(AT_ONCE)
    )
    found = [(request, owner) for request, owner in session.execute(wanted)]
    resources = [request.resource_id for request, _ in found]
    rows: dict[tuple[str, UUID], EditableRow] = {("organization", owner.id): owner for _, owner in found}
    rows |= {("location", row.id): row for row in session.scalars(select(Location).where(Location.id.in_(resources)))}
    rows |= {("service", row.id): row for row in session.scalars(select(Service).where(Service.id.in_(resources)))}
    return [_pending(each, owner, rows.get((each.resource_type, each.resource_id))) for each, owner in found]


def how_many_wait(session: Session, who: Principal) -> int:
    """All of them, of the coordinator's districts."""
    theirs = (ChangeRequest.decided_at.is_(None), Organization.district_code.in_(who.districts))
    joined = select(func.count()).select_from(ChangeRequest).join(Organization)
    return session.scalars(joined.where(*theirs)).one()


def forget_decided(session: Session, now: datetime) -> None:
    """Delete requests that were decided more than a year ago. Needs the worker's role."""
    session.execute(delete(ChangeRequest).where(ChangeRequest.decided_at < now - DECIDED_CHANGES_KEPT))


def approve_change(
    session: Session, who: Principal, request: UUID, now: datetime, *, seen: str, establish: bool
) -> None:
    """Do it. `establish`: the provider's later changes wait no more.

    Raises NotThere, Stale, IdTaken where a new service's id was taken by another provider meanwhile, and NameTaken or
    NameInForeignLetters where the provider's new name cannot be taken any more.
    """
    asked = _locked(session, who, request, seen)
    owner, changes = asked.organization, changes_of(asked.request)
    kind = _KINDS[asked.request.resource_type]
    wanted = kind.read(applied(asked.live, changes))
    if asked.request.creates:
        kind.create(session, owner, wanted, now)
    else:
        kind.apply(session, owner, wanted, changes, now)
    if establish:
        owner.established_at = owner.established_at or now
    _close(session, who, asked, "approved", now, detail={"established": str(establish).lower()})


def refuse_change(session: Session, who: Principal, request: UUID, reason: str, now: datetime, *, seen: str) -> None:
    """Leave the listing as it is. Raises NotThere, Stale; ValueError for a reason that is none of REFUSALS."""
    if reason not in REFUSALS:
        raise ValueError("no such reason")
    asked = _locked(session, who, request, seen)
    asked.request.reason = reason
    _leave_no_address(asked.request)
    _close(session, who, asked, "refused", now, detail={"reason": reason})


def take_back_change(session: Session, editor: Editor, resource: UUID, now: datetime) -> None:
    """The provider wants it no more. Raises NotThere."""
    lock_provider(session, editor.organization)
    wanted = select(ChangeRequest).where(
        ChangeRequest.resource_id == resource,
        ChangeRequest.organization_id == editor.organization,
        ChangeRequest.decided_at.is_(None),
    )
    request = session.scalars(wanted).one_or_none()
    if request is None:
        raise NotThere(str(resource))
    request.decided_at, request.decision = now, "taken_back"
    _leave_no_address(request)
    about = (request.resource_type, request.resource_id)
    audit.record(session, "listing.change.taken_back", about, editor, now)


def _leave_no_address(request: ChangeRequest) -> None:
    """What was not done says no more where a place is: it may be confidential still.

    Of one that should be shown the request itself has all that it would have said.
    """
    if request.resource_type != "location":
        return
    changes = changes_of(request)
    blank = {"id": str(request.resource_id), "organization_id": str(request.organization_id), "district": 0, "area": ""}
    states = [LOCATIONS.read(blank | applied({}, each)) for each in (changes, undone(changes))]
    request.changes = [asdict(each) for each in changes if not change_tells_where(each, states)]


def _locked(session: Session, who: Principal, request: UUID, seen: str) -> PendingChange:
    found = session.get(ChangeRequest, request)
    if found is None:
        raise NotThere(str(request))
    owner = session.get(Organization, found.organization_id)
    if owner is None or owner.district_code not in who.districts:
        raise NotThere(str(request))
    _KINDS[found.resource_type].lock(session, found.organization_id)
    session.refresh(found)
    if found.decided_at is not None:
        raise NotThere(str(request))
    table: type[Any] = _KINDS[found.resource_type].table
    row = session.get(table, found.resource_id)
    asked = _pending(found, owner, row)
    if asked.tag != seen:
        raise Stale(asked.tag)
    return asked


def _pending(request: ChangeRequest, owner: Organization, row: EditableRow | None) -> PendingChange:
    kind = _KINDS[request.resource_type]
    live, version = kind.judged(row) if _is_of(row, owner) else ({}, 0)
    return PendingChange(request, owner, live, tag_of(version, request))


def _is_of(row: EditableRow | None, owner: Organization) -> bool:
    """Whether it is there and this organisation's: another provider may have an id that is asked for."""
    if row is None or isinstance(row, Organization):
        return row is owner
    gone = isinstance(row, Service) and row.deleted_at is not None
    return row.organization_id == owner.id and not gone


def _close(
    session: Session, who: Principal, asked: PendingChange, decision: str, now: datetime, detail: dict[str, str]
) -> None:
    request = asked.request
    request.decided_at, request.decision = now, decision
    about = (request.resource_type, request.resource_id)
    audit.record(session, f"listing.change.{decision}", about, who, now, detail=detail)
    publish_listing_notice(session, CHANGE_DECIDED, asked.organization, request.id, request.version + 1, now)
