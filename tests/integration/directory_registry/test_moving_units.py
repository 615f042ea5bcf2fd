"""A unit moves to another district when both coordinators agree; its people stay and sign in again."""

from sqlalchemy import text

from support.registry import AGARTALA, AIZAWL, LUNGLEI, Registry, post


def moves_seen_by(registry: Registry, district: int) -> int:
    """As the web role of a coordinator of the district."""
    with registry.house.web.transaction(registry.house.as_web(role="coordinator", districts=(district,))) as session:
        return int(session.scalar(text("SELECT count(*) FROM organization_move")) or 0)


def test_a_unit_moves_once_the_other_district_takes_it(registry: Registry) -> None:
    house = registry.house
    unit = house.organization("police_unit", district=AIZAWL, name="Border post")
    officer = house.person("officer", unit)
    session_before = house.bearer(officer)
    ours, theirs = registry.browser(), registry.browser(registry.other)

    assert registry.act(ours, unit, "move", district=str(LUNGLEI)).status_code == 303
    assert registry.row(unit).district_code == AIZAWL
    assert theirs.get(f"/registry/{unit}").status_code == 404
    offered = theirs.get(f"/registry/{unit}/move").text
    assert "Take it into the district" in offered
    assert "Border post" in theirs.get("/registry").text
    assert theirs.get("/counts").get_json()["/registry"] == 1
    assert ours.get("/counts").get_json()["/registry"] == 0
    assert [moves_seen_by(registry, district) for district in (AIZAWL, LUNGLEI, AGARTALA)] == [1, 1, 0]
    assert post(ours, f"/registry/{unit}/move/take").status_code == 404
    assert post(theirs, f"/registry/{unit}/move/take").status_code == 303

    assert registry.row(unit).district_code == LUNGLEI
    assert ours.get(f"/registry/{unit}").status_code == 404
    assert "1 member" not in ours.get("/registry").text
    assert "/sign-in" in house.client().get("/account", headers=session_before).location
    assert house.events("directory.member.changed.v1")[-1]["districts"] == [LUNGLEI]
    assert house.events("directory.organization.changed.v1")[-1]["district"] == LUNGLEI
    assert registry.audited(unit) == ["organization.move_offered", "organization.move"]


def test_an_offer_is_refused_or_taken_back(registry: Registry) -> None:
    unit = registry.house.organization("police_unit", district=AIZAWL)
    ours, theirs = registry.browser(), registry.browser(registry.other)

    registry.act(ours, unit, "move", district=str(LUNGLEI))
    assert registry.act(ours, unit, "move", district=str(LUNGLEI)).status_code == 409
    assert post(theirs, f"/registry/{unit}/move/refuse").status_code == 303
    assert theirs.get(f"/registry/{unit}/move").status_code == 404
    registry.act(ours, unit, "move", district=str(LUNGLEI))
    assert post(ours, f"/registry/{unit}/move/withdraw").status_code == 303

    assert post(theirs, f"/registry/{unit}/move/take").status_code == 404
    assert registry.row(unit).district_code == AIZAWL


def test_who_coordinates_both_districts_moves_it_at_once(registry: Registry) -> None:
    unit = registry.house.organization("court", district=AIZAWL)

    moved = registry.act(registry.browser(registry.state), unit, "move", district=str(LUNGLEI))

    assert moved.status_code == 303
    assert registry.row(unit).district_code == LUNGLEI
