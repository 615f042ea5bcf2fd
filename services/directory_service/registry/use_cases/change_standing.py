"""Change a unit's standing: refuse, suspend, resume, close, finish. What hangs on it follows in the same transaction.

Promises: only what the table of acts allows, and only what was seen (the tag of the effects); closing for good ends
the memberships, offers them to the successor (but a provider's, whose successor's own manager invites), and hangs the
units below onto the successor or the unit above; a provider is closed for good no sooner than a month after it began to
close, so that its team can finish. A successor is one of the own reach, when it is named and at the end.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory_service.accounts.store.accounts import lock_accounts_in
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.organizations.domain.standing import (
    ACTIVE,
    ACTS,
    CLOSED,
    CLOSING,
    GONE,
    REFUSED,
    REFUSED_BECAUSE,
    SUSPENDED,
    may_finish,
)
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.domain.agreements import ENDED
from directory_service.partnership.use_cases.write_agreement import end_agreement
from directory_service.registry.domain.units import Unit, is_kept_by, may_succeed, offers_members
from directory_service.registry.store.units import (
    agreements_with,
    lock_unit,
    own_unit,
    unit_of,
    units_of_districts,
)
from directory_service.registry.use_cases.count_effects import count_effects
from directory_service.registry.use_cases.end_members import end_members
from directory_service.registry.use_cases.withdraw_move import withdraw_move
from service_kit.db import audit
from service_kit.errors import NotFound, Stale
from service_kit.identity import Principal


class ActRefused(Exception):
    """The act is not possible; `reason`: `standing`, `own`, `successor`, `successor-far`, `why` or `too-early`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def why_not(row: Organization, act: str, who: Principal, now: datetime) -> str | None:
    """Why the act is not possible, as `ActRefused` names it; None where it is."""
    if row.id == who.organization:
        return "own"
    if row.status not in ACTS[act].before:
        return "standing"
    is_early = ACTS[act].after == CLOSED and not may_finish(row.kind, row.closing_since, now)
    return "too-early" if is_early else None


def change_standing(
    session: Session,
    dependencies: Dependencies,
    who: Principal,
    unit: UUID,
    act: str,
    now: datetime,
    *,
    seen: str,
    successor: UUID | None = None,
    because: str = "",
) -> None:
    """Do the act. Raises NotFound (another district's too), `ActRefused`, Stale where the effects are not as seen."""
    row = _locked(session, unit, act, who)
    reason = why_not(row, act, who, now)
    if reason is not None:
        raise ActRefused(reason)
    if count_effects(session, row.id, row.status).tag != seen:
        raise Stale
    before, after = row.status, ACTS[act].after
    if after == CLOSED and row.successor_id is not None and offers_members(row.kind):
        _check_reach(session, who, row)
    row.refused_because = _known_reason(because) if after == REFUSED else None
    if after in (SUSPENDED, ACTIVE):  # one that closes after that is away since then all the same
        row.suspended_since = now if after == SUSPENDED else None
    if after == CLOSING:
        row.successor_id, row.closing_since = _successor(session, who, row, successor), now
    row.status, row.record = after, {**row.record, "status": after}
    publish_listing(session, row, now)
    if after in {CLOSING, CLOSED}:
        withdraw_move(session, who, row.id, now)
    if after == CLOSED:
        _hand_on_what_hangs_below(session, row)
        _end_agreements(session, who, row.id, now)
    if after in GONE:
        end_members(session, dependencies, who, row.id, row.successor_id, now)
    detail = {"before": before, "successor": str(row.successor_id or ""), "because": row.refused_because or ""}
    audit.record(session, f"organization.{act}", ("organization", row.id), who, now, detail=detail)


def successors_of(session: Session, who: Principal, row: Organization) -> list[Unit]:
    """Who may go on with its work: what the page offers, and what is taken."""
    unit, own = unit_of(row), own_unit(session, who)
    return [each for each in units_of_districts(session, who.districts) if may_succeed(each, unit, own)]


def _locked(session: Session, unit: UUID, act: str, who: Principal) -> Organization:
    """The unit, and before it the accounts of its people where the act ends their memberships. Raises NotFound."""
    if ACTS[act].after in GONE:
        lock_accounts_in(session, unit)
    row = lock_unit(session, unit, who)
    if row is None:
        raise NotFound
    return row


def _known_reason(because: str) -> str:
    if because not in REFUSED_BECAUSE:
        raise ActRefused("why")
    return because


def _successor(session: Session, who: Principal, row: Organization, wanted: UUID | None) -> UUID | None:
    if wanted is not None and wanted not in {each.id for each in successors_of(session, who, row)}:
        raise ActRefused("successor")
    return wanted


def _check_reach(session: Session, who: Principal, row: Organization) -> None:
    """Somebody else named the successor, or it moved: people are offered by whoever may touch both."""
    found = session.get_one(Organization, row.successor_id)
    if found.district_code not in who.districts or not is_kept_by(unit_of(found), own_unit(session, who)):
        raise ActRefused("successor-far")


def _end_agreements(session: Session, who: Principal, unit: UUID, now: datetime) -> None:
    for agreement in agreements_with(session, unit):
        if agreement.state != ENDED:  # a renewal has ended with what it renews
            end_agreement(session, who, agreement.id, agreement.version, now)


def _hand_on_what_hangs_below(session: Session, row: Organization) -> None:
    """Onto the successor; where that hangs below the closed unit itself, or there is none, onto the unit above."""
    successor = row.successor_id if row.successor_id and not _is_below(session, row.successor_id, row.id) else None
    below = update(Organization).where(Organization.parent_id == row.id, Organization.id.is_distinct_from(successor))
    session.execute(below.values(parent_id=successor or row.parent_id))


def _is_below(session: Session, unit: UUID, above: UUID) -> bool:
    """Whether a unit hangs somewhere below another. No unit hangs below itself, so the way up ends."""
    at: UUID | None = unit
    while at is not None:
        at = session.scalar(select(Organization.parent_id).where(Organization.id == at))
        if at == above:
            return True
    return False
