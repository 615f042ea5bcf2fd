"""Who is told of frozen figures: everybody the same, and providers and bodies what happened behind the wall."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import ProgrammingError

from referral_service.store.tables_figures import figure_tally, frozen_figures
from service_kit.db.engine import Database
from service_kit.identity import Principal, Scope
from support.figures.frozen_months import MARCH, add, freeze
from support.referral import (
    COORDINATOR,
    DATA_OFFICER,
    MANAGER,
    MONDAY_NOON,
    NURSE,
    OFFICER,
    SUPERVISOR,
    WORKER,
    ReferralService,
)

HERE = "/figures?place=district-315"


def test_the_places_to_choose_from_are_looked_up_once_a_minute(setu: ReferralService) -> None:
    add(setu, {"sent": 20})
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))
    freeze(setu)
    assert "district-315" in setu.get(None, "/figures").text
    place = {"audience": "everybody", "subject": "2026-03-district-507", "month": MARCH, "state": 36, "district": 507}
    with setu.worker_db.transaction() as session:
        session.execute(insert(frozen_figures), {**place, "frozen_at": MONDAY_NOON, "cells": []})
    assert "district-507" not in setu.get(None, "/figures").text
    assert "district-507" in setu.get(None, "/figures?place=district-507").text
    assert setu.get(None, "/figures?place=district-79").status_code == 404
    setu.clock.advance(timedelta(minutes=1))
    assert "district-507" in setu.get(None, "/figures").text


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 303), (OFFICER, 403), (NURSE, 403), (SUPERVISOR, 403), (WORKER, 200), (MANAGER, 200), (DATA_OFFICER, 200)],
)
def test_what_happened_behind_the_wall_is_for_providers_and_bodies(
    setu: ReferralService, who: Principal | None, status: int
) -> None:
    add(setu, {"sent": 60, "reached": 20})
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))
    freeze(setu)

    assert setu.get(who, "/figures/services/figures.csv").status_code == status
    page = setu.get(who, "/figures/services?place=district-315", Accept="text/html")
    assert ("reached by a service" in page.text) == (status == 200)
    assert "reached by a service" not in setu.get(who, HERE).text


def test_the_police_and_the_public_are_told_the_same(setu: ReferralService) -> None:
    add(setu, {"sent": 60, "reached": 20})
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))
    freeze(setu)

    for path in ("/api/figures", "/figures/figures.csv", "/figures/figures.csv?place=state-19"):
        assert len({setu.get(who, path).data for who in (None, OFFICER, SUPERVISOR, WORKER)}) == 1
    assert "2026-03,1,19,315,consent,sent,60,rounded" in setu.get(None, "/figures/figures.csv").text
    assert setu.get(None, "/figures?place=district-1").status_code == 404


def test_pages_of_the_list_follow_each_other(setu: ReferralService) -> None:
    for month in range(3):
        add(setu, {"sent": 20}, months_later=month)
    setu.clock.set(MONDAY_NOON.replace(month=6, day=20))
    freeze(setu)
    path, seen = "/api/figures?limit=1&district=315", []
    while path:
        page = setu.get(None, path).get_json()
        seen += [each["month"] for each in page["items"]]
        path = page["next"]

    assert seen == ["2026-05", "2026-04", "2026-03"]
    with_nul = base64.urlsafe_b64encode(b"2026-03-district-315\0").decode()
    for made_up in ("x", with_nul):
        assert setu.get(None, f"/api/figures?cursor={made_up}").status_code == 400


def test_rows_are_read_by_audience_and_nobody_changes_them(setu: ReferralService) -> None:
    add(setu, {"sent": 60, "reached": 20})
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))
    freeze(setu)
    web = Database(setu.urls.web, pool_size=1)
    audiences = select(frozen_figures.c.audience).distinct()
    with web.transaction(Scope()) as session:
        assert list(session.scalars(audiences)) == ["everybody"]
    with web.transaction(OFFICER.scope) as session:
        assert list(session.scalars(audiences)) == ["everybody"]
    with web.transaction(WORKER.scope) as session:
        assert sorted(session.scalars(audiences)) == ["everybody", "services"]
    with pytest.raises(ProgrammingError), web.transaction(COORDINATOR.scope) as session:
        session.execute(select(figure_tally))
    web.dispose()
    with pytest.raises(ProgrammingError), setu.worker_db.transaction() as session:
        session.execute(text("UPDATE frozen_figures SET month = '2020-01-01'"))
