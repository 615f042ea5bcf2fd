"""The rows of the inbox and the counts beside its filters: a part, in an order, from where on, and what came since.

Promises: what came since the reader looked stands apart on top, wherever its due time puts it, and not twice; what the
address of a page says (part, order) goes on from page to page, and is never a need. When not to use it: for one
referral.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.worklist import Order, Part, WorklistQuery
from referral_service.store.team_members import list_team
from referral_service.store.worklist import count_worklist_rows
from referral_service.use_cases.list_worklist import list_worklist
from service_kit import cursor
from service_kit.identity import Principal

STEP = 25
MOST = 100
"""Rows on a page at first, and at most once more were asked for."""
SHORTEST, LONGEST = 3, 20
"""Symbols of a reference that are looked for: fewer would find too much."""


def kept_query(asked: Mapping[str, str]) -> dict[str, Any]:
    """What of an address goes on to the next page: the filter and the order, where they are not the usual ones."""
    part, order = _part(asked), _order(asked)
    return {
        **({} if part is Part.ALL else {"show": str(part)}),
        **({} if order is Order.DUE else {"sort": str(order)}),
    }


def symbols_of(typed: str) -> str:
    """What was typed of a reference, as it is looked for: capitals and digits alone."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())[:LONGEST]


def find_by_reference(session: Session, who: Principal, typed: str, *, now: datetime) -> UUID | None:
    """The one referral of the last ninety days that the reference, or a piece of it, can only mean."""
    symbols = symbols_of(typed)
    if len(symbols) < SHORTEST:
        return None
    items = list_worklist(session, who, WorklistQuery(reference=symbols, limit=2), now=now).items
    return items[0].id if len(items) == 1 else None


def worklist_values(session: Session, who: Principal, asked: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """What the templates take. `asked`: `show`, `sort`, `after`, `rows`, `since`, or `reference`."""
    query, since = _query(asked), _moment(asked.get("since", ""))
    page = list_worklist(session, who, query, now=now)
    news = WorklistQuery(part=query.part, order=query.order, limit=MOST, sent_after=since)
    arrived = list_worklist(session, who, news, now=now).items if since else []
    counts = count_worklist_rows(session, who, now)
    apart = {task.id for task in arrived}
    return {
        "items": [task for task in page.items if task.id not in apart],
        "arrived": arrived,
        "last": page.items[-1].id if page.items else None,
        "following": page.next,
        "more": query.limit + STEP if page.next and query.limit < MOST else None,
        "may_accept": {
            task.id: "accept" in task.actions(who.organization, who.role) for task in [*page.items, *arrived]
        },
        "names": {member.account_id: member.name for member in list_team(session, who.organization)},
        "shown": query.part,
        "sorted_by": query.order,
        "looked_for": asked.get("reference", "").strip()[:40],
        "too_short": not query.reference,
        "after": asked.get("after"),
        "counts": counts.of,
        "listed": counts.of[query.part],
        "total": counts.of[Part.ALL],
        "newest": counts.newest,
        "kept": kept_query(asked),
    }


def _query(asked: Mapping[str, str]) -> WorklistQuery:
    symbols = symbols_of(asked.get("reference", ""))
    return WorklistQuery(
        part=_part(asked),
        order=_order(asked),
        limit=_rows(asked.get("rows", "")),
        after=cursor.decode(asked.get("after")),
        reference=symbols if len(symbols) >= SHORTEST else "",
    )


def _part(asked: Mapping[str, str]) -> Part:
    name = asked.get("show", "")
    return Part(name) if name in set(Part) else Part.ALL


def _order(asked: Mapping[str, str]) -> Order:
    name = asked.get("sort", "")
    return Order(name) if name in set(Order) else Order.DUE


def _rows(text: str) -> int:
    return min(max(int(text), STEP), MOST) if text.isascii() and text.isdigit() and len(text) < 4 else STEP


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
