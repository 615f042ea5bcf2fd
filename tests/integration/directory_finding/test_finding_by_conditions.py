"""Each condition alone, several together, and their counts."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from setu.opening_hours import Opening
from support.finding import (
    find,
    names,
)
from support.listings import (
    Directory,
    a_provider,
    a_service,
)

PROVIDER = a_provider()
PLAIN = a_service(PROVIDER, "Plain", needs=("OST", "TESTING"), minimum_age=18, languages=("hi",))
WOMEN = a_service(
    PROVIDER,
    "Women",
    needs=("WOMEN", "TESTING"),
    genders=("woman", "transgender"),
    women_only=True,
    creche=True,
    admits_children_up_to=6,
    accepting="waiting_list",
    languages=("bn",),
    cost="low_cost",
    schedules=(Opening("FREQ=MONTHLY;BYDAY=1SA", "10:00", "14:00"),),
)
PRISON = a_service(
    PROVIDER,
    "Prison",
    needs=("RELEASE",),
    districts=(),
    visits_in_custody=True,
    prison_cleared=True,
    maximum_age=25,
    accepting="closed",
    schedules=(Opening("FREQ=WEEKLY;BYDAY=FR,SA", "20:00", "04:00"),),
)
STOCK = (PROVIDER, PLAIN, WOMEN, PRISON)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"needs": "OST"}, "Plain"),
        ({"needs": "TESTING"}, "Plain Women"),
        ({"needs": "TESTING,WOMEN"}, "Women"),
        ({"district": "315"}, "Plain Women"),
        ({"district": "1,315"}, "Plain Women"),
        ({"district": "1"}, ""),
        ({"needs": "TESTING", "district": "1,315"}, "Plain Women"),
        ({"needs": "TESTING,WOMEN", "district": "1,315"}, "Women"),
        ({"needs": "TESTING", "district": "1"}, ""),
        ({"needs": "RELEASE", "district": "315"}, ""),
        ({"state": "19"}, "Plain Women"),
        ({"state": "IN-WB"}, "Plain Women"),
        ({"gender": "man"}, "Plain Prison"),
        ({"gender": "transgender"}, "Plain Prison Women"),
        ({"age": 17}, "Prison Women"),
        ({"age": 18}, "Plain Prison Women"),
        ({"age": 26}, "Plain Women"),
        ({"women_only": "true"}, "Women"),
        ({"women_only": "false"}, "Plain Prison Women"),
        ({"admits_children": 6}, "Women"),
        ({"admits_children": 7}, ""),
        ({"creche": "true"}, "Women"),
        ({"language": "hi"}, "Plain Prison"),
        ({"language": "hi,bn"}, "Plain Prison Women"),
        ({"visits_in_custody": "true", "prison_cleared": "true"}, "Prison"),
        ({"accepting": "open"}, "Plain"),
        ({"accepting": "open,waiting_list"}, "Plain Women"),
        ({"cost": "low_cost"}, "Women"),
        ({"needs": "TESTING", "gender": "woman", "search": "plain"}, "Plain"),
        ({"open_at": "2026-11-24T12:00:00+05:30"}, "Plain"),  # a Tuesday
        ({"open_at": "2026-11-24T16:59"}, "Plain"),  # hours are told in the time of India, and so is this
        ({"open_at": "2026-11-24T17:00:00+05:30"}, ""),
        ({"open_at": "2026-12-05T10:30:00+05:30"}, "Women"),  # the first Saturday
        ({"open_at": "2026-12-12T10:30:00+05:30"}, ""),
        ({"open_at": "2026-11-27T23:00:00+05:30"}, "Prison"),
        ({"open_at": "2026-11-27T22:29:00Z"}, "Prison"),  # Saturday 03:59 in India
        ({"open_at": "2026-11-28T22:30:00Z"}, ""),
    ],
)
def test_a_condition_finds_what_fulfils_it(reader: FlaskClient, query: dict[str, Any], expected: str) -> None:
    assert sorted(names(reader, **query)) == expected.split()
    by_body = reader.post("/api/services", json=_typed(query))
    assert sorted(item["name"] for item in by_body.get_json()["contents"]) == expected.split()


@pytest.mark.parametrize(
    ("name", "codes", "last"),
    [("needs", ["OST"] * 98, ("DETOX,TB", "OST,DETOX")), ("district", ["315"] * 99, ("3155", "31551"))],
)
def test_a_list_of_codes_has_one_to_400_characters(
    reader: FlaskClient, name: str, codes: list[str], last: tuple[str, str]
) -> None:
    sharp, longer = (",".join([*codes, each]) for each in last)
    assert (len(sharp), len(longer)) == (400, 401)
    for said, by_address, by_body in ((sharp, 200, 200), (longer, 400, 422), ("", 400, 422)):
        assert reader.get("/api/services", query_string={name: said}).status_code == by_address
        assert reader.post("/api/services", json={name: said}).status_code == by_body


def _typed(query: dict[str, Any]) -> dict[str, Any]:
    return {name: {"true": True, "false": False}.get(str(value), value) for name, value in query.items()}


def test_open_now_follows_the_clock_though_nothing_is_indexed_anew(reader: FlaskClient, stocked: Directory) -> None:
    by_day = find(reader, open_now="true")
    stocked.clock.advance(timedelta(hours=5))
    by_night = reader.get("/api/services?per_page=100&open_now=true", headers={"If-None-Match": by_day.headers["ETag"]})

    assert [item["name"] for item in by_day.get_json()["contents"]] == ["Plain"]
    assert (by_night.status_code, by_night.get_json()["contents"]) == (200, [])


def test_facets_count_what_was_found(reader: FlaskClient) -> None:
    facets = find(reader, facets="needs,district,state,accepting,statements", needs="TESTING").get_json()["facets"]

    assert {each["value"]: each["count"] for each in facets["needs"]} == {"TESTING": 2, "OST": 1, "WOMEN": 1}
    assert facets["district"] == [{"value": "315", "count": 2}]
    assert facets["state"] == [{"value": "19", "count": 2}]
    assert {each["value"] for each in facets["accepting"]} == {"open", "waiting_list"}
    assert {each["value"] for each in facets["statements"]} == {"women_only", "creche"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("needs=MAGIC", "needs"),
        ("needs=", "needs"),
        ("needs=OST,", "needs"),
        ("district=Kolkata", "district"),
        ("state=Bengal", "state"),
        ("gender=x", "gender"),
        ("age=-1", "age"),
        ("age=old", "age"),
        ("women_only=maybe", "women_only"),
        ("open_at=noon", "open_at"),
        ("open_now=true&open_at=2026-11-24", "open_now"),
        ("near=here", "near"),
        ("near=91,0", "near"),
        ("near=nan,0", "near"),
        ("near=999999", "near"),
        ("radius=5", "radius"),
        ("near=22,88&radius=5000", "radius"),
        ("sort=distance", "sort"),
        ("sort=random", "sort"),
        ("facets=names", "facets"),
        ("cursor=abc", "cursor"),
        ("cursor=WyJuYW1lIiwwLDFd", "cursor"),
    ],
)
def test_a_wrong_parameter_is_named(reader: FlaskClient, query: str, field: str) -> None:
    answer = reader.get(f"/api/services?{query}")

    assert answer.status_code == 400
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]


@pytest.mark.parametrize("status", ["temporarily closed", "defunct", "inactive"])
def test_a_service_is_found_by_the_status_that_it_says(directory: Directory, visitor: FlaskClient, status: str) -> None:
    directory.save_together(*STOCK)
    directory.save(a_service(PROVIDER, "Other", status=status))

    assert [sorted(names(visitor, status=each)) for each in (status, "active")] == [
        ["Other"],
        ["Plain", "Prison", "Women"],
    ]
    [told] = [each for each in find(visitor, minimal="true").get_json()["contents"] if each["name"] == "Other"]
    assert told["status"] == status
