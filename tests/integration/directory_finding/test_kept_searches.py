"""A search is found again by the back button, and by nobody after its visitor."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from service_kit.clock import FrozenClock
from support.finding import send_search
from support.listings import Directory, a_provider, a_service

PROVIDER = a_provider()
SERVICE = a_service(PROVIDER)
LEGAL = a_service(PROVIDER, "Legal desk", needs=("LEGAL",))
NOT_KEPT = "What you looked for is not kept any more."


@pytest.fixture
def results(directory: Directory, visitor: FlaskClient) -> str:
    """The address of a page of results."""
    directory.save(PROVIDER, SERVICE, LEGAL)
    return send_search(visitor, place="Kolkata", need="OST").location


def test_results_are_a_page_to_come_back_to_and_each_tab_keeps_its_own(visitor: FlaskClient, results: str) -> None:
    other = send_search(visitor, place="Kolkata", need="LEGAL").location

    first, second, again = (visitor.get(each).text for each in (results, other, results))

    assert SERVICE.name in first
    assert LEGAL.name not in first
    assert LEGAL.name in second
    assert again == first


def test_the_browser_carries_it_sealed_and_only_until_it_is_closed(visitor: FlaskClient, results: str) -> None:
    answer = send_search(visitor, place="Kolkata", need="OST")
    cookie = answer.headers["Set-Cookie"]

    assert {"HttpOnly", "SameSite=Strict", "Path=/results"} <= set(cookie.split("; "))
    assert not [word for word in ("OST", "Kolkata", "Max-Age", "Expires") if word in cookie + answer.location]
    assert visitor.get(results).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("way", ["/leave", "/sign-out"])
def test_leaving_takes_the_searches_along(visitor: FlaskClient, results: str, way: str) -> None:
    visitor.post(way, headers={"Sec-Fetch-Site": "same-origin"})

    answer = visitor.get(results)

    assert answer.status_code == 410
    assert NOT_KEPT in answer.text
    assert SERVICE.name not in answer.text


def test_half_an_hour_after_the_last_search_nothing_is_kept(
    visitor: FlaskClient, results: str, clock: FrozenClock
) -> None:
    clock.advance(timedelta(minutes=29))
    before = visitor.get(results)
    clock.advance(timedelta(minutes=2))

    assert SERVICE.name in before.text
    assert NOT_KEPT in visitor.get(results).text


def test_to_another_browser_the_address_says_nothing(directory: Directory, visitor: FlaskClient, results: str) -> None:
    stranger = visitor.application.test_client()

    assert NOT_KEPT in stranger.get(results).text


def test_many_long_searches_push_out_the_oldest_and_still_fit_a_cookie(visitor: FlaskClient, results: str) -> None:
    for _ in range(12):
        newest = send_search(visitor, place="ক" * 80, age="৪৪", statements=["female_staff", "trans_inclusive"])

    assert len(newest.headers["Set-Cookie"]) < 4096
    assert visitor.get(newest.location).status_code == 200
    assert NOT_KEPT in visitor.get(results).text
