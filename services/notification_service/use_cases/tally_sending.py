"""Tally what was sent, by channel and day, for the figures of sending."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from notification_service.domain.retention import SENDING_DAYS_KEPT
from notification_service.store import sending_days
from setu.india import day_in_india, midnight_in_india


def tally_sending(session: Session, now: datetime) -> None:
    """Count yesterday and today again, and forget days of more than a year ago."""
    today = day_in_india(now)
    sending_days.tally(session, midnight_in_india(today - timedelta(days=1)))
    sending_days.delete_before(session, today - SENDING_DAYS_KEPT)
