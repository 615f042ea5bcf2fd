"""Screens of the state and the brief: nothing to complain of for axe, nothing too wide, whole without a script."""

from typing import Any

import pytest

from directory_service.organizations.store.tables import District, Organization
from support.listings import KOLKATA, a_service
from support.pages.drawn_looks import drawn_screens, in_drawn_looks
from support.pages.looks import faults
from support.partnership import BODY, NODI, STATION, a_cell, an_organization, filled_meeting, freeze
from support.training import count, plan_session, post_strength

HOWRAH = 313


def a_state(table: Any) -> None:
    partnership = table.partnership
    filled_meeting(partnership)
    with partnership.worker() as session:
        session.add(District(code=HOWRAH, state_code=19, name="Howrah", names={"bn": "হাওড়া"}))
        row = session.get_one(Organization, BODY.id)
        row.record = {**row.record, "whole_state": True}
    there = an_organization("Shibpur", "police_unit", HOWRAH)
    partnership.directory.save(there, a_service(NODI, "Night clinic", districts=(KOLKATA, HOWRAH)), indexed=False)
    count(partnership.browser("coordinator"), plan_session(partnership), str(STATION.id), PC="30/5", HC="4")
    post_strength(partnership, {"PC": 40, "HC": 10})
    for month in ("2026-11", "2026-12"):
        freeze(partnership, a_cell("share", "women", None, "too_few"), month=month, district=HOWRAH)
        freeze(partnership, a_cell("share", "children", 4, "exact"), month=month, district=None)


@in_drawn_looks(("lang", "width"), [("en", 360), ("hi", 360), ("bn", 1280)])
def test_each_screen_in_each_language(table: Any, lang: str, width: int) -> None:
    a_state(table)
    page = table.context("coordinator", lang=lang, width=width).new_page()
    paths = "/state?by=unmet", "/state?by=meetings", "/brief", f"/brief?district={KOLKATA}"
    for path in drawn_screens(paths, of="state"):
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        assert faults(page) == [], path
    page.goto("/state")
    assert page.locator(".district-tiles > li").count() == page.locator("table.districts tbody tr").count() == 2
    boxes = [page.locator(".district-tiles > li").nth(at).bounding_box() for at in (0, 1)]
    assert boxes[0]["width"] == pytest.approx(boxes[1]["width"], abs=1)
    assert boxes[0]["height"] == pytest.approx(boxes[1]["height"], abs=1)
