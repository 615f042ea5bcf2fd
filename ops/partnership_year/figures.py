"""Example events `referral.figures.frozen.v1`: a month's suppressed figures of a district or a state, made by chance.

Why: in this play nobody refers anybody. The cells have the sizes of real ones: a quiet district hides most of them.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

Cell = dict[str, Any]


def frozen_figures(month: date, state: int, district: int | None, size: int, frozen_at: datetime) -> dict[str, Any]:
    """The data of an event. `size`: about how many people were asked; the same arguments give the same cells."""
    chance = random.Random(f"{month} {district}")  # noqa: S311  # the same again
    return {
        "month": f"{month:%Y-%m}",
        "state": state,
        "district": district,
        "frozen_at": frozen_at.isoformat(),
        "cells": list(_cells(chance, size, month, is_state=district is None)),
        "version": 1,
    }


def _cells(chance: random.Random, size: int, month: date, *, is_state: bool) -> Iterator[Cell]:
    sent = round(size * chance.uniform(0.4, 0.7))
    for row, count in (("sent", sent), ("only_card", size // 4), ("declined", size // 8)):
        yield _people("consent", row, count)
    for row, share in (("opened", 0.9), ("accepted", 0.7), ("not_taken", 0.15), ("not_answered", 0.1)):
        yield _people("views", row, round(sent * share * chance.uniform(0.8, 1)))
    shares = {
        "women": (8, 20),
        "answered_24_hours": (50, 92),
        "urgent_4_hours": (40, 90),
        **({"children": (2, 6)} if is_state else {}),
    }
    for row, (least, most) in shares.items():
        yield _measured("share", row, chance.randint(least, most) if sent >= 30 else None)
    yield _measured("first_response", "median_hours", round(chance.uniform(2, 30), 1) if sent >= 10 else None)
    if month.month % 3 == 0:
        for need in ("CHILD",) if is_state else chance.sample(("WOMEN", "OST", "SHELTER", "DETOX"), 3):
            yield _people("unmet_need", need, chance.randint(0, max(1, sent)))


def _people(table: str, row: str, count: int) -> Cell:
    if count < 10:
        return {"table": table, "row": row, "value": None, "shown": "fewer_than_10"}
    return {"table": table, "row": row, "value": 5 * round(count / 5), "shown": "rounded"}


def _measured(table: str, row: str, value: float | None) -> Cell:
    return {"table": table, "row": row, "value": value, "shown": "too_few" if value is None else "exact"}
