"""Read model of a provider's manager: a referral of the own team, and no field for a need, a person or a place.

Why: a manager sees what the team has and owes, and every answer of that is made from a `TeamReferral`. Promises: pure;
its fields are the columns of the view `team_referral`, so that more could not even be read. When not to use it: for
what a case worker or a coordinator may know (`task_view.py`). Source: docs/privacy.md, rule 10.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from referral_service.domain.lifecycle import allowed
from referral_service.domain.status import Status, answer_is_due_anyway
from referral_service.domain.transition_guards import KnownFacts
from setu import roles


@dataclass(frozen=True)
class TeamReferral:
    """A referral as its provider's manager may know it: no need, no person, nothing of where the person was met.

    `assigned_to` is the account of the case worker who owns it.
    """

    id: UUID
    reference: str
    status: Status
    ended_as: Status | None
    ghost: bool
    priority: str
    district: int
    submitted_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    due: datetime
    unclaimed: bool
    assigned_to: UUID | None
    version: int

    @property
    def told_status(self) -> Status:
        """The FHIR status as the team is told it."""
        return self.ended_as or self.status

    @property
    def answer_anyway(self) -> bool:
        """Whether it was closed behind the wall and still waits for the team's answer (rule 1)."""
        return answer_is_due_anyway(self.status, ghost=self.ghost)

    def actions(self) -> tuple[str, ...]:
        """The events that the manager may do now."""
        at = KnownFacts(self.status, ghost=self.ghost, unclaimed=self.unclaimed)
        return allowed(at, (roles.PROVIDER_MANAGER,))
