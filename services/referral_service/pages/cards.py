"""The printed card: its code in groups, its QR code, and the sheet of numbered cards that a unit keeps at hand.

Promises: the code stands in the *fragment* of the QR code's address, which browsers never send, so it is in no log; the
card says "Health and support" and nothing that would shame or endanger whoever carries it.
When not to use it: to make codes (``use_cases/issue_cards.py``).
"""

from dataclasses import dataclass

import segno
from markupsafe import Markup

from service_kit import codes
from service_kit.web.signin import own_base

HELPLINES = ("14446", "1097", "15100", "108")
"""De-addiction, NACO, legal aid, ambulance. Never 1933: it takes tip-offs for the narcotics bureau."""


@dataclass(frozen=True)
class Card:
    """What a card shows: the code in groups, its QR code as SVG, and for a pre-printed one its number."""

    code: str
    picture: Markup
    withdraw_at: str
    number: str = ""


def shown(code: str, number: str = "", base: str | None = None) -> Card:
    """The card of a code; ``base`` is the public address of this service, where there is no request."""
    at, bare = base or own_base(), codes.normalise(code)
    return Card(codes.show(bare), qr(f"{at}/withdraw#{bare}"), at.split("://", 1)[-1] + "/withdraw", number)


def qr(address: str) -> Markup:
    """A QR code (error correction M) as inline SVG, dark on white whatever the screen's colours; no inline style."""
    picture = segno.make(address, error="m", micro=False)
    svg = picture.svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704  made by the library from our own address and a code of 28 symbols
