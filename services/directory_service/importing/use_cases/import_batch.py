"""Write some organisations with all that hangs on them, in a handful of statements however many there are.

Rows that hang on nothing, or belong to somebody else, are kept out and named; an organisation's other rows go in. What
comes out of it is what saving them one by one would make: the same rows, answers, versions and events. What was edited
here since the record was imported last stays (`merge_record`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from directory_service.importing.domain.rejections import district_fault, service_fault
from directory_service.importing.use_cases.batch_outcome import BatchOutcome
from directory_service.importing.use_cases.hidden_places import take_for_hidden
from directory_service.importing.use_cases.id_conflicts import (
    without_own_history,
    without_taken,
)
from directory_service.importing.use_cases.import_group import Group, Row
from directory_service.importing.use_cases.merge_hsds_record import (
    merged_organization,
    merged_place,
    merged_service,
    own_place,
)
from directory_service.importing.use_cases.merge_record import RecordMerge, merge_record
from directory_service.importing.use_cases.stored_rows import StoredRows, lock_organizations, read_stored_rows
from directory_service.importing.use_cases.transfer_ownership import OwnershipTransfer
from directory_service.listings.domain import records
from directory_service.listings.domain.confidential_locations import without_hidden
from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS, SERVICE_FIELDS
from directory_service.listings.domain.history import Author, differences
from directory_service.listings.domain.save_outcome import SaveOutcome
from directory_service.listings.store.history import add, newest, record_changes
from directory_service.listings.store.location_copies import find_copies, remember_copies
from directory_service.listings.store.tables import Location, Service, ServiceAtLocation
from directory_service.listings.use_cases.load_stored_service import load_stored_service
from directory_service.listings.use_cases.publish_event import event_of
from directory_service.listings.use_cases.publish_listing import Sinks, publish_known
from directory_service.listings.use_cases.save_listing import fill_location, fill_organization, fill_service
from directory_service.organizations.store.tables import Organization
from service_kit.db import outbox, tables

Json = dict[str, Any]
_AT_PLACE = tuple(ServiceAtLocation.__table__.columns.keys())


@dataclass
class _GroupWrite:
    """The good part of a group, its organisation's row, and whether anything of it is new or different."""

    good: Group
    row: Organization | None = None
    changed: bool = False


class Batch:
    """One transaction's worth of groups."""

    def __init__(
        self,
        session: Session,
        districts: dict[int, records.District],
        source: str,
        now: datetime,
        *,
        outside: bool,
        bring_back: bool = False,
    ) -> None:
        """`outside`: the records come from HSDS, which cannot say everything; see `merge_hsds_record`.

        `bring_back`: also what its provider took out here.
        """
        self._bring_back = bring_back
        self._session, self._districts, self._source, self._now = session, districts, source, now
        self._of_organizations: RecordMerge[records.Organization] = RecordMerge(
            ORGANIZATION_FIELDS, ORGANIZATION_FIELDS.load, merged_organization if outside else _new
        )
        self._of_locations: RecordMerge[records.Location] = RecordMerge(
            LOCATION_FIELDS, LOCATION_FIELDS.load, partial(merged_place, districts=districts) if outside else own_place
        )
        self._of_services: RecordMerge[records.Service] = RecordMerge(
            SERVICE_FIELDS, load_stored_service, partial(merged_service, districts=districts) if outside else _new
        )
        self.outcome = BatchOutcome()
        self._events: list[dict[str, object]] = []
        self.transfers = OwnershipTransfer(session, source, now)
        self._at_places: dict[UUID, list[ServiceAtLocation]] = {}
        self._copies: dict[UUID, UUID] = {}  # key → id of a copy of a shared place that was written
        self._owners_of_copies: dict[UUID, UUID] = {}
        self.renamed: set[UUID] = set()
        self._history: list[dict[str, Any]] = []

    def write(self, groups: Sequence[Group]) -> None:
        """Write them all; the caller commits, or rolls back to see only the counts."""
        with self._session.no_autoflush:
            locked = lock_organizations(self._session, groups)
            self._rename_copies(groups)
            stored = read_stored_rows(self._session, groups, locked, bring_back=self._bring_back)
            going = [_GroupWrite(Group(group.id)) for group in groups]
            for step in (self._organization, self._places, self._services):
                self._session.flush()  # rows refer upwards; services wait, so that each is one INSERT with its answers
                for group, each in zip(groups, going, strict=True):
                    step(group, each, stored)
            add(self._session, self._history)
            self._publish([(each.good, each.row) for each in going if each.row is not None and each.changed], stored)
            self._session.flush()
        remember_copies(self._session, self._owners_of_copies, self._copies)
        if self._at_places:
            self._replace_places()
        if self._events:
            self._session.execute(insert(tables.outbox), self._events)
        self.transfers.publish_former_owners()

    def _rename_copies(self, groups: Sequence[Group]) -> None:
        """As they are called once their organisation is locked: another import, or the worker, may have been before."""
        self._owners_of_copies = {key: group.id for group in groups for key in group.copies.values()}
        known = find_copies(self._session, self._owners_of_copies)
        for group in groups:
            new = {place: known[key] for place, key in group.copies.items() if known.get(key, place) != place}
            if new:
                group.rename_places(new)
                self.renamed |= {*new.values()}
        self.renamed |= take_for_hidden(self._session, groups)

    def _organization(self, group: Group, going: _GroupWrite, stored: StoredRows) -> None:
        row = stored.organizations.get(group.id)
        given = group.organization
        if given is None:
            going.row = row if row is not None and row.deleted_at is None else None
        elif fault := district_fault(given.record.district, self._districts):
            self.outcome.reject(given, fault)
        else:
            written = merge_record(self._of_organizations, row, given.record)
            filled, outcome = fill_organization(self._session, row, written.record, self._now, self._source)
            going.row, filled.imported = filled, written.base
            going.good.organization = Row(written.record, given.where)
            going.changed |= outcome is not SaveOutcome.UNCHANGED
            self.outcome.count("organization", outcome, filled, written, given.where)
        if going.row is None:
            own = [each for each in group.places if each.record.id not in group.copies]  # a copy is no row of the file
            orphans: list[Row[Any]] = [*own, *group.services]
            for orphan in orphans:
                self.outcome.reject(orphan, f"organization_id: there is no organisation {group.id}")

    def _places(self, group: Group, going: _GroupWrite, stored: StoredRows) -> None:
        for row in group.places if going.row is not None else []:
            there = stored.places.get(row.record.id)
            if there is None and row.record.id in stored.removed_places:
                self.outcome.leave_removed("location", row)
            elif self.transfers.refuses(there, group.id):
                self.outcome.reject(row, "organization_id: this place belongs to another organisation")
            elif fault := district_fault(row.record.district, self._districts):
                self.outcome.reject(row, fault)
            else:
                written = merge_record(self._of_locations, there, row.record)
                self.transfers.note_transfer(there, group.id)
                was_open = there is not None and not there.confidential
                filled, outcome = fill_location(self._session, there, written.record, self._now, self._source)
                filled.imported = {} if filled.confidential else written.base
                if outcome is SaveOutcome.CHANGED and was_open and not filled.confidential:
                    self._note_history(("location", filled), written.before)
                stored.places[filled.id] = filled
                going.good.places.append(Row(written.record, row.where))
                if row.record.id in group.copies:
                    self._copies[group.copies[row.record.id]] = row.record.id
                going.changed |= outcome is not SaveOutcome.UNCHANGED
                self.outcome.count("location", outcome, filled, written, row.where)

    def _services(self, group: Group, going: _GroupWrite, stored: StoredRows) -> None:
        hidden = {str(place.id) for place in stored.places.values() if place.confidential}
        for given in group.services if going.row is not None else []:
            row = Row(without_own_history(without_taken(given.record, stored.taken), stored.history), given.where)
            there = stored.services.get(row.record.id)
            owners = {key: stored.places[key].organization_id for key in row.record.places if key in stored.places}
            if row.record.id in stored.removed_services and (there is None or there.deleted_at is not None):
                self.outcome.leave_removed("service", row)
            elif self.transfers.refuses(there, group.id):
                self.outcome.reject(row, "organization_id: this service belongs to another organisation")
            elif fault := service_fault(row.record, owners, stored.removed_places, self._districts):
                self.outcome.reject(row, fault)
            else:
                written = merge_record(self._of_services, there, row.record)
                self.transfers.note_transfer(there, group.id)
                filled, outcome = fill_service(self._session, there, written.record, self._now, self._source, hidden)
                filled.imported = without_hidden(written.base, hidden)
                if outcome is SaveOutcome.CHANGED:
                    self._note_history(("service", filled), written.before)
                stored.services[filled.id] = filled
                going.good.services.append(Row(written.record, row.where))
                going.changed |= outcome is not SaveOutcome.UNCHANGED
                self.outcome.count("service", outcome, filled, written, row.where, hidden)
                self.outcome.count_row(outcome, written.record.places)

    def _publish(self, changed: Sequence[tuple[Group, Organization]], stored: StoredRows) -> None:
        places = _by_owner(stored.places.values())
        history = newest(self._session, [good.id for good, _ in changed])
        services = _by_owner(row for row in stored.services.values() if row.deleted_at is None)
        for good, owner in changed:
            rows = sorted(services.get(good.id, []), key=lambda row: row.id)
            listing = _listing(good, owner, places.get(good.id, []), rows, self._districts)
            listing = replace(listing, history=history)
            publish_known(owner, listing, rows, self._now, Sinks(self._at_places.__setitem__, self._note_event))

    def _note_history(self, resource: tuple[str, Service | Location], before: Json) -> None:
        """Of a place, too: as it is hidden, what it was called before has to be known."""
        kind, row = resource
        by = Author(None, self._source or "import")
        changes = differences(before, row.record)
        self._history += record_changes(row.organization_id, (kind, row.id), changes, by, self._now)

    def _note_event(self, row: Organization | Service, now: datetime) -> None:
        self._events.append(outbox.values_of(event_of(row, now)))

    def _replace_places(self) -> None:
        """Of the services that moved: what they had at places goes, what they have now comes."""
        gone = delete(ServiceAtLocation).where(ServiceAtLocation.service_id.in_(self._at_places))
        self._session.execute(gone.execution_options(synchronize_session=False))
        rows = [{name: getattr(row, name) for name in _AT_PLACE} for rows in self._at_places.values() for row in rows]
        if rows:
            self._session.execute(insert(ServiceAtLocation), rows)


def _listing(
    group: Group,
    row: Organization,
    locations: list[Location],
    services: list[Service],
    districts: dict[int, records.District],
) -> records.ProviderListing:
    """From the records at hand; what only the directory has is read from its rows. Exact fields stay out."""
    known = {each.record.id: each.record for each in group.services}
    organization = group.organization.record if group.organization else ORGANIZATION_FIELDS.load(row.record)
    open_places = {each.record.id: each.record for each in group.places if not each.record.confidential}
    return records.ProviderListing(
        organization,
        tuple(
            open_places.get(place.id) or LOCATION_FIELDS.load(place.record)
            for place in sorted(locations, key=lambda each: each.id)
        ),
        tuple(known.get(service.id) or load_stored_service(service.record) for service in services),
        districts,
    )


def _new(_: Any, new: Any) -> Any:
    """The record of our own package, which says everything."""
    return new


def _by_owner(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.organization_id, []).append(row)
    return found
