"""Write an agreement: drafted, signed by both sides, renewed by a new version, ended. The coordinator's work.

It becomes active by itself once both sides have signed and each has named two focal points; it is in force from its
first day on. An agreement gates no
referral: nothing but meetings and the page of partners reads it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import Organization
from directory_service.partnership.domain import agreements as rules
from directory_service.partnership.domain.agreement_clauses import CURRENT_CLAUSES
from directory_service.partnership.domain.table_of_meeting import AGREEING_KINDS
from directory_service.partnership.store.add_once import add_once
from directory_service.partnership.store.agreements import agreement_of, renewal_of
from directory_service.partnership.store.focal_points import (
    focal_points_of,
    lock_focal_points,
    lock_focal_points_of_renewal,
    may_lock_focal_points,
)
from directory_service.partnership.store.handovers import end_handovers_of_ended
from directory_service.partnership.store.tables_agreements import Agreement, AgreementDocument
from service_kit.db import audit
from service_kit.errors import Conflict, NotFound, Stale
from service_kit.identity import Principal
from service_kit.ids import Ids
from setu.india import day_in_india
from setu.roles import PROVIDER


class NotADocument(ValueError):
    """What was sent is no PDF."""


@dataclass(frozen=True)
class NewAgreement:
    """Who agrees with whom, and the terms."""

    unit: UUID
    provider: UUID
    terms: rules.Terms


def find_agreement(session: Session, who: Principal, agreement: UUID, *, seen: int | None = None) -> Agreement:
    """The agreement; `seen` locks it and compares versions. Raises NotFound for one of others, Stale."""
    found = agreement_of(session, agreement, who, for_update=seen is not None)
    if found is None:
        raise NotFound
    if seen is not None and found.version != seen:
        raise Stale
    return found


def draft_agreement(
    session: Session, who: Principal, agreement: UUID, wanted: NewAgreement, now: datetime
) -> Agreement:
    """Draft one between a unit of the own districts and any active provider, once by its id.

    Raises NotFound for what is neither, and for the id of another agreement.
    """
    unit = _active(session, wanted.unit, AGREEING_KINDS)
    _active(session, wanted.provider, (PROVIDER,))
    if unit.district_code not in who.districts:
        raise NotFound
    return _add(session, who, agreement, wanted, unit.district_code, 1, None, now)


def renew_agreement(
    session: Session, who: Principal, agreement: UUID, terms: rules.Terms, now: datetime, *, ids: Ids
) -> Agreement:
    """Draft the next version of one that is in force or has lapsed. Raises NotFound.

    Conflict for a draft, for one that has not begun, or twice. Whoever renews or ends it at once is waited for, so that
    the version is drafted once, and none of one that ends: that would stand without what it renews.
    """
    lock_focal_points(session, agreement)
    row = find_agreement(session, who, agreement)
    may_be_renewed = rules.may_be_renewed(row.state, row.from_day, day_in_india(now))
    if not may_be_renewed or renewal_of(session, row.id) is not None:
        raise Conflict
    wanted = NewAgreement(row.unit_id, row.provider_id, terms)
    return _add(session, who, ids.uuid(), wanted, row.district_code, row.number + 1, row.id, now)


def sign_agreement(
    session: Session, who: Principal, agreement: UUID, side: str, day: date, seen: int, now: datetime
) -> Agreement:
    """Note the day on which a side signed. Raises NotFound, Stale; Conflict where it is no draft."""
    row = find_agreement(session, who, agreement, seen=seen)
    if row.state != rules.DRAFT:
        raise Conflict
    if side == rules.UNIT:
        row.unit_signed_on = day
    else:
        row.provider_signed_on = day
    row.version += 1
    audit.record(session, "agreement.sign", ("agreement", row.id), who, now, detail={"side": side})
    activate_if_complete(session, row, now)
    return row


def activate_if_complete(session: Session, row: Agreement, now: datetime) -> None:
    """Make a draft active once it has everything; the version that it renews ends once this one has begun.

    Where somebody is being named in that version, the clock ends it later.
    """
    named: dict[str, int] = {}
    for point in focal_points_of(session, [row.id]):
        named[point.side] = named.get(point.side, 0) + 1
    signed = (row.unit_signed_on is not None, row.provider_signed_on is not None)
    if row.state != rules.DRAFT or not rules.may_become_active(signed, named):
        return
    row.state, row.version = rules.ACTIVE, row.version + 1
    before = session.get(Agreement, row.renews) if row.renews else None
    is_over = before is not None and before.state == rules.ACTIVE and row.from_day <= day_in_india(now)
    if before is not None and is_over and may_lock_focal_points(session, before.id):
        mark_ended(session, before, now)


def mark_ended(session: Session, row: Agreement, now: datetime) -> None:
    """End it, whoever asked for that, and the handovers that nobody took. Needs the lock of its focal points."""
    row.was_active = row.state == rules.ACTIVE
    row.state, row.ended_at, row.version = rules.ENDED, now, row.version + 1
    end_handovers_of_ended(session, now, of=row.id)


def end_agreement(session: Session, who: Principal, agreement: UUID, seen: int, now: datetime) -> bool:
    """End it and its renewal, or throw a draft away; whether it was signed. Raises NotFound, Stale, Conflict: it ended.

    First come the locks of whoever names focal points, so that nobody is named in one that has ended: whoever holds
    them may wait for a row. Then the renewal is locked, as by whoever signs it.
    """
    lock_focal_points(session, agreement)
    lock_focal_points_of_renewal(session, agreement)
    renewal = renewal_of(session, agreement, for_update=True)
    if renewal is not None:
        lock_focal_points(session, renewal.id)  # of one that was drafted meanwhile
    row = find_agreement(session, who, agreement, seen=seen)
    if row.state == rules.ENDED:
        raise Conflict
    for each in (row, renewal):
        if each is not None:
            mark_ended(session, each, now)
            audit.record(session, "agreement.end", ("agreement", each.id), who, now)
    return row.was_active


def keep_document(session: Session, who: Principal, agreement: UUID, content: bytes, now: datetime) -> None:
    """Keep the signed paper; another takes its place. Raises NotFound, NotADocument; Conflict where it ended."""
    if not rules.is_pdf(content):
        raise NotADocument
    row = agreement_of(session, agreement, who, for_update=True)  # of two first papers one waits
    if row is None:
        raise NotFound
    if row.state == rules.ENDED:
        raise Conflict
    held = session.get(AgreementDocument, row.id)
    if held is None:
        held = AgreementDocument(agreement_id=row.id, district_code=row.district_code)
        session.add(held)
    held.content, held.size, held.sent_at = content, len(content), now
    audit.record(session, "agreement.document", ("agreement", row.id), who, now, detail={"bytes": str(len(content))})


def _active(session: Session, organization: UUID, kinds: tuple[str, ...]) -> Organization:
    wanted = (Organization.id == organization, Organization.kind.in_(kinds), Organization.status == "active")
    found = session.scalar(select(Organization).where(*wanted, Organization.deleted_at.is_(None)))
    if found is None:
        raise NotFound
    return found


def _add(
    session: Session,
    who: Principal,
    agreement: UUID,
    wanted: NewAgreement,
    district: int,
    number: int,
    renews: UUID | None,
    now: datetime,
) -> Agreement:
    terms = wanted.terms
    row, is_new = add_once(
        session,
        Agreement,
        agreement,
        {"unit_id": wanted.unit, "provider_id": wanted.provider, "number": number, "renews": renews},
        district_code=district,
        clauses=CURRENT_CLAUSES,
        from_day=terms.from_day,
        to_day=terms.to_day,
        review_on=terms.review_on,
        state=rules.DRAFT,
        version=1,
        made_at=now,
    )
    if is_new:
        audit.record(session, "agreement.draft", ("agreement", row.id), who, now)
    return row
