"""Print sheets of numbered cards for a unit: one A6 page a card, complete in itself.

Why a file and not a page of the service: the codes on it are secrets, and are kept nowhere. Outside of a
request there is no reader, so the language is given. Written by `setu referral cards print`.
"""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from referral_service.pages import cards
from referral_service.use_cases.issue_cards import PrintedCard
from service_kit.translations import compile_stale, translator

_HERE = Path(__file__).parent
TRANSLATIONS = _HERE.parent / "translations"


def sheet(issued: Sequence[PrintedCard], base: str, language: str) -> str:
    """The file: one A6 page a card, complete in itself. ``base`` is this service's public address."""
    compile_stale([TRANSLATIONS])
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    texts = translator(language, TRANSLATIONS)
    environment.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]  # of the i18n extension
    shown = [cards.shown(card.code, card.number, base) for card in issued]
    return environment.get_template("referral/card_sheets.html").render(cards=shown, language=language)
