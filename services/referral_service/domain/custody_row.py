"""Custody row: the second row of prison health staff, and what the days make of it.

Why: rule 2. A question stays answerable and an appointment stays shown until its date, the release or a transfer,
whatever happened behind; so all of it is computed from this row and the day. Promises: pure; the version of what is
shown grows with every change, also with those that a day makes by itself.
When not to use it: for what the provider knows (`task_view.py`).
"""

from dataclasses import dataclass
from datetime import date, datetime

from referral_service.domain.priority import URGENT, priority_now
from setu.india import day_in_india


@dataclass(frozen=True)
class CustodyRow:
    """Written by the provider's question, its answer, its appointment, and the sender's release or transfer.

    These are the acts with `custody` in `transitions.py`, and `use_cases/change_release.py`; nothing else writes it.

    `release_ticked`: the sender said "soon" without a date, and nothing else since.
    """

    open_question: str | None
    appointment_at: datetime | None
    release_on: date | None
    urgent_otherwise: bool
    release_ticked: bool
    ended_at: datetime | None
    version: int

    def over(self, now: datetime) -> bool:
        """Whether the person has left: transferred, or the day of release has passed."""
        return self.ended_at is not None or (self.release_on is not None and self.release_on < day_in_india(now))

    def question(self, now: datetime) -> str | None:
        """The question that can still be answered."""
        return None if self.over(now) else self.open_question

    def appointment(self, now: datetime) -> datetime | None:
        """The appointment that is still ahead, or is today."""
        at = self.appointment_at
        return None if at is None or self.over(now) or day_in_india(at) < day_in_india(now) else at

    def priority(self, now: datetime) -> str:
        """The priority on this day."""
        return priority_now(self.urgent_otherwise or self.release_ticked, self.release_on, day_in_india(now))

    def shown_version(self, now: datetime) -> int:
        """The version of what is shown now: the row's, and one more for each change that a day has made."""
        appointment_gone = self.appointment_at is not None and self.appointment(now) is None
        became_urgent = self.priority(now) == URGENT and not self.urgent_otherwise
        return self.version + int(self.over(now)) + int(appointment_gone) + int(became_urgent)
