"""Value object of an event's body: what an act says besides that it happens.

Why: the JSON edge and the screens make the same value, and the rule, the effects and the history read it. Promises:
immutable; None (or no candidate) where a field was not given; the fields are those that `lifecycle.TRANSITIONS` names.
When not to use it: for a submission (`submission.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class TransitionBody:
    """Codes are of `vocabulary.py`, moments aware; `service_id` or `candidates` name whom a forward asks."""

    reason: str | None = None
    outcome: str | None = None
    question: str | None = None
    answer: str | None = None
    attempt: str | None = None
    time: datetime | None = None
    next_appointment: datetime | None = None
    first_contact: date | None = None
    review_on: date | None = None
    service_id: UUID | None = None
    candidates: Sequence[UUID] = ()

    @property
    def asked_services(self) -> Sequence[UUID]:
        """The services that it names, in the order given."""
        return self.candidates if self.service_id is None else [self.service_id]


NOTHING_SAID = TransitionBody()
