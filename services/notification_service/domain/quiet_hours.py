"""Quiet hours: a reader's daily span without messages, and until when a message is put off by it.

Promises: Indian time, whatever zone a moment comes in; urgent messages pass; what would come too late leaves at night.
Not for what is planned: hours are asked when a message is about to leave (`use_cases/honour_choices.py`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from notification_service.domain.bad_choice import BadChoice
from setu.india import INDIA


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A daily span in Indian time, over midnight where it ends before it starts. Raises BadChoice if it is empty."""

    starts: time
    ends: time

    def __post_init__(self) -> None:
        if self.starts == self.ends:
            raise BadChoice("quiet_until", "same_time")

    def end_after(self, moment: datetime) -> datetime | None:
        """Return when the span that `moment` (aware) lies in ends, in UTC; None outside of it."""
        local = moment.astimezone(INDIA)
        over_midnight = self.ends < self.starts
        started, ended = self.starts <= local.time(), self.ends <= local.time()
        if not ((started or not ended) if over_midnight else (started and not ended)):
            return None
        day = local.date() + timedelta(days=1) if over_midnight and started else local.date()
        return datetime.combine(day, self.ends, INDIA).astimezone(UTC)


def put_off_until(
    quiet: QuietHours | None, now: datetime, *, urgent: bool, worth_until: datetime, due_at: datetime | None
) -> datetime | None:
    """Return the end of the quiet hours, to which a message waits; None: it leaves now.

    What would come too late by then, for being of use or for its due time, leaves now: better at night than never.
    """
    ends = quiet.end_after(now) if quiet is not None and not urgent else None
    too_late_at = worth_until if due_at is None or due_at <= now else min(worth_until, due_at)
    return ends if ends is not None and ends < too_late_at else None
