"""Tallies of sending by channel and day: how many messages were taken or given up, and how long that took.

A message counts on the day of its last try, whatever a provider reports later. The worker counts the last two days
again every few minutes; older days stay as they are, also when their messages have expired. No person, organisation or
reference stands here.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from notification_service.domain.sending_figures import SendingDay
from notification_service.store.tables_sending import SendingDayRow

_TALLY = text(
    """
    INSERT INTO sending_day (channel, day, taken, given_up, half, most)
    SELECT delivery.channel, (ended AT TIME ZONE 'Asia/Kolkata')::date,
        count(*) FILTER (WHERE state <> 'failed'), count(*) FILTER (WHERE state = 'failed'),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) FILTER (WHERE state <> 'failed'),
        percentile_cont(0.95) WITHIN GROUP (ORDER BY waited) FILTER (WHERE state <> 'failed')
    FROM delivery CROSS JOIN LATERAL (
        SELECT max(at) AS ended,
            extract(epoch FROM max(at) - min(at) + min(milliseconds) * interval '1 millisecond')::float AS waited
        FROM attempt WHERE delivery_id = delivery.id
    ) AS tries
    WHERE finished_at >= :since AND ended >= :since AND state NOT IN ('stopped', 'suppressed', 'trial')
    GROUP BY 1, 2
    ON CONFLICT (channel, day) DO UPDATE
        SET taken = excluded.taken, given_up = excluded.given_up, half = excluded.half, most = excluded.most
    """
)


def tally(session: Session, since: datetime) -> None:
    """Count again what ended at `since` (the start of a day in India) or later."""
    session.execute(_TALLY, {"since": since})


def list_days(session: Session, since: date) -> Sequence[SendingDay]:
    """Return what was tallied of these days, of every channel."""
    rows = session.scalars(select(SendingDayRow).where(SendingDayRow.day >= since))
    return [
        SendingDay(
            row.channel,
            row.day,
            row.taken,
            row.given_up,
            None if row.half is None or row.most is None else (row.half, row.most),
        )
        for row in rows
    ]


def delete_before(session: Session, day: date) -> None:
    """Delete tallies of earlier days."""
    session.execute(delete(SendingDayRow).where(SendingDayRow.day < day))
