"""The helplines stand once, in `libs/setu/helplines.py`: footer, lists and cards show just those numbers."""

import re
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from flask import Flask

from referral_service.api.card_shape import card_shape
from referral_service.outside.codes import new_card_code
from referral_service.pages.card_picture import svg
from referral_service.pages.card_sheets import PAPERS, write_sheets
from referral_service.pages.cards import handed
from referral_service.use_cases.cards.issue_cards import PrintedCard
from service_kit.ids import SeededIds
from setu.helplines import HELPLINES
from setu.languages import SCREEN_LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for top in ("services", "libs") for path in (ROOT / top).glob("**/templates/**/*.*"))
NUMBERS = [line.number for line in HELPLINES.values()]
TIP_OFFS = "1933"
TYPED = re.compile(rf"tel:\+?\d|(?<!\d)(?:{'|'.join([*NUMBERS, TIP_OFFS])})(?!\d)")
WHOLE_PAGES = {"kit/base.html", "referral/cards/card_sheets.html"}
every_service = pytest.mark.parametrize("service", ["directory", "referral", "notification"])


def _called(page: str) -> list[str]:
    """The numbers that a page's links call, which it shows as they are dialled."""
    return re.findall(r'<a href="tel:(\d+)">\1</a>', page)


def test_none_of_them_takes_tip_offs() -> None:
    assert TIP_OFFS not in NUMBERS
    assert len(set(NUMBERS)) == len(NUMBERS)


def test_no_template_types_a_number() -> None:
    typed = {str(path.relative_to(ROOT)): TYPED.findall(path.read_text()) for path in TEMPLATES}

    assert len(typed) > 100
    assert {path: found for path, found in typed.items() if found} == {}


def test_the_look_would_find_a_number_that_is_typed() -> None:
    texts = ('<a href="tel:1098">', "call 108", "<b>1933</b>", "1080")

    assert [len(TYPED.findall(text)) for text in texts] == [1, 1, 1, 0]


def test_every_page_has_the_frame_whose_footer_names_two_of_them() -> None:
    whole = {str(path).partition("/templates/")[2] for path in TEMPLATES if "<html" in path.read_text()}

    assert whole == WHOLE_PAGES, "only the file of printed cards is no page"


@every_service
def test_the_footer_the_list_and_the_banner_of_a_services_pages_show_them(
    app_of: Callable[[str], Flask], service: str
) -> None:
    app = app_of(service)
    with app.test_request_context():
        banners = app.jinja_env.get_template("kit/banners.html").module
        alone, in_public, banner = banners.helplines(), banners.helplines(in_public=True), banners.call_ambulance()

    for language in SCREEN_LANGUAGES:
        page = app.test_client().get("/problems/stale", headers={"Accept-Language": language}).text
        assert f'<html lang="{language}">' in page
        assert _called(page) == [HELPLINES["ambulance"].number, HELPLINES["dependence"].number]
    assert _called(alone) == _called(in_public) == NUMBERS
    assert "dependence" in alone
    assert "dependence" not in in_public
    assert f'<a href="tel:{HELPLINES["ambulance"].number}">Call {HELPLINES["ambulance"].number} now</a>' in banner


def test_a_card_on_the_screen_as_a_picture_printed_and_in_the_api_has_each_of_them_in_its_language(
    app_of: Callable[[str], Flask],
) -> None:
    app, printed = app_of("referral"), PrintedCard("0000123-0", "0000123-0", new_card_code(SeededIds("card")))
    for language, paper in product(SCREEN_LANGUAGES, PAPERS):
        with app.test_request_context():
            card = handed([], None, language)
            picture = svg(card)
        sheets = write_sheets([printed], "https://setu.test", paper=paper, language=language)

        numbers = [number for number, _ in card.helplines]
        assert sorted(numbers) == sorted(NUMBERS)
        assert all(f"{number} {words}" in picture for number, words in card.helplines)
        assert re.findall(r"<li><b>(\d+)</b> ([^<]+)</li>", sheets) == list(card.helplines)
        assert card_shape([], date(2026, 3, 2))["helplines"] == numbers
