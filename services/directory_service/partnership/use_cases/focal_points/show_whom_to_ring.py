"""Whom a focal point rings: of each agreement in force the partner, its posts and duty phones, and until when it runs.

For every role: an officer, a nurse or a case worker may be a focal point, and reads no agreement. Nothing else of an
agreement is told, nor who holds a post. It ends with the own post and with the agreement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from directory_service.partnership.domain.agreements import ACTIVE, IN_FORCE, LAPSING, shown_state
from directory_service.partnership.store.focal_points import focal_points_of
from directory_service.partnership.store.held_agreements import HeldAgreement, held_agreements
from directory_service.partnership.store.tables_agreements import FocalPoint
from service_kit.errors import NotFound
from service_kit.identity import Principal


@dataclass(frozen=True)
class PartnerToRing:
    """The other side of an agreement, by its posts that somebody holds; `until`: the agreement's last day."""

    name: str
    until: date
    is_lapsing: bool
    points: Sequence[FocalPoint]


@dataclass(frozen=True)
class WhomToRing:
    """The partners of the own agreements in force, those with a phone first, and the names of others; each by name."""

    partners: Sequence[PartnerToRing]
    not_in_force: Sequence[str]


def show_whom_to_ring(session: Session, who: Principal, today: date) -> WhomToRing:
    """On a day (India's); why one is not in force is not told. NotFound for who is no focal point."""
    held = held_agreements(session, who.membership)
    if not held:
        raise NotFound
    in_force = [one for one in held if _state(one, today) in IN_FORCE]
    points = focal_points_of(session, [one.agreement for one in in_force])
    partners = [
        PartnerToRing(
            name=one.partner_name,
            until=one.terms.to_day,
            is_lapsing=_state(one, today) == LAPSING,
            points=[
                each for each in points if (each.agreement_id, each.organization_id) == (one.agreement, one.partner)
            ],
        )
        for one in in_force
    ]
    partners.sort(key=lambda partner: not partner.points)
    with_one = {one.partner for one in in_force}
    without = {one.partner: one.partner_name for one in held if one.partner not in with_one}
    return WhomToRing(partners, list(without.values()))


def count_partners_to_ring(session: Session, who: Principal, today: date) -> int:
    """How many there are."""
    return count_in_force(held_agreements(session, who.membership), today)


def count_in_force(held: Sequence[HeldAgreement], today: date) -> int:
    """How many of these agreements are in force on a day (India's)."""
    return sum(_state(one, today) in IN_FORCE for one in held)


def _state(one: HeldAgreement, today: date) -> str:
    return shown_state(ACTIVE, one.terms, today, rests=one.rests)
