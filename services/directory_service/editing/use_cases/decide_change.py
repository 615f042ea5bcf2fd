"""A coordinator of the district looks at what a new provider wants to change, and lets it through or does not.

What is approved is what was seen: the caller says which state of the listing and of the request the decision is about.
Row-level security keeps a coordinator to the own districts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from directory_service.editing.domain.standing import REFUSALS
from directory_service.editing.use_cases.apply_change import apply_change
from directory_service.editing.use_cases.audit_editing import audit_editing
from directory_service.editing.use_cases.create_service import put_service
from directory_service.editing.use_cases.edit_own_organization import apply_organization_change
from directory_service.editing.use_cases.provider_service import (
    Editor,
    NotThere,
    Stale,
    changes_of,
    lock_provider,
    tag_of,
)
from directory_service.editing.use_cases.save_own_location import apply_place_change
from directory_service.listings.domain.history import applied
from directory_service.listings.domain.records import EXACT
from directory_service.listings.store.tables import (
    ChangeRequest,
    Location,
    Service,
)
from directory_service.listings.use_cases.listing_records import (
    Json,
    read_organization,
    read_place,
)
from directory_service.listings.use_cases.load_stored_service import (
    readable,
    stored_service,
)
from directory_service.listings.use_cases.publish_listing_notice import (
    CHANGE_DECIDED,
    publish_listing_notice,
)
from directory_service.organizations.store.tables import Organization
from service_kit.identity import Principal


@dataclass(frozen=True)
class Asked:
    """A request with what it is about: the record in force (empty for something new) and what was seen, as a tag."""

    request: ChangeRequest
    organization: Organization
    live: Json
    tag: str


AT_ONCE = 30  # requests on a page
KEPT = timedelta(days=365)  # after the decision


def waiting_changes(session: Session, who: Principal) -> list[Asked]:
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
    places = {row.id: row for row in session.scalars(select(Location).where(Location.id.in_(resources)))}
    services = {row.id: row for row in session.scalars(select(Service).where(Service.id.in_(resources)))}
    return [
        _asked(request, owner, places.get(request.resource_id), services.get(request.resource_id))
        for request, owner in found
    ]


def how_many_wait(session: Session, who: Principal) -> int:
    """All of them, of the coordinator's districts."""
    theirs = (ChangeRequest.decided_at.is_(None), Organization.district_code.in_(who.districts))
    joined = select(func.count()).select_from(ChangeRequest).join(Organization)
    return session.scalars(joined.where(*theirs)).one()


def forget_decided(session: Session, now: datetime) -> None:
    """Delete requests that were decided more than a year ago. Needs the worker's role."""
    session.execute(delete(ChangeRequest).where(ChangeRequest.decided_at < now - KEPT))


def approve_change(
    session: Session, who: Principal, request: UUID, now: datetime, *, seen: str, establish: bool
) -> None:
    """Do it. `establish`: the provider's later changes wait no more.

    Raises NotThere, Stale, and ServiceExists where a new service's id was taken by another provider meanwhile.
    """
    asked = _locked(session, who, request, seen)
    owner, changes = asked.organization, changes_of(asked.request)
    wanted = applied(asked.live, changes)
    if asked.request.resource_type == "location":
        apply_place_change(session, owner, read_place(wanted), changes, now)
    elif asked.request.resource_type == "organization":
        apply_organization_change(session, owner, read_organization(wanted), changes, now)
    elif asked.request.creates:
        put_service(session, owner, stored_service(wanted), now)
    else:
        apply_change(session, owner, stored_service(wanted), changes, now)
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
    audit_editing(session, editor, "listing.change.taken_back", about, now)


def _leave_no_address(request: ChangeRequest) -> None:
    """What was not done says no more where a place is: it may be confidential still."""
    if request.resource_type == "location":
        request.changes = [each for each in request.changes if each["field"].partition(".")[0] not in EXACT]


def _locked(session: Session, who: Principal, request: UUID, seen: str) -> Asked:
    found = session.get(ChangeRequest, request)
    if found is None:
        raise NotThere(str(request))
    owner = session.get(Organization, found.organization_id)
    if owner is None or owner.district_code not in who.districts:
        raise NotThere(str(request))
    lock_provider(session, found.organization_id)
    session.refresh(found)
    if found.decided_at is not None:
        raise NotThere(str(request))
    place, service = session.get(Location, found.resource_id), session.get(Service, found.resource_id)
    asked = _asked(found, owner, place, service)
    if asked.tag != seen:
        raise Stale(asked.tag)
    return asked


def _asked(request: ChangeRequest, owner: Organization, place: Location | None, row: Service | None) -> Asked:
    if request.resource_type == "location":
        live: Json = place.record if place else {}
        return Asked(request, owner, live, f"{place.modified_at.timestamp() if place else 0}-{request.version}")
    if request.resource_type == "organization":
        return Asked(request, owner, owner.record, tag_of(owner.version, request))
    ours = row is not None and row.organization_id == owner.id and row.deleted_at is None
    live = readable(row.record) if row is not None and ours else {}
    return Asked(request, owner, live, tag_of(row.version if row is not None and ours else 0, request))


def _close(
    session: Session, who: Principal, asked: Asked, decision: str, now: datetime, detail: dict[str, str]
) -> None:
    request = asked.request
    request.decided_at, request.decision = now, decision
    about = (request.resource_type, request.resource_id)
    audit_editing(session, Editor.of(who), f"listing.change.{decision}", about, now, **detail)
    publish_listing_notice(session, CHANGE_DECIDED, asked.organization, request.id, request.version + 1, now)
