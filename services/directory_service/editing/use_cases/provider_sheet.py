"""A provider's own services as a sheet, and the template for a first one."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.editing.domain.sheets.cells import SheetReferences
from directory_service.editing.domain.sheets.columns import (
    COLUMNS,
    EXAMPLE,
    HEADER,
    cell_of,
)
from directory_service.editing.domain.sheets.table import file_of
from directory_service.editing.use_cases.own_services import own_services
from directory_service.listings.domain.records import Service
from directory_service.listings.store.tables import Location
from directory_service.organizations.store.tables import District


def template_sheet() -> bytes:
    """The columns and one filled row, which is left out when it comes back."""
    return file_of([HEADER, [EXAMPLE, *(column.filled for column in COLUMNS)]])


def own_sheet(session: Session, organization: UUID) -> bytes:
    """Every service, what waits for a coordinator included; sent back as it is, it changes nothing."""
    known = known_to(session, organization)
    return file_of([HEADER, *(_row(each.record, known) for each in own_services(session, organization))])


def _row(record: Service, known: SheetReferences) -> Sequence[str]:
    return [str(record.id), *(cell_of(column, record, known) for column in COLUMNS)]


def known_to(session: Session, organization: UUID) -> SheetReferences:
    """All districts; the organisation's places by id and, where just one is called so, by what they are called."""
    districts = {row.code: row.name for row in session.execute(select(District.code, District.name))}
    of_this = select(Location.id, Location.record).where(Location.organization_id == organization)
    places = dict[str, UUID]()
    called: list[tuple[str, UUID]] = []
    for place, record in session.execute(of_this.order_by(Location.id)):
        places[str(place)] = place
        called.append((str(record.get("name") or record.get("address_1") or "").strip(), place))
    times = Counter(name for name, _ in called)
    return SheetReferences(districts, places | {name: place for name, place in called if name and times[name] == 1})
