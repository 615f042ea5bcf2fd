"""Write an organisation, a place or a service, and tell nobody yet: `publish_listing` does that, once, afterwards.

Each function compares with what is stored and says whether it was new, changed or the same. Used by the edits of a
provider and by the import, which writes a whole organisation before it publishes.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.listings.domain import records
from directory_service.listings.domain.confidential_locations import (
    says_of_places,
    split_exact,
    tells_where,
    without_hidden,
)
from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS, SERVICE_FIELDS
from directory_service.listings.domain.history import applied, undone
from directory_service.listings.domain.save_outcome import SaveOutcome, save_outcome
from directory_service.listings.store.history import changes_of_location
from directory_service.listings.store.location_names import hidden_places
from directory_service.listings.store.tables import (
    Location,
    LocationConfidential,
    Service,
)
from directory_service.listings.use_cases.coarsen_place import coarsen_place
from directory_service.listings.use_cases.forget_repeated_areas import forget_repeated_areas
from directory_service.listings.use_cases.hide_location import hide_location
from directory_service.organizations.store.tables import Organization


def write_organization_row(
    session: Session, record: records.Organization, now: datetime, source: str = ""
) -> tuple[Organization, SaveOutcome]:
    """The organisation's row, locked for this transaction, holding the record."""
    return fill_organization(session, session.get(Organization, record.id, with_for_update=True), record, now, source)


def fill_organization(
    session: Session, row: Organization | None, record: records.Organization, now: datetime, source: str
) -> tuple[Organization, SaveOutcome]:
    """The same with the row at hand, locked; None where there is none."""
    written = ORGANIZATION_FIELDS.write(record)
    if row is None:
        row = Organization(id=record.id, record=written, source=source, version=0, fingerprint=b"", modified_at=now)
        row.staffed, row.stands_in_for, row.staffing_version = [], [], 0
        outcome = SaveOutcome.ADDED
        session.add(row)
    else:
        outcome = save_outcome(row.record, written, row.deleted_at)
    row.record, row.deleted_at = written, None
    if record.status == "active" and row.status != "active":
        row.established_at = row.established_at or now  # whoever writes organisations vouches for them
    row.kind, row.status, row.name, row.district_code = record.kind, record.status, record.name, record.district
    return row, outcome


def write_service_row(session: Session, record: records.Service, now: datetime, source: str = "") -> SaveOutcome:
    """Store a service of an organisation that is there. The caller holds the organisation's lock."""
    hidden = hidden_places(session, record.organization_id) if says_of_places({"hsds": record.hsds}) else set()
    return fill_service(session, session.get(Service, record.id), record, now, source, hidden)[1]


def fill_service(
    session: Session,
    row: Service | None,
    record: records.Service,
    now: datetime,
    source: str,
    hidden: Collection[str] = (),
) -> tuple[Service, SaveOutcome]:
    """The same with the row at hand; None where there is none. `hidden`: the organisation's confidential places."""
    written = without_hidden(SERVICE_FIELDS.write(record), hidden)
    if row is None:
        row = Service(id=record.id, record=written, source=source, version=0, fingerprint=b"", modified_at=now)
        outcome = SaveOutcome.ADDED
        session.add(row)
    else:
        outcome = save_outcome(row.record, written, row.deleted_at)
    row.record, row.deleted_at, row.organization_id = written, None, record.organization_id
    row.name, row.status = record.name, record.status
    if outcome is not SaveOutcome.UNCHANGED:
        row.search_text = "\n".join([record.name, record.alternate_name or "", *record.names.values()]).lower()
    return row, outcome


def write_location_row(session: Session, record: records.Location, now: datetime, source: str = "") -> SaveOutcome:
    """Store a place; the exact fields of a confidential one go to their own table and to no other.

    A confidential record that comes without exact fields (an export leaves them out) keeps the ones stored.
    """
    return fill_location(session, session.get(Location, record.id), record, now, source)[1]


def fill_location(
    session: Session, row: Location | None, record: records.Location, now: datetime, source: str
) -> tuple[Location, SaveOutcome]:
    """The same with the row at hand; None where there is none."""
    if row is not None and record.confidential:
        record = coarsen_place(session, record, *_earlier_states(session, row, record.area))
    else:
        record = coarsen_place(session, record)
    shown, exact = split_exact(record)
    was_confidential = row is not None and row.confidential
    if row is None:
        outcome = SaveOutcome.ADDED
        row = Location(id=record.id, source=source)
        session.add(row)
    else:
        outcome = save_outcome(row.record, shown, None)
    row.record, row.organization_id, row.confidential = shown, record.organization_id, record.confidential
    if outcome is not SaveOutcome.UNCHANGED:
        row.modified_at = now
    if record.confidential and not was_confidential and outcome is not SaveOutcome.ADDED:
        hide_location(session, row, record)
    changed = _write_exact(session, record, exact) if record.confidential or was_confidential else False
    if changed and was_confidential:
        forget_repeated_areas(session, record)
    return row, SaveOutcome.CHANGED if changed and outcome is SaveOutcome.UNCHANGED else outcome


def _earlier_states(session: Session, row: Location, area: str) -> list[records.Location]:
    """The place as it stands here and, where it was open, as its history has it, with its exact fields.

    None where its area was looked at and stays.
    """
    if not row.record or (row.confidential and row.record.get("area") == area):
        return []
    exact = session.scalar(select(LocationConfidential.exact).where(LocationConfidential.location_id == row.id))
    whole = {**row.record, **(exact or {})}
    changes = [] if row.confidential else changes_of_location(session, row.id)
    before = [applied(whole, undone([each])) for each in changes if tells_where(each.field)]
    return [LOCATION_FIELDS.load(each) for each in (whole, *before)]


def _write_exact(session: Session, record: records.Location, exact: dict[str, Any]) -> bool:
    session.flush()
    if not record.confidential:
        gone = delete(LocationConfidential).where(LocationConfidential.location_id == record.id)
        session.execute(gone)
        return False
    if not exact:
        return False
    row = insert(LocationConfidential).values(
        location_id=record.id, organization_id=record.organization_id, exact=exact
    )
    written = row.on_conflict_do_update(
        index_elements=["location_id"],
        set_={"exact": row.excluded.exact, "organization_id": row.excluded.organization_id},
        where=LocationConfidential.exact != row.excluded.exact,
    )
    return session.execute(written.returning(LocationConfidential.location_id)).first() is not None
