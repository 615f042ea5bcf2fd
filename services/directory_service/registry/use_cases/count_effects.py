"""Effects of an administrative act, counted before its button: members, listings, agreements, actions, units below.

The tag names what was counted, so that an act does what its coordinator has read, or is shown anew.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.store.meetings import open_actions_of
from directory_service.registry.store.units import agreements_with, count_members, count_services, ids_below


@dataclass(frozen=True)
class Effects:
    """What hangs on a unit at this moment. `members` is None for another district's, which are not seen."""

    members: int | None
    services: int
    agreements: int
    actions: int
    below: int
    standing: str

    @property
    def tag(self) -> str:
        """The same for the same effects."""
        return f"{self.standing}-{self.members}-{self.services}-{self.agreements}-{self.actions}-{self.below}"


def count_effects(session: Session, unit: UUID, standing: str) -> Effects:
    """Counted in the caller's transaction."""
    return Effects(
        count_members(session, unit),
        count_services(session, unit),
        len(agreements_with(session, unit)),
        len(open_actions_of(session, unit)),
        len(ids_below(session, unit)),
        standing,
    )
