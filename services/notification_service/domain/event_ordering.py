"""Ordering of events: the known state of one referral, so that events may come late, twice or out of order.

Promises: versions never go back (an older view is not told after a newer one); once a referral was withdrawn or
closed the team is told nothing more of it, in whatever order the events arrive, and nothing that asks for contact after
a person took consent back; a referrer's message never stops.
"""

from dataclasses import dataclass, replace

from notification_service.domain.notices import NotificationEvent
from notification_service.domain.routing_table import REFERRING, ROUTES, VIEW
from notification_service.domain.stopping import AFTER_STOP, ASKS_FOR_CONTACT, STOPS


@dataclass(frozen=True, slots=True)
class Progress:
    """The newest versions seen: of the task (the team's) and, apart from it, of the referrer's view."""

    task_version: int = 0
    view_version: int = 0
    stopped: bool = False


def advance(progress: Progress, event: NotificationEvent) -> tuple[Progress, bool]:
    """Return the progress after `event`, and whether the event is to be told."""
    if event.type == VIEW:
        newer = event.version > progress.view_version
        return replace(progress, view_version=max(progress.view_version, event.version)), newer
    if _only_to_referrer(event):
        return progress, True  # its version is that of a row of their own
    superseded = event.type in ASKS_FOR_CONTACT and event.version < progress.task_version
    told = not superseded and (not progress.stopped or event.type in AFTER_STOP - STOPS)
    after = replace(
        progress,
        task_version=max(progress.task_version, event.version),
        stopped=progress.stopped or event.type in STOPS,
    )
    return after, told


def _only_to_referrer(event: NotificationEvent) -> bool:
    rules = ROUTES.get(event.topic, ())
    return bool(rules) and all(rule.audience in REFERRING for rule in rules)
