"""The card: how to call, the code in groups, its QR code; made at sending, or pre-printed for a unit.

Promises: the code stands in the *fragment* of the QR code's address, which browsers never send, so it is in no log; the
card says "Health and support" and nothing that would shame or endanger whoever carries it: no name of a person or of a
service, since "Medicine for …" is a need, and of a listing what `domain/cards/card_contact.py` lets stand. There is
always a number to call, and always a word on when.
When not to use it: to make codes (``use_cases/cards/issue_cards.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from markupsafe import Markup

from referral_service.domain.cards.card_contact import (
    CARD_HELPLINES,
    NumberToCall,
    number_to_call,
    untelling,
    way_there,
)
from referral_service.domain.listed_service import ListedService
from referral_service.outside import codes
from referral_service.pages.words.opening_hours import hours_lines
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import in_language
from service_kit.web.site import own_base


@dataclass(frozen=True)
class Card:
    """What a card shows: the code in groups, its QR code as SVG, and for a pre-printed one its number."""

    code: str
    picture: Markup
    withdraw_at: str
    number: str = ""


@dataclass(frozen=True)
class WayToService:
    """How to reach one service: the number to call, when, and where."""

    call: NumberToCall
    hours: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class HandedCard:
    """A whole card in the language of the person; `code` is None where the card goes out without one."""

    language: str
    title: str
    ways: tuple[WayToService, ...]
    code: Card | None
    code_title: str
    how_to_withdraw: str
    helplines: tuple[tuple[str, str], ...]


def shown(code: str, number: str = "", base: str | None = None) -> Card:
    """The card of a code; ``base`` is the public address of this service, where there is no request."""
    at, bare = base or own_base(), codes.normalise(code)
    return Card(codes.show(bare), qr(f"{at}/withdraw#{bare}"), at.split("://", 1)[-1] + "/withdraw", number)


def handed(services: Sequence[ListedService], code: str | None, language: str) -> HandedCard:
    """The card as the person gets it, whatever language the officer reads."""
    made = shown(code) if code else None
    with in_language(language):
        return HandedCard(
            language=language,
            title=_("Trial, not for use") if context().settings.trial else _("Health and support"),
            ways=ways_to(services),
            code=made,
            code_title=_("Your code"),
            how_to_withdraw=_how_to_withdraw(made.withdraw_at) if made else "",
            helplines=tuple((line.number, _(line.words)) for line in CARD_HELPLINES),
        )


def ways_to(services: Sequence[ListedService]) -> tuple[WayToService, ...]:
    """How to reach each of these services, in the language of the moment; where there is none, the helpline alone."""
    return tuple(_way_to(service) for service in services) or (_way_to(None),)


def _way_to(service: ListedService | None) -> WayToService:
    call = number_to_call(service)
    hours = untelling(hours_lines(service, short=True)) if service else []
    where = ", ".join(way_there(service)) if service else ""
    if call.own:
        return WayToService(call, tuple(hours or [_("Hours not listed: call first, and ask.")]), where)
    stands_in = _("This service lists no number. Call this line, day and night: it helps to find the way.")
    return WayToService(call, (stands_in, *hours), where)


def _how_to_withdraw(address: str) -> str:
    return _(
        "Show this at the service. To say how it went, or to take your consent back at any time: scan, or go to"
        " %(address)s, or ask any service.",
        address=address,
    )


def qr(address: str) -> Markup:
    """A QR code (error correction M) as inline SVG, dark on white whatever the screen's colours; no inline style."""
    picture = segno.make(address, error="m", micro=False)
    svg = picture.svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704  made by the library from our own address and a code of 28 symbols
