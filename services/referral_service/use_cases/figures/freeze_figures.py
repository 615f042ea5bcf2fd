"""Freeze the figures of every month that ended fifteen days ago, once, and tell the directory what everybody may see.

Why: figures that move can be subtracted from each other. Promises: a month is frozen as a whole, in order, in one
transaction with its events, by one worker; it is never computed again; what a quarter was counted from is dropped when
the quarter is frozen; sealed tallies are opened in memory alone, no key goes meanwhile, and none is missing.
When not to use it: to show figures.
"""

from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from referral_service.domain.figures.cells import EVERYBODY, FigureCell, Figures
from referral_service.domain.figures.freeze_month import freeze_month
from referral_service.domain.figures.frozen_periods import frozen_month, month_after, months_of_quarter, quarter_before
from referral_service.domain.figures.states_not_registered import states_not_registered
from referral_service.store.districts import registered_districts
from referral_service.store.figure_tally import counts_of, drop_tallies, first_tallied_month
from referral_service.store.frozen_figures import add_frozen, frozen_since, last_frozen_month, lock_freezing
from referral_service.store.keys import hold_back_rotation, keys_needed
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.figures.seal_tally import open_tally
from service_kit.db import outbox
from service_kit.db.engine import Database
from service_kit.envelope import Event
from service_kit.ids import Ids
from setu.india import day_in_india

FROZEN = "referral.figures.frozen.v1"
_PATIENCE = timedelta(days=7)


def freeze_figures(db: Database, *, dependencies: Dependencies, now: datetime) -> int:
    """Freeze what is due; returns how many months that were. `db` is the worker's. Raises KeyringUnavailable."""
    frozen = 0
    while True:
        with db.transaction() as session:
            lock_freezing(session)
            month = _next_month(session)
            if month is None or month > frozen_month(day_in_india(now))[0]:
                return frozen
            if not _freeze(session, month, dependencies=dependencies, now=now):
                return frozen
            frozen += 1


def _next_month(session: Session) -> date | None:
    """The one after the newest that is frozen, else the first of which anything was counted."""
    last = last_frozen_month(session)
    if last is None:
        return first_tallied_month(session)
    return month_after(last)


def _freeze(session: Session, month: date, *, dependencies: Dependencies, now: datetime) -> bool:
    """Whether there was a place to tell of, and for a week every one: copies of the directory may be half rebuilt."""
    hold_back_rotation(session)
    if keys_needed(session) - dependencies.keyring.ids:
        return False
    counts = counts_of(session, months_of_quarter(month), partial(open_tally, dependencies.keyring))
    places = registered_districts(session)
    if states_not_registered(places, counts) and month > frozen_month(day_in_india(now - _PATIENCE))[0]:
        return False
    figures = freeze_month(month, places, counts, frozen_since(session, quarter_before(month)[0]))
    if not figures:
        return False
    add_frozen(session, figures, now)
    for each in figures:
        if each.audience == EVERYBODY:
            outbox.add(session, _event(each, dependencies.ids, now))
    if month.month % 3 == 0:
        drop_tallies(session, month)
    return True


def _event(figures: Figures, ids: Ids, now: datetime) -> Event:
    data: dict[str, object] = {
        "month": f"{figures.month:%Y-%m}",
        "state": figures.state,
        "district": figures.district,
        "frozen_at": now.isoformat(),
        "cells": [_shape(cell) for cell in figures.cells],
        "version": 1,
    }
    return Event(type=FROZEN, subject=figures.subject, data=data, id=ids.uuid(), time=now)


def _shape(cell: FigureCell) -> dict[str, object]:
    return {"table": cell.table, "row": cell.row, "value": cell.value, "shown": cell.shown, "months": cell.months}
