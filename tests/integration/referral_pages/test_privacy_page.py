"""The public page of what is kept: spans as they are set, the way to take it back, a title that tells nothing."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from referral_service.app import create_app
from referral_service.domain.clocks import Times
from referral_service.domain.retention import Terms
from service_kit.clock import FrozenClock
from service_kit.ids import SeededIds
from support.kit.database_roles import web_database
from support.referral import MONDAY_NOON, ReferralService
from support.referrals.app import settings_for

WHAT_FOR = re.compile(
    "drug|opioid|depend|addict|hiv|treat|needle|नश|ड्रग|दवा|एचआईवी|निर्भर|मादक|মাদক|নেশা|ওষুধ|এইচআইভি|নির্ভর", re.IGNORECASE
)
HEAD = re.compile(r"<title>(.*?)</title>.*<h1>(.*?)</h1>", re.DOTALL)


@pytest.fixture
def anybody(setu: ReferralService) -> Iterator[FlaskClient]:
    """Where keys live for 200 days."""
    settings = settings_for(setu.urls, times=Times(terms=Terms(key_lives=timedelta(days=200))))
    with web_database(setu) as db:
        yield create_app(settings, clock=FrozenClock(MONDAY_NOON), ids=SeededIds("privacy"), db=db).test_client()


def test_the_spans_are_those_that_are_set_and_the_card_takes_it_back(anybody: FlaskClient) -> None:
    page = anybody.get("/privacy").text

    assert re.findall(r"\d+ days", page) == ["90 days", "200 days", "90 days", "30 days"]
    assert 'href="/withdraw"' in page
    assert 'href="/privacy"' in anybody.get("/withdraw").text.partition("</main>")[0]


def test_title_and_address_tell_nobody_who_passes_by_what_the_help_is_for(anybody: FlaskClient) -> None:
    for language, days in (("en", "200 days"), ("hi", "200 दिन"), ("bn", "২০০ দিন")):
        page = anybody.get("/privacy", headers={"Accept-Language": language}).text

        head = HEAD.search(page)
        assert head, page[:500]
        assert not WHAT_FOR.search(" ".join([*head.groups(), "/privacy"])), language
        assert days in page, language


def test_every_page_leads_to_it(anybody: FlaskClient) -> None:
    for path in ("/", "/withdraw/done", "/figures"):
        assert 'href="http://127.0.0.1:8002/privacy"' in anybody.get(path).text.partition("<footer")[2], path
