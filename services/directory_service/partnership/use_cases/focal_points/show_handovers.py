"""The handovers of whoever is signed in: those to take, and one that was taken, with what became of it since.

For every role: a successor may be an officer or a case worker, who reads no agreement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.store.focal_points import holds_by
from directory_service.partnership.store.handovers import handovers_to, taken_handover
from directory_service.partnership.store.held_agreements import HeldAgreement, held_agreements
from directory_service.partnership.store.meetings import names_of
from directory_service.partnership.store.tables_agreements import FocalPoint, Handover
from directory_service.partnership.use_cases.focal_points.show_whom_to_ring import count_in_force
from service_kit.identity import Principal


@dataclass(frozen=True)
class TakenHandover:
    """One that was taken: whether the post is the successor's still, and its agreement signed and not ended."""

    handover: Handover
    point: FocalPoint
    is_mine_still: bool
    is_signed: bool


@dataclass(frozen=True)
class HandoversShown:
    """`named`: those that wait to be taken; `partners`: id → name; `may_ring`: whether there is a partner to ring."""

    named: Sequence[tuple[Handover, FocalPoint]]
    taken: TakenHandover | None
    partners: Mapping[UUID, str]
    may_ring: bool


def show_handovers(session: Session, who: Principal, today: date, *, done: UUID | None) -> HandoversShown:
    """On a day (India's). `done` is the id of one that was taken, maybe by somebody else: then it is not shown."""
    held = held_agreements(session, who.membership)
    named = handovers_to(session, who.membership)
    taken = _taken(session, who.membership, done, held) if done is not None else None
    rows = [row for row, _point in named] + ([taken.handover] if taken else [])
    partners = names_of(session, {row.partner_id for row in rows if row.partner_id is not None})
    return HandoversShown(named, taken, partners, may_ring=count_in_force(held, today) > 0)


def _taken(session: Session, mine: UUID, done: UUID, held: Sequence[HeldAgreement]) -> TakenHandover | None:
    found = taken_handover(session, done, mine)
    if found is None:
        return None
    handover, point = found
    return TakenHandover(
        handover=handover,
        point=point,
        is_mine_still=holds_by(session, mine, handover.id),
        is_signed=handover.agreement_id in {one.agreement for one in held},
    )
