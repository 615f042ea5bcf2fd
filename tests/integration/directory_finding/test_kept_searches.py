"""A search is found again by the back button, and by nobody after its visitor."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from support.finding import send_search
from support.listings import Directory, a_provider, a_service

PROVIDER = a_provider()
SERVICE = a_service(PROVIDER)
LEGAL = a_service(PROVIDER, "Legal desk", needs=("LEGAL",))
STOCK = (PROVIDER, SERVICE, LEGAL)
NOT_KEPT = "What you looked for is not kept any more."


@pytest.fixture
def results(reader: FlaskClient) -> str:
    """The address of a page of results."""
    return send_search(reader, place="Kolkata", need="OST").location


def test_results_are_a_page_to_come_back_to_and_each_tab_keeps_its_own(reader: FlaskClient, results: str) -> None:
    other = send_search(reader, place="Kolkata", need="LEGAL").location

    first, second, again = (reader.get(each).text for each in (results, other, results))

    assert SERVICE.name in first
    assert LEGAL.name not in first
    assert LEGAL.name in second
    assert again == first


def test_the_browser_carries_it_sealed_and_only_until_it_is_closed(reader: FlaskClient, results: str) -> None:
    answer = send_search(reader, place="Kolkata", need="OST")
    cookie = answer.headers["Set-Cookie"]

    assert {"HttpOnly", "SameSite=Strict", "Path=/results"} <= set(cookie.split("; "))
    assert not [word for word in ("OST", "Kolkata", "Max-Age", "Expires") if word in cookie + answer.location]
    assert reader.get(results).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("way", ["/leave", "/sign-out"])
def test_leaving_takes_the_searches_along(reader: FlaskClient, results: str, way: str) -> None:
    reader.post(way, headers={"Sec-Fetch-Site": "same-origin"})

    answer = reader.get(results)

    assert answer.status_code == 410
    assert NOT_KEPT in answer.text
    assert SERVICE.name not in answer.text


def test_half_an_hour_after_the_last_search_nothing_is_kept(
    stocked: Directory, reader: FlaskClient, results: str
) -> None:
    stocked.clock.advance(timedelta(minutes=29))
    before = reader.get(results)
    stocked.clock.advance(timedelta(minutes=2))

    assert SERVICE.name in before.text
    assert NOT_KEPT in reader.get(results).text


def test_to_another_browser_the_address_says_nothing(reader: FlaskClient, results: str) -> None:
    stranger = reader.application.test_client()

    assert NOT_KEPT in stranger.get(results).text


def test_many_long_searches_push_out_the_oldest_and_still_fit_a_cookie(reader: FlaskClient, results: str) -> None:
    for _ in range(12):
        newest = send_search(reader, place="ক" * 80, age="৪৪", statements=["female_staff", "trans_inclusive"])

    assert len(newest.headers["Set-Cookie"]) < 4096
    assert reader.get(newest.location).status_code == 200
    assert NOT_KEPT in reader.get(results).text
