"""Queries about providers that serve a district, with or without an agreement, and where they are."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from directory_service.listings.store.tables import Service
from directory_service.organizations.store.tables import District, Organization
from directory_service.partnership.store.meetings import Partner
from setu.roles import PROVIDER


def providers_serving(session: Session, districts: Collection[int]) -> Sequence[Partner]:
    """Active providers that have a public service for one of these districts, wherever they are, by name."""
    here = or_(*(Service.record["districts"].contains([code]) for code in districts))
    serves = (Service.public, Service.status == "active", Service.organization_id == Organization.id, here)
    wanted = select(Organization.id, Organization.name, Organization.kind).where(
        *_is_active_provider(), exists().where(*serves)
    )
    return [Partner(*row) for row in session.execute(wanted.order_by(Organization.name, Organization.id))]


def providers_at_work(session: Session, organizations: Collection[UUID]) -> set[UUID]:
    """Those of these organisations that are active providers: with no other one an agreement is drafted."""
    wanted = select(Organization.id).where(Organization.id.in_(organizations), *_is_active_provider())
    return set(session.scalars(wanted))


def _is_active_provider() -> tuple[ColumnElement[bool], ...]:
    return Organization.kind == PROVIDER, Organization.status == "active", Organization.deleted_at.is_(None)


def districts_of_organizations(session: Session, organizations: Collection[UUID]) -> dict[UUID, District]:
    """In which district these organisations are; without those whose district is not known."""
    located = select(Organization.id, District).join(District, District.code == Organization.district_code)
    return {row[0]: row[1] for row in session.execute(located.where(Organization.id.in_(organizations)))}


def is_served(session: Session, district: int) -> bool:
    """Whether an active provider has a public service for this district."""
    serves = exists().where(
        Service.public,
        Service.status == "active",
        Service.organization_id == Organization.id,
        Organization.status == "active",
        Service.record["districts"].contains([district]),
    )
    return bool(session.scalar(select(serves)))
