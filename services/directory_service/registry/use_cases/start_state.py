"""First steps of a new state: its districts, the body of the whole state, and the first people with their slips.

Promises: all of it or nothing; a state that has such a body already is left alone. What follows (units, providers,
their people) is done on screen by the coordinator that is made here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.accounts.use_cases.add_member import NewMember, add_member, spelled
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.print_slip import PrintedSlip
from directory_service.accounts.use_cases.publish_staffing import publish_staffing
from directory_service.listings.domain.records import Organization
from directory_service.listings.use_cases.save_organization import save_organization
from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from directory_service.organizations.domain.standing import ACTIVE
from directory_service.organizations.store.tables import District
from directory_service.organizations.store.tables import Organization as OrganizationRow
from directory_service.organizations.use_cases.import_districts import write_districts
from service_kit.db import audit
from service_kit.identity import Scope
from setu.roles import COORDINATING_BODY


class CannotStart(Exception):
    """The state cannot be started so; the text says why in plain words."""


@dataclass(frozen=True)
class NewState:
    """What is asked: rows of districts as the LGD's table has them, the body and where it sits, and its people."""

    districts: Sequence[dict[str, str]]
    body: str
    body_district: int
    people: Sequence[NewMember]


def start_state(session: Session, dependencies: Dependencies, wanted: NewState, now: datetime) -> list[PrintedSlip]:
    """The slips, in the order of the people. Raises `CannotStart`, `BadHandle`, `UserNameTaken`, `RoleDoesNotFit`.

    The caller's transaction needs the worker's role.
    """
    write_taxonomies(session)
    write_districts(session, wanted.districts)
    session.flush()
    _check_place(session, wanted.body_district)
    made = dependencies.ids.uuid()
    body = Organization(
        made, COORDINATING_BODY, wanted.body_district, ACTIVE, " ".join(wanted.body.split()), whole_state=True
    )
    save_organization(session, body, now)
    audit.record(session, "organization.create", ("organization", made), Scope(organization=made), now)
    slips = [add_member(session, dependencies, made, spelled(person), by=None, now=now)[1] for person in wanted.people]
    publish_staffing(session, [made], now)
    return slips


def _check_place(session: Session, district: int) -> None:
    place = session.get(District, district)
    if place is None:
        raise CannotStart(f"The body's district {district} is none of the districts that were named.")
    there = select(OrganizationRow.name).join(District, District.code == OrganizationRow.district_code)
    whole = OrganizationRow.record["whole_state"].as_boolean()
    taken = session.scalar(
        there.where(District.state_code == place.state_code, whole, OrganizationRow.deleted_at.is_(None)).limit(1)
    )
    if taken is not None:
        raise CannotStart(f"This state has a body of its own already: {taken}.")
