"""Check before somebody is added or invited, or accepts: a suspended or closing organisation takes nobody new.

One that waits to be let in does: its people are there when it begins. Operators' commands do not ask.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.organizations.domain.standing import takes_people
from directory_service.organizations.store.tables import Organization


class TakesNobody(Exception):
    """The organisation only finishes its own."""


def check_takes_people(session: Session, organization: UUID) -> None:
    """Raises TakesNobody, or NoResultFound for an organisation that is not there."""
    if not takes_people(session.get_one(Organization, organization).status):
        raise TakesNobody
