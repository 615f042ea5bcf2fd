"""Figures in the state view as the referral service freezes them: every row of a district's needs, or none at all."""

import re
from collections.abc import Mapping
from datetime import date
from html import unescape

from directory_service.organizations.store.tables import District, Organization
from referral_service.domain.figures.cells import EVERYBODY, Figures
from referral_service.domain.figures.freeze_month import FigureCounts, freeze_month
from support.listings import KOLKATA
from support.partnership import BODY, Partnership, an_organization, freeze

HOWRAH, HOOGHLY = 313, 312
NAMES = {KOLKATA: "Kolkata", HOWRAH: "Howrah", HOOGHLY: "Hooghly"}
MONTHS = [date(2026, month, 1) for month in range(1, 9)]
A_MONTH = {"sent": 60, "opened": 60, "answered_24_hours": 40, "women": 20}
A_SMALL_MONTH = {"sent": 3, "opened": 3, "answered_24_hours": 2, "women": 1}


def play(partnership: Partnership) -> None:
    """Eight months: one district told by the month, one by the quarter, one in its state's line since April."""
    with partnership.worker() as session:
        session.add_all(District(code=code, state_code=19, name=NAMES[code], names={}) for code in (HOWRAH, HOOGHLY))
        body = session.get_one(Organization, BODY.id)
        body.record = {**body.record, "whole_state": True}
    for code in (HOWRAH, HOOGHLY):
        partnership.directory.save(an_organization(f"Station {code}", "police_unit", code), indexed=False)
    earlier: list[Figures] = []
    counts = FigureCounts(
        answers={(month, code): _of(code, month) for month in MONTHS for code in NAMES},
        minutes={(month, code): [120] * _of(code, month)["opened"] for month in MONTHS for code in NAMES},
        unmet={
            (MONTHS[0], KOLKATA): {"OST": 31},
            (MONTHS[0], HOWRAH): {"DETOX": 14},
            (MONTHS[3], KOLKATA): {"OST": 31, "SHELTER": 12, "DETOX": 3},
            (MONTHS[3], HOWRAH): {"OST": 4},
        },
    )
    for month in MONTHS:
        for told in freeze_month(month, list(NAMES), counts, earlier):
            earlier.append(told)
            if told.audience == EVERYBODY:
                cells = [cell._asdict() for cell in told.cells]
                freeze(partnership, *cells, month=f"{told.month:%Y-%m}", district=told.district)


def _of(code: int, month: date) -> Mapping[str, int]:
    """Howrah is small until March, Hooghly always."""
    is_small = code == HOOGHLY or (code == HOWRAH and month.month < 4)
    return A_SMALL_MONTH if is_small else A_MONTH


def tiles(partnership: Partnership, by: str) -> list[str]:
    """What the tiles say, in their order, as plain text."""
    page = partnership.browser("coordinator").get(f"/state?by={by}&month=2026-08").text
    shown = page.partition('<ol class="district-tiles">')[2].partition("</ol>")[0]
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", each)).split()) for each in shown.split("<li>")[1:]]


def test_needs_are_counted_where_they_are_told_and_a_quarter_is_told_in_each_of_its_months(
    partnership: Partnership,
) -> None:
    play(partnership)
    assert tiles(partnership, "unmet") == [
        "Kolkata 30 Medicine for opioid dependence · and 1 more need",
        "Howrah all fewer than 10",
        "Hooghly told with the state's other districts",
    ]
    assert tiles(partnership, "answer") == [
        "Howrah 2 h within 24 hours: 67 % · three months until June 2026",
        "Kolkata 2 h within 24 hours: 67 %",
        "Hooghly too few to say within 24 hours: too few to say · three months until June 2026",
    ]
