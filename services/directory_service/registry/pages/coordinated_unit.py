"""Who coordinates, with the reach of the registry; and what every page of it shows of a unit."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import Organization
from directory_service.organizations.use_cases.extend_reach import extend_reach
from directory_service.registry.domain.units import is_kept_by
from directory_service.registry.store.units import own_unit, unit_of
from service_kit.errors import NotFound
from service_kit.identity import Principal
from service_kit.web.access.require import principal
from service_kit.web.context import context


@dataclass(frozen=True)
class UnitRow:
    """A row of the directory beside what rules see of it."""

    row: Organization

    @property
    def kind_title(self) -> str:
        """The name of its kind, marked for translation."""
        return unit_of(self.row).kind.title


def coordinator() -> Principal:
    """Whoever asks, with the districts in which the registry is theirs to keep."""
    return extend_reach(context().db, principal())


def find_unit(session: Session, who: Principal, unit: UUID) -> UnitRow:
    """The unit, if it is of these districts. Raises NotFound: another district's is as absent as none."""
    row = session.get(Organization, unit)
    if row is None or row.deleted_at is not None or row.district_code not in who.districts:
        raise NotFound
    if not is_kept_by(unit_of(row), own_unit(session, who)):
        raise NotFound
    return UnitRow(row)
