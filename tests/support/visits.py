"""Hosted visits of two districts as rows: of a day and in a state of the test's choosing. Not a test module."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from directory_service.listings.domain.records import Organization, Service
from directory_service.partnership.domain.visits import AGREED, ASKED, HELD
from directory_service.partnership.store.tables_visits import HostedVisit
from setu.india import day_in_india
from support.listings import a_service
from support.partnership import ALO, LONG_NAME, NODI, OTHER_STATION, STATION, Partnership, an_organization, in_force

DROP_IN, DAY_CLINIC = a_service(NODI, "Drop-in centre"), a_service(ALO, "Day clinic")


def a_visit(
    partnership: Partnership,
    day: date,
    state: str = AGREED,
    *,
    unit: Organization = STATION,
    to: Service = DROP_IN,
) -> UUID:
    """A visit of the unit to the service, of which both are there."""
    partnership.directory.save(to, indexed=False)
    places = {"district_code": unit.district, "unit_id": unit.id, "provider_id": to.organization_id}
    row = HostedVisit(
        id=uuid4(), **places, service_id=to.id, day=day, seats=6, state=state, asked_at=partnership.clock.now()
    )
    with partnership.worker() as session:
        session.add(row)
    return row.id


def many_visits(partnership: Partnership, units: int) -> None:
    """So many units with long names: each has asked for a visit, and one to another provider is due."""
    today = day_in_india(partnership.clock.now())
    for number in range(units):
        unit = an_organization(f"{number + 1}. {LONG_NAME}", "police_unit")
        partnership.directory.save(unit, indexed=False)
        in_force(partnership, unit, ALO)
        a_visit(partnership, today + timedelta(days=number), ASKED, unit=unit)
    a_visit(partnership, today, AGREED)
    in_force(partnership, OTHER_STATION, NODI)
    a_visit(partnership, today - timedelta(days=500), HELD, unit=OTHER_STATION)
