"""Reset an account after its sign-in was reset: empty the list, notify the owner on every channel."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel
from notification_service.store import notices
from notification_service.store.resets import record_reset
from notification_service.use_cases.plan_notices import plan_notices
from notification_service.use_cases.read_event import NotUnderstood, read_event
from service_kit.envelope import Event


def reset_account(session: Session, event: Event, now: datetime, channels: Collection[Channel]) -> None:
    """Apply `directory.account.reset.v1`. Raises NotUnderstood."""
    reset = read_event(event)
    if reset.account is None:
        raise NotUnderstood(f"{event.type}: account_id")
    at = datetime.fromisoformat(str(event.data["at"]))
    record_reset(session, reset.account, at, reset.version)
    notices.expire_before(session, reset.account, at)
    plan_notices(session, [event], now, channels)
