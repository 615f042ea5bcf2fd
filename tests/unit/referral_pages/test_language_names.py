"""A language has one name in each language of the screens, on whichever service's page it stands."""

from directory_service.listings.pages.listing_words import languages_words
from referral_service.pages.words import choices
from setu.languages import SPOKEN
from support.web import a_web


def test_both_services_call_a_language_the_same() -> None:
    for language in ("en", "hi", "bn"):
        with a_web().app.test_request_context(headers={"Accept-Language": language}):
            assert [(code, languages_words((code,))) for code in SPOKEN] == choices("LANGUAGE", SPOKEN)
