"""The rows of the inbox, and how many there are: a part of it, from where on, how far, and what came since.

Promises: every list is in order of due time; what came since the reader looked stands apart on top, wherever its due
time puts it, and not twice. When not to use it: for one referral.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from referral_service.domain.vocabulary import ENDED, UNDECIDED, WORKING
from referral_service.use_cases.list_tasks import TaskCount, count_tasks, list_tasks
from service_kit.identity import Principal
from service_kit.web.context import context

SHOWN = {
    "waiting": UNDECIDED,
    "with_us": WORKING,
    "ended": ENDED,
}
"""Which part of the inbox → the statuses in it. Never a filter by need: needs do not stand in addresses."""
STEP = 25
MOST = 100
"""Rows on a page at first, and at most once more were asked for."""


def count(session: Session, who: Principal, part: str) -> TaskCount:
    """How many rows a part has on all its pages."""
    now = context().clock.now()
    return count_tasks(session, who, now=now, states=sorted(SHOWN[part]), with_ghosts=part == "waiting")


def listed(who: Principal, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the templates take. `asked`: `show` (a part), `after` (a cursor), `rows` (how many), `since` (a moment)."""
    shown, after, rows = asked.get("show", ""), asked.get("after"), _rows(asked.get("rows", ""))
    states = sorted(SHOWN.get(shown, UNDECIDED | WORKING))
    wanted: dict[str, Any] = {"states": states, "with_ghosts": shown not in {"ended", "with_us"}}
    since = _moment(asked.get("since", ""))
    with context().db.transaction(who.scope) as session:
        wanted["now"] = context().clock.now()
        page = list_tasks(session, who, limit=rows, after=after, **wanted)
        arrived = list_tasks(session, who, sent_after=since, **wanted).items if since else []
        counts = {part: count(session, who, part) for part in SHOWN}
    apart = {task.id for task in arrived}
    open_ones = [counts[part] for part in SHOWN if part != "ended"]
    of_list = [counts[shown]] if shown in SHOWN else open_ones
    return {
        "items": [task for task in page.items if task.id not in apart],
        "arrived": arrived,
        "last": page.items[-1].id if page.items else None,
        "following": page.next,
        "more": rows + STEP if page.next and rows < MOST else None,
        "may_accept": {
            task.id: "accept" in task.actions(who.organization, who.role) for task in [*page.items, *arrived]
        },
        "shown": shown if shown in SHOWN else "",
        "after": after,
        "counts": {part: counted.total for part, counted in counts.items()},
        "listed": sum(counted.total for counted in of_list),
        "total": sum(counted.total for counted in open_ones),
        "newest": max((counted.newest for counted in open_ones if counted.newest), default=None),
    }


def _rows(text: str) -> int:
    return min(max(int(text), STEP), MOST) if text.isascii() and text.isdigit() and len(text) < 4 else STEP


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
