"""Value object of an event's body: what an act says besides that it happens, and which days it may name.

Why: the JSON edge and the screens make the same value, and the rule, the effects and the history read it. Promises:
immutable, pure; None (or no candidate) where a field was not given; the fields are those of `TRANSITIONS`.
When not to use it: for a submission (`submission.py`), or for what only the database knows, a colleague or a prison
(`use_cases/check_transition_body.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from referral_service.domain.release_date import is_possible_release
from setu.india import day_in_india

LONGEST_NOTE = 2000  # characters of a case note
FARTHEST = timedelta(days=366 * 2)
"""No appointment or review lies further ahead."""


@dataclass(frozen=True)
class TransitionBody:
    """Codes are of `reasons_and_outcomes.py`, moments aware; `service_id` or `candidates` name whom a forward asks.

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


def days_out_of_range(body: TransitionBody, now: datetime) -> Iterator[str]:
    """The fields whose day or moment cannot be: what was done is not ahead, what is planned not behind.

    A yes that the person said again was said on this day of India, or it is none. `now` is aware.
    """
    ahead, behind, today = now + FARTHEST, now - FARTHEST, day_in_india(now)
    fits = {
        "first_contact": body.first_contact is None or day_in_india(behind) <= body.first_contact <= today,
        "time": body.time is None or behind <= body.time <= now,
        "review_on": body.review_on is None or today <= body.review_on <= day_in_india(ahead),
        "next_appointment": body.next_appointment is None or now <= body.next_appointment <= ahead,
        "said_yes_on": body.said_yes_on is None or body.said_yes_on == today,
        "expected_release": _may_be_released(body.expected_release, today),
    }
    return (name for name, fit in fits.items() if not fit)


def _may_be_released(said: date | str | None, today: date) -> bool:
    return not isinstance(said, date) or is_possible_release(said, today)
