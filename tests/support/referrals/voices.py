"""What became of what persons said with their cards: events, counts, rows, and the page of the team."""

from typing import Any

from sqlalchemy import select

from referral_service.store.metadata import metadata
from referral_service.store.tables_cards import voice_count
from support.referral import (
    WORKER,
    ReferralService,
    events_of,
)

HEARD, URGENT = "referral.voice.heard.v1", "referral.voice.urgent.v1"


def said(setu: ReferralService, *words: str) -> list[dict[str, Any]]:
    """The events of these types, in order."""
    return [event for event in events_of(setu) if event["type"] in words]


def counts(setu: ReferralService) -> dict[tuple[Any, ...], int]:
    """(word, state, district, organisation) → how many cards said it."""
    columns = [voice_count.c[name] for name in ("said", "state", "district", "organization_id")]
    with setu.worker_db.transaction() as session:
        rows = session.execute(select(*columns, voice_count.c["count"])).all()
    return {tuple(row[:-1]): row[-1] for row in rows}


def rows(setu: ReferralService, table: str) -> int:
    """How many rows the table has."""
    with setu.worker_db.transaction() as session:
        return len(session.execute(select(metadata.tables[table])).all())


def on_the_page(setu: ReferralService, referral_id: str, who: Any = WORKER) -> list[bool]:
    """Whether the team's page says that nobody has contacted the person, and that a call back is asked for."""
    page = setu.get(who, f"/inbox/{referral_id}").text
    return ["nobody has contacted them" in page, "asks to be called back" in page]
