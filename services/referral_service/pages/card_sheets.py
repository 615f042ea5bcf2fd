"""Sheets of numbered cards to print and fold: eight on A4, or one a page of A6, the code on the part that is folded in.

Why folded: whoever carries a pack must not read the codes in it. Promises: one template for the coordinator's page and
for the file of `setu referral cards print`; the cards are in the language that they are printed for, what stands above
them on the screen in the reader's. When not to use it: twice for the same cards; their codes are kept nowhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Response, render_template
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

import referral_service
import setu
from referral_service.domain.cards.card_contact import CARD_HELPLINES
from referral_service.domain.cards.card_stock import ON_A_SHEET
from referral_service.pages import cards
from referral_service.pages.barcode import bars
from referral_service.use_cases.cards.issue_cards import PrintedCard
from service_kit.translations import N_, compile_stale, translator
from service_kit.web.html.i18n import in_language
from service_kit.web.html.render import render

_HERE = Path(__file__).parent
_CATALOGUES = tuple(Path(str(each.__file__)).parent / "translations" for each in (referral_service, setu))
_FACES, _SHEETS = "referral/cards/card_faces.html", "referral/cards/card_sheets.html"
PAPERS: Mapping[str, str] = {"a4": N_("A4, eight cards on a page"), "a6": N_("A6, one card on a page")}
"""What it is printed on → words."""


@dataclass(frozen=True)
class Face:
    """One card as it is drawn: the code and its QR code, the number and its bars, the sheet that it stands on."""

    card: cards.Card
    bars: Markup
    sheet: str


def styles_of(paper: str) -> tuple[str, str]:
    """The stylesheets, in their order: the card, and the page that it is cut from."""
    return "card_sheets.css", f"card_sheets_{paper}.css"


def render_sheets(issued: Sequence[PrintedCard], *, paper: str, language: str, back: str) -> Response:
    """The page that shows the codes once; `back` is the address of the order, `language` the cards'."""
    with in_language(language):
        faces = Markup(render_template(_FACES, **_face_values(issued, paper)))  # noqa: S704  a template's
    return render(_SHEETS, faces=faces, language=language, paper=paper, styles=styles_of(paper), back=back)


def write_sheets(issued: Sequence[PrintedCard], base: str, *, paper: str, language: str) -> str:
    """The file, complete in itself. ``base`` is this service's public address; outside of a request nobody reads."""
    compile_stale(_CATALOGUES)
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    texts = translator(language, *_CATALOGUES)
    environment.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]  # of the i18n extension
    faces = environment.get_template(_FACES).render(_face_values(issued, paper, base))
    inline = "\n".join((_HERE / "static" / name).read_text(encoding="utf-8") for name in styles_of(paper))
    return environment.get_template(_SHEETS).render(
        faces=Markup(faces),  # noqa: S704  a template's
        language=language,
        reader_language=lambda: language,
        paper=paper,
        inline_style=Markup(inline),  # noqa: S704  our own file
    )


def _face_values(issued: Sequence[PrintedCard], paper: str, base: str | None = None) -> Mapping[str, Any]:
    return {"sheets": _sheets(issued, base), "paper": paper, "helplines": CARD_HELPLINES}


def _sheets(issued: Sequence[PrintedCard], base: str | None = None) -> Sequence[Sequence[Face]]:
    faces = [Face(cards.shown(card.code, card.number, base), bars(card.number), card.sheet) for card in issued]
    return [faces[at : at + ON_A_SHEET] for at in range(0, len(faces), ON_A_SHEET)]
