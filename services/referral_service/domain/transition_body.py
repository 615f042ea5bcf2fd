"""Value object of an event's body: what an act says besides that it happens.

Why: the JSON edge and the screens make the same value, and the rule, the effects and the history read it. Promises:
immutable; None (or no candidate) where a field was not given; the fields are those of `TRANSITIONS`.
When not to use it: for a submission (`submission.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class TransitionBody:
    """Codes are of `vocabulary.py`, moments aware; `service_id` or `candidates` name whom a forward asks.

    `assignee` is an account, None to unassign; `expected_release` a date, `today` or `unknown`; `transfer_to` a prison
    of the directory; `said_yes_on` the day of the person's fresh yes, by `channel`; `reference` is the referral's own.
    """

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
    text: str | None = None
    assignee: UUID | None = None
    expected_release: date | str | None = None
    transfer_to: UUID | None = None
    said_yes_on: date | None = None
    channel: str | None = None
    reference: str | None = None

    @property
    def asked_services(self) -> Sequence[UUID]:
        """The services that it names, in the order given."""
        return self.candidates if self.service_id is None else [self.service_id]


NOTHING_SAID = TransitionBody()
