"""The card as an SVG picture: to keep on a phone or to print, in the fonts of whoever looks at it.

Why no PNG from here: Devanagari and Bengali need fonts and shaping, which every phone has and this server need not; the
page's script makes the PNG in the browser. Promises: it says what the card on the page says (`cards.HandedCard`), and
needs nothing else to be shown. When not to use it: for pre-printed sheets.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template

from referral_service.pages.cards import HandedCard, WayToService

WIDTH, MARGIN, QR = 360, 20, 160  # pixels of the drawing; it is shown at any size
_LINE = 1.4  # line height, in font sizes: vowel signs above and below need room
_LETTER = 0.6  # the widest that letters are on average, in font sizes; marks take no room of their own
_SMALL, _PLAIN, _BIG, _HUGE = 13, 16, 24, 28


@dataclass(frozen=True)
class Row:
    """One line of text: its baseline in pixels from the top, its font size."""

    text: str
    size: int
    baseline: float
    bold: bool = False
    code: bool = False


class _Column:
    """Text that grows downward."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.bottom: float = MARGIN

    def write(self, text: str, size: int, *, bold: bool = False, code: bool = False) -> None:
        for line in wrapped(text, (WIDTH - 2 * MARGIN) / size):
            self.bottom += size * _LINE
            self.rows.append(Row(line, size, round(self.bottom - size * (_LINE - 1), 1), bold=bold, code=code))

    def leave(self, pixels: float) -> float:
        """Leaves room, and returns where it began."""
        before, self.bottom = self.bottom, self.bottom + pixels
        return before


def svg(card: HandedCard) -> str:
    """The picture, complete in itself."""
    column = _Column()
    column.write(card.title, _HUGE, bold=True)
    for way in card.ways:
        column.leave(8)
        _write_way(column, way)
    column.leave(8)
    qr_at = _write_code(column, card)
    line_at = column.leave(12) + 6
    for number, words in card.helplines:
        column.write(f"{number}  {words}", _SMALL)
    return render_template(
        "referral/cards/card.svg",
        rows=column.rows,
        width=WIDTH,
        height=round(column.bottom + MARGIN),
        margin=MARGIN,
        language=card.language,
        picture=card.code and card.code.picture,
        qr_at=qr_at,
        qr=QR,
        line_at=line_at,
    )


def _write_way(column: _Column, way: WayToService) -> None:
    texts = [(way.call.phone, _BIG)] + [(line, _PLAIN) for line in way.hours]
    for text, size in texts if way.call.own else [*texts[1:2], texts[0], *texts[2:]]:
        column.write(text, size, bold=size == _BIG)
    if way.where:
        column.write(way.where, _PLAIN)


def _write_code(column: _Column, card: HandedCard) -> float:
    if card.code is None:
        return 0
    at = column.leave(QR)
    column.write(card.code_title, _SMALL)
    column.write(card.code.code, _BIG, bold=True, code=True)
    column.write(card.how_to_withdraw, _SMALL)
    return at


def wrapped(text: str, width: float) -> Iterator[str]:
    """The text in lines of at most `width` font sizes, broken between words; a longer word stands alone."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and _width(longer) > width:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _width(text: str) -> float:
    return _LETTER * sum(unicodedata.category(sign) != "Mn" for sign in text)
