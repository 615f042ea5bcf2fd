"""Query of namesakes: providers of one state whose names a person takes for the same one."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.organizations.domain.folded_name import fold_name
from directory_service.organizations.domain.standing import GONE
from directory_service.organizations.store.tables import District, Organization
from setu.roles import PROVIDER


def has_namesake(session: Session, provider: UUID, district: int, name: str) -> bool:
    """Whether another provider of the district's state is called so."""
    state = select(District.state_code).where(District.code == district).scalar_subquery()
    others = select(Organization.name).join(District, District.code == Organization.district_code)
    named = others.where(
        District.state_code == state,
        Organization.kind == PROVIDER,
        Organization.id != provider,
        Organization.deleted_at.is_(None),
        Organization.status.not_in(GONE),
    )
    folded = fold_name(name)
    return any(fold_name(each) == folded for each in session.scalars(named))
