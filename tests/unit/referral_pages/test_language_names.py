"""A language has one English name, on whichever service's page it stands."""

from directory_service.listings.pages.listing_words import languages_words
from referral_service.pages import words
from setu.languages import NAMES
from support.web import a_web


def test_both_services_call_a_language_the_same() -> None:
    assert {code: NAMES[code] for code in words.LANGUAGE} == words.LANGUAGE
    with a_web().app.test_request_context(headers={"Accept-Language": "en"}):
        assert [languages_words((code,)) for code in NAMES] == list(NAMES.values())
