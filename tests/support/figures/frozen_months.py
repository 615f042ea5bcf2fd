"""Months of figures: counts of a month put in, frozen, and read as anybody reads them."""

from collections import Counter
from functools import partial
from typing import Any

from sqlalchemy import insert

from referral_service.store.figure_tally import counts_of
from referral_service.store.tables_figures import figure_tally
from referral_service.use_cases.figures.freeze_figures import freeze_figures
from referral_service.use_cases.figures.seal_tally import open_tally
from service_kit.db.engine import Database
from support.referral import KOLKATA, MONDAY_NOON, ReferralService

MARCH = MONDAY_NOON.date().replace(day=1)


def freeze(setu: ReferralService, db: Database | None = None) -> int:
    return freeze_figures(db or setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())


def add(setu: ReferralService, words: dict[str, int], *, months_later: int = 0, district: int = KOLKATA) -> None:
    month = MARCH.replace(month=MARCH.month + months_later)
    rows = [
        {"month": month, "district": district, "counted": word, "minutes": 90 if word == "opened" else None}
        for word, number in words.items()
        for _person in range(number)
    ]
    with setu.worker_db.transaction() as session:
        session.execute(insert(figure_tally), rows)


def counted(setu: ReferralService) -> Counter[str]:
    with setu.worker_db.transaction() as session:
        counts = counts_of(session, [MARCH], partial(open_tally, setu.dependencies.keyring))
        return Counter(counts.answers[MARCH, KOLKATA])


def told(setu: ReferralService, month: str, district: int | None = KOLKATA) -> dict[tuple[str, str], Any]:
    items = setu.get(None, "/api/figures?limit=100").get_json()["items"]
    found = [each for each in items if (each["month"], each["district"]) == (month, district)]
    return {(cell["table"], cell["row"]): cell["value"] for each in found for cell in each["cells"]}
