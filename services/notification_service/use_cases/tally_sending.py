"""Tally what was sent, by channel and day, for the figures of sending."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from notification_service.store import sending_days
from setu.india import INDIA, day_in_india


def tally_sending(session: Session, now: datetime) -> None:
    """Count yesterday and today again, and forget days of more than a year ago."""
    today = day_in_india(now)
    sending_days.tally(session, datetime.combine(today - timedelta(days=1), time(), INDIA))
    sending_days.delete_before(session, today - sending_days.KEPT)
