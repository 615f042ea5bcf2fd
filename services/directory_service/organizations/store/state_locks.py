"""Advisory lock of states: one transaction at a time gives codes, and names of providers, in a state.

Why: neither a code nor a name that only looks alike can be refused by a unique index alone. Promises: it ends with the
transaction. Take it before any row of an organisation, or two that do both wait for each other.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District, Organization


def lock_states(session: Session, districts: Collection[int]) -> None:
    """Lock the states of these districts (LGD codes), in everybody's order."""
    _lock(session, select(District.state_code).where(District.code.in_(districts)).distinct())


def lock_state_of(session: Session, organization: UUID) -> None:
    """Lock the state in which an organisation is; none where there is no such organisation."""
    at = select(District.state_code).join(Organization, Organization.district_code == District.code)
    _lock(session, at.where(Organization.id == organization))


def _lock(session: Session, states: Select[int]) -> None:
    for code in sorted(session.scalars(states).all()):
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext("registry codes"), code)))
